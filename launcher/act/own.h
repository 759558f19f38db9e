/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owner of a group's device node /dev/vfio/N. */
#ifndef VMRUN_ACT_OWN_H
#define VMRUN_ACT_OWN_H

#include "base/root.h"
#include "model/journal.h"

/**
 * own_read() - Owner and mode of a group's node, once udev has handled it
 * @root:	the live host
 * @group:	number of the group
 * @ret:	filled on success
 * @e:		detail of a failure
 *
 * A udev rule for vfio nodes may come after the node appears; what is read before that is not what the host has.
 * See Documentation/driver-api/vfio.rst for the node.
 *
 * Return: 0; -ENOENT where the group has no node; -errno
 */
int own_read(const struct root *root, int group, struct journal_node *ret, struct err *e);

/**
 * own_give() - Give a group's node to QEMU's user
 * @root:	the live host
 * @group:	number of the group
 * @uid, @gid:	new owner
 * @e:		detail of a failure
 *
 * Needs:   CAP_CHOWN, CAP_FOWNER
 * Changes: owner and mode (owner read and write added) of dev/vfio/@group; the caller has journalled the former ones
 * Mustn't: follow a symbolic link; touch dev/vfio/vfio
 * Return:  0; -errno
 */
int own_give(const struct root *root, int group, uid_t uid, gid_t gid, struct err *e);

/** own_restore() - Put owner and mode back as own_read() found them; 0, also where the node is gone; -errno */
int own_restore(const struct root *root, const struct journal_node *node, struct err *e);

#endif
