// SPDX-License-Identifier: GPL-2.0-or-later
/* IOMMU groups and the memory regions reserved in them. */
#include "survey/groups.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/root_dir.h"
#include "base/split.h"

#define REGIONS_SIZE_MAX (256 * 1024)

/* Groups that are not worth a thread. */
#define PART_LEAST 128

static enum region_type region_type(const char *word)
{
	static const enum region_type types[] = { REGION_DIRECT, REGION_DIRECT_RELAXABLE,
						  REGION_RESERVED, REGION_MSI };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(word, region_type_name(types[i])))
			return types[i];
	return REGION_OTHER;
}

static void parse_line(char *line, struct group *group)
{
	char *save = NULL, *start = strtok_r(line, " \t", &save),
	     *end = strtok_r(NULL, " \t", &save);
	char *type = strtok_r(NULL, " \t", &save);
	struct region region;

	if (!type || num_parse(start, 16, UINT64_MAX, &region.start) < 0 ||
	    num_parse(end, 16, UINT64_MAX, &region.end) < 0)
		return;
	region.type = region_type(type);
	*mem_append(&group->regions, &group->region_count) = region;
}

void groups_parse_regions(const char *text, struct group *group)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		parse_line(line, group);
}

static void read_regions(const struct root_dir *groups, struct group *group)
{
	_cleanup_free_ char *whole = NULL;
	char name[32], path[96], text[8192];
	ssize_t n;

	snprintf(name, sizeof(name), "%d/reserved_regions", group->id);
	n = root_dir_read(groups, name, text, sizeof(text));
	if (n < 0)
		return;
	/* The kernel gives no more than a page; what is as large as this comes from elsewhere. */
	if ((size_t)n == sizeof(text) - 1) {
		snprintf(path, sizeof(path), "%s/%s", groups->path, name);
		if (root_read(groups->root, path, REGIONS_SIZE_MAX, &whole, NULL) < 0)
			return;
	}
	group->regions_known = true;
	groups_parse_regions(whole ? whole : text, group);
}

/* Looked at, never opened: a second open would fail the guest that is just starting. */
static void read_node(const struct root *root, struct group *group)
{
	_cleanup_close_ int fd = -1;
	char path[32];
	struct stat st;

	if (!root->live)
		return;
	snprintf(path, sizeof(path), "dev/vfio/%d", group->id);
	fd = root_openat(root, path, O_PATH | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode))
		return;
	group->node = (struct node){
		.known = true, .uid = st.st_uid, .gid = st.st_gid, .mode = st.st_mode & 07777
	};
	group->node.ours = faccessat(root->fd, path, R_OK | W_OK, AT_EACCESS) == 0 ? FACT_YES
										   : FACT_NO;
}

/* A device and the number of its group. */
struct member {
	int group;
	size_t device;
};

static int compare(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->group != y->group)
		return (x->group > y->group) - (x->group < y->group);
	return (x->device > y->device) - (x->device < y->device);
}

static struct member *find_members(const struct host *host, size_t *ret_count)
{
	struct member *members = NULL;
	size_t count = 0;

	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].surveyed && host->devices[i].group_number >= 0)
			*mem_append(&members, &count) =
				(struct member){ host->devices[i].group_number, i };
	if (count)
		qsort(members, count, sizeof(*members), compare);
	*ret_count = count;
	return members;
}

/** struct reading - groups being read, in parts */
struct reading {
	const struct root *root;
	struct root_dir dir;
	struct host *host;
};

static void read_part(void *context, size_t part, size_t begin, size_t end)
{
	const struct reading *reading = context;

	(void)part;
	for (size_t i = begin; i < end; i++) {
		read_regions(&reading->dir, &reading->host->groups[i]);
		read_node(reading->root, &reading->host->groups[i]);
	}
}

static void read_groups(const struct root *root, struct host *host)
{
	struct reading reading = { .root = root, .host = host };

	if (!host->group_count)
		return;
	root_dir_open(root, "sys/kernel/iommu_groups", &reading.dir);
	split_work(host->group_count, root->observe ? SIZE_MAX : PART_LEAST, read_part, &reading);
	root_dir_close(&reading.dir);
}

void groups_scan(const struct root *root, struct host *host)
{
	size_t count;
	_cleanup_free_ struct member *members = find_members(host, &count);
	struct group *group = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!group || group->id != members[i].group) {
			group = mem_append(&host->groups, &host->group_count);
			group->id = members[i].group;
		}
		*mem_append(&group->devices, &group->device_count) = members[i].device;
		host->devices[members[i].device].group = (int)host->group_count - 1;
	}
	read_groups(root, host);
	for (size_t i = 0; i < host->device_count; i++)
		host->iommu_enabled |= host->devices[i].group_number >= 0;
}
