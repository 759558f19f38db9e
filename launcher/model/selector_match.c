// SPDX-License-Identifier: GPL-2.0-or-later
/* Selectors: whether a device satisfies one. */
#include "model/selector.h"

#include <ctype.h>
#include <string.h>

static bool matches_ids(const struct pci_ids *ids, const struct device *dev)
{
	return (ids->vendor < 0 || ids->vendor == dev->vendor) &&
	       (ids->device < 0 || ids->device == dev->device) &&
	       (ids->class_sub < 0 ||
		!(((int)(dev->class_code >> 8) ^ ids->class_sub) & ids->class_mask)) &&
	       (ids->prog_if < 0 || ids->prog_if == (int)(dev->class_code & 0xff));
}

/* Of a bridge only ids with a class in digits hold: who asks for a vendor means cards. */
static bool matches_any_ids(const struct selector *sel, const struct device *dev)
{
	bool bridge = device_is_bridge(dev);

	for (size_t i = 0; i < sel->id_count; i++)
		if (matches_ids(&sel->ids[i], dev) && (!bridge || sel->ids[i].class_mask))
			return true;
	return false;
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
	/* Of a device in the pool the names it had on the host: they are gone with its driver. */
	for (size_t i = 0; dev->record && i < dev->record->past.disks.count; i++)
		if (is_on_disk(sel->text, dev->record->past.disks.item[i]))
			return true;
	return false;
}

/* A bridge is what devices hang off, and is never meant by what describes them. */
static bool may_mean_bridges(const struct selector *sel)
{
	return sel->kind == SELECTOR_ADDRESS || sel->kind == SELECTOR_PATH ||
	       sel->kind == SELECTOR_MATCH ||
	       (sel->kind == SELECTOR_CLASS && sel->device_kind == KIND_BRIDGE);
}

bool selector_matches(const struct selector *sel, const struct device *dev)
{
	if (device_is_bridge(dev) && !may_mean_bridges(sel))
		return false;
	switch (sel->kind) {
	case SELECTOR_ADDRESS:
		return matches_address(sel, dev);
	case SELECTOR_MATCH:
		return matches_any_ids(sel, dev);
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
		return strlist_has(&dev->netdevs, sel->text) ||
		       (dev->record && strlist_has(&dev->record->past.netdevs, sel->text));
	case SELECTOR_KIND_COUNT:
		break;
	}
	return false;
}
