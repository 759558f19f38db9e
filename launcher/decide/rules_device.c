// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about the device itself: what it is, its state, its reset, interrupts and memory. */
#include "decide/rules.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"

#define GIB ((uint64_t)1 << 30)
#define MIB ((uint64_t)1 << 20)

/* From here on it is a question whether a guest's firmware has the place. */
#define LARGE_BAR GIB

void rules_device_chipset(const struct host *host, const struct device *dev, struct findings *ret)
{
	unsigned int class_sub = dev->class_code >> 8;
	bool ivshmem = dev->vendor == 0x1af4 && dev->device == 0x1110;
	const char *what = NULL;

	if (device_is_bridge(dev)) {
		findings_add(ret, FINDING_CHIPSET, SEVERITY_BLOCK, (int)host_index(host, dev),
			     mem_strdup("it is a bridge: the bus behind it is the host's"),
			     mem_strdup("choose the devices behind it"));
		return;
	}
	if (class_sub == 0x0600)
		what = "host bridge";
	else if (class_sub == 0x0601)
		what = "ISA or LPC bridge";
	else if (class_sub == 0x0c05)
		what = "SMBus controller";
	else if (class_sub >> 8 == 0x05 && dev->parent < 0 && !ivshmem)
		what = "memory controller";
	if (what)
		findings_add(ret, FINDING_CHIPSET, SEVERITY_REFUSE, (int)host_index(host, dev),
			     mem_printf("it is part of the chipset (%s): the host needs it", what),
			     mem_strdup("choose another device, or one in a group without it"));
}

void rules_device_dead(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (dev->dead)
		findings_add(
			ret, FINDING_DEAD, SEVERITY_BLOCK, (int)host_index(host, dev),
			mem_strdup(
				"its configuration space reads all ones, header type and class too: nothing answers there"),
			mem_printf(
				"switch the machine off and on again; echo 1 >/sys/bus/pci/devices/%s/remove and echo 1 "
				">/sys/bus/pci/rescan sometimes suffices",
				PCIADDR_STR(&dev->addr)));
}

void rules_device_stuck(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (dev->state == DEVICE_STUCK)
		findings_add(ret, FINDING_STUCK, SEVERITY_BLOCK, (int)host_index(host, dev),
			     mem_printf("an earlier unbind from %s has not come back",
					dev->driver ? dev->driver : "its driver"),
			     mem_strdup("end what holds the device, then vmrun recover"));
}

static char *functions_of(const struct host *host, const struct device *pf)
{
	int index = (int)host_index(host, pf);
	struct strlist list = { 0 };
	char *text;

	for (size_t i = host_index(host, pf); i < host->device_count && list.count < 4; i++)
		if (host->devices[i].physfn == index)
			strlist_add(&list, PCIADDR_STR(&host->devices[i].addr));
	if (list.count && list.count < pf->sriov_active)
		strlist_add(&list, "…");
	text = strlist_join(&list, " ");
	strlist_done(&list);
	return text;
}

void rules_device_vfs(const struct host *host, const struct device *dev, struct findings *ret)
{
	_cleanup_free_ char *names = NULL;

	if (!dev->sriov_active)
		return;
	names = functions_of(host, dev);
	findings_add(
		ret, FINDING_VFS_ACTIVE, SEVERITY_REFUSE, (int)host_index(host, dev),
		mem_printf("%u of its %u virtual functions exist%s%s%s, and would go with it",
			   dev->sriov_active, dev->sriov_total, names[0] ? " (" : "", names,
			   names[0] ? ")" : ""),
		mem_printf(
			"hand virtual functions over instead, or echo 0 >/sys/bus/pci/devices/%s/sriov_numvfs",
			PCIADDR_STR(&dev->addr)));
}

void rules_device_changed(const struct host *host, const struct device *dev, struct findings *ret)
{
	_cleanup_free_ char *difference = identity_difference(&dev->recorded, dev);

	if (difference)
		findings_add(
			ret, FINDING_CHANGED, SEVERITY_REFUSE, (int)host_index(host, dev),
			mem_printf("another card than before sits there: %s", difference),
			mem_strdup(
				"check which card it is (vmrun survey), and what asks for it by address"));
}

/* A serial number stands behind the capability list, which only root may read. */
static bool serial_unknown(const struct identity *expected, const struct device *dev)
{
	return expected->serial && !dev->serial && !dev->interrupts.known;
}

