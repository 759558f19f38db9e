// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing the persisted pool: its files, and the rules of udev made from them. */
#include "act/persist.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/replace.h"
#include "base/bracket.h"
#include "base/cleanup.h"
#include "model/persist_rules.h"
#include "survey/persist.h"

#define RULES_SIZE_MAX (1024 * 1024)

/* Opens a directory beneath the root, and makes those on the way that are not there. */
static int open_directory(const struct root *root, const char *path, struct err *e)
{
	int fd;
	BRACKET(WRITE);

	for (size_t len = strcspn(path, "/");; len += 1 + strcspn(path + len + 1, "/")) {
		_cleanup_free_ char *part = mem_printf("%.*s", (int)len, path);

		if (mkdirat(root->fd, part, 0755) < 0 && errno != EEXIST)
			return err_sys(e, errno, part, "cannot create it");
		if (!path[len])
			break;
	}
	fd = root_openat(root, path, O_RDONLY | O_DIRECTORY);
	return fd < 0 ? err_sys(e, -fd, path, "cannot open it") : fd;
}

/* Whether a file says just that already: then it is not touched, and a git that keeps it sees no change. */
static bool says(const struct root *root, const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", dir, name), *now = NULL;

	return root_read(root, path, RULES_SIZE_MAX, &now, NULL) == 0 && !strcmp(now, text);
}

static int write_text(const struct root *root, const char *dir, const char *name, const char *text,
		      struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct replacement replacement;

	if (says(root, dir, name, text))
		return 0;
	fd = open_directory(root, dir, e);
	replacement = (struct replacement){
		.where = dir, .name = name, .mode = 0644, .roots = root->live, .text = text
	};
	return fd < 0 ? fd : replace_file(fd, &replacement, e);
}

int persist_write(const struct root *root, const struct device *dev, struct err *e)
{
	_cleanup_free_ char *name = NULL, *text = NULL;
	struct persist persist;
	int r;

	if (!dev->path || !persist_path_ok(dev->path))
		return err_set(e, ERR_UNEXPECTED, ENODEV, PCIADDR_STR(&dev->addr),
			       "its place is not known (%s), by which it would be found again",
			       dev->path ? dev->path : "none");
	persist = persist_of(dev);
	name = mem_printf("%s (%s)", dev->name, device_kind_name(dev->kind));
	text = persist_text(&persist, name);
	r = write_text(root, PERSIST_DIR, persist.file, text, e);
	persist_done(&persist);
	return r;
}

static int remove_from(const struct root *root, const char *dir, const char *name, struct err *e)
{
	_cleanup_close_ int fd = root_openat(root, dir, O_RDONLY | O_DIRECTORY);
	BRACKET(WRITE);

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return err_sys(e, -fd, dir, "cannot open it");
	if (unlinkat(fd, name, 0) < 0)
		return errno == ENOENT ? 0
				       : err_sys(e, errno, name, "cannot remove it from /%s", dir);
	return fsync(fd) < 0 ? err_sys(e, errno, dir, "cannot flush it") : 0;
}

int persist_remove(const struct root *root, const char *name, struct err *e)
{
	return remove_from(root, PERSIST_DIR, name, e);
}

/* Paths of devices have the root bridge's _UID where the firmware gives one (survey/place.c). */
static bool bridges_by_bus(const struct root *root)
{
	struct strlist names;
	bool any = false;

	if (root_list(root, "sys/devices", &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *uid =
			mem_printf("sys/devices/%s/firmware_node/uid", names.item[i]);

		any = any || (!strncmp(names.item[i], "pci", 3) && root_exists(root, uid));
	}
	strlist_done(&names);
	return !any;
}

int persist_write_rules(const struct root *root, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	struct host files = { 0 };

	persist_scan(root, &files);
	text = persist_rules_text(files.persists, files.persist_count, bridges_by_bus(root));
	host_done(&files);
	if (!text)
		return remove_from(root, PERSIST_RULES_DIR, PERSIST_RULES_FILE, e);
	return root_exists(root, "etc/udev")
		       ? write_text(root, PERSIST_RULES_DIR, PERSIST_RULES_FILE, text, e)
		       : 0;
}

int persist_mark(const struct root *root, const struct persist *persist, struct err *e)
{
	_cleanup_free_ char *mark = mem_printf(PERSIST_MARK "%s", persist->file);
	_cleanup_close_ int fd = -1;
	BRACKET(WRITE);

	if (persist->state != PERSIST_CHANGED)
		return unlinkat(root->fd, mark, 0) == 0 || errno == ENOENT
			       ? 0
			       : err_sys(e, errno, mark, "cannot remove it");
	fd = openat(root->fd, mark, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	return fd < 0 ? err_sys(e, errno, mark, "cannot create it") : 0;
}
