/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making virtual functions for guests, and removing them when none has one any more. */
#ifndef VMRUN_ACT_VFS_H
#define VMRUN_ACT_VFS_H

#include "act/progress.h"
#include "base/root.h"
#include "decide/plan.h"

/*
 * Theory of operation (Documentation/PCI/pci-iov-howto.rst, Documentation/ABI/testing/sysfs-bus-pci)
 *
 * A physical function makes virtual ones when their number is written to its sriov_numvfs. Its driver must be able to, and
 * the number can only change from and to 0: so it is changed where it is 0, and set back to 0 where nobody uses one. While
 * they are made sriov_drivers_autoprobe is off, so that no driver of the host takes them: no interface comes up and is
 * renamed, no drive is looked at.
 *
 * A record per physical function is on disk before the first write. It does not belong to a run: the functions made for one
 * guest may be used by the next, and the last one's end removes them. "Used" is one that has a driver, or that some run's
 * journal names; so between making them and writing the journal the host's lock must not be given up.
 */

/**
 * vfs_make() - Have the physical functions of a plan make the virtual ones it lacks
 * @root:	the live host
 * @plan:	the plan; its picks.needs say which and how many
 * @progress:	listener, or NULL
 * @e:		what is wrong, and what helps
 *
 * The plan is void afterwards: the functions have to be surveyed and judged. On failure, as after a crash, vfs_collect()
 * puts the host back.
 *
 * Needs:   the host's lock; CAP_DAC_OVERRIDE or root's files
 * Changes: run/vmrun/vfs-ADDRESS.json; sriov_drivers_autoprobe and sriov_numvfs of the physical functions
 * Mustn't: change a number that is not 0
 * Return:  0; -EBUSY; -ETIMEDOUT where they do not appear; -errno
 */
int vfs_make(const struct root *root, const struct plan *plan, const struct progress *progress,
	     struct err *e);

/**
 * vfs_collect() - Remove the virtual functions vmrun made and no guest uses any more
 * @root:	the live host
 * @progress:	listener, or NULL
 * @e:		the first failure; the others are tried all the same
 *
 * Idempotent, and works from any state an interrupted vfs_make() leaves.
 *
 * Needs:   as vfs_make()
 * Changes: as vfs_make()
 * Mustn't: touch functions of which the number was changed by others
 * Return:  number of physical functions that are as before; -errno
 */
int vfs_collect(const struct root *root, const struct progress *progress, struct err *e);

#endif
