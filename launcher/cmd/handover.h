/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether start may return while its guest runs: only where somebody else sees to the guest's end. */
#ifndef VMRUN_CMD_HANDOVER_H
#define VMRUN_CMD_HANDOVER_H

#include "cmd/cmd.h"
#include "model/journal.h"

/**
 * handover_check() - Refuse --no-wait where start would have to stay
 * @args:	command line
 * @scene:	host, profile and connection
 * @changes:	the guest gets devices
 * @e:		ERR_VIRT, and how to get what is missing
 *
 * Should:  be called before anything is changed
 * Return:  0; -EOPNOTSUPP; -ENOENT
 */
int handover_check(const struct args *args, const struct scene *scene, bool changes, struct err *e);

/* Room for the reason why start has to stay. */
#define HANDOVER_WHY 1100

/**
 * handover() - Leave a guest that runs to libvirt's hook, where libvirt has called it for this start
 * @args:	command line
 * @scene:	host, profile and connection
 * @journal:	the run's journal; without devices there is nothing to hand over
 * @why:	where start has to stay: what for, for people ("to give its devices back")
 *
 * A hook file alone proves nothing: one that was installed under a running libvirtd is not called until that has been told.
 *
 * Needs:   not the host's lock, which is taken
 * Changes: the journal on disk, which no longer has an owner
 * Return:  whether start may return
 */
bool handover(const struct args *args, const struct scene *scene, struct journal *journal,
	      char why[static HANDOVER_WHY]);

#endif
