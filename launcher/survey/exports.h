/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users of block devices inside the kernel that claim nothing: loop devices, NVMe-oF and LIO targets. */
#ifndef VMRUN_SURVEY_EXPORTS_H
#define VMRUN_SURVEY_EXPORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/root.h"

/**
 * struct export - one block device that such a user has open
 * @path:	node of it, links followed ("/dev/sdb1")
 * @loop:	kernel name of the loop device set up on it, or NULL
 * @does:	what it is there, to follow the name of the node: "is exported by NVMe-oF subsystem NQN namespace 1"
 * @fix:	what ends that
 */
struct export
{
	char *path;
	char *loop;
	char *does;
	char *fix;
};

/** struct exports - all of a host; all zero is none */
struct exports {
	struct export *item;
	size_t count;
};

/**
 * exports_load() - Find them
 * @root:	the host
 * @ret:	filled; exports_done()
 *
 * They open a disk without claiming it, so an exclusive open of it succeeds (drivers/block/loop.c, loop_configure();
 * drivers/nvme/target/io-cmd-bdev.c; drivers/target/target_core_file.c). A host without any costs three looks. Files on a
 * file system are left out: there the mount is the user.
 */
void exports_load(const struct root *root, struct exports *ret);

/** export_is_of() - Whether it is the block device with kernel name @name, or node @node */
bool export_is_of(const struct export *export, const char *name, const char *node);

/** exports_done() - Release what @exports owns */
void exports_done(struct exports *exports);

#endif
