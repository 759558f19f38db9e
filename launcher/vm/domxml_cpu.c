// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain XML of memory and processors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "decide/place.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

/* <hyperv><vendor_id> takes up to twelve characters; any but those of Microsoft's hypervisor do. */
#define HIDDEN_VENDOR "vmrun"

static void add_kib(xmlNode *parent, const char *name, uint64_t bytes)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)(bytes / 1024));
	domxml_attr(domxml_element(parent, name, number), "unit", "KiB");
}

void domxml_add_memory(const struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	xmlNode *backing, *page;

	add_kib(xml->domain, "memory", profile->memory_bytes);
	add_kib(xml->domain, "currentMemory", profile->memory_bytes);
	if (!profile->hugepage_bytes && !profile->lock_memory && !profile->share_count)
		return;
	backing = domxml_element(xml->domain, "memoryBacking", NULL);
	if (profile->hugepage_bytes) {
		page = domxml_element(domxml_element(backing, "hugepages", NULL), "page", NULL);
		domxml_attrf(page, "size", "%llu",
			     (unsigned long long)(profile->hugepage_bytes / 1024));
		domxml_attr(page, "unit", "KiB");
	}
	if (profile->lock_memory)
		domxml_element(backing, "locked", NULL);
	/* virtiofsd maps the guest's memory, so that it must be a file both can have. */
	if (profile->share_count) {
		domxml_with(backing, "source", "type", "memfd");
		domxml_with(backing, "access", "mode", "shared");
	}
}

static void add_cputune(const struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	xmlNode *tune;

	if (!profile->pin_count && !profile->emulator_pin)
		return;
	tune = domxml_element(xml->domain, "cputune", NULL);
	for (size_t i = 0; i < profile->pin_count; i++) {
		xmlNode *pin = domxml_element(tune, "vcpupin", NULL);

		domxml_attrf(pin, "vcpu", "%u", profile->pins[i].vcpu);
		domxml_attr(pin, "cpuset", profile->pins[i].cpus);
	}
	if (profile->emulator_pin)
		domxml_with(tune, "emulatorpin", "cpuset", profile->emulator_pin);
}

void domxml_add_processors(const struct domxml *xml)
{
	int node = place_node(xml->profile, xml->host, xml->picks);
	const struct numa_node *numa = host_node(xml->host, node);
	char number[32];
	xmlNode *vcpu;

	snprintf(number, sizeof(number), "%u", xml->profile->vcpus);
	vcpu = domxml_element(xml->domain, "vcpu", number);
	if (numa && numa->cpus && !xml->profile->pin_count)
		domxml_attr(vcpu, "cpuset", numa->cpus);
	add_cputune(xml);
	if (node >= 0) {
		xmlNode *memory = domxml_element(domxml_element(xml->domain, "numatune", NULL),
						 "memory", NULL);

		domxml_attr(memory, "mode", "strict");
		domxml_attrf(memory, "nodeset", "%d", node);
	}
}

/* Drivers that refuse to work in a guest look for these two; what the guest itself uses of its hypervisor stays. */
static void hide_hypervisor(xmlNode *features)
{
	xmlNode *hyperv = domxml_with(features, "hyperv", "mode", "custom");
	xmlNode *vendor = domxml_with(hyperv, "vendor_id", "state", "on");

	domxml_attr(vendor, "value", HIDDEN_VENDOR);
	domxml_with(domxml_element(features, "kvm", NULL), "hidden", "state", "on");
}

/* A model with changes of its features, as the profile's reader has put them: "MODEL +FEATURE -FEATURE". */
static void add_model(xmlNode *cpu, const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL, *word = strtok_r(copy, " ", &save);
	bool mode = !strcmp(word, "host-passthrough") || !strcmp(word, "host-model") ||
		    !strcmp(word, "maximum");

	domxml_attr(cpu, "mode", mode ? word : "custom");
	if (!mode) {
		domxml_attr(cpu, "match", "exact");
		domxml_attr(domxml_element(cpu, "model", word), "fallback", "forbid");
	}
	domxml_attr(cpu, "check", "none");
	while ((word = strtok_r(NULL, " ", &save))) {
		xmlNode *feature =
			domxml_with(cpu, "feature", "policy", *word == '+' ? "require" : "disable");

		domxml_attr(feature, "name", word + 1);
	}
}

/*
 * Under KVM the guest sees the host's processor: with a card of this host it is never migrated to another one. Without
 * KVM there is none of the host's to see: the fastest and fullest that QEMU emulates takes its place.
 */
static void add_cpu_element(const struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	const char *model = profile->cpu ? profile->cpu : xml->kvm ? "host-passthrough" : NULL;
	xmlNode *cpu, *topology;

	if (!xml->kvm && model && !strncmp(model, "host-", 5))
		model = "maximum";
	if (!model && !profile->topology.sockets)
		return;
	cpu = domxml_element(xml->domain, "cpu", NULL);
	if (model)
		add_model(cpu, model);
	if (profile->topology.sockets) {
		topology = domxml_element(cpu, "topology", NULL);
		domxml_attrf(topology, "sockets", "%u", profile->topology.sockets);
		domxml_attr(topology, "dies", "1");
		domxml_attrf(topology, "cores", "%u", profile->topology.cores);
		domxml_attrf(topology, "threads", "%u", profile->topology.threads);
	}
}

static void add_clock(const struct domxml *xml)
{
	const char *text = xml->profile->clock;
	bool zone = strchr(text, '/') != NULL;
	xmlNode *clock = domxml_with(xml->domain, "clock", "offset", zone ? "timezone" : text);

	if (zone)
		domxml_attr(clock, "timezone", text);
}

void domxml_add_cpu(const struct domxml *xml)
{
	xmlNode *features = domxml_element(xml->domain, "features", NULL);

	domxml_element(features, "acpi", NULL);
	domxml_element(features, "apic", NULL);
	if (xml->profile->hide_hypervisor && xml->kvm)
		hide_hypervisor(features);
	/* The variables of secure boot can be written in system management mode only. */
	if (xml->profile->firmware == FIRMWARE_UEFI_SECURE)
		domxml_with(features, "smm", "state", "on");
	add_cpu_element(xml);
	add_clock(xml);
}
