// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the devices that are there a range of reserved memory is for. */
#include "model/attribute.h"

#define CLASS_BRIDGE 0x06

static const struct device *at_hop(const struct host *host, uint32_t segment, uint8_t bus,
				   struct scope_hop hop)
{
	return host_find(host, &(struct pciaddr){ segment, bus, hop.dev, hop.fn });
}

const struct device *scope_device(const struct host *host, uint32_t segment,
				  const struct scope *scope)
{
	const struct device *dev;

	if ((scope->kind != SCOPE_ENDPOINT && scope->kind != SCOPE_SUBTREE) || !scope->hops)
		return NULL;
	dev = at_hop(host, segment, scope->bus, scope->path[0]);
	if (dev && dev->parent >= 0 && scope->hops > 1)
		return NULL;
	for (size_t i = 1; dev && i < scope->hops; i++)
		dev = dev->secondary ? at_hop(host, segment, dev->secondary, scope->path[i]) : NULL;
	return dev;
}

/* Whether @dev is within the range of functions of @scope. */
static bool in_range(uint32_t segment, const struct scope *scope, const struct device *dev)
{
	struct pciaddr first = { .domain = segment, .bus = scope->bus };
	struct pciaddr last = scope->last;

	if (!scope->hops)
		return false;
	first.dev = scope->path[0].dev;
	first.fn = scope->path[0].fn;
	last.domain = segment;
	return pciaddr_compare(&first, &dev->addr) <= 0 && pciaddr_compare(&dev->addr, &last) <= 0;
}

/* Whether @dev is @bridge or below it. */
static bool in_subtree(const struct device *bridge, const struct device *dev)
{
	if (!device_is_bridge(bridge) && bridge->class_code >> 16 != CLASS_BRIDGE)
		return false;
	if (dev == bridge)
		return true;
	return bridge->secondary && dev->addr.domain == bridge->addr.domain &&
	       dev->addr.bus >= bridge->secondary && dev->addr.bus <= bridge->subordinate;
}

/* Whether @scope of @range, whose path leads to @target, covers @dev. */
static bool covers(const struct reserved *range, const struct scope *scope,
		   const struct device *target, const struct device *dev)
{
	bool rmrr = range->source == RESERVED_RMRR;

	if (dev->addr.domain != range->segment || (rmrr && target && target->physfn >= 0))
		return false;
	switch (scope->kind) {
	case SCOPE_ENDPOINT:
		return dev == target && !(rmrr && device_is_bridge(dev));
	case SCOPE_SUBTREE:
		return target && in_subtree(target, dev);
	case SCOPE_RANGE:
		return in_range(range->segment, scope, dev);
	case SCOPE_ALL:
		return true;
	case SCOPE_KIND_COUNT:
		break;
	}
	return false;
}

/* Append range number @index to @dev; ranges come in order, so it can only be the last there. */
static void add_range(struct device *dev, size_t index)
{
	if (dev->reserved_count && dev->reserved[dev->reserved_count - 1] == index)
		return;
	*mem_append(&dev->reserved, &dev->reserved_count) = index;
}

void attribute_reserved(struct host *host)
{
	for (size_t i = 0; i < host->reserved.count; i++) {
		const struct reserved *range = &host->reserved.item[i];

		for (size_t k = 0; k < range->scope_count; k++) {
			const struct scope *scope = &range->scopes[k];
			const struct device *target = scope_device(host, range->segment, scope);

			for (size_t d = 0; d < host->device_count; d++)
				if (covers(range, scope, target, &host->devices[d]))
					add_range(&host->devices[d], i);
		}
	}
}