void rules_device_expected(const struct host *host, const struct device *dev,
			   const struct identity *expected, struct findings *ret)
{
	_cleanup_free_ char *difference = identity_difference(expected, dev);

	if (!difference && serial_unknown(expected, dev)) {
		findings_unknown(ret, !host->privileged,
				 "whether its serial number is %s: it could not be read",
				 expected->serial);
		return;
	}
	if (!difference && expected->serial && !dev->serial)
		difference = mem_printf("serial number %s was recorded, the card there has none",
					expected->serial);
	if (difference)
		findings_add(
			ret, FINDING_CHANGED, SEVERITY_REFUSE, (int)host_index(host, dev),
			mem_printf("another card than expected sits there: %s", difference),
			mem_strdup(
				"check which card it is (vmrun explain), then mend what expects it: expect or serial in the "
				"profile, the domain's metadata"));
}

/* Whether the kernel can reset this function and nothing else (drivers/pci/pci.c, pci_reset_fn_methods). */
static bool has_own_reset(const struct device *dev)
{
	for (size_t i = 0; i < dev->resets.count; i++)
		if (!strstr(dev->resets.item[i], "bus"))
			return true;
	/* Kernels before 5.15 do not name the methods. */
	return dev->resettable && !dev->resets.count;
}

static bool same_bus(const struct device *a, const struct device *b)
{
	return a->addr.domain == b->addr.domain && a->addr.bus == b->addr.bus;
}

/* What a reset of its bus takes along: all functions on it, which are neighbours in the sorted list. */
static size_t bus_mates(const struct host *host, const struct device *dev,
			struct strlist *ret_strangers)
{
	size_t first = host_index(host, dev), count = 0;

	while (first && same_bus(&host->devices[first - 1], dev))
		first--;
	for (size_t i = first; i < host->device_count && same_bus(&host->devices[i], dev); i++) {
		const struct device *other = &host->devices[i];

		if (other == dev)
			continue;
		count++;
		if (other->group != dev->group)
			strlist_addf(ret_strangers, "%s (%s)", PCIADDR_STR(&other->addr),
				     other->name);
	}
	return count;
}

void rules_device_reset(const struct host *host, const struct device *dev, struct findings *ret)
{
	struct strlist strangers = { 0 };
	size_t mates;

	if (!dev->reset_known || device_is_bridge(dev) || dev->class_code >> 16 == 0x06 ||
	    has_own_reset(dev))
		return;
	mates = bus_mates(host, dev, &strangers);
	if (dev->parent >= 0 && strangers.count) {
		_cleanup_free_ char *list = strlist_join(&strangers, ", ");

		findings_add(
			ret, FINDING_RESET_SHARED, SEVERITY_WARN, (int)host_index(host, dev),
			mem_printf(
				"its only reset is that of its bus, which would reset %s too: so it is not reset between guests",
				list),
			mem_strdup(
				"hand those over together with it, or move it to a slot of its own"));
	} else if (!dev->resettable && (dev->parent < 0 || !mates)) {
		findings_add(
			ret, FINDING_NO_RESET, SEVERITY_WARN, (int)host_index(host, dev),
			mem_strdup(
				"the kernel has no way to reset it: a guest gets it as its last user left it"),
			mem_strdup(
				dev->kind == KIND_GPU && dev->vendor == 0x1002
					? "the module vendor-reset knows many AMD cards; else reboot the host between guests"
					: "reboot the host if the device does not work in a second guest"));
	}
	strlist_done(&strangers);
}

static bool only_line(const struct device *dev)
{
	return dev->interrupts.known && !dev->interrupts.msi && !dev->interrupts.msix &&
	       dev->interrupts.pin && !device_is_bridge(dev);
}

/* Its own driver is one of the names on the line while it is bound to one. */
static bool shared_line(const struct device *dev)
{
	bool own = dev->driver && !strstr(dev->driver, "vfio");

	return dev->interrupts.sharers.count > (own ? 1 : 0);
}

void rules_device_interrupts(const struct host *host, const struct device *dev,
			     struct findings *ret)
{
	if (!only_line(dev))
		return;
	if (!dev->interrupts.irq) {
		findings_add(
			ret, FINDING_NO_INTERRUPT, SEVERITY_WARN, (int)host_index(host, dev),
			mem_strdup(
				"it has neither MSI nor MSI-X, and the kernel found no interrupt for its line"),
			mem_strdup(
				"update the firmware, or use another slot: in a guest its driver gets no interrupts"));
	} else if (shared_line(dev)) {
		_cleanup_free_ char *names = strlist_join(&dev->interrupts.sharers, ", ");

		findings_add(
			ret, FINDING_INTX_SHARED, SEVERITY_WARN, (int)host_index(host, dev),
			mem_printf(
				"it has neither MSI nor MSI-X, and its line, interrupt %u, is shared: %s%s",
				dev->interrupts.irq, names,
				dev->pcie
					? ""
					: " (vfio-pci refuses that where the device cannot mask its line)"),
			mem_strdup(
				"move the card to another slot, or unbind the drivers of the others on that line"));
	}
}

