/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting back what a journal records: after a failure, after a guest's end, after a crash. */
#ifndef VMRUN_ACT_UNDO_H
#define VMRUN_ACT_UNDO_H

#include "act/progress.h"
#include "base/root.h"
#include "model/journal.h"

/** enum undo_goal - as the run found the host, or where the profile says that devices go when the guest has ended */
enum undo_goal { UNDO_BEFORE, UNDO_AFTER };

/** undo_goal_of() - Where the devices of a run that has ended go */
static inline enum undo_goal undo_goal_of(const struct journal *journal)
{
	return journal->guest_started && !journal->by_hook ? UNDO_AFTER : UNDO_BEFORE;
}

/**
 * undo_run() - Put the devices and nodes of a journal back, and take them from the journal
 * @root:	the live host
 * @journal:	what was changed, or was about to be; holds afterwards what could not be put back
 * @goal:	where to
 * @wait_ms:	how long to wait for processes that still hold a group
 * @progress:	listener, or NULL
 * @e:		ERR_BUSY naming who holds a group, and then nothing of that group was touched; ERR_LEFT for what could not be
 *		put back
 *
 * A group is never taken from vfio-pci while a process holds it: that guest would lose its device, and the write would
 * hang for good. Everything that can be put back is, whatever else fails, groups beside each other; the journal keeps the
 * rest, and is removed with its last device. Stuck devices are left to their janitors (see mover.h).
 *
 * Changes: drivers, overrides, settings of virtual functions, owners of nodes, pool records, the journal
 * Return:  0; -EBUSY; -errno of the first failure
 */
int undo_run(const struct root *root, struct journal *journal, enum undo_goal goal, int wait_ms,
	     const struct progress *progress, struct err *e);

#endif
