/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handing what was bound for a guest that runs over to the journal of that guest, and taking it out again. */
#ifndef VMRUN_ACT_HANDIN_H
#define VMRUN_ACT_HANDIN_H

#include "base/root.h"
#include "model/journal.h"

/*
 * Theory of operation
 *
 * Devices are attached to a guest in a run of its own, whose journal undoes it like any work by hand. Just before they
 * are plugged in they pass, under the host's lock, to the journal of the guest: from then on the guest's end gives them
 * back, whoever sees to that end. What is detached goes the other way once the guest has let go of it. A guest whose end has
 * begun (its journal says so) keeps what its journal has at that moment.
 */

/**
 * handin_join() - Pass what a run by hand holds to the journal of a guest
 * @root:	the live host
 * @guest:	guest, uuid, uri and embed; a journal of these is made where the guest has none
 * @run:	the run by hand; its file is removed, and it has no devices afterwards
 * @ret_owner:	nobody else sees to the guest's end: this process is written down to do so
 * @e:		ERR_UNDONE where the guest's end has begun; nothing has been passed then
 *
 * Needs:   not the host's lock, which is taken
 * Changes: both journals on disk; the guest's first, so that a crash leaves the devices in one of them at least
 * Return:  0; -ESHUTDOWN; -errno
 */
int handin_join(const struct root *root, const struct journal *guest, struct journal *run,
		bool *ret_owner, struct err *e);

/**
 * handin_leave() - Take a device out of a guest's journal, and its whole group once the guest sees nothing of it any more
 * @root:	the live host
 * @guest:	the guest's name
 * @addr:	the device, which the guest has let go of
 * @ret:	a run by hand that has the group, on disk; without devices where the guest still has something of the group, and where
 *		the guest's end has begun, which gives it back; journal_done()
 * @e:		detail of a failure
 *
 * Needs:   not the host's lock, which is taken
 * Changes: both journals on disk. That of a guest someone looks after stays, also without devices
 * Return:  0; -errno
 */
int handin_leave(const struct root *root, const char *guest, const struct pciaddr *addr,
		 struct journal *ret, struct err *e);

/**
 * handin_forget() - Remove the journal that handin_join() made for a guest, where nothing was handed to it after all
 * @root:	the live host
 * @guest:	the guest's name
 * @e:		detail of a failure
 *
 * Needs:   not the host's lock, which is taken
 * Changes: the journal on disk; one with devices stays, and one that another process looks after
 * Return:  0; -errno
 */
int handin_forget(const struct root *root, const char *guest, struct err *e);

/**
 * handin_end() - Begin a guest's end: read its journal anew, and close it for all others
 * @root:	the live host
 * @journal:	the guest's as its run had it; what is on disk takes its place, where there is anything
 *
 * Needs:   not the host's lock, which is taken where it is free in time
 * Changes: the journal on disk
 * Return:  whether there is one on disk; else @journal is as it was
 */
bool handin_end(const struct root *root, struct journal *journal);

#endif