static char *size_text(uint64_t bytes)
{
	if (bytes >= GIB && bytes % GIB == 0)
		return mem_printf("%" PRIu64 " GiB", bytes / GIB);
	if (bytes >= MIB)
		return mem_printf("%" PRIu64 " MiB", bytes / MIB);
	return mem_printf("%" PRIu64 " KiB", bytes / 1024);
}

static void add_unassigned(const struct host *host, const struct device *dev, struct findings *ret)
{
	_cleanup_free_ char *missing = size_text(dev->bars.unassigned_bytes), *list = NULL;
	struct strlist bars = { 0 };

	for (unsigned int i = 0; i < 6; i++)
		if (dev->bars.unassigned & 1U << i)
			strlist_addf(&bars, "%u", i);
	list = strlist_join(&bars, ", ");
	strlist_done(&bars);
	findings_add(
		ret, FINDING_BAR_UNASSIGNED, SEVERITY_WARN, (int)host_index(host, dev),
		mem_printf("the host found no address for its BAR %s (%s)", list, missing),
		mem_strdup(
			"switch \"Above 4G decoding\" on in firmware setup, or boot with pci=realloc"));
}

void rules_device_bars(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (!dev->bars.known || device_is_bridge(dev))
		return;
	if (dev->bars.unassigned)
		add_unassigned(host, dev, ret);
	if (dev->bars.largest_bytes >= LARGE_BAR) {
		_cleanup_free_ char *total = size_text(dev->bars.mmio_bytes),
				    *largest = size_text(dev->bars.largest_bytes);

		findings_add(
			ret, FINDING_LARGE_BAR, SEVERITY_INFO, (int)host_index(host, dev),
			mem_printf(
				"it needs %s of address space for its memory, the largest BAR %s: the guest's firmware must "
				"have that much",
				total, largest),
			NULL);
	}
}

void rules_device_power(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (!dev->power_state || strcmp(dev->power_state, "D3cold") || dev->suspended)
		return;
	findings_add(
		ret, FINDING_POWER, SEVERITY_WARN, (int)host_index(host, dev),
		mem_strdup(
			"it is in the power state D3cold and does not sleep: it may not come back"),
		mem_printf(
			"switch the machine off and on again; to prevent it echo 0 >/sys/bus/pci/devices/%s/d3cold_allowed, and "
			"load vfio-pci with disable_idle_d3=1",
			PCIADDR_STR(&dev->addr)));
}

void rules_device_numa(const struct host *host, const struct device *dev, int node,
		       struct findings *ret)
{
	if (node >= 0 && dev->numa >= 0 && dev->numa != node)
		findings_add(
			ret, FINDING_NUMA_REMOTE, SEVERITY_INFO, (int)host_index(host, dev),
			mem_printf(
				"it is on NUMA node %d, the guest's processors on node %d: every access crosses between them",
				dev->numa, node),
			mem_printf(
				"pin the guest to processors of node %d (/sys/devices/system/node/node%d/cpulist)",
				dev->numa, dev->numa));
}

void rules_device_experimental(const struct host *host, const struct device *dev,
			       struct findings *ret)
{
	switch (dev->kind) {
	case KIND_NVME:
	case KIND_GPU:
	case KIND_NIC:
	case KIND_HBA:
	case KIND_BRIDGE:
	case KIND_COUNT:
		return;
	case KIND_OTHER:
	case KIND_USB:
	case KIND_AUDIO:
	case KIND_SERIAL:
	case KIND_WIRELESS:
	case KIND_ACCELERATOR:
		break;
	}
	if (!device_is_bridge(dev))
		findings_add(
			ret, FINDING_EXPERIMENTAL, SEVERITY_INFO, (int)host_index(host, dev),
			mem_printf(
				"it is no NVMe drive, graphics card, network card or HBA (class %04x): handing it over is less "
				"tried",
				dev->class_code >> 8),
			NULL);
}
