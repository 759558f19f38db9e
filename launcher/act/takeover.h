/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking over what an interrupted run had reserved from the pool. */
#ifndef VMRUN_ACT_TAKEOVER_H
#define VMRUN_ACT_TAKEOVER_H

#include "base/root.h"

/**
 * takeover_group() - End the reservation of a group by runs that are gone
 * @root:	the live host
 * @group:	number of a group whose holder yields (struct holder): its devices stay with vfio-pci
 * @e:		detail of a failure
 *
 * Its node gets the owner back that the run found; its devices leave the run's journal, which is removed with the last.
 *
 * Needs:   the host's lock
 * Changes: the owner of the group's node, journals of runs that are gone
 * Mustn't: be called for a group that a process holds
 * Return:  0; -errno
 */
int takeover_group(const struct root *root, int group, struct err *e);

#endif
