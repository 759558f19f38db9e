// SPDX-License-Identifier: GPL-2.0-or-later
/* Disks behind controllers, and whether and by whom they are in use. */
#include "survey/disks.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/root_dir.h"
#include "base/split.h"
#include "survey/culprit.h"
#include "survey/facts.h"
#include "survey/place.h"
#include "survey/signatures.h"

/* Controllers that are not worth a thread. */
#define PART_LEAST 64

#define SUBSYSTEMS "sys/class/nvme-subsystem"

/* /dev name of a block device: sysfs writes '!' where the node's name has '/' (cciss!c0d0). */
static char *node_of(const char *name)
{
	char *node = mem_printf("/dev/%s", name);

	for (char *p = node; *p; p++)
		if (*p == '!')
			*p = '/';
	return node;
}

/*
 * O_NONBLOCK, so that a drive without a medium answers; read only, so that udev does not take the close for a change.
 */
static enum fact open_exclusively(const struct root *root, const char *node)
{
	int fd = root_openat(root, node + 1, O_RDONLY | O_EXCL | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0) {
		close(fd);
		return FACT_NO;
	}
	switch (fd) {
	case -EBUSY:
		return FACT_YES;
	case -ENOMEDIUM:
	case -ENXIO:
		return FACT_NO;
	default:
		return FACT_UNKNOWN;
	}
}

static enum fact measure(const struct root *root, const struct json *facts, const char *node)
{
	return root->live ? open_exclusively(root, node) : facts_disk_busy(facts, node);
}

static void add_disk(struct host *host, struct device *dev, const char *name, enum fact busy,
		     bool shared)
{
	struct disk *disk = mem_append(&dev->disks, &dev->disk_count);
	const struct group *group = host_group(host, dev);

	*disk = (struct disk){
		.name = mem_strdup(name), .node = node_of(name), .busy = busy, .shared = shared
	};
	if (busy == FACT_UNKNOWN && !(group && group->holder) &&
	    !strlist_has(&dev->unmeasured, "users"))
		strlist_add(&dev->unmeasured, "users");
}

/* Names the users of a disk on one of the controllers that lead to it. */
static void add_uses(struct culprits *culprits, struct device *dev, const struct disk *disk)
{
	struct use *uses = NULL;
	size_t count = 0;

	culprits_of_disk(culprits, disk, &uses, &count);
	for (size_t i = 0; i < count; i++)
		device_add_use(dev, USE_DISK, uses[i].what, uses[i].fix);
	free(uses);
}

/*
 * With native multipath a namespace hangs under its subsystem (/devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1) and
 * every controller of the subsystem leads to it. What the controllers themselves show are hidden paths without a node.
 */
static size_t subsystem_controllers(const struct root *root, const struct host *host,
				    const char *subsystem, struct device ***ret)
{
	_cleanup_free_ char *dir = mem_printf(SUBSYSTEMS "/%s", subsystem);
	struct device **devs = NULL;
	struct strlist names;
	size_t count = 0;

	if (root_list(root, dir, &names) < 0)
		return 0;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *link = mem_printf("%s/%s", dir, names.item[i]);
		char target[PATH_MAX];
		struct device *dev;

		if (strncmp(names.item[i], "nvme", 4) ||
		    !isdigit((unsigned char)names.item[i][4]) ||
		    root_readlink(root, link, target, sizeof(target)) < 0)
			continue;
		dev = place_on_path(host, target);
		if (dev && dev->surveyed)
			*mem_append(&devs, &count) = dev;
	}
	strlist_done(&names);
	*ret = devs;
	return count;
}

/* Controllers of the block device whose sysfs link is @path (which is taken apart). */
static size_t controllers_of(const struct root *root, const struct host *host, char *path,
			     struct device ***ret, bool *ret_shared)
{
	static const char mark[] = "/nvme-subsystem/";
	char *at = strstr(path, mark);
	struct device *dev;

	*ret_shared = at != NULL;
	if (at) {
		at += sizeof(mark) - 1;
		at[strcspn(at, "/")] = '\0';
		return subsystem_controllers(root, host, at, ret);
	}
	dev = place_on_path(host, path);
	if (!dev || !dev->surveyed)
		return 0;
	*ret = mem_zalloc(sizeof(**ret));
	**ret = dev;
	return 1;
}

/* A path to a namespace that multipath has taken together (nvme0c1n1) has no device number, and so no node. No other disk is so. */
static bool is_hidden(const struct root *root, const char *name)
{
	_cleanup_free_ char *attribute = NULL;

	if (strncmp(name, "nvme", 4) || !strchr(name + 4, 'c'))
		return false;
	attribute = mem_printf("sys/block/%s/dev", name);
	return !root_exists(root, attribute);
}

static void scan_disk(const struct root_dir *dir, struct host *host, const char *name,
		      const struct json *facts)
{
	const struct root *root = dir->root;
	_cleanup_free_ char *node = node_of(name);
	_cleanup_free_ struct device **devs = NULL;
	char path[PATH_MAX];
	enum fact busy = FACT_UNKNOWN;
	bool shared, guest = false;
	size_t count;

	if (root_dir_readlink(dir, name, path, sizeof(path)) < 0)
		return;
	count = controllers_of(root, host, path, &devs, &shared);
	if (!count || is_hidden(root, name))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct group *group = host_group(host, devs[i]);

		guest = guest || (group && group->holder);
	}
	if (!guest)
		busy = measure(root, facts, node);
	for (size_t i = 0; i < count; i++)
		add_disk(host, devs[i], name, busy, shared);
}

/** struct search - looking for the users of disks: of the @count devices @with disks, by their indexes */
struct search {
	const struct root *root;
	const struct holders *holders;
	struct host *host;
	size_t *with;
	size_t count;
};

static void search_part(void *context, size_t part, size_t begin, size_t end)
{
	const struct search *search = context;
	struct culprits *culprits = culprits_new(search->root);

	(void)part;
	culprits_know_holders(culprits, search->holders);
	for (size_t i = begin; i < end; i++) {
		struct device *dev = &search->host->devices[search->with[i]];

		for (size_t d = 0; d < dev->disk_count; d++)
			add_uses(culprits, dev, &dev->disks[d]);
	}
	culprits_free(culprits);
}

static void search_users(const struct root *root, const struct holders *holders, struct host *host)
{
	struct search search = { .root = root, .holders = holders, .host = host };

	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].disk_count)
			*mem_append(&search.with, &search.count) = i;
	split_work(search.count, root->observe ? SIZE_MAX : PART_LEAST, search_part, &search);
	free(search.with);
}

void disks_scan(const struct root *root, const struct json *facts, const struct holders *holders,
		struct host *host)
{
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };
	struct strlist names;

	if (root_list(root, "sys/block", &names) < 0)
		return;
	root_dir_open(root, "sys/block", &dir);
	for (size_t i = 0; i < names.count; i++)
		scan_disk(&dir, host, names.item[i], facts);
	strlist_done(&names);
	signatures_scan(root, facts, host);
	search_users(root, holders, host);
}
