// SPDX-License-Identifier: GPL-2.0-or-later
/* The single changes of the disk that hostfiles consists of. */
#include "act/hostfiles_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"

/* A file being written is beside the one it replaces, under a name that no program takes for configuration. */
#define PREFIX ".vmrun-new."

/* Files of others than root are written, and stay theirs. */
#define BRACKET_FILES() BRACKET_MASK(NEED_BIT(WRITE) | NEED_BIT(NODE))

static int step(const struct hostfiles *run, const char *operation, const char *path)
{
	return run->step ? run->step(run->context, operation, path) : 0;
}

static int fault(int number, const char *path, const char *what, struct err *e)
{
	_cleanup_free_ char *shown = mem_printf("/%s", path);
	bool denied = number == EACCES || number == EPERM;

	err_set(e, denied ? ERR_PRIVILEGE : ERR_UNEXPECTED, number, shown, "cannot %s it: %s", what,
		strerror(number));
	if (denied)
		err_fix(e, "run it as root");
	else if (number == EROFS)
		err_fix(e,
			"its file system is read-only: mount it for writing, or use the image's own way of changing it");
	return -number;
}

/* The folder a path is in, opened; *@name is what it is called there. */
static int open_folder(const struct hostfiles *run, const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *folder = slash ? mem_printf("%.*s", (int)(slash - path), path)
					    : mem_strdup(".");

	*name = slash ? slash + 1 : path;
	return root_openat(run->root, folder, O_RDONLY | O_DIRECTORY);
}

int hostfiles_read(const struct hostfiles *run, const char *path, struct hostfile_text *ret,
		   struct err *e)
{
	_cleanup_close_ int fd = root_openat(run->root, path, O_PATH | O_NOFOLLOW);
	_cleanup_free_ char *shown = mem_printf("/%s", path);
	struct hostfile_text text = { 0 };
	struct stat st;
	int r;

	*ret = text;
	if (fd == -ENOENT || fd == -ENOTDIR)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fault(fd < 0 ? -fd : errno, path, "look at", e);
	if (S_ISLNK(st.st_mode)) {
		err_set(e, ERR_REFUSED, ELOOP, shown,
			"it is a symbolic link, which replacing it would undo");
		return err_fix(
			e, "put the file itself there, or make the change where the link leads");
	}
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REFUSED, EINVAL, shown, "it is no file");
	r = root_read(run->root, path, HOSTMANIFEST_SIZE_MAX, &text.bytes, &text.len);
	if (r < 0)
		return fault(-r, path, "read", e);
	text.mode = st.st_mode & 07777;
	text.uid = st.st_uid;
	text.gid = st.st_gid;
	*ret = text;
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The new file, complete and on disk, not yet in its place. */
static int write_new(const struct hostfiles *run, int folder, const char *name, const char *path,
		     const struct hostfile_text *text)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = step(run, "create", path);

	if (r < 0)
		return r;
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = step(run, "write", path);
	if (r == 0)
		r = write_all(fd, text->bytes, text->len);
	if (r == 0)
		r = step(run, "own", path);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0 || ((st.st_uid != text->uid || st.st_gid != text->gid) &&
				   fchown(fd, text->uid, text->gid) < 0))
		return -errno;
	return fchmod(fd, text->mode) < 0 || fsync(fd) < 0 ? -errno : 0;
}

int disk_replace(const struct hostfiles *run, const char *path, const struct hostfile_text *text,
		 struct err *e)
{
	const char *name;
	_cleanup_close_ int folder = open_folder(run, path, &name);
	_cleanup_free_ char *temporary = mem_printf(PREFIX "%s", name);
	BRACKET_FILES();
	int r;

	if (folder < 0)
		return fault(-folder, path, "write", e);
	r = write_new(run, folder, temporary, path, text);
	if (r == 0)
		r = step(run, "rename", path);
	if (r == 0 && renameat(folder, temporary, folder, name) < 0)
		r = -errno;
	if (r == 0)
		r = step(run, "flush", path);
	if (r == 0 && fsync(folder) < 0)
		r = -errno;
	return r < 0 ? fault(-r, path, "write", e) : 0;
}

