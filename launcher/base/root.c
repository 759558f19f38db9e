// SPDX-License-Identifier: GPL-2.0-or-later
/* The host, reached only through a directory that stands for "/": the live one or a captured one. */
#include "base/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/num.h"

#define OPEN_TRIES 16
#define ATTRIBUTE_MAX 4095

int root_open(const char *path, struct root *ret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		err_set(e, ERR_USAGE, errno, path, "it is no captured host: %s", strerror(errno));
		return err_fix(
			e,
			"--sysroot wants the directory that vmrun capture made; a .tar is unpacked first");
	}
	*ret = (struct root){ .fd = fd, .path = mem_strdup(path), .live = !strcmp(path, "/") };
	return 0;
}

void root_close(struct root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->path);
	free(root->state);
	*root = (struct root){ .fd = -1 };
}

/* Tells the observer of a look, which does what it does with it without our privilege; returns its result. */
static int seen(const struct root *root, const struct root_seen *look)
{
	if (root->observe) {
		_cleanup_bracket_ struct bracket none = bracket_suspend();

		root->observe(root->observer, look);
	}
	return look->result;
}

static int open_beneath(const struct root *root, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC) };
	int fd;

	/* The live root is trusted, and openat(2) works under every seccomp filter. */
	if (root->live)
		return bracket_openat(root->fd, path, flags);
	/* A pipe in a captured root must not make us wait for its other end. */
	if (!(flags & O_PATH))
		how.flags |= O_NONBLOCK;
	how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
	/* EAGAIN: something was renamed meanwhile, and ".." could not be followed safely; see openat2(2). */
	for (int try = 0; try < OPEN_TRIES; try++) {
		fd = (int)syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd < 0 ? -errno : fd;
}

int root_openat(const struct root *root, const char *path, int flags)
{
	int fd = open_beneath(root, path, flags);

	seen(root,
	     &(struct root_seen){ LOOK_OPEN, path, .flags = flags, .result = fd < 0 ? fd : 0 });
	return fd;
}

