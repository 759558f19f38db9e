/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file of vmrun's state, whatever is in it. */
#ifndef VMRUN_SURVEY_STATEFILE_H
#define VMRUN_SURVEY_STATEFILE_H

#include "base/root.h"

/** typedef statefile_parse_fn - Read @len bytes of @text into what the caller hands over; 0 or -errno with @e */
typedef int statefile_parse_fn(const char *text, size_t len, void *ret, struct err *e);

/**
 * statefile_load() - Read one file of guests_state_dir()
 * @root:	the host
 * @name:	file name; at most STATE_SIZE_MAX bytes are taken
 * @parse:	reader of its text
 * @ret:	handed to @parse
 * @e:		detail of a failure, with the file's path
 *
 * Return: 0; -ENOENT where it is not there; -errno
 */
int statefile_load(const struct root *root, const char *name, statefile_parse_fn *parse, void *ret,
		   struct err *e);

#endif
