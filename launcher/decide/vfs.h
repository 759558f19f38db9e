/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual functions a profile asks for: whose they are, and whether they can be made. */
#ifndef VMRUN_DECIDE_VFS_H
#define VMRUN_DECIDE_VFS_H

#include "decide/finding.h"
#include "decide/resolve.h"

/**
 * vfs_find_pf() - The physical function that a section's vf-of means
 * @want:	the section
 * @host:	the snapshot
 * @ret:	its index in host.devices
 * @e:		ERR_NO_DEVICE
 *
 * Return: 0; -ENODEV where nothing matches, or nothing with SR-IOV; -ENOTUNIQ
 */
int vfs_find_pf(const struct profile_pci *want, const struct host *host, int *ret, struct err *e);

/**
 * vfs_need() - Note that a physical function without virtual ones has to make some
 * @want:	the section that wants them
 * @host:	the snapshot
 * @pf:		its index in host.devices
 * @picks:	receives the need, or it is added to the one for @pf that is there
 * @e:		ERR_NO_DEVICE, with what is in the way
 *
 * Return: 0; -EINVAL where sections differ in how many to make; -ENODEV where it cannot make them
 */
int vfs_need(const struct profile_pci *want, const struct host *host, size_t pf,
	     struct picks *picks, struct err *e);

/**
 * vfs_judge() - What of virtual functions that do not exist yet can be told from the physical one
 * @host:	the snapshot
 * @need:	what is to be made
 * @ret:	findings are appended, about the physical function
 *
 * Their groups, siblings and reserved memory are judged once they exist, before anything is bound.
 */
void vfs_judge(const struct host *host, const struct vf_need *need, struct findings *ret);

#endif
