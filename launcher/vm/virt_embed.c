// SPDX-License-Identifier: GPL-2.0-or-later
/* The root directory of libvirt's embedded driver: created, filled, asked, removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "vm/virt_impl.h"

/*
 * Theory of operation
 *
 * The directory belongs to QEMU's user, who may be hostile once a guest has broken out of QEMU. So
 * privileged code creates and removes the directory, and writes nothing into it: the child does, as
 * that user. Removal walks by descriptors and never follows a link.
 */

/* libvirt's tree below the root is at most seven deep; a hostile one would have us recurse. */
#define DEPTH_MAX 16

/* The last component of a path, and the directory above it. */
static char *path_parent(const char *path, char **ret_name)
{
	char *copy = mem_strdup(path), *slash;

	while (copy[0] && copy[1] && copy[strlen(copy) - 1] == '/')
		copy[strlen(copy) - 1] = '\0';
	slash = strrchr(copy, '/');
	*ret_name = mem_strdup(slash ? slash + 1 : copy);
	if (slash == copy)
		slash[1] = '\0';
	else if (slash)
		*slash = '\0';
	return copy;
}

/*
 * Whether a parent directory is vmrun's own, as virt_choose() names it, and not one that the user
 * chose.
 */
static bool is_ours(const char *parent)
{
	static const char suffix[] = "/vmrun/embed";
	size_t len = strlen(parent);

	return len >= sizeof(suffix) - 1 && !strcmp(parent + len - (sizeof(suffix) - 1), suffix);
}

/* A directory that others may pass but not read. */
static int make_directory(const char *path, struct err *e)
{
	if (mkdir(path, 0700) < 0)
		return errno == EEXIST ? 0 : err_sys(e, errno, path, "cannot create the directory");
	/* Whatever the umask is. */
	return chmod(path, 0711) < 0
		       ? err_sys(e, errno, path, "cannot set the mode of the directory")
		       : 0;
}

/* Creates vmrun's own directories above the root: ...vmrun and ...vmrun/embed. */
static int make_parents(const char *parent, struct err *e)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_free_ char *above = path_parent(parent, &name);
	int r;

	if (!is_ours(parent))
		return 0;
	r = make_directory(above, e);
	return r ? r : make_directory(parent, e);
}

/* Makes a directory of ours, just created or empty, the user's; or checks that it is. */
static int give_directory(int fd, bool created, const struct virt_where *where, struct err *e)
{
	struct stat st;

	if (created && (fchown(fd, where->uid, where->gid) < 0 || fchmod(fd, 0700) < 0))
		return err_sys(e, errno, where->embed, "cannot give the directory to QEMU's user");
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, where->embed, "cannot look at the directory");
	if (st.st_uid == where->uid)
		return 0;
	err_set(e, ERR_VIRT, EEXIST, where->embed,
		"the embedded driver's directory belongs to uid %u, not to QEMU's user (uid %u)",
		st.st_uid, where->uid);
	err_fix(e,
		"remove it when no guest of it runs, or name another one: qemu:///embed?root=DIR");
	return -EEXIST;
}

/* One attempt: creates what is missing, and checks what is there. */
static int prepare(const char *parent, const char *name, const struct virt_where *where,
		   struct err *e)
{
	_cleanup_close_ int parent_fd = -1, fd = -1;
	bool created = true;
	int r = make_parents(parent, e);

	if (r)
		return r;
	parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent_fd < 0)
		return err_sys(e, errno, parent, "cannot open the directory");
	if (mkdirat(parent_fd, name, 0700) < 0) {
		if (errno != EEXIST)
			return err_sys(e, errno, where->embed, "cannot create the directory");
		created = false;
	}
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, where->embed, "cannot open the directory");
	r = give_directory(fd, created, where, e);
	if (r == 0)
		virt_cache_prepare(where);
	return r;
}

int virt_embed_prepare(const struct virt_where *where, struct err *e)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_free_ char *parent = path_parent(where->embed, &name);
	struct err first = { 0 };
	int r;
	BRACKET_MASK(NEED_BIT(WRITE) | NEED_BIT(NODE));

	r = prepare(parent, name, where, &first);
	/* Another run removed the directory above, with the last guest in it, between two steps. */
	if (r == -ENOENT)
		return prepare(parent, name, where, e);
	if (r && e)
		*e = first;
	return r;
}

/*
 * The driver and QEMU get an environment of their own: nothing of the user who called vmrun, all
 * files in the root.
 */
static int set_environment(const char *embed)
{
	static const char *const below[][2] = {
		{ "HOME", "" },
		{ "XDG_CACHE_HOME", "/cache" },
		{ "XDG_CONFIG_HOME", "/etc" },
		{ "XDG_DATA_HOME", "/lib" },
		{ "XDG_RUNTIME_DIR", "/run" },
		{ "TMPDIR", "" },
	};
	_cleanup_free_ char *log = mem_printf("3:file:%s/log/libvirt.log", embed);

	if (clearenv() ||
	    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1) ||
	    setenv("LC_ALL", "C.UTF-8", 1) || setenv("LIBVIRT_LOG_OUTPUTS", log, 1))
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		_cleanup_free_ char *path = mem_printf("%s%s", embed, below[i][1]);

		if (setenv(below[i][0], path, 1))
			return -ENOMEM;
	}
	return 0;
}

