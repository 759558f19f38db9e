/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a disk: mounts, swap, device-mapper, md, bcache, btrfs, loop, targets, ZFS, other mount namespaces, processes. */
#ifndef VMRUN_SURVEY_CULPRIT_H
#define VMRUN_SURVEY_CULPRIT_H

#include "base/root.h"
#include "model/host.h"
#include "survey/holders.h"

/* What was learned of mounts, swaps and namespaces; read when first needed, kept for all disks. */
struct culprits;

/** culprits_new() - Nothing is read yet; @root must outlive it; culprits_free() */
struct culprits *culprits_new(const struct root *root);

/** culprits_know_holders() - Spare it the walk over all processes; @holders must outlive it */
void culprits_know_holders(struct culprits *culprits, const struct holders *holders);

/** culprits_free() - Release; NULL is fine */
void culprits_free(struct culprits *culprits);

/**
 * culprits_of_disk() - Name everything that uses a whole disk
 * @culprits:	knowledge
 * @disk:	the disk; where the exclusive open said FACT_YES, at least one use comes of it, however little is known
 * @uses:	array to append to; the strings belong to the caller
 * @count:	its element count
 */
void culprits_of_disk(struct culprits *culprits, const struct disk *disk, struct use **uses,
		      size_t *count);

#endif
