/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Executing a plan: up to the point where the guest can be started, or all of it where there is no guest. */
#ifndef VMRUN_ACT_APPLY_H
#define VMRUN_ACT_APPLY_H

#include "act/progress.h"
#include "base/root.h"
#include "decide/plan.h"
#include "model/journal.h"

/**
 * struct apply_request - what to execute
 * @plan:	a plan with verdict PLAN_GO, and nothing left for vfs_make() to make
 * @embed:	root directory of the embedded driver, or NULL
 * @by_hook:	for libvirt's hook, which calls for a guest that others start
 * @owns_nodes:	libvirt owns the group nodes; else @uid and @gid get them
 * @uid, @gid:	QEMU's user
 * @progress:	listener
 */
struct apply_request {
	const struct plan *plan;
	const char *embed;
	bool by_hook;
	bool owns_nodes;
	uid_t uid;
	gid_t gid;
	const struct progress *progress;
};

/**
 * apply_reserve() - Reserve the plan's groups: the journal of the run, with everything needed to undo it, on disk
 * @root:	the live host
 * @request:	what will be executed
 * @ret:	the journal; journal_done()
 * @e:		detail of a failure
 *
 * Needs:   the host's lock (state_lock()), held since before the survey the plan was made from
 * Reservations of groups in the pool by runs that are gone are taken over.
 *
 * Changes: run/vmrun/guest-NAME.json (of work by hand guest-.VERB-PID-STARTED.json); nothing else
 * Return:  0; -errno, and then nothing is left
 */
int apply_reserve(const struct root *root, const struct apply_request *request, struct journal *ret,
		  struct err *e);

/**
 * apply_execute() - Execute the steps between the reservation and the start of the guest
 * @root:	the live host
 * @request:	as for apply_reserve()
 * @journal:	its journal; receives the nodes' former owners
 * @e:		detail of a failure; ERR_REFUSED where a disk came into use meanwhile
 *
 * Claims all disks, loads modules, moves every device, owns the nodes. On failure, undo_run() with UNDO_BEFORE puts the
 * host back; work by hand is finished by undo_run() with UNDO_AFTER.
 *
 * Changes: drivers, overrides, settings of virtual functions, owners of nodes; loads modules
 * Return:  0; -EINTR where the user wants out; -errno
 */
int apply_execute(const struct root *root, const struct apply_request *request,
		  struct journal *journal, struct err *e);

#endif
