// SPDX-License-Identifier: GPL-2.0-or-later
/* Which slot of the chassis a device sits in. */
#include "model/slots.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* No machine has more bridges one above the other; a loop of parents cannot be, but ends here. */
#define DEPTH_MAX 256

/* Physical Slot Number has 13 bits. */
#define NUMBER_UNSET 0x1fff

/* "2" and "2-1" are both slot 2. */
static int kernel_number(const char *name, int *ret)
{
	size_t digits = strspn(name, "0123456789");
	char text[16];
	uint64_t number, copy;

	if (!digits || digits >= sizeof(text))
		return -EINVAL;
	memcpy(text, name, digits);
	text[digits] = '\0';
	if (num_parse(text, 10, INT_MAX, &number) < 0)
		return -EINVAL;
	if (name[digits] &&
	    (name[digits] != '-' || num_parse(name + digits + 1, 10, INT_MAX, &copy) < 0))
		return -EINVAL;
	*ret = number && number != NUMBER_UNSET ? (int)number : -1;
	return 0;
}

static int kernel_address(const char *address, struct slot *ret)
{
	const char *bus = strchr(address, ':');
	char text[40];

	ret->any_dev = bus && !strchr(bus + 1, ':');
	snprintf(text, sizeof(text), ret->any_dev ? "%s:00.0" : "%s.0", address);
	return pciaddr_parse(text, &ret->addr);
}

int slots_add_kernel(struct slot_list *list, const char *name, const char *address)
{
	struct slot slot = { .source = SLOT_KERNEL, .in_use = true, .addr_known = true };

	if (kernel_number(name, &slot.number) < 0 || kernel_address(address, &slot) < 0)
		return -EINVAL;
	for (size_t i = 0; i < list->count; i++) {
		struct slot *known = &list->item[i];

		if (known->source != SLOT_SMBIOS || known->number < 0 ||
		    known->number != slot.number)
			continue;
		if (!known->addr_known) {
			known->addr = slot.addr;
			known->any_dev = slot.any_dev;
			known->addr_known = true;
		}
		if (known->addr.domain == slot.addr.domain && known->addr.bus == slot.addr.bus &&
		    known->addr.dev == slot.addr.dev)
			return 0;
	}
	slot.name = mem_strdup(name);
	*mem_append(&list->item, &list->count) = slot;
	return 0;
}

static bool holds(const struct slot *slot, const struct device *dev)
{
	return slot->addr_known && slot->number >= 0 && slot->addr.domain == dev->addr.domain &&
	       slot->addr.bus == dev->addr.bus &&
	       (slot->any_dev || slot->addr.dev == dev->addr.dev);
}

/* The slot of @source that names the device itself. */
static const struct slot *slot_at(const struct host *host, const struct device *dev,
				  enum slot_source source)
{
	const struct slot *best = NULL;
	bool ambiguous = false;

	for (size_t i = 0; i < host->slots.count; i++) {
		const struct slot *slot = &host->slots.item[i];

		if (slot->source != source || !holds(slot, dev))
			continue;
		if (!best || (slot->in_use && !best->in_use)) {
			best = slot;
			ambiguous = false;
		} else if (slot->in_use == best->in_use && slot->number != best->number) {
			ambiguous = true;
		}
	}
	return ambiguous ? NULL : best;
}

static const struct device *above(const struct host *host, const struct device *dev)
{
	return dev->parent < 0 ? NULL : &host->devices[dev->parent];
}

const struct slot *slots_of_device(const struct host *host, const struct device *dev)
{
	const struct slot *found = NULL;
	int depth = 0;

	if (dev->physfn >= 0)
		dev = &host->devices[dev->physfn];
	for (const struct device *at = dev; at && depth < DEPTH_MAX;
	     at = above(host, at), depth++) {
		const struct slot *slot = slot_at(host, at, SLOT_SMBIOS);

		if (slot)
			return slot;
		slot = slot_at(host, at, SLOT_KERNEL);
		if (slot)
			found = slot;
	}
	return found && slots_onboard(host, dev) ? NULL : found;
}

void slots_assign(struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++) {
		const struct slot *slot = slots_of_device(host, &host->devices[i]);

		host->devices[i].slot = slot ? slot->number : -1;
	}
}

const struct slot *slots_onboard(const struct host *host, const struct device *dev)
{
	const struct pciaddr *addr = dev->physfn >= 0 ? &host->devices[dev->physfn].addr
						      : &dev->addr;

	for (size_t i = 0; i < host->slots.onboard_count; i++) {
		const struct slot *slot = &host->slots.onboard[i];

		if (slot->addr_known && pciaddr_equal(&slot->addr, addr))
			return slot;
	}
	return NULL;
}
