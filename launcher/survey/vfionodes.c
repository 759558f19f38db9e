// SPDX-License-Identifier: GPL-2.0-or-later
/* Which IOMMU group an open node of vfio's belongs to, whatever kind of node it is. */
#include "survey/vfionodes.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"

/* The number in @name, which is @prefix and digits, perhaps with " (deleted)" after them; or -1. */
static int number_after(const char *name, const char *prefix)
{
	const char *at = name + strlen(prefix);
	char digits[12];
	uint64_t number;
	size_t len;

	if (strncmp(name, prefix, strlen(prefix)))
		return -1;
	len = strspn(at, "0123456789");
	if (len == 0 || len >= sizeof(digits) || (at[len] && at[len] != ' '))
		return -1;
	snprintf(digits, sizeof(digits), "%.*s", (int)len, at);
	return num_parse(digits, 10, INT_MAX, &number) < 0 ? -1 : (int)number;
}

static int group_of_device(const struct root *root, int number)
{
	char path[64], name[16];
	uint64_t group;

	snprintf(path, sizeof(path), "sys/class/vfio-dev/vfio%d/device/iommu_group", number);
	if (root_link_name(root, path, name, sizeof(name)) < 0 ||
	    num_parse(name, 10, INT_MAX, &group) < 0)
		return VFIONODES_LOST;
	return (int)group;
}

int vfionodes_group(const struct root *root, const char *target)
{
	/* Libvirt gives QEMU a /dev of its own: seen from outside, the path may begin elsewhere. */
	const char *at = strstr(target, "/vfio/");
	int number;

	if (target[0] != '/' || !at)
		return -1;
	at += strlen("/vfio/");
	number = number_after(at, "devices/vfio");
	if (number >= 0)
		return group_of_device(root, number);
	number = number_after(at, "noiommu-");
	return number >= 0 ? number : number_after(at, "");
}

static bool has_name(const struct root *root, const char *device)
{
	_cleanup_free_ char *path = mem_printf("%s/vfio-dev", device);
	struct strlist names = { 0 };
	bool any = root_list(root, path, &names) == 0 && names.count;

	strlist_done(&names);
	return any;
}

bool vfionodes_may_be_lost(const struct root *root, int group)
{
	_cleanup_free_ char *path = mem_printf("sys/kernel/iommu_groups/%d/devices", group);
	struct strlist names = { 0 };
	bool may = root_list(root, path, &names) < 0;

	for (size_t i = 0; i < names.count && !may; i++) {
		_cleanup_free_ char *device = mem_printf("%s/%s", path, names.item[i]);
		_cleanup_free_ char *driver = mem_printf("%s/driver", device);

		may = !root_exists(root, driver) && !has_name(root, device);
	}
	strlist_done(&names);
	return may;
}
