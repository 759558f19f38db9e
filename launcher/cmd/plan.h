/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Showing a plan: for the verb plan, and for start --dry-run. */
#ifndef VMRUN_CMD_PLAN_H
#define VMRUN_CMD_PLAN_H

struct args;

/** plan_show() - Make and print the plan of the profile args->words[0]; returns the exit status */
int plan_show(const struct args *args);

#endif
