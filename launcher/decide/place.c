// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest's devices mean for its place on the host, and for its address space. */
#include "decide/place.h"

#include <string.h>

/* QEMU's windows above 4 GiB without being asked: hw/pci-host/q35.c and i440fx.c, pci-hole64-size. */
#define WINDOW_Q35 (UINT64_C(32) << 30)
#define WINDOW_I440FX (UINT64_C(2) << 30)

/* Width of addresses QEMU gives a processor that is not the host's (target/i386/cpu.h, TCG_PHYS_ADDR_BITS). */
#define EMULATED_BITS 40

/* Devices of a node that a guest may have; beyond it they no longer count. */
#define NODES_MAX 64

int place_node(const struct profile *profile, const struct host *host, const struct picks *picks)
{
	unsigned int devices[NODES_MAX] = { 0 };
	int best = -1;

	if (profile->numa == NUMA_NODE)
		return (int)profile->numa_node;
	if (profile->numa == NUMA_ANY)
		return -1;
	for (size_t i = 0; i < picks->count; i++) {
		int node = host->devices[picks->item[i].device].numa;

		if (picks->item[i].role != PICK_ATTACH || node < 0 || node >= NODES_MAX)
			continue;
		devices[node]++;
		if (best < 0 || devices[node] > devices[best])
			best = node;
	}
	return best;
}

static uint64_t power_of_two(uint64_t bytes)
{
	uint64_t power = 1;

	while (power < bytes && power < UINT64_C(1) << 62)
		power <<= 1;
	return power;
}

/*
 * Each BAR begins at a multiple of its size, and so does the window of the bridge above it: in the worst order the gaps take
 * as much again as the largest BAR. What hot plug may bring is in it as far as the profile keeps room for it.
 */
uint64_t place_window(const struct profile *profile, const struct host *host,
		      const struct picks *picks)
{
	uint64_t sum = 0, largest = 0, need;

	for (size_t i = 0; i < picks->count; i++) {
		const struct bars *bars = &host->devices[picks->item[i].device].bars;

		if (picks->item[i].role != PICK_ATTACH)
			continue;
		sum += power_of_two(bars->mmio_bytes);
		if (bars->largest_bytes > largest)
			largest = bars->largest_bytes;
	}
	if (profile_is_pcie(profile) && profile->hotplug_window_bytes) {
		sum += profile->hotplug_slots * power_of_two(profile->hotplug_window_bytes);
		if (profile->hotplug_window_bytes > largest)
			largest = profile->hotplug_window_bytes;
	}
	need = power_of_two(sum + largest);
	return need > (profile_is_pcie(profile) ? WINDOW_Q35 : WINDOW_I440FX) ? need : 0;
}

unsigned int place_address_bits(const struct profile *profile, const struct host *host)
{
	bool kvm = profile->accel == ACCEL_KVM || (profile->accel == ACCEL_AUTO && host->kvm);

	if (!kvm || (profile->cpu && strncmp(profile->cpu, "host-", 5) &&
		     strncmp(profile->cpu, "maximum", 7)))
		return EMULATED_BITS;
	return host->address_bits;
}