/* Reads until end of file or @size bytes; attribute files of the kernel answer in one go, larger files do not. */
static ssize_t read_full(int fd, char *buf, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, buf + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

static int read_whole(const struct root *root, const char *path, size_t limit, char **ret,
		      size_t *ret_len)
{
	_cleanup_close_ int fd = open_beneath(root, path, O_RDONLY | O_NOCTTY);
	_cleanup_free_ char *buf = NULL;
	size_t size = 4096, used = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	for (;;) {
		if (size > limit + 1)
			size = limit + 1;
		buf = mem_resize(buf, size + 1, 1);
		n = read_full(fd, buf + used, size - used);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
		if (used > limit)
			return -EFBIG;
		if (used < size)
			break;
		size *= 2;
	}
	buf[used] = '\0';
	*ret = take_ptr(buf);
	*ret_len = used;
	return 0;
}

int root_read(const struct root *root, const char *path, size_t limit, char **ret, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;
	int r = read_whole(root, path, limit, &text, &len);

	seen(root, &(struct root_seen){ LOOK_READ, path, .result = r, .data = text, .len = len });
	if (r < 0)
		return r;
	*ret = text;
	if (ret_len)
		*ret_len = len;
	return 0;
}

int root_first_line(const char *text, char *buf, size_t size)
{
	size_t len = strcspn(text, "\n");

	if (len == ATTRIBUTE_MAX)
		return -EFBIG;
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	if (len >= size)
		return -EFBIG;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return 0;
}

/* The beginning of a file, terminated: number of bytes, or -errno. */
static ssize_t read_head(const struct root *root, const char *path, char *text, size_t size)
{
	_cleanup_close_ int fd = open_beneath(root, path, O_RDONLY | O_NOCTTY);
	ssize_t n = fd < 0 ? fd : read_full(fd, text, size - 1);

	seen(root, &(struct root_seen){ LOOK_READ, path, .result = n < 0 ? (int)n : 0, .data = text,
					.len = n < 0 ? 0 : (size_t)n });
	if (n >= 0)
		text[n] = '\0';
	return n;
}

int root_read_line(const struct root *root, const char *path, char *buf, size_t size)
{
	char text[ATTRIBUTE_MAX + 1];
	ssize_t n = read_head(root, path, text, sizeof(text));

	return n < 0 ? (int)n : root_first_line(text, buf, size);
}

int root_read_u64(const struct root *root, const char *path, int base, uint64_t *ret)
{
	char text[32];
	int r = root_read_line(root, path, text, sizeof(text));

	return r < 0 ? r : num_parse(text, base, UINT64_MAX, ret);
}

/* Number of bytes of a link's target, or -errno. */
static ssize_t read_target(const struct root *root, const char *path, char *target, size_t size)
{
	_cleanup_close_ int fd = -1;
	ssize_t n;

	/* O_PATH first, so that directories on the way are resolved beneath a captured root. */
	if (root->live) {
		n = readlinkat(root->fd, path, target, size);
		if (n < 0 && (errno == EACCES || errno == EPERM)) {
			BRACKET_MASK(NEED_BIT(READ) | NEED_BIT(PROCESSES));

			n = readlinkat(root->fd, path, target, size);
		}
	} else {
		fd = open_beneath(root, path, O_PATH | O_NOFOLLOW);
		if (fd < 0)
			return fd;
		n = readlinkat(fd, "", target, size);
		if (n < 0 && errno == ENOENT)
			return -EINVAL; /* not a link */
	}
	return n < 0 ? -errno : n;
}

int root_readlink(const struct root *root, const char *path, char *buf, size_t size)
{
	char target[PATH_MAX];
	ssize_t n = read_target(root, path, target, sizeof(target) - 1);

	seen(root, &(struct root_seen){ LOOK_LINK, path, .result = n < 0 ? (int)n : 0,
					.data = target, .len = n < 0 ? 0 : (size_t)n });
	if (n < 0)
		return (int)n;
	if ((size_t)n >= size)
		return -EFBIG;
	memcpy(buf, target, (size_t)n);
	buf[n] = '\0';
	return 0;
}

int root_last_name(const char *target, char *buf, size_t size)
{
	const char *slash = strrchr(target, '/');

	slash = slash ? slash + 1 : target;
	if (strlen(slash) >= size)
		return -EFBIG;
	strcpy(buf, slash);
	return 0;
}

int root_link_name(const struct root *root, const char *path, char *buf, size_t size)
{
	char target[PATH_MAX];
	int r = root_readlink(root, path, target, sizeof(target));

	return r < 0 ? r : root_last_name(target, buf, size);
}

int root_take_names(const struct root *root, int fd, struct strlist *ret)
{
	_cleanup_closedir_ DIR *dir = fdopendir(fd);
	struct strlist names = { 0 };
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((errno = 0, entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    (root->live || strcmp(entry->d_name, ROOT_EMPTY)))
			strlist_add(&names, entry->d_name);
	if (errno) {
		int r = -errno;

		strlist_done(&names);
		return r;
	}
	strlist_sort(&names);
	*ret = names;
	return 0;
}

int root_list(const struct root *root, const char *path, struct strlist *ret)
{
	int fd = open_beneath(root, path, O_RDONLY | O_DIRECTORY);
	int r = fd < 0 ? fd : root_take_names(root, fd, ret);

	return seen(root, &(struct root_seen){ LOOK_LIST, path, .result = r,
					       .names = r < 0 ? NULL : ret });
}

bool root_exists(const struct root *root, const char *path)
{
	_cleanup_close_ int fd = open_beneath(root, path, O_PATH | O_NOFOLLOW);

	return seen(root, &(struct root_seen){ LOOK_EXISTS, path, .result = fd < 0 ? fd : 0 }) == 0;
}

int root_write(const struct root *root, const char *path, const char *value)
{
	_cleanup_close_ int fd = -1;
	size_t len = strlen(value);
	ssize_t n;

	log_debug("%s <- %.*s", path, (int)strcspn(value, "\n"), value);
	if (root->write)
		return root->write(root->context, path, value);
	fd = open_beneath(root, path, O_WRONLY | O_NOCTTY);
	if (fd < 0)
		return fd;
	n = write(fd, value, len);
	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}
