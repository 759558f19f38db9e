/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owner of vfio's device nodes: /dev/vfio/N of a group, /dev/vfio/devices/vfioN of a device. */
#ifndef VMRUN_ACT_OWN_H
#define VMRUN_ACT_OWN_H

#include "base/root.h"
#include "model/journal.h"

/**
 * own_number() - Number of a device's own node of vfio's
 * @root:	the live host
 * @addr:	the device
 *
 * A kernel with CONFIG_VFIO_DEVICE_CDEV (6.6 and later) makes /dev/vfio/devices/vfioN beside the group's node while a
 * device is bound; N is the name in its vfio-dev, where it has a dev, too (Documentation/ABI/testing/sysfs-devices-vfio-dev).
 *
 * Return: N; -1 where it has none
 */
int own_number(const struct root *root, const struct pciaddr *addr);

/**
 * own_read() - Owner and mode of a node, once udev has handled it
 * @root:	the live host
 * @node:	which one it is is given; owner and mode are filled on success
 * @e:		detail of a failure
 *
 * A udev rule for vfio nodes may come after the node appears; what is read before that is not what the host has.
 * See Documentation/driver-api/vfio.rst for the nodes.
 *
 * Return: 0; -ENOENT where there is no such node; -errno
 */
int own_read(const struct root *root, struct journal_node *node, struct err *e);

/**
 * own_give() - Give a node to QEMU's user
 * @root:	the live host
 * @node:	which one it is; its owner and mode do not matter
 * @uid, @gid:	new owner
 * @e:		detail of a failure
 *
 * Needs:   CAP_CHOWN, CAP_FOWNER
 * Changes: owner and mode (owner read and write added) of the node; the caller has journalled the former ones
 * Mustn't: follow a symbolic link; touch dev/vfio/vfio
 * Return:  0; -errno
 */
int own_give(const struct root *root, const struct journal_node *node, uid_t uid, gid_t gid,
	     struct err *e);

/**
 * own_restore() - Put owner and mode back as own_read() found them
 * @root:	the live host
 * @node:	the node, with what is to be put back
 * @e:		detail of a failure
 *
 * A device's own node goes when it leaves vfio, and its number may be another device's by now.
 *
 * Return: 0, also where the node is gone; -errno
 */
int own_restore(const struct root *root, const struct journal_node *node, struct err *e);

#endif