int disk_remove(const struct hostfiles *run, const char *path, struct err *e)
{
	const char *name;
	_cleanup_close_ int folder = open_folder(run, path, &name);
	BRACKET_FILES();
	int r;

	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return fault(-folder, path, "remove", e);
	r = step(run, "remove", path);
	if (r == 0 && ((unlinkat(folder, name, 0) < 0 && errno != ENOENT) || fsync(folder) < 0))
		r = -errno;
	return r < 0 ? fault(-r, path, "remove", e) : 0;
}

static int make_one(const struct hostfiles *run, const char *path, unsigned int mode, struct err *e)
{
	_cleanup_close_ int above = -1;
	BRACKET_FILES();
	const char *name;
	int r;

	if (root_exists(run->root, path))
		return 0;
	r = step(run, "make", path);
	above = open_folder(run, path, &name);
	if (r == 0 && above < 0)
		r = above;
	if (r == 0 && (mkdirat(above, name, mode) < 0 || fsync(above) < 0))
		r = -errno;
	return r < 0 ? fault(-r, path, "make", e) : 0;
}

int disk_make_folder(const struct hostfiles *run, const char *path, unsigned int mode,
		     struct err *e)
{
	int r = 0;

	for (const char *end = strchr(path, '/'); r == 0 && end; end = strchr(end + 1, '/')) {
		_cleanup_free_ char *folder = mem_printf("%.*s", (int)(end - path), path);

		r = make_one(run, folder, 0755, e);
	}
	return r < 0 ? r : make_one(run, path, mode, e);
}

void disk_missing_folders(const struct hostfiles *run, const char *path, struct strlist *ret)
{
	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		_cleanup_free_ char *folder = mem_printf("%.*s", (int)(end - path), path);

		if (!root_exists(run->root, folder) && !strlist_has(ret, folder))
			strlist_add(ret, folder);
	}
}

int disk_remove_folder(const struct hostfiles *run, const char *path, struct err *e)
{
	const char *name;
	_cleanup_close_ int above = open_folder(run, path, &name);
	BRACKET_FILES();
	int r = above == -ENOENT ? 0 : above < 0 ? above : step(run, "rmdir", path);

	if (r == 0 && above >= 0 &&
	    ((unlinkat(above, name, AT_REMOVEDIR) < 0 && errno != ENOENT && errno != ENOTEMPTY &&
	      errno != EEXIST) ||
	     fsync(above) < 0))
		r = -errno;
	return r < 0 ? fault(-r, path, "remove", e) : 0;
}

static bool named(const struct hostmanifest *manifest, const char *copy)
{
	for (size_t i = 0; i < manifest->count; i++) {
		const struct hostfile_entry *entry = &manifest->entries[i];
		const char *const copies[] = { entry->former.copy, entry->written.copy,
					       entry->previous.copy };

		for (size_t k = 0; k < ARRAY_SIZE(copies); k++)
			if (copies[k] && !strcmp(copies[k], copy))
				return true;
	}
	return false;
}

int disk_clean(const struct hostfiles *run, struct err *e)
{
	struct strlist names = { 0 };
	int r = root_list(run->root, HOSTMANIFEST_DIR, &names);

	r = r == -ENOENT ? 0 : r;
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		_cleanup_free_ char *path = mem_printf(HOSTMANIFEST_DIR "/%s", names.item[i]);

		if (strcmp(names.item[i], HOSTMANIFEST_FILE) &&
		    !named(&run->manifest, names.item[i]))
			r = disk_remove(run, path, e);
	}
	strlist_done(&names);
	for (size_t i = 0; r == 0 && i < run->manifest.count; i++) {
		const char *path = run->manifest.entries[i].path, *slash = strrchr(path, '/');
		size_t len = slash ? (size_t)(slash + 1 - path) : 0;
		_cleanup_free_ char *left =
			mem_printf("%.*s" PREFIX "%s", (int)len, path, path + len);

		if (root_exists(run->root, left))
			r = disk_remove(run, left, e);
	}
	return r;
}

int disk_forget(struct hostfiles *run, struct err *e)
{
	int r = root_exists(run->root, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE)
			? disk_remove(run, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, e)
			: 0;

	hostmanifest_done(&run->manifest);
	if (r == 0)
		r = disk_clean(run, e);
	if (r == 0)
		r = disk_remove_folder(run, HOSTMANIFEST_DIR, e);
	return r < 0 ? r : disk_remove_folder(run, "var/lib/vmrun", e);
}
