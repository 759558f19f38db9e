// SPDX-License-Identifier: GPL-2.0-or-later
/* Selectors: whether a device satisfies one. */
#include "model/selector.h"

#include <ctype.h>
#include <string.h>

static bool matches_ids(const struct selector *sel, const struct device *dev)
{
	return (sel->vendor < 0 || sel->vendor == dev->vendor) &&
	       (sel->device < 0 || sel->device == dev->device) &&
	       (sel->class_sub < 0 ||
		!(((int)(dev->class_code >> 8) ^ sel->class_sub) & sel->class_mask)) &&
	       (sel->prog_if < 0 || sel->prog_if == (int)(dev->class_code & 0xff));
}

static bool matches_address(const struct selector *sel, const struct device *dev)
{
	struct pciaddr addr = dev->addr;

	if (sel->any_fn)
		addr.fn = sel->addr.fn;
	return pciaddr_equal(&sel->addr, &addr);
}

/* Whether @name is @disk or a partition of it: sda1, nvme0n1p1. */
static bool is_on_disk(const char *name, const char *disk)
{
	size_t len = strlen(disk);

	if (!len || strncmp(name, disk, len))
		return false;
	name += len;
	if (!*name)
		return true;
	if (isdigit((unsigned char)disk[len - 1]) && *name++ != 'p')
		return false;
	return *name && strspn(name, "0123456789") == strlen(name);
}

static bool matches_disk(const struct selector *sel, const struct device *dev)
{
	for (size_t i = 0; i < dev->disk_count; i++)
		if (is_on_disk(sel->text, dev->disks[i].node))
			return true;
	return false;
}

bool selector_matches(const struct selector *sel, const struct device *dev)
{
	if (device_is_bridge(dev) && sel->kind != SELECTOR_ADDRESS && sel->kind != SELECTOR_PATH &&
	    !(sel->kind == SELECTOR_MATCH && sel->class_mask))
		return false;
	switch (sel->kind) {
	case SELECTOR_ADDRESS:
		return matches_address(sel, dev);
	case SELECTOR_MATCH:
		return matches_ids(sel, dev);
	case SELECTOR_CLASS:
		return sel->device_kind == dev->kind;
	case SELECTOR_NAME:
		return !regexec(&sel->regex, dev->name, 0, NULL, 0);
	case SELECTOR_PATH:
		return dev->path && !strcasecmp(sel->text, dev->path);
	case SELECTOR_SLOT:
		return sel->slot == dev->slot;
	case SELECTOR_DISK:
		return matches_disk(sel, dev);
	case SELECTOR_NETDEV:
		return strlist_has(&dev->netdevs, sel->text);
	case SELECTOR_KIND_COUNT:
		break;
	}
	return false;
}
