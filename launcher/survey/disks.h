/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks behind controllers, and whether and by whom they are in use. */
#ifndef VMRUN_SURVEY_DISKS_H
#define VMRUN_SURVEY_DISKS_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"
#include "survey/holders.h"

/**
 * disks_scan() - Fill each device's disks and, for those in use, its uses
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @holders:	what every process has open
 * @host:	snapshot with devices, groups and holders
 *
 * Whether a disk is free is what an exclusive open says: the kernel refuses it while the disk or a partition of it is mounted,
 * in whatever mount namespace, or taken by swap, md, device-mapper or ZFS. Mounts, swaps and holders only name the culprit.
 * But loop devices and the targets of NVMe-oF and SCSI need no claim (exports.h): they count by themselves.
 * Disks of a group that a guest holds are not opened. Of the others their signatures are read (signatures.h).
 */
void disks_scan(const struct root *root, const struct json *facts, const struct holders *holders,
		struct host *host);

#endif
