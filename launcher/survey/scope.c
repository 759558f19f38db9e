// SPDX-License-Identifier: GPL-2.0-or-later
/* What a survey is about: all functions, or those one profile can have to do with. */
#include "survey/scope.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "survey/devices.h"
#include "survey/names.h"

/* Conditions on the place of a function, which is known before anything is read of it. */
static bool is_about_place(enum selector_kind kind)
{
	return kind == SELECTOR_ADDRESS || kind == SELECTOR_PATH;
}

static bool is_about_ids(enum selector_kind kind)
{
	return kind == SELECTOR_MATCH || kind == SELECTOR_CLASS || kind == SELECTOR_NAME;
}

static bool needs_all(const struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++) {
		const struct profile_pci *want = &profile->pci[i];

		if (want->vf_of)
			return true;
		for (size_t k = 0; k < want->selector_count; k++)
			if (!is_about_place(want->selectors[k].kind) &&
			    !is_about_ids(want->selectors[k].kind))
				return true;
	}
	return false;
}

static bool is_placed(const struct profile_pci *want, const struct device *dev)
{
	for (size_t k = 0; k < want->selector_count; k++)
		if (is_about_place(want->selectors[k].kind) &&
		    !selector_matches(&want->selectors[k], dev))
			return false;
	return true;
}

static bool asks_for_ids(const struct profile_pci *want)
{
	for (size_t k = 0; k < want->selector_count; k++)
		if (is_about_ids(want->selectors[k].kind))
			return true;
	return false;
}

static bool matches(const struct profile_pci *want, const struct device *dev)
{
	for (size_t k = 0; k < want->selector_count; k++)
		if (!selector_matches(&want->selectors[k], dev))
			return false;
	return true;
}

/* Place first: most functions need not be asked for their ids then. */
static void mark_matches(const struct root *root, const struct profile *profile,
			 struct names *names, struct host *host)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		for (size_t d = 0; d < host->device_count; d++)
			if (asks_for_ids(&profile->pci[i]) &&
			    is_placed(&profile->pci[i], &host->devices[d]))
				devices_identify(root, &host->devices[d]);
	names_fill(names, host);
	for (size_t i = 0; i < profile->pci_count; i++)
		for (size_t d = 0; d < host->device_count; d++)
			if (is_placed(&profile->pci[i], &host->devices[d]) &&
			    matches(&profile->pci[i], &host->devices[d]))
				host->devices[d].surveyed = true;
}

static bool same_bus(const struct device *a, const struct device *b)
{
	return a->addr.domain == b->addr.domain && a->addr.bus == b->addr.bus;
}

/* The functions on the bus of @index, which are neighbours in the sorted list; a root bus is not reset. */
static void mark_bus(struct host *host, size_t index)
{
	const struct device *dev = &host->devices[index];
	size_t first = index;

	if (dev->parent < 0)
		return;
	while (first && same_bus(&host->devices[first - 1], dev))
		first--;
	for (size_t i = first; i < host->device_count && same_bus(&host->devices[i], dev); i++)
		host->devices[i].surveyed = true;
}

static void mark_bridges(struct host *host, size_t index)
{
	for (int above = host->devices[index].parent; above >= 0;
	     above = host->devices[above].parent)
		host->devices[above].surveyed = true;
}

/* Marks what the kernel lists as members of a group (Documentation/ABI/testing/sysfs-kernel-iommu_groups). */
static bool mark_listed(const struct root *root, struct host *host, int group)
{
	struct strlist names;
	char path[64];

	snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d/devices", group);
	if (root_list(root, path, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		struct pciaddr addr;
		struct device *dev =
			pciaddr_parse(names.item[i], &addr) < 0 ? NULL : host_find(host, &addr);

		if (!dev)
			continue;
		dev->group_number = group;
		dev->surveyed = true;
	}
	strlist_done(&names);
	return true;
}

static int compare_int(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* A captured host may hold no such lists: then each function is asked for its group. */
static void mark_linked(const struct root *root, struct host *host)
{
	_cleanup_free_ int *groups = NULL;
	size_t count = 0;

	for (size_t i = 0; i < host->device_count; i++) {
		devices_group(root, &host->devices[i]);
		if (host->devices[i].surveyed && host->devices[i].group_number >= 0)
			*mem_append(&groups, &count) = host->devices[i].group_number;
	}
	if (!count)
		return;
	qsort(groups, count, sizeof(*groups), compare_int);
	for (size_t i = 0; i < host->device_count; i++)
		if (bsearch(&host->devices[i].group_number, groups, count, sizeof(*groups),
			    compare_int))
			host->devices[i].surveyed = true;
}

/* Marks the rest of the groups that have a marked member. */
static void mark_groups(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++) {
		struct device *dev = &host->devices[i];

		/* One whose group is known was marked with it. */
		if (!dev->surveyed || dev->group_number >= 0)
			continue;
		devices_group(root, dev);
		if (dev->group_number < 0 || mark_listed(root, host, dev->group_number))
			continue;
		mark_linked(root, host);
		return;
	}
}

/* That the host uses its IOMMU shows from any function with a group, where those asked for have none. */
static void find_any_group(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].group_number >= 0)
			return;
	for (size_t i = 0; i < host->device_count; i++) {
		devices_group(root, &host->devices[i]);
		if (host->devices[i].group_number >= 0)
			return;
	}
}

void scope_mark(const struct root *root, const struct profile *profile, struct names *names,
		struct host *host)
{
	bool all = !profile || needs_all(profile);
	_cleanup_free_ size_t *chosen = NULL;
	size_t count = 0;

	for (size_t i = 0; i < host->device_count; i++)
		host->devices[i].surveyed = all;
	if (all)
		return;
	mark_matches(root, profile, names, host);
	mark_groups(root, host);
	find_any_group(root, host);
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].surveyed)
			*mem_append(&chosen, &count) = i;
	for (size_t i = 0; i < count; i++) {
		mark_bus(host, chosen[i]);
		mark_bridges(host, chosen[i]);
	}
}
