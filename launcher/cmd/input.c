// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that a user names on the command line. */
#include "cmd/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

#define CHUNK ((size_t)65536)

/* Reads until the end of the file, or one byte more than @limit, which shows that there is more. */
static int read_all(int fd, size_t limit, char **bytes, size_t *len)
{
	size_t room = 0;
	ssize_t got;

	do {
		if (*len == room) {
			room = room ? 2 * room : CHUNK;
			if (room > limit + 1)
				room = limit + 1;
			*bytes = mem_resize(*bytes, room + 1, 1);
		}
		got = read(fd, *bytes + *len, room - *len);
		if (got > 0)
			*len += (size_t)got;
	} while ((got > 0 && *len <= limit) || (got < 0 && errno == EINTR));
	if (got < 0)
		return -errno;
	(*bytes)[*len] = '\0';
	return *len > limit ? -EFBIG : 0;
}

int input_read(const char *path, size_t limit, char **ret, size_t *ret_len, struct err *e)
{
	bool standard = !strcmp(path, "-");
	_cleanup_close_ int fd = standard ? -1
					  : bracket_openat(AT_FDCWD, path, O_RDONLY | O_NOCTTY);
	_cleanup_free_ char *bytes = NULL;
	const char *name = standard ? "standard input" : STR_SHOWN(path);
	size_t len = 0;
	int r;

	if (!standard && fd < 0)
		return err_set(e, ERR_USAGE, -fd, name, "cannot open it: %s", strerror(-fd));
	r = read_all(standard ? STDIN_FILENO : fd, limit, &bytes, &len);
	if (r == -EFBIG)
		return err_set(e, ERR_USAGE, EFBIG, name,
			       "it has more than %zu MiB, and is not read", limit >> 20);
	if (r < 0)
		return err_set(e, ERR_USAGE, -r, name, "cannot read it: %s", strerror(-r));
	*ret = take_ptr(bytes);
	*ret_len = len;
	return 0;
}
