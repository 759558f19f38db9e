/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan needs that an ordinary user may not do. */
#ifndef VMRUN_DECIDE_NEEDS_H
#define VMRUN_DECIDE_NEEDS_H

#include "base/bracket.h"
#include "decide/plan.h"

/*
 * An ordinary user starts a guest without any privilege where its devices are with vfio-pci already, in the pool, and he may
 * open their groups' nodes. Then no step changes the host; the guest's end does not either, its devices stay in the pool.
 * That no other guest has the group is for the kernel to say: it gives it to the first who opens it (EBUSY to others).
 */

/** needs_bind() - Whether a function of @group has to leave its driver or be given to vfio-pci before a guest can have it */
bool needs_bind(const struct host *host, const struct group *group);

/** needs_own() - Whether the node of @group has to change its owner, or have it kept for after the guest */
bool needs_own(const struct group *group, const struct plan_options *options);

/** needs_of_plan() - Mask of NEED_BIT of the steps of a plan, and of putting back what they change */
unsigned int needs_of_plan(const struct plan *plan, const struct plan_options *options);

/** needs_text() - The steps of a plan that need privilege, for people, newly allocated ("bind 0000:01:00.0, own /dev/vfio/11") */
char *needs_text(const struct plan *plan);

#endif
