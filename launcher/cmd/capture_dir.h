/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new directory or archive with files in it, that is there whole or not at all. */
#ifndef VMRUN_CMD_CAPTURE_DIR_H
#define VMRUN_CMD_CAPTURE_DIR_H

#include <stdbool.h>

#include "base/err.h"
#include "base/tree.h"

/** capture_is_archive() - Whether @path, "….tar", is to be an archive with a directory in it */
bool capture_is_archive(const char *path);

/**
 * capture_dir_check() - Whether a directory or archive may be made
 * @path:	must not exist, or be an empty directory; "….tar" is an archive
 * @e:		ERR_USAGE, and what to do about it
 *
 * Return: 0; -errno
 */
int capture_dir_check(const char *path, struct err *e);

/**
 * capture_dir_write() - Make a directory or archive readable by its owner only, with @tree in it
 * @path:	as for capture_dir_check(); a link there is not followed
 * @tree:	what is to be in it
 * @e:		detail of a failure, after which nothing is left
 *
 * Return: 0; -errno
 */
int capture_dir_write(const char *path, const struct tree *tree, struct err *e);

#endif
