// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that a verb writes for the user. */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/mem.h"

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Into a new file beside it, renamed over it once it is whole; @beside is the new file's name, to be completed. */
static int write_beside(char *beside, const char *path, const char *text, size_t len)
{
	_cleanup_close_ int fd = -1;
	int r;
	BRACKET(WRITE);

	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text, len);
	if (r == 0 && (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(beside, path) < 0))
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

int output_write(const char *path, const char *text, size_t len, struct err *e)
{
	_cleanup_free_ char *beside = mem_printf("%s.XXXXXX", path);
	struct stat st;
	int r;

	if (!strcmp(path, "-")) {
		fwrite(text, 1, len, stdout);
		return 0;
	}
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		err_set(e, ERR_USAGE, EEXIST, path, "it is there and is no regular file");
		return err_fix(e, "name another file; - is standard output");
	}
	r = write_beside(beside, path, text, len);
	return r < 0 ? err_sys(e, -r, path, "cannot write it") : 0;
}
