/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving devices by hand between host and pool: what bind and release share. */
#ifndef VMRUN_CMD_BYHAND_H
#define VMRUN_CMD_BYHAND_H

#include "decide/plan.h"

struct args;

/** byhand_run() - Move the devices that the command line selects; returns the exit status */
int byhand_run(const struct args *args, enum plan_goal goal);

/** byhand_apply() - Take what is persisted into the pool, as the host's start does; returns the exit status */
int byhand_apply(const struct args *args);

#endif
