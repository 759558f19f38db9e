/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounted file systems and swap areas, by the block device they are on. The only user of libmount. */
#ifndef VMRUN_SURVEY_MOUNTS_H
#define VMRUN_SURVEY_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/root.h"

/**
 * struct mount_entry - one mount or swap area
 * @devno:	device number of the file system (0 for swap)
 * @source:	what is mounted ("/dev/sdb1")
 * @target:	where, or NULL for swap
 */
struct mount_entry {
	dev_t devno;
	char *source;
	char *target;
};

/** struct mounts - entries of one mount namespace and the swap areas; all zero is none */
struct mounts {
	struct mount_entry *item;
	size_t count;
};

/**
 * mounts_load() - Add the mounts of a process's namespace
 * @root:	the host
 * @pid:	"self", or a process number
 * @ret:	receives the entries; mounts_done()
 *
 * Return: 0; -errno where proc/PID/mountinfo cannot be read
 */
int mounts_load(const struct root *root, const char *pid, struct mounts *ret);

/** mounts_load_swaps() - Add the swap areas (proc/swaps) to @ret; 0 or -errno */
int mounts_load_swaps(const struct root *root, struct mounts *ret);

/** mounts_find() - First entry on the block device @devno with node @node ("/dev/sdb1"), or NULL */
const struct mount_entry *mounts_find(const struct mounts *mounts, dev_t devno, const char *node);

/** mounts_done() - Release what @mounts owns */
void mounts_done(struct mounts *mounts);

#endif