int virt_embed_fill(const char *embed, struct err *e)
{
	/* Without this the driver asks for virtlogd, a daemon. */
	static const char conf[] = "# Written by vmrun for libvirt's embedded driver.\n"
				   "stdio_handler = \"file\"\n";
	static const char *const dirs[] = { "etc", "log" };
	_cleanup_close_ int root = open(embed, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;

	if (root < 0)
		return err_sys(e, errno, embed, "cannot open the embedded driver's directory");
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdirat(root, dirs[i], 0700) < 0 && errno != EEXIST)
			return err_sys(e, errno, embed, "cannot create %s in it", dirs[i]);
	virt_cache_link(embed, root);
	fd = openat(root, "etc/qemu.conf", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return err_sys(e, errno, embed, "cannot create etc/qemu.conf in it");
	if (fd >= 0 && write(fd, conf, sizeof(conf) - 1) != (ssize_t)(sizeof(conf) - 1))
		return err_sys(e, EIO, embed, "cannot write etc/qemu.conf in it");
	if (set_environment(embed))
		return err_sys(e, ENOMEM, embed, "cannot set the environment");
	return 0;
}

pid_t virt_embed_watcher(const char *embed)
{
	_cleanup_free_ char *path = mem_printf("%s/run/qemu/driver.pid", embed);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	if (fd < 0 || fcntl(fd, F_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
		return 0;
	return lock.l_pid > 0 ? lock.l_pid : -1;
}

/* Reads a small file into a terminated buffer; number of bytes, or -errno. */
static ssize_t read_small(const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t used = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (used < size - 1 && (n = read(fd, buf + used, size - 1 - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		return -errno;
	buf[used] = '\0';
	return (ssize_t)used;
}

/*
 * Whether a process still is QEMU of this guest, and not another one that got its number: "-uuid",
 * "UUID" in its arguments.
 */
static int process_is_guest(uint64_t pid, const char *uuid, bool *ret)
{
	_cleanup_free_ char *path = mem_printf("/proc/%llu/cmdline", (unsigned long long)pid);
	_cleanup_free_ char *args = mem_zalloc(256 * 1024);
	_cleanup_free_ char *wanted = mem_printf("-uuid%c%s", '\0', uuid);
	ssize_t n = read_small(path, args, 256 * 1024);

	if (n == -ENOENT || n == -ESRCH) {
		*ret = false;
		return 0;
	}
	if (n < 0)
		return (int)n;
	/* "-uuid" is five characters and its terminator, a UUID 36 and its own. */
	*ret = memmem(args, (size_t)n + 1, wanted, 6 + strlen(uuid) + 1) != NULL;
	return 0;
}

int virt_embed_running(const char *embed, const char *name, const char *uuid, bool *ret)
{
	_cleanup_free_ char *path = mem_printf("%s/run/qemu/%s.pid", embed, name);
	char text[32];
	uint64_t pid;
	ssize_t n = read_small(path, text, sizeof(text));

	if (n == -ENOENT) {
		*ret = false;
		return 0;
	}
	if (n < 0)
		return (int)n;
	text[strcspn(text, "\n")] = '\0';
	if (num_parse(text, 10, INT32_MAX, &pid) || pid == 0)
		return -EINVAL;
	return process_is_guest(pid, uuid, ret);
}

static int remove_below(int fd, dev_t dev, unsigned int depth);

/* Removes one entry of a directory, whatever it is; a link is removed, not followed. */
static int remove_entry(int parent, const char *name, dev_t dev, unsigned int depth)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != dev)
		return -EXDEV;
	r = depth ? remove_below(fd, dev, depth - 1) : -ELOOP;
	if (r)
		return r;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

/* Removes all entries of a directory. */
static int remove_below(int fd, dev_t dev, unsigned int depth)
{
	_cleanup_closedir_ DIR *dir = NULL;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct dirent *entry;

	if (copy < 0)
		return -errno;
	dir = fdopendir(copy);
	if (!dir) {
		int number = errno;

		close(copy);
		return -number;
	}
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		int r;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		r = remove_entry(fd, entry->d_name, dev, depth);
		if (r)
			return r;
	}
	return -errno;
}

int virt_embed_remove(const struct root *root, const char *embed, struct err *e)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_free_ char *parent = path_parent(embed, &name);
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;
	BRACKET(WRITE);

	/* A directory that the user chose is the user's. */
	if (!is_ours(parent) || name[0] == '\0' || name[0] == '.')
		return 0;
	fd = root_openat(root, parent + strspn(parent, "/"), O_RDONLY | O_DIRECTORY);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return err_sys(e, -fd, parent, "cannot open the directory");
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0
				       : err_sys(e, errno, embed, "cannot look at the directory");
	r = remove_entry(fd, name, st.st_dev, DEPTH_MAX);
	if (r)
		return err_sys(e, -r, embed, "cannot remove the embedded driver's directory");
	/* The directory above goes with the last of them; it is no failure that others are in it. */
	(void)unlinkat(root->fd, parent + strspn(parent, "/"), AT_REMOVEDIR);
	return 0;
}
