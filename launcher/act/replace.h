/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replacing a file as a whole: the old or the new one is there, also after a power cut. */
#ifndef VMRUN_ACT_REPLACE_H
#define VMRUN_ACT_REPLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/**
 * struct replacement - a file as it is to be
 * @where:	its directory, for messages, without the leading slash
 * @name:	file name
 * @mode:	permissions, whatever the umask
 * @roots:	it is root's, whoever writes it
 * @text:	its content
 */
struct replacement {
	const char *where;
	const char *name;
	mode_t mode;
	bool roots;
	const char *text;
};

/**
 * replace_file() - Write a file beside the old one, flush it, rename it over the old one, flush the directory
 * @dir:	descriptor of the directory
 * @replacement: the file
 * @e:		detail of a failure; then the old file is there
 *
 * The new file is named after this process, for another one may be replacing the same file, and so that state_sweep() can
 * tell who left it.
 *
 * Mustn't: follow a symbolic link in the place of the file
 * Return:  0; -errno
 */
int replace_file(int dir, const struct replacement *replacement, struct err *e);

#endif
