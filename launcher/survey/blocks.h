/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a block device is called, and its number. */
#ifndef VMRUN_SURVEY_BLOCKS_H
#define VMRUN_SURVEY_BLOCKS_H

#include <sys/types.h>

#include "base/root_dir.h"

/** block_node() - The node of the block device with kernel name @name, as people know it ("/dev/mapper/vg-root"); free() */
char *block_node(const struct root *root, const char *name);

/** block_devno() - Its number, from its directory @dir of sysfs; 0 where that does not say */
dev_t block_devno(const struct root_dir *dir);

#endif
