/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims: disks held exclusively while their controller is on its way to a guest. */
#ifndef VMRUN_ACT_CLAIM_H
#define VMRUN_ACT_CLAIM_H

#include <stddef.h>

#include "base/root.h"
#include "model/host.h"

/**
 * struct claim - one disk held open exclusively
 * @device:	index into host.devices of its controller
 * @node:	"/dev/nvme1n1"; where several of the controllers lead to it, each has a claim with the same descriptor
 * @fd:		descriptor, or -1 once given up
 */
struct claim {
	size_t device;
	char *node;
	int fd;
};

/** struct claims - all claims of a run; all zero is none */
struct claims {
	struct claim *item;
	size_t count;
};

/**
 * claim_disks() - Claim every disk behind a device
 * @root:	the live host
 * @host:	the snapshot
 * @device:	index into host.devices
 * @claims:	receives the claims
 * @e:		ERR_REFUSED naming what took the disk since the survey
 *
 * From here until the driver has let go nobody can mount a file system of it: an exclusive open and a mount exclude each other.
 * Loop devices and targets (survey/exports.h) it does not keep away; those that came until now are found.
 * A disk that another device has claimed here is shared with it.
 *
 * Return: 0; -EBUSY; -errno
 */
int claim_disks(const struct root *root, const struct host *host, size_t device,
		struct claims *claims, struct err *e);

/**
 * claims_release() - Give up the claims of one device
 * @claims:	the claims
 * @device:	index into host.devices
 *
 * Called at once after its driver has let go: while a descriptor is open the kernel keeps the disk's number, and the disk
 * would come back under another name. A disk that is shared is given up with the last of its devices.
 */
void claims_release(struct claims *claims, size_t device);

/** claims_done() - Give up all claims and release what @claims owns */
void claims_done(struct claims *claims);

#endif
