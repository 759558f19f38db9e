// SPDX-License-Identifier: GPL-2.0-or-later
/* One directory of the host, opened once for many looks at the attributes in it. */
#include "base/root_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"

/* Tells the root's observer of a look at @name, or at the directory itself. */
static void tell(const struct root_dir *dir, const char *name, struct root_seen look)
{
	_cleanup_free_ char *path = NULL;

	if (!dir->root->observe)
		return;
	path = name ? mem_printf("%s/%s", dir->path, name) : mem_strdup(dir->path);
	look.path = path;
	{
		_cleanup_bracket_ struct bracket none = bracket_suspend();

		dir->root->observe(dir->root->observer, &look);
	}
}

/* Opens a name of several components, in none of which a captured root may have a link. */
static int open_names(const struct root_dir *dir, const char *name, int flags)
{
	struct open_how how = { .flags = (uint64_t)flags,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };

	return (int)syscall(SYS_openat2, dir->fd, name, &how, sizeof(how));
}

/* O_NONBLOCK: a pipe in a captured root must not make us wait for its other end. */
static int open_name(const struct root_dir *dir, const char *name, int flags)
{
	int fd;

	if (dir->fd < 0)
		return dir->fd;
	/* openat2(2) refuses what has no effect beside O_PATH. */
	flags |= O_NOFOLLOW | O_CLOEXEC | (flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK);
	if (dir->root->live)
		return bracket_openat(dir->fd, name, flags);
	fd = strchr(name, '/') ? open_names(dir, name, flags) : openat(dir->fd, name, flags);
	return fd < 0 ? -errno : fd;
}

int root_dir_open(const struct root *root, const char *path, struct root_dir *ret)
{
	*ret = (struct root_dir){ .root = root, .path = mem_strdup(path) };
	ret->fd = root_openat(root, path, O_PATH | O_DIRECTORY);
	return ret->fd < 0 ? ret->fd : 0;
}

int root_dir_open_in(const struct root_dir *parent, const char *name, const char *path,
		     struct root_dir *ret)
{
	*ret = (struct root_dir){ .root = parent->root, .path = mem_strdup(path) };
	ret->fd = open_name(parent, name, O_PATH | O_DIRECTORY);
	return ret->fd < 0 ? ret->fd : 0;
}

void root_dir_close(struct root_dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	free(dir->path);
	*dir = (struct root_dir){ .fd = -1 };
}

int root_dir_openat(const struct root_dir *dir, const char *name, int flags)
{
	int fd = open_name(dir, name, flags);

	tell(dir, name, (struct root_seen){ LOOK_OPEN, .flags = flags, .result = fd < 0 ? fd : 0 });
	return fd;
}

static ssize_t read_name(const struct root_dir *dir, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = open_name(dir, name, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	do
		n = read(fd, buf, size - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return n;
}

ssize_t root_dir_read(const struct root_dir *dir, const char *name, char *buf, size_t size)
{
	ssize_t n = read_name(dir, name, buf, size);

	tell(dir, name,
	     (struct root_seen){ LOOK_READ, .result = n < 0 ? (int)n : 0, .data = buf,
				 .len = n < 0 ? 0 : (size_t)n });
	return n;
}

int root_dir_read_line(const struct root_dir *dir, const char *name, char *buf, size_t size)
{
	char text[4096];
	ssize_t n = root_dir_read(dir, name, text, sizeof(text));

	return n < 0 ? (int)n : root_first_line(text, buf, size);
}

int root_dir_readlink(const struct root_dir *dir, const char *name, char *buf, size_t size)
{
	char target[PATH_MAX];
	ssize_t n = dir->fd < 0 ? dir->fd : readlinkat(dir->fd, name, target, sizeof(target) - 1);

	if (n < 0 && dir->fd >= 0)
		n = -errno;
	tell(dir, name,
	     (struct root_seen){ LOOK_LINK, .result = n < 0 ? (int)n : 0, .data = target,
				 .len = n < 0 ? 0 : (size_t)n });
	if (n < 0)
		return (int)n;
	if ((size_t)n >= size)
		return -EFBIG;
	memcpy(buf, target, (size_t)n);
	buf[n] = '\0';
	return 0;
}

int root_dir_link_name(const struct root_dir *dir, const char *name, char *buf, size_t size)
{
	char target[PATH_MAX];
	int r = root_dir_readlink(dir, name, target, sizeof(target));

	return r < 0 ? r : root_last_name(target, buf, size);
}

int root_dir_list(const struct root_dir *dir, const char *name, struct strlist *ret)
{
	int fd = open_name(dir, name ? name : ".", O_RDONLY | O_DIRECTORY);
	int r = fd < 0 ? fd : root_take_names(dir->root, fd, ret);

	tell(dir, name, (struct root_seen){ LOOK_LIST, .result = r, .names = r < 0 ? NULL : ret });
	return r;
}

bool root_dir_has(const struct root_dir *dir, const char *name)
{
	int r = dir->fd < 0 ? dir->fd : faccessat(dir->fd, name, F_OK, AT_SYMLINK_NOFOLLOW);

	if (r < 0 && dir->fd >= 0)
		r = -errno;
	tell(dir, name, (struct root_seen){ LOOK_EXISTS, .result = r });
	return r == 0;
}
