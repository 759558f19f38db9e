/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool as it is recorded: where devices on vfio-pci belong. */
#ifndef VMRUN_SURVEY_POOL_H
#define VMRUN_SURVEY_POOL_H

#include "base/root.h"
#include "model/host.h"

/**
 * pool_load() - Read the pool record of a device
 * @root:	the host
 * @addr:	the device
 * @ret:	filled on success; pool_record_done()
 * @e:		detail of a failure
 *
 * Return: 0; -ENOENT where it has none; -errno
 */
int pool_load(const struct root *root, const struct pciaddr *addr, struct pool_record *ret,
	      struct err *e);

/**
 * pool_scan() - Fill the records of the devices that vfio-pci has
 * @root:	the host
 * @host:	snapshot with devices
 *
 * A record of another card than the one that is there, or of one that the host has taken back, does not count.
 */
void pool_scan(const struct root *root, struct host *host);

#endif
