// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest as a whole asks of the host: memory, nodes, address space. */
#include "decide/plan_guest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "decide/place.h"
#include "decide/rules.h"
#include "decide/verdict.h"
#include "model/cpuset.h"

#define VGA_CLASS 0x0300

/* The node all pinned processors are on; -1 where they are on several, or on none that is known. */
static int pinned_node(const struct profile *profile, const struct host *host)
{
	for (size_t i = 0; i < host->node_count; i++) {
		struct cpuset node, pin;
		size_t within = 0;

		if (!host->nodes[i].cpus || cpuset_parse(host->nodes[i].cpus, &node) < 0)
			continue;
		for (size_t k = 0; k < profile->pin_count; k++)
			within += cpuset_parse(profile->pins[k].cpus, &pin) == 0 &&
				  cpuset_within(&pin, &node);
		if (within && within == profile->pin_count)
			return host->nodes[i].id;
	}
	return -1;
}

static void judge_nodes(const struct plan *plan, struct findings *ret)
{
	int memory = place_node(plan->profile, plan->host, &plan->picks);
	int processors = plan->profile->pin_count ? pinned_node(plan->profile, plan->host) : memory;

	if (memory >= 0 && plan->host->node_count && !host_node(plan->host, memory))
		findings_add(
			ret, FINDING_MEMORY, SEVERITY_REFUSE, (int)plan->picks.item[0].device,
			mem_printf(
				"the guest's memory is to come from NUMA node %d, which this host does not have",
				memory),
			mem_strdup(
				"say numa = auto, or the number of a node below /sys/devices/system/node"));
	for (size_t i = 0; i < plan->picks.count; i++)
		if (plan->picks.item[i].role == PICK_ATTACH)
			rules_device_numa(plan->host,
					  &plan->host->devices[plan->picks.item[i].device],
					  processors, ret);
}

static size_t largest_device(const struct plan *plan)
{
	size_t largest = 0;

	for (size_t i = 0; i < plan->picks.count; i++)
		if (plan->picks.item[i].role == PICK_ATTACH &&
		    plan->host->devices[plan->picks.item[i].device].bars.largest_bytes >
			    plan->host->devices[plan->picks.item[largest].device]
				    .bars.largest_bytes)
			largest = i;
	return plan->picks.item[largest].device;
}

/* The window lies above the guest's memory, at a multiple of its size. */
static void judge_window(const struct plan *plan, struct findings *ret)
{
	uint64_t window = place_window(plan->profile, plan->host, &plan->picks);
	unsigned int bits = place_address_bits(plan->profile, plan->host);

	if (!window || !bits || bits >= 63 ||
	    (plan->profile->memory_bytes + window - 1) / window * window + window <=
		    UINT64_C(1) << bits)
		return;
	findings_add(
		ret, FINDING_LARGE_BAR, SEVERITY_REFUSE, (int)largest_device(plan),
		mem_printf("the devices need %" PRIu64
			   " GiB of the guest's address space beside its memory, and its "
			   "processor's addresses have %u bits",
			   window >> 30, bits),
		mem_strdup(
			"say cpu = host-passthrough, take fewer devices, or make the BARs smaller (resizable BAR)"));
}

/* All of it is put down to the first device, whose section may accept it. */
void plan_judge_guest(struct plan *plan, const struct plan_options *options)
{
	struct memory_need need = { .bytes = plan->profile->memory_bytes,
				    .page_bytes = plan->profile->hugepage_bytes };
	struct findings own = { 0 };

	if (!plan->picks.count)
		return;
	need.node = place_node(plan->profile, plan->host, &plan->picks);
	need.limited = !options->owns_nodes && (options->ordinary || !plan->host->privileged);
	need.limit_known = options->limit_known;
	need.limit_bytes = options->limit_bytes;
	verdict_judge_memory(plan->host, &need, (int)plan->picks.item[0].device, &own);
	judge_nodes(plan, &own);
	/* Of a guest that others define, or that runs, neither machine nor processor is known here. */
	if (plan->profile->machine)
		judge_window(plan, &own);
	verdict_accept(&own, -1, &plan->picks.item[0].want->accept);
	for (size_t i = 0; i < own.count; i++)
		*mem_append(&plan->findings.item, &plan->findings.count) = own.item[i];
	for (size_t i = 0; i < own.unknown.count; i++)
		strlist_add(&plan->findings.unknown, own.unknown.item[i]);
	free(own.item);
	strlist_done(&own.unknown);
}

int plan_check_vga(const struct plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct device *dev = &plan->host->devices[pick->device];

		if (!pick->want->vga || !pick->asked || dev->class_code >> 8 == VGA_CLASS)
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"%s is no VGA controller (class %04x), and the profile says vga = yes",
			PCIADDR_STR(&dev->addr), dev->class_code >> 8);
		err_wrap(e, "%s:%u: %s", plan->profile->file, pick->want->line, pick->want->id);
		return err_fix(e, "leave it out: a card of another class has no legacy VGA ranges");
	}
	return 0;
}
