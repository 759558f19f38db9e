// SPDX-License-Identifier: GPL-2.0-or-later
/* A profile from a file. */
#include "model/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "model/ini.h"
#include "model/profile_base.h"

/* The file's bytes, one more than a profile may have at most, so that a larger one is told. */
static int read_bytes(int fd, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_free_ char *text = mem_zalloc(PROFILE_SIZE_MAX + 1);
	size_t used = 0;

	while (used <= PROFILE_SIZE_MAX) {
		ssize_t n = read(fd, text + used, PROFILE_SIZE_MAX + 1 - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, NULL, "cannot read the profile");
		if (n == 0)
			break;
		used += (size_t)n;
	}
	*ret = take_ptr(text);
	*ret_len = used;
	return 0;
}

static const char *other_than_file(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return NULL;
	case S_IFDIR:
		return "is a directory";
	case S_IFIFO:
		return "is a pipe";
	default:
		return "is not a regular file";
	}
}

/* Descriptor of a regular file; opening never waits for somebody at the other end of a pipe. */
static int open_file(const char *file, const char *what, struct err *e)
{
	_cleanup_close_ int fd = bracket_openat(AT_FDCWD, file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	const char *other;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, fd < 0 ? -fd : errno, NULL, "cannot read the %s", what);
	other = other_than_file(st.st_mode);
	if (other) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "%s", other);
		return err_fix(e, "name the %s itself, a text file", what);
	}
	return take_fd(fd);
}

/* Absolute path of the directory @file is in. */
static int directory_of(const char *file, char buf[static PATH_MAX], struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(file);
	BRACKET(READ);

	if (!realpath(dirname(copy), buf))
		return err_sys(e, errno, NULL, "cannot find its directory");
	return 0;
}

/* The domain XML that @profile is based on; what is wrong with it is said of its file. */
static int load_base(struct profile *profile, struct err *e)
{
	_cleanup_close_ int fd =
		open_file(profile->xml, "domain XML that the profile has as its xml", e);
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int r = fd < 0 ? fd : read_bytes(fd, &text, &len, e);

	if (r >= 0)
		r = profile_base_adopt(profile, text, len, e);
	if (r < 0) {
		ini_where(e, profile->xml, 0);
		profile_done(profile);
		return r;
	}
	text = NULL;
	return 0;
}

int profile_load(const char *file, struct profile *ret, struct err *e)
{
	_cleanup_close_ int fd = open_file(file, "profile", e);
	_cleanup_free_ char *text = NULL;
	char dir[PATH_MAX];
	size_t len = 0;
	int r = fd;

	if (r >= 0)
		r = directory_of(file, dir, e);
	if (r >= 0)
		r = read_bytes(fd, &text, &len, e);
	if (r < 0) {
		ini_where(e, file, 0);
		return r;
	}
	r = profile_parse(text, len, file, dir, ret, e);
	return r == 0 && ret->xml ? load_base(ret, e) : r;
}
