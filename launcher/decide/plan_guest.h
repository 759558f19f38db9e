/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest as a whole asks of the host: memory, nodes, address space. */
#ifndef VMRUN_DECIDE_PLAN_GUEST_H
#define VMRUN_DECIDE_PLAN_GUEST_H

#include "decide/plan.h"

/** plan_judge_guest() - Add what stands against the guest's memory, its place and its address space to the plan's findings */
void plan_judge_guest(struct plan *plan, const struct plan_options *options);

/** plan_check_vga() - That vga=yes is said of a VGA controller; 0, or -EINVAL with @e */
int plan_check_vga(const struct plan *plan, struct err *e);

#endif
