// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey as JSON: schema vmrun.survey/1. */
#include "cmd/survey_json.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "decide/verdict.h"
#include "model/attribute.h"

static void put_id(struct json *o, const char *key, unsigned int value, int digits)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x", digits, value);
	json_put_str(o, key, text);
}

static void put_number_or_null(struct json *o, const char *key, int value)
{
	if (value < 0)
		json_put(o, key, NULL);
	else
		json_put_int(o, key, value);
}

static void put_fact(struct json *o, const char *key, enum fact fact)
{
	if (fact == FACT_UNKNOWN)
		json_put(o, key, NULL);
	else
		json_put_bool(o, key, fact == FACT_YES);
}

static struct json *host_json(const struct host *host)
{
	struct json *o = json_new_object(), *iommu = json_new_object();
	struct findings findings = { 0 };

	json_put_str(o, "kernel", host->kernel);
	json_put_str(o, "vendor", host->vendor);
	json_put_str(o, "product", host->product);
	json_put_str(o, "bios", host->bios);
	json_put_str(iommu, "kind", iommu_kind_name(host->iommu));
	json_put_bool(iommu, "enabled", host->iommu_enabled);
	put_fact(iommu, "interrupt_remapping", host->interrupt_remapping);
	json_put(o, "iommu", iommu);
	verdict_judge_host(host, &findings);
	json_put(o, "findings", findings_json(host, &findings));
	findings_done(&findings);
	json_put_list(o, "unmeasured", &host->unmeasured);
	return o;
}

static struct json *scope_json(const struct host *host, uint32_t segment, const struct scope *scope)
{
	const struct device *dev = scope_device(host, segment, scope);
	struct json *o = json_new_object(), *path = json_new_array();
	char text[16];

	json_put_str(o, "kind", scope_kind_name(scope->kind));
	snprintf(text, sizeof(text), "%02x", scope->bus);
	json_put_str(o, "bus", text);
	for (size_t i = 0; i < scope->hops; i++) {
		snprintf(text, sizeof(text), "%02x.%x", scope->path[i].dev, scope->path[i].fn);
		json_add_str(path, text);
	}
	json_put(o, "path", path);
	if (scope->kind == SCOPE_RANGE)
		snprintf(text, sizeof(text), "%02x:%02x.%x", scope->last.bus, scope->last.dev,
			 scope->last.fn);
	json_put_str(o, "last", scope->kind == SCOPE_RANGE ? text : NULL);
	json_put_str(o, "device", dev ? PCIADDR_STR(&dev->addr) : NULL);
	return o;
}

static struct json *reserved_json(const struct host *host, const struct reserved *range)
{
	struct json *o = json_new_object(), *scopes = json_new_array();

	json_put_str(o, "source", reserved_source_name(range->source));
	json_put_int(o, "segment", range->segment);
	json_put_hex(o, "start", range->start);
	json_put_hex(o, "end", range->end);
	json_put_bool(o, "relaxable", range->relaxable);
	for (size_t i = 0; i < range->scope_count; i++)
		json_add(scopes, scope_json(host, range->segment, &range->scopes[i]));
	json_put(o, "scopes", scopes);
	return o;
}

static struct json *slot_json(const struct slot *slot)
{
	struct json *o = json_new_object();

	json_put_str(o, "name", slot->name);
	put_number_or_null(o, "number", slot->number);
	json_put_str(o, "address", slot->addr_known ? PCIADDR_STR(&slot->addr) : NULL);
	json_put_bool(o, "in_use", slot->in_use);
	json_put_str(o, "source", slot_source_name(slot->source));
	return o;
}

static struct json *firmware_json(const struct host *host)
{
	struct json *o = json_new_object(), *reserved = json_new_array();
	struct json *slots = json_new_array(), *onboard = json_new_array();

	for (size_t i = 0; i < host->reserved.count; i++)
		json_add(reserved, reserved_json(host, &host->reserved.item[i]));
	json_put(o, "reserved", reserved);
	for (size_t i = 0; i < host->slots.count; i++)
		json_add(slots, slot_json(&host->slots.item[i]));
	json_put(o, "slots", slots);
	for (size_t i = 0; i < host->slots.onboard_count; i++)
		json_add(onboard, slot_json(&host->slots.onboard[i]));
	json_put(o, "onboard", onboard);
	return o;
}

static struct json *group_json(const struct host *host, const struct group *group)
{
	struct json *o = json_new_object(), *devices = json_new_array(),
		    *regions = json_new_array();

	json_put_int(o, "id", group->id);
	for (size_t i = 0; i < group->device_count; i++)
		json_add_str(devices, PCIADDR_STR(&host->devices[group->devices[i]].addr));
	json_put(o, "devices", devices);
	for (size_t i = 0; i < group->region_count; i++) {
		struct json *region = json_new_object();

		json_put_hex(region, "start", group->regions[i].start);
		json_put_hex(region, "end", group->regions[i].end);
		json_put_str(region, "type", region_type_name(group->regions[i].type));
		json_add(regions, region);
	}
	json_put(o, "reserved", regions);
	return o;
}

