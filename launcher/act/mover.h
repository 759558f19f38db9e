/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving many devices between drivers at once, by processes that may hang without taking us along. */
#ifndef VMRUN_ACT_MOVER_H
#define VMRUN_ACT_MOVER_H

#include <stddef.h>
#include <sys/types.h>

#include "act/progress.h"
#include "base/root.h"
#include "model/journal.h"

/*
 * Theory of operation
 *
 * An unbind waits for whoever has the device open, in the kernel, where no signal reaches it: an audio device held by a sound
 * server, a GPU by a display server. So the writes are made by a child process per IOMMU group, which first drops every
 * descriptor but its end of a socket pair (locks, claims of disks, the terminal). Groups move at the same time, the
 * devices of a group one after the other.
 *
 * A device that has not moved by its deadline is stuck. Its child cannot be ended, and is left behind as janitor: when the
 * holder lets go, the child finds its parent gone, puts the device's former binding back, and takes it from the journal.
 * Without that the device would end without a driver, with our override. The same way out serves when vmrun is killed
 * in the middle.
 *
 * Between unbind and probe a child waits for its parent's word, for the claims of the disks are given up there.
 */

/** enum move_state - how far a device came */
enum move_state { MOVE_WAITING, MOVE_RUNNING, MOVE_DONE, MOVE_FAILED, MOVE_STUCK };

/**
 * struct move - one device to be moved
 * @device:	the device as journalled; to vfio-pci, or back to @to
 * @to:		binding to put back, or NULL for vfio-pci
 * @what:	for the progress, owned by the caller
 * @users:	for the progress: who was seen using the device, or NULL; owned by the caller
 * @timeout_ms:	longest time it may take
 * @tag:	the caller's, handed to the unbound function
 * @state:	how far it came
 * @result:	0 or -errno, once MOVE_DONE or MOVE_FAILED
 * @e:		detail of a failure
 * @janitor:	MOVE_STUCK: the process that waits
 */
struct move {
	const struct journal_device *device;
	const struct binding *to;
	const char *what;
	const char *users;
	int timeout_ms;
	size_t tag;
	enum move_state state;
	int result;
	struct err e;
	pid_t janitor;
};

/**
 * struct mover - what is to be moved, and how
 * @root:	the host
 * @journal:	the run's, which a janitor cleans
 * @moves:	@count devices; sorted by group
 * @unbound:	called when a device has left its driver, with @context and its tag; or NULL
 * @progress:	listener, or NULL
 */
struct mover {
	const struct root *root;
	const struct journal *journal;
	struct move *moves;
	size_t count;
	void (*unbound)(void *context, size_t tag);
	void *context;
	const struct progress *progress;
};

/*
 * How long an unbind and the probe after it may take: leaving a driver (the default of unbind-timeout), and finding all
 * disks of a large HBA. After a while without news, the progress tells what is waited for.
 */
#define MOVER_NEWS_MS 2000
#define MOVER_BIND_MS 10000
#define MOVER_RESTORE_MS 120000

/**
 * mover_run() - Move the devices; returns when each is done, failed or stuck
 * @mover:	what is to be moved; the states and results of its moves are filled in
 * @e:		the first failure; ERR_LEFT for a stuck device
 *
 * After a failure the other devices of the same group stay where they are (MOVE_WAITING), other groups are finished.
 * With a model of the kernel in the place of root_write() everything is done in this process, one by one.
 *
 * Needs, changes, mustn't: as bind_vfio() and bind_restore()
 * Return: 0; -errno of the first failure; -ETIMEDOUT where a device is stuck
 */
int mover_run(struct mover *mover, struct err *e);

#endif
