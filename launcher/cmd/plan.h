/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Showing a plan: for the verb plan, and for --dry-run of those that execute one. */
#ifndef VMRUN_CMD_PLAN_H
#define VMRUN_CMD_PLAN_H

struct args;
struct plan;
struct strlist;

/** plan_show() - Make and print the plan of the profile args->words[0]; returns the exit status */
int plan_show(const struct args *args);

/**
 * plan_print() - Print a plan to stdout, as text or with --json as vmrun.plan/1
 * @args:	the command line
 * @plan:	the plan
 * @missing:	files that the guest is started from and that are not there, as guestfiles_missing() tells them
 */
void plan_print(const struct args *args, const struct plan *plan, const struct strlist *missing);

#endif
