// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey as JSON: schema vmrun.survey/1. */
#include "cmd/survey_json.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "decide/verdict.h"
#include "model/attribute.h"

static void put_number_or_null(struct json_out *out, const char *key, int value)
{
	if (value < 0)
		json_out_str(out, key, NULL);
	else
		json_out_int(out, key, value);
}

static void put_fact(struct json_out *out, const char *key, enum fact fact)
{
	if (fact == FACT_UNKNOWN)
		json_out_str(out, key, NULL);
	else
		json_out_bool(out, key, fact == FACT_YES);
}

static void put_address(struct json_out *out, const char *key, const struct device *dev)
{
	json_out_str(out, key, dev ? PCIADDR_STR(&dev->addr) : NULL);
}

static void put_findings(struct json_out *out, const struct host *host,
			 const struct findings *findings)
{
	_cleanup_json_ struct json *list = findings_json(host, findings);

	json_out_value(out, "findings", list);
}

static void put_host(struct json_out *out, const struct host *host)
{
	struct findings findings = { 0 };

	json_out_object(out, "host");
	json_out_str(out, "kernel", host->kernel);
	json_out_str(out, "vendor", host->vendor);
	json_out_str(out, "product", host->product);
	json_out_str(out, "bios", host->bios);
	json_out_object(out, "iommu");
	json_out_str(out, "kind", iommu_kind_name(host->iommu));
	json_out_bool(out, "enabled", host->iommu_enabled);
	put_fact(out, "interrupt_remapping", host->interrupt_remapping);
	json_out_object_end(out);
	verdict_judge_host(host, &findings);
	put_findings(out, host, &findings);
	findings_done(&findings);
	json_out_list(out, "unmeasured", &host->unmeasured);
	json_out_object_end(out);
}

static void put_scope(struct json_out *out, const struct host *host, uint32_t segment,
		      const struct scope *scope)
{
	char text[16];

	json_out_object(out, NULL);
	json_out_str(out, "kind", scope_kind_name(scope->kind));
	snprintf(text, sizeof(text), "%02x", scope->bus);
	json_out_str(out, "bus", text);
	json_out_array(out, "path");
	for (size_t i = 0; i < scope->hops; i++) {
		snprintf(text, sizeof(text), "%02x.%x", scope->path[i].dev, scope->path[i].fn);
		json_out_str(out, NULL, text);
	}
	json_out_array_end(out);
	if (scope->kind == SCOPE_RANGE)
		snprintf(text, sizeof(text), "%02x:%02x.%x", scope->last.bus, scope->last.dev,
			 scope->last.fn);
	json_out_str(out, "last", scope->kind == SCOPE_RANGE ? text : NULL);
	put_address(out, "device", scope_device(host, segment, scope));
	json_out_object_end(out);
}

static void put_reserved(struct json_out *out, const struct host *host,
			 const struct reserved *range)
{
	json_out_object(out, NULL);
	json_out_str(out, "source", reserved_source_name(range->source));
	json_out_int(out, "segment", range->segment);
	json_out_hex(out, "start", range->start, 1);
	json_out_hex(out, "end", range->end, 1);
	json_out_bool(out, "relaxable", range->relaxable);
	json_out_array(out, "scopes");
	for (size_t i = 0; i < range->scope_count; i++)
		put_scope(out, host, range->segment, &range->scopes[i]);
	json_out_array_end(out);
	json_out_object_end(out);
}

static void put_slots(struct json_out *out, const char *key, const struct slot *slots, size_t count)
{
	json_out_array(out, key);
	for (size_t i = 0; i < count; i++) {
		const struct slot *slot = &slots[i];

		json_out_object(out, NULL);
		json_out_str(out, "name", slot->name);
		put_number_or_null(out, "number", slot->number);
		json_out_str(out, "address", slot->addr_known ? PCIADDR_STR(&slot->addr) : NULL);
		json_out_bool(out, "in_use", slot->in_use);
		json_out_str(out, "source", slot_source_name(slot->source));
		json_out_object_end(out);
	}
	json_out_array_end(out);
}

static void put_firmware(struct json_out *out, const struct host *host)
{
	json_out_object(out, "firmware");
	json_out_array(out, "reserved");
	for (size_t i = 0; i < host->reserved.count; i++)
		put_reserved(out, host, &host->reserved.item[i]);
	json_out_array_end(out);
	put_slots(out, "slots", host->slots.item, host->slots.count);
	put_slots(out, "onboard", host->slots.onboard, host->slots.onboard_count);
	json_out_object_end(out);
}

static void put_region(struct json_out *out, const struct region *region)
{
	json_out_object(out, NULL);
	json_out_hex(out, "start", region->start, 1);
	json_out_hex(out, "end", region->end, 1);
	json_out_str(out, "type", region_type_name(region->type));
	json_out_object_end(out);
}

static void put_group(struct json_out *out, const struct host *host, const struct group *group)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", group->id);
	json_out_array(out, "devices");
	for (size_t i = 0; i < group->device_count; i++)
		put_address(out, NULL, &host->devices[group->devices[i]]);
	json_out_array_end(out);
	json_out_array(out, "reserved");
	for (size_t i = 0; i < group->region_count; i++)
		put_region(out, &group->regions[i]);
	json_out_array_end(out);
	json_out_object_end(out);
}

