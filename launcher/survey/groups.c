// SPDX-License-Identifier: GPL-2.0-or-later
/* IOMMU groups and the memory regions reserved in them. */
#include "survey/groups.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"

#define REGIONS_SIZE_MAX (256 * 1024)

static enum region_type region_type(const char *word)
{
	static const enum region_type types[] = { REGION_DIRECT, REGION_DIRECT_RELAXABLE, REGION_RESERVED, REGION_MSI };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(word, region_type_name(types[i])))
			return types[i];
	return REGION_OTHER;
}

static void parse_line(char *line, struct group *group)
{
	char *save = NULL, *start = strtok_r(line, " \t", &save), *end = strtok_r(NULL, " \t", &save);
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

static void read_regions(const struct root *root, struct group *group)
{
	_cleanup_free_ char *text = NULL;
	char path[96];

	snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d/reserved_regions", group->id);
	if (root_read(root, path, REGIONS_SIZE_MAX, &text, NULL) < 0)
		return;
	group->regions_known = true;
	groups_parse_regions(text, group);
}

/* The group numbered @id, which is appended where it is new; valid until the next call. */
static struct group *group_numbered(struct host *host, int id)
{
	struct group *group;

	for (size_t i = 0; i < host->group_count; i++)
		if (host->groups[i].id == id)
			return &host->groups[i];
	group = mem_append(&host->groups, &host->group_count);
	group->id = id;
	return group;
}

static int compare(const void *a, const void *b)
{
	int x = ((const struct group *)a)->id, y = ((const struct group *)b)->id;

	return (x > y) - (x < y);
}

void groups_scan(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++) {
		char path[96], name[16];
		struct group *group;
		uint64_t id;

		snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/iommu_group", PCIADDR_STR(&host->devices[i].addr));
		if (root_link_name(root, path, name, sizeof(name)) < 0 || num_parse(name, 10, INT_MAX, &id) < 0)
			continue;
		group = group_numbered(host, (int)id);
		*mem_append(&group->devices, &group->device_count) = i;
	}
	if (host->group_count)
		qsort(host->groups, host->group_count, sizeof(*host->groups), compare);
	for (size_t i = 0; i < host->group_count; i++) {
		const struct group *group = &host->groups[i];

		read_regions(root, &host->groups[i]);
		for (size_t j = 0; j < group->device_count; j++)
			host->devices[group->devices[j]].group = (int)i;
	}
	host->iommu_enabled = host->group_count > 0;
}
