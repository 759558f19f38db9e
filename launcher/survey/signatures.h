/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose disks are, by what is written on them: members of LVM, md, ZFS, bcache; file systems. */
#ifndef VMRUN_SURVEY_SIGNATURES_H
#define VMRUN_SURVEY_SIGNATURES_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/**
 * signatures_scan() - Fill each disk's signatures
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @host:	snapshot with disks, and whether they are busy
 *
 * Disks that could not be opened are not read, nor are those of a guest; what udev knows of them is in members.h.
 */
void signatures_scan(const struct root *root, const struct json *facts, struct host *host);

/** signatures_find() - The first signature of @type on @disk or a partition of it, or NULL */
const struct signature *signatures_find(const struct disk *disk, const char *type);

#endif
