/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict of a plan: what is found about its devices, its memory and what the profile asks of them. */
#ifndef VMRUN_DECIDE_PLAN_JUDGE_H
#define VMRUN_DECIDE_PLAN_JUDGE_H

#include "decide/plan.h"

/** plan_judge() - Fill in the findings of @plan, whose picks are known; what is accepted is taken down to warnings */
void plan_judge(struct plan *plan, const struct plan_options *options);

#endif
