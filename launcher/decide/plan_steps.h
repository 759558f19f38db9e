/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a plan, in their order: to the running guest, to the pool, or back from it. */
#ifndef VMRUN_DECIDE_PLAN_STEPS_H
#define VMRUN_DECIDE_PLAN_STEPS_H

#include "decide/plan.h"

/** plan_steps_build() - Fill in the steps of @plan, whose picks are known */
void plan_steps_build(struct plan *plan, const struct plan_options *options);

#endif