static void put_identity(struct json *o, const struct device *dev)
{
	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	put_id(o, "vendor", dev->vendor, 4);
	put_id(o, "device", dev->device, 4);
	put_id(o, "subsystem_vendor", dev->subsystem_vendor, 4);
	put_id(o, "subsystem_device", dev->subsystem_device, 4);
	put_id(o, "class", dev->class_code >> 8, 4);
	put_id(o, "prog_if", dev->class_code & 0xff, 2);
	put_id(o, "revision", dev->revision, 2);
	json_put_str(o, "name", dev->name);
	json_put_str(o, "kind", device_kind_name(dev->kind));
	json_put_str(o, "path", dev->path);
	put_number_or_null(o, "slot", dev->slot);
	put_number_or_null(o, "numa", dev->numa);
}

static void put_group(struct json *o, const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);
	struct json *siblings = json_new_array();

	put_number_or_null(o, "group", group ? group->id : -1);
	for (size_t i = 0; group && i < group->device_count; i++) {
		const struct device *other = &host->devices[group->devices[i]];

		if (other != dev && !device_is_bridge(other))
			json_add_str(siblings, PCIADDR_STR(&other->addr));
	}
	json_put(o, "siblings", siblings);
}

static void put_interrupts(struct json *o, const struct device *dev)
{
	struct json *interrupts = json_new_object();

	json_put_bool(interrupts, "intx", dev->interrupts.pin);
	json_put_int(interrupts, "msi", dev->interrupts.msi);
	json_put_int(interrupts, "msix", dev->interrupts.msix);
	put_number_or_null(interrupts, "irq", dev->interrupts.irq ? (int)dev->interrupts.irq : -1);
	json_put_list(interrupts, "sharers", &dev->interrupts.sharers);
	json_put(o, "interrupts", dev->interrupts.known ? interrupts : NULL);
	if (!dev->interrupts.known)
		json_free(interrupts);
}

/* Speeds are text, in GT/s: "2.5", "8". */
static void put_link(struct json *o, const struct device *dev)
{
	struct json *link;

	if (!dev->link.width_max) {
		json_put(o, "link", NULL);
		return;
	}
	link = json_new_object();
	json_put_str(link, "speed", link_speed_name(dev->link.speed));
	json_put_str(link, "speed_max", link_speed_name(dev->link.speed_max));
	json_put_int(link, "width", dev->link.width);
	json_put_int(link, "width_max", dev->link.width_max);
	json_put(o, "link", link);
}

static void put_memory(struct json *o, const struct device *dev)
{
	if (dev->bars.known) {
		json_put_int(o, "mmio_bytes", (int64_t)dev->bars.mmio_bytes);
		json_put_int(o, "largest_bar_bytes", (int64_t)dev->bars.largest_bytes);
	} else {
		json_put(o, "mmio_bytes", NULL);
		json_put(o, "largest_bar_bytes", NULL);
	}
}

static void put_sriov(struct json *o, const struct host *host, const struct device *dev)
{
	struct json *sriov = json_new_object();

	json_put_str(sriov, "role", dev->physfn >= 0 ? "vf" : dev->sriov_total ? "pf" : NULL);
	json_put_str(sriov, "pf",
		     dev->physfn >= 0 ? PCIADDR_STR(&host->devices[dev->physfn].addr) : NULL);
	json_put_int(sriov, "total", dev->sriov_total);
	json_put_int(sriov, "active", dev->sriov_active);
	json_put(o, "sriov", sriov);
}

static void put_users(struct json *o, const struct device *dev)
{
	struct json *users = json_new_array();

	for (size_t i = 0; i < dev->use_count; i++) {
		struct json *user = json_new_object();

		json_put_str(user, "kind", use_kind_name(dev->uses[i].kind));
		json_put_str(user, "what", dev->uses[i].what);
		json_add(users, user);
	}
	json_put(o, "users", users);
}

struct json *device_json(const struct host *host, const struct device *dev,
			 const struct findings *findings)
{
	const struct group *group = host_group(host, dev);
	struct json *o = json_new_object();

	put_identity(o, dev);
	json_put_str(o, "driver", dev->driver);
	put_group(o, host, dev);
	json_put_list(o, "reset", &dev->resets);
	put_interrupts(o, dev);
	put_memory(o, dev);
	put_link(o, dev);
	json_put_str(o, "power_state", dev->power_state);
	json_put_str(o, "serial", dev->serial);
	put_sriov(o, host, dev);
	json_put_str(o, "state", device_state_name(dev->state));
	json_put_str(o, "guest",
		     dev->state == DEVICE_GUEST && group && group->holder ? group->holder->name
									  : NULL);
	put_users(o, dev);
	json_put_str(o, "verdict", verdict_name(verdict_of(findings)));
	json_put(o, "findings", findings_json(host, findings));
	json_put_list(o, "unmeasured", &dev->unmeasured);
	return o;
}

struct json *survey_json(const struct host *host, const bool *shown,
			 const struct findings *findings)
{
	struct json *o = json_new_object(), *groups = json_new_array(), *devices = json_new_array();

	json_put_str(o, "schema", "vmrun.survey/1");
	json_put(o, "host", host_json(host));
	json_put(o, "firmware", firmware_json(host));
	for (size_t i = 0; i < host->group_count; i++)
		json_add(groups, group_json(host, &host->groups[i]));
	json_put(o, "groups", groups);
	for (size_t i = 0; i < host->device_count; i++)
		if (shown[i])
			json_add(devices, device_json(host, &host->devices[i], &findings[i]));
	json_put(o, "devices", devices);
	return o;
}
