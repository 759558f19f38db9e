/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a user names on the command line. */
#ifndef VMRUN_CMD_INPUT_H
#define VMRUN_CMD_INPUT_H

#include <stddef.h>

#include "base/err.h"

/**
 * input_read() - A whole file, or standard input
 * @path:	as the user wrote it; "-" is standard input
 * @limit:	largest size taken, in bytes
 * @ret:	the bytes, with a NUL after them that is not counted; free()
 * @ret_len:	number of bytes
 * @e:		ERR_USAGE with the file's name
 *
 * Return: 0; -EFBIG above @limit; -errno of open or read
 */
int input_read(const char *path, size_t limit, char **ret, size_t *ret_len, struct err *e);

#endif
