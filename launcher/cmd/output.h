/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a verb writes for the user. */
#ifndef VMRUN_CMD_OUTPUT_H
#define VMRUN_CMD_OUTPUT_H

#include <stddef.h>

#include "base/err.h"

/**
 * output_write() - Write a file as a whole
 * @path:	its name; "-" is standard output
 * @text:	@len bytes
 * @len:	number of bytes
 * @e:		detail of a failure
 *
 * A reader sees the former file or the new one, mode 0644: it is written beside it and renamed.
 * What is no regular file (a device, a link) is not replaced.
 *
 * Return: 0; -EEXIST for what is no regular file; another -errno
 */
int output_write(const char *path, const char *text, size_t len, struct err *e);

#endif
