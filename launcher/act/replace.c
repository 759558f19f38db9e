// SPDX-License-Identifier: GPL-2.0-or-later
/* Replacing a file as a whole: the old or the new one is there, also after a power cut. */
#include "act/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/mem.h"

static int give_to_root(int fd)
{
	BRACKET(NODE);

	return geteuid() != 0 ? fchown(fd, 0, 0) : 0;
}

static int write_and_rename(int dir, const char *temporary, const struct replacement *replacement)
{
	_cleanup_close_ int fd = -1;
	size_t len = strlen(replacement->text);
	ssize_t n;
	BRACKET(WRITE);

	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    replacement->mode);
	if (fd < 0)
		return -errno;
	n = write(fd, replacement->text, len);
	if (n >= 0 && (size_t)n != len)
		errno = ENOSPC;
	if (n < 0 || (size_t)n != len || fchmod(fd, replacement->mode) < 0 ||
	    (replacement->roots && give_to_root(fd) < 0) || fsync(fd) < 0 ||
	    renameat(dir, temporary, dir, replacement->name) < 0 || fsync(dir) < 0) {
		int number = errno;

		unlinkat(dir, temporary, 0);
		return -number;
	}
	return 0;
}

int replace_file(int dir, const struct replacement *replacement, struct err *e)
{
	_cleanup_free_ char *temporary = mem_printf(".%s.%d", replacement->name, (int)getpid());
	int r = write_and_rename(dir, temporary, replacement);

	return r < 0 ? err_sys(e, -r, replacement->name, "cannot write it in /%s",
			       replacement->where)
		     : 0;
}
