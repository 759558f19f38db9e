/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks nobody has open that are the host's all the same: volumes not assembled, lines of fstab. */
#ifndef VMRUN_SURVEY_MEMBERS_H
#define VMRUN_SURVEY_MEMBERS_H

#include "base/root.h"
#include "model/host.h"

/**
 * members_scan() - Add idle uses of disks
 * @root:	the host
 * @host:	snapshot with devices and disks
 *
 * They are: signatures of LVM, md, ZFS and the like, names that etc/fstab, etc/crypttab and root=
 * mention, and EFI system partitions. Where a disk could not be read, and for the names, udev is
 * asked (run/udev/data). Disks that are busy have been named already.
 */
void members_scan(const struct root *root, struct host *host);

/** members_kind() - "an LVM volume group" for a type of signature that means part of something larger; NULL for others */
const char *members_kind(const char *type);

#endif