static void put_identity(struct json_out *out, const struct device *dev)
{
	json_out_str(out, "address", PCIADDR_STR(&dev->addr));
	json_out_hex(out, "vendor", dev->vendor, 4);
	json_out_hex(out, "device", dev->device, 4);
	json_out_hex(out, "subsystem_vendor", dev->subsystem_vendor, 4);
	json_out_hex(out, "subsystem_device", dev->subsystem_device, 4);
	json_out_hex(out, "class", dev->class_code >> 8, 4);
	json_out_hex(out, "prog_if", dev->class_code & 0xff, 2);
	json_out_hex(out, "revision", dev->revision, 2);
	json_out_str(out, "name", dev->name);
	json_out_str(out, "kind", device_kind_name(dev->kind));
	json_out_str(out, "path", dev->path);
	put_number_or_null(out, "slot", dev->slot);
	put_number_or_null(out, "numa", dev->numa);
}

static void put_siblings(struct json_out *out, const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	put_number_or_null(out, "group", group ? group->id : -1);
	json_out_array(out, "siblings");
	for (size_t i = 0; group && i < group->device_count; i++) {
		const struct device *other = &host->devices[group->devices[i]];

		if (other != dev && !device_is_bridge(other))
			put_address(out, NULL, other);
	}
	json_out_array_end(out);
}

static void put_interrupts(struct json_out *out, const struct device *dev)
{
	if (!dev->interrupts.known) {
		json_out_str(out, "interrupts", NULL);
		return;
	}
	json_out_object(out, "interrupts");
	json_out_bool(out, "intx", dev->interrupts.pin);
	json_out_int(out, "msi", dev->interrupts.msi);
	json_out_int(out, "msix", dev->interrupts.msix);
	put_number_or_null(out, "irq", dev->interrupts.irq ? (int)dev->interrupts.irq : -1);
	json_out_list(out, "sharers", &dev->interrupts.sharers);
	json_out_object_end(out);
}

/* Speeds are text, in GT/s: "2.5", "8". */
static void put_link(struct json_out *out, const struct device *dev)
{
	if (!dev->link.width_max) {
		json_out_str(out, "link", NULL);
		return;
	}
	json_out_object(out, "link");
	json_out_str(out, "speed", link_speed_name(dev->link.speed));
	json_out_str(out, "speed_max", link_speed_name(dev->link.speed_max));
	json_out_int(out, "width", dev->link.width);
	json_out_int(out, "width_max", dev->link.width_max);
	json_out_object_end(out);
}

static void put_memory(struct json_out *out, const struct device *dev)
{
	if (dev->bars.known) {
		json_out_int(out, "mmio_bytes", (int64_t)dev->bars.mmio_bytes);
		json_out_int(out, "largest_bar_bytes", (int64_t)dev->bars.largest_bytes);
	} else {
		json_out_str(out, "mmio_bytes", NULL);
		json_out_str(out, "largest_bar_bytes", NULL);
	}
}

static void put_sriov(struct json_out *out, const struct host *host, const struct device *dev)
{
	const char *role = dev->physfn >= 0 ? "vf" : dev->sriov_total ? "pf" : NULL;

	json_out_object(out, "sriov");
	json_out_str(out, "role", role);
	put_address(out, "pf", dev->physfn >= 0 ? &host->devices[dev->physfn] : NULL);
	json_out_int(out, "total", dev->sriov_total);
	json_out_int(out, "active", dev->sriov_active);
	json_out_object_end(out);
}

static void put_users(struct json_out *out, const struct device *dev)
{
	json_out_array(out, "users");
	for (size_t i = 0; i < dev->use_count; i++) {
		json_out_object(out, NULL);
		json_out_str(out, "kind", use_kind_name(dev->uses[i].kind));
		json_out_str(out, "what", dev->uses[i].what);
		json_out_object_end(out);
	}
	json_out_array_end(out);
}

void device_json(struct json_out *out, const struct host *host, const struct device *dev,
		 const struct findings *findings)
{
	const struct group *group = host_group(host, dev);
	bool held = dev->state == DEVICE_GUEST && group && group->holder;

	json_out_object(out, NULL);
	put_identity(out, dev);
	json_out_str(out, "driver", dev->driver);
	put_siblings(out, host, dev);
	json_out_list(out, "reset", &dev->resets);
	put_interrupts(out, dev);
	put_memory(out, dev);
	put_link(out, dev);
	json_out_str(out, "power_state", dev->power_state);
	json_out_str(out, "serial", dev->serial);
	put_sriov(out, host, dev);
	json_out_str(out, "state", device_state_name(dev->state));
	json_out_str(out, "guest", held ? group->holder->name : NULL);
	put_users(out, dev);
	json_out_str(out, "verdict", verdict_name(verdict_of(findings)));
	put_findings(out, host, findings);
	json_out_list(out, "unmeasured", &dev->unmeasured);
	json_out_object_end(out);
}

void survey_json(FILE *file, const struct host *host, const bool *shown,
		 const struct findings *findings)
{
	struct json_out out = { .file = file };

	json_out_object(&out, NULL);
	json_out_str(&out, "schema", "vmrun.survey/1");
	put_host(&out, host);
	put_firmware(&out, host);
	json_out_array(&out, "groups");
	for (size_t i = 0; i < host->group_count; i++)
		put_group(&out, host, &host->groups[i]);
	json_out_array_end(&out);
	json_out_array(&out, "devices");
	for (size_t i = 0; i < host->device_count; i++)
		if (shown[i])
			device_json(&out, host, &host->devices[i], &findings[i]);
	json_out_array_end(&out);
	json_out_object_end(&out);
}
