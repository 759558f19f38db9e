// SPDX-License-Identifier: GPL-2.0-or-later
/* Owner of a group's device node /dev/vfio/N. */
#include "act/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/udev.h"
#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"

#define NODE_SIZE 32

/* Opened as a path only: a second open of a group's node would fail the guest that is about to start. */
static int open_node(const struct root *root, int group, struct stat *ret, struct err *e)
{
	char path[NODE_SIZE];
	int fd;

	snprintf(path, sizeof(path), "dev/vfio/%d", group);
	fd = root_openat(root, path, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return err_sys(e, -fd, path, "cannot reach the group's node");
	if (fstat(fd, ret) < 0 || !S_ISCHR(ret->st_mode)) {
		close(fd);
		return err_set(e, ERR_UNEXPECTED, ENOTTY, path, "it is no character device");
	}
	return fd;
}

int own_read(const struct root *root, int group, struct journal_node *ret, struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	fd = open_node(root, group, &st, e);
	if (fd < 0)
		return fd;
	udev_wait(root, st.st_rdev);
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "/dev/vfio", "cannot read the owner of group %d's node", group);
	*ret = (struct journal_node){
		.group = group, .uid = st.st_uid, .gid = st.st_gid, .mode = st.st_mode & 07777
	};
	return 0;
}

/* An O_PATH descriptor takes no fchmod(2); its proc link leads to this very node and nowhere else. */
static int change_node(int fd, uid_t uid, gid_t gid, mode_t mode)
{
	char self[64];
	BRACKET(NODE);

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0 || chmod(self, mode) < 0 ? -1 : 0;
}

static int set_node(const struct root *root, int group, uid_t uid, gid_t gid, mode_t mode, struct err *e)
{
	_cleanup_close_ int fd = -1;
	char path[NODE_SIZE];
	struct stat st;

	snprintf(path, sizeof(path), "dev/vfio/%d", group);
	fd = open_node(root, group, &st, e);
	if (fd < 0)
		return fd;
	log_debug("%s <- %u:%u %04o", path, (unsigned int)uid, (unsigned int)gid, (unsigned int)mode);
	if (change_node(fd, uid, gid, mode) < 0 || fstat(fd, &st) < 0)
		return err_sys(e, errno, path, "cannot give it to uid %u", (unsigned int)uid);
	if (st.st_uid != uid || st.st_gid != gid || (st.st_mode & 07777) != mode)
		return err_set(e, ERR_UNEXPECTED, EIO, path, "its owner is not what was set: something else changes it");
	return 0;
}

int own_give(const struct root *root, int group, uid_t uid, gid_t gid, struct err *e)
{
	struct journal_node now;
	int r = own_read(root, group, &now, e);

	return r < 0 ? r : set_node(root, group, uid, gid, now.mode | 0600, e);
}

int own_restore(const struct root *root, const struct journal_node *node, struct err *e)
{
	int r = set_node(root, node->group, node->uid, node->gid, node->mode, e);

	return r == -ENOENT ? 0 : r;
}
