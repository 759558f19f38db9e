// SPDX-License-Identifier: GPL-2.0-or-later
/* Owner of vfio's device nodes: /dev/vfio/N of a group, /dev/vfio/devices/vfioN of a device. */
#include "act/own.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/udev.h"
#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"

#define NODE_SIZE 48
#define DEV_PREFIX "vfio"

static void node_path(const struct journal_node *node, char path[NODE_SIZE])
{
	if (node->number < 0)
		snprintf(path, NODE_SIZE, "dev/vfio/%d", node->group);
	else
		snprintf(path, NODE_SIZE, "dev/vfio/devices/" DEV_PREFIX "%d", node->number);
}

int own_number(const struct root *root, const struct pciaddr *addr)
{
	struct strlist names = { 0 };
	char path[96];
	int number = -1;
	uint64_t n;

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vfio-dev", PCIADDR_STR(addr));
	if (root_list(root, path, &names) < 0)
		return -1;
	/* Since 6.1 the name is there on every kernel; one that makes no node has no number of one. */
	for (size_t i = 0; number < 0 && i < names.count; i++) {
		if (strncmp(names.item[i], DEV_PREFIX, strlen(DEV_PREFIX)) ||
		    num_parse(names.item[i] + strlen(DEV_PREFIX), 10, INT_MAX, &n) < 0)
			continue;
		snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vfio-dev/" DEV_PREFIX "%d/dev",
			 PCIADDR_STR(addr), (int)n);
		if (root_exists(root, path))
			number = (int)n;
	}
	strlist_done(&names);
	return number;
}

/* Opened as a path only: a second open of a group's node would fail the guest that is about to start. */
static int open_node(const struct root *root, const char *path, struct stat *ret, struct err *e)
{
	int fd = root_openat(root, path, O_PATH | O_NOFOLLOW);

	if (fd < 0)
		return err_sys(e, -fd, path, "cannot reach vfio's node");
	if (fstat(fd, ret) < 0 || !S_ISCHR(ret->st_mode)) {
		close(fd);
		return err_set(e, ERR_UNEXPECTED, ENOTTY, path, "it is no character device");
	}
	return fd;
}

int own_read(const struct root *root, struct journal_node *node, struct err *e)
{
	_cleanup_close_ int fd = -1;
	char path[NODE_SIZE];
	struct stat st;

	node_path(node, path);
	fd = open_node(root, path, &st, e);
	if (fd < 0)
		return fd;
	udev_wait(root, st.st_rdev);
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, path, "cannot read its owner");
	node->uid = st.st_uid;
	node->gid = st.st_gid;
	node->mode = st.st_mode & 07777;
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

static int set_node(const struct root *root, const struct journal_node *to, struct err *e)
{
	_cleanup_close_ int fd = -1;
	char path[NODE_SIZE];
	struct stat st;

	node_path(to, path);
	fd = open_node(root, path, &st, e);
	if (fd < 0)
		return fd;
	log_debug("%s <- %u:%u %04o", path, (unsigned int)to->uid, (unsigned int)to->gid,
		  (unsigned int)to->mode);
	if (change_node(fd, to->uid, to->gid, to->mode) < 0 || fstat(fd, &st) < 0)
		return err_sys(e, errno, path, "cannot give it to uid %u", (unsigned int)to->uid);
	if (st.st_uid != to->uid || st.st_gid != to->gid || (st.st_mode & 07777) != to->mode)
		return err_set(e, ERR_UNEXPECTED, EIO, path,
			       "its owner is not what was set: something else changes it");
	return 0;
}

int own_give(const struct root *root, const struct journal_node *node, uid_t uid, gid_t gid,
	     struct err *e)
{
	struct journal_node to = *node;
	int r = own_read(root, &to, e);

	to.uid = uid;
	to.gid = gid;
	to.mode |= 0600;
	return r < 0 ? r : set_node(root, &to, e);
}

int own_restore(const struct root *root, const struct journal_node *node, struct err *e)
{
	int r;

	if (node->number >= 0 && own_number(root, &node->addr) != node->number)
		return 0;
	r = set_node(root, node, e);
	return r == -ENOENT ? 0 : r;
}
