// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about the platform: IOMMU, interrupt remapping, firmware's reservations, vfio-pci. */
#include "decide/rules.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/remedy.h"

void rules_platform_iommu(const struct host *host, const struct device *dev, struct findings *ret)
{
	char *message;

	if (dev->group >= 0)
		return;
	if (host->iommu_enabled)
		message = mem_strdup("the kernel gives it no IOMMU group");
	else if (host->iommu == IOMMU_NONE)
		message = mem_strdup(
			"it has no IOMMU group: firmware describes no IOMMU (no ACPI table DMAR or IVRS)");
	else
		message = mem_printf(
			"it has no IOMMU group: the kernel does not use the %s IOMMU that firmware describes",
			iommu_kind_name(host->iommu));
	findings_add(ret, FINDING_NO_IOMMU, SEVERITY_BLOCK, (int)host_index(host, dev), message,
		     remedy_no_iommu(host, dev));
}

/* Devices vfio-pci refuses (drivers/vfio/pci/vfio_pci.c, vfio_pci_dev_in_denylist()): Intel QAT and its functions. */
static bool on_denylist(const struct device *dev)
{
	static const uint16_t ids[] = { 0x0435, 0x0443, 0x19e2, 0x19e3, 0x37c8, 0x37c9 };

	for (size_t i = 0; dev->vendor == 0x8086 && i < ARRAY_SIZE(ids); i++)
		if (dev->device == ids[i])
			return true;
	return false;
}

static void check_denylist(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (!host->denylist_off && on_denylist(dev))
		findings_add(
			ret, FINDING_NO_VFIO, SEVERITY_BLOCK, (int)host_index(host, dev),
			mem_printf(
				"vfio-pci refuses %04x:%04x: it is on the driver's denylist, as its isolation is not sound",
				dev->vendor, dev->device),
			mem_strdup(
				"for a guest you trust as the host: echo 'options vfio-pci disable_denylist=1' "
				">/etc/modprobe.d/vmrun-denylist.conf, and load vfio-pci anew"));
}

void rules_platform_vfio(const struct host *host, const struct device *dev, struct findings *ret)
{
	if (host->vfio == FACT_NO)
		findings_add(
			ret, FINDING_NO_VFIO, SEVERITY_BLOCK, (int)host_index(host, dev),
			mem_printf("kernel %s has no vfio-pci driver",
				   host->kernel ? host->kernel : "running here"),
			mem_strdup(
				"boot a kernel with CONFIG_VFIO_PCI (Debian: linux-image-amd64, not a cloud image)"));
	else if (host->vfio == FACT_UNKNOWN)
		findings_unknown(
			ret, false,
			"whether the kernel has vfio-pci: neither the driver nor /lib/modules is there to look at");
	check_denylist(host, dev, ret);
}

/*
 * Whether the kernel will let a range go: for Intel its device_rmrr_is_relaxable(), USB and graphics
 * (drivers/iommu/intel/iommu.c, since 5.3); on Arm firmware says so; AMD knows no such thing.
 */
static bool relaxable(const struct reserved *range, const struct device *dev)
{
	bool class_is = dev->class_code >> 8 == 0x0c03 || dev->class_code >> 16 == 0x03;

	return range->relaxable || (range->source == RESERVED_RMRR && class_is);
}

/*
 * What the kernel made of a range of the firmware tables in the device's group; REGION_OTHER where it is not listed. Two
 * ranges may overlap: the one that stays decides.
 */
static enum region_type kernel_view(const struct group *group, const struct reserved *range)
{
	enum region_type view = REGION_OTHER;

	for (size_t i = 0; i < group->region_count && view != REGION_DIRECT; i++)
		if (group->regions[i].start <= range->end &&
		    group->regions[i].end >= range->start &&
		    (group->regions[i].type == REGION_DIRECT ||
		     group->regions[i].type == REGION_DIRECT_RELAXABLE))
			view = group->regions[i].type;
	return view;
}

static void add_reserved(const struct host *host, const struct device *dev,
			 const struct reserved *range, bool predicted, struct findings *ret)
{
	bool ivmd = range->source == RESERVED_IVMD;
	struct finding *finding;

	finding = findings_add(
		ret, ivmd ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK, (int)host_index(host, dev),
		mem_printf("firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
			   " for it (%s), so the kernel does not let a guest have it",
			   range->start, range->end,
			   ivmd				   ? "AMD IVMD"
			   : range->source == RESERVED_RMR ? "Arm RMR"
							   : "Intel RMRR"),
		ivmd ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
	finding->predicted = predicted;
}

/* A kernel with a relax_rmrr patch lets go what a stock one would not. */
static bool let_go_by_patch(const struct host *host, const struct device *dev,
			    const struct reserved *range)
{
	return host->klog.rmrr_relaxed && range->source == RESERVED_RMRR && !relaxable(range, dev);
}

static void add_relaxed(const struct host *host, const struct device *dev,
			const struct reserved *range, struct findings *ret)
{
	findings_add(
		ret, FINDING_RMRR_RELAXED, SEVERITY_WARN, (int)host_index(host, dev),
		mem_printf(
			"firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
			" for it (Intel RMRR), and this kernel is patched to ignore that (relax_rmrr): firmware and the guest "
			"may both use the device",
			range->start, range->end),
		remedy_rmrr(host, dev));
}

static void add_relaxable(const struct host *host, const struct device *dev,
			  const struct reserved *range, bool predicted, struct findings *ret)
{
	findings_add(
		ret, FINDING_RMRR_RELAXABLE, SEVERITY_INFO, (int)host_index(host, dev),
		mem_printf(
			"firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
			" for it, which the kernel lets go (USB, graphics, or firmware allows it)",
			range->start, range->end),
		NULL)
		->predicted = predicted;
}

/* Whether some device of the group is known to be the one a direct region is reserved for. */
static bool region_attributed(const struct host *host, const struct group *group,
			      const struct region *region)
{
	for (size_t i = 0; i < group->device_count; i++) {
		const struct device *dev = &host->devices[group->devices[i]];

		for (size_t j = 0; j < dev->reserved_count; j++) {
			const struct reserved *range = &host->reserved.item[dev->reserved[j]];

			if (range->start <= region->end && range->end >= region->start)
				return true;
		}
	}
	return false;
}

/*
 * The kernel's list is a union over the group; the tables tell which device of it a range is for. Where they are out of
 * reach, or name none of the group, the region is every member's.
 */
static void check_unattributed(const struct host *host, const struct device *dev,
			       const struct group *group, struct findings *ret)
{
	for (size_t i = 0; i < group->region_count; i++) {
		const struct region *region = &group->regions[i];

		if (region->type != REGION_DIRECT || region_attributed(host, group, region))
			continue;
		findings_add(
			ret, host->iommu == IOMMU_AMD ? FINDING_IVMD : FINDING_RMRR, SEVERITY_BLOCK,
			(int)host_index(host, dev),
			mem_printf(
				"firmware reserves memory 0x%" PRIx64 "-0x%" PRIx64
				" for a device of its group %d%s, so the kernel lets no guest have it",
				region->start, region->end, group->id,
				host->tables_known ? ""
				: host->tables_damaged
					? " (the firmware table that says for which is damaged)"
					: " (the firmware table, readable by root, says for which)"),
			host->iommu == IOMMU_AMD ? remedy_ivmd(host, dev) : remedy_rmrr(host, dev));
	}
}

void rules_platform_reserved(const struct host *host, const struct device *dev,
			     struct findings *ret)
{
	const struct group *group = host_group(host, dev);

	for (size_t i = 0; i < dev->reserved_count; i++) {
		const struct reserved *range = &host->reserved.item[dev->reserved[i]];
		enum region_type view;

		if (device_is_bridge(dev))
			break;
		if (!group || !group->regions_known) {
			if (relaxable(range, dev))
				add_relaxable(host, dev, range, true, ret);
			else
				add_reserved(host, dev, range, true, ret);
			continue;
		}
		view = kernel_view(group, range);
		if (view == REGION_DIRECT)
			add_reserved(host, dev, range, false, ret);
		else if (let_go_by_patch(host, dev, range))
			add_relaxed(host, dev, range, ret);
		else if (view == REGION_DIRECT_RELAXABLE)
			add_relaxable(host, dev, range, false, ret);
	}
	if (group && !device_is_bridge(dev))
		check_unattributed(host, dev, group, ret);
	if (!group && !host->tables_known)
		findings_unknown(ret, !host->tables_damaged,
				 "whether firmware reserves memory for it: the ACPI table is %s",
				 host->tables_damaged ? "damaged" : "readable by root only");
}

void rules_platform_remapping(const struct host *host, const struct device *dev,
			      struct findings *ret)
{
	int device = dev ? (int)host_index(host, dev) : -1;

	if (!host->iommu_enabled || host->iommu == IOMMU_SMMU ||
	    (dev && (dev->group < 0 || device_is_bridge(dev))))
		return;
	if (host->interrupt_remapping == FACT_UNKNOWN)
		findings_unknown(
			ret, false,
			"whether interrupts are remapped: /proc/interrupts is not there to look at");
	if (host->interrupt_remapping != FACT_NO)
		return;
	if (host->unsafe_interrupts == FACT_YES)
		findings_add(
			ret, FINDING_NO_INTERRUPT_REMAPPING, SEVERITY_REFUSE, device,
			mem_strdup(
				"the IOMMU does not remap interrupts, and vfio_iommu_type1 is told to go on all the same "
				"(allow_unsafe_interrupts is Y): a guest with a device can raise any interrupt of the host"),
			remedy_remapping(host));
	else
		findings_add(
			ret, FINDING_NO_INTERRUPT_REMAPPING, SEVERITY_BLOCK, device,
			mem_printf(
				"the IOMMU does not remap interrupts, so the kernel lets no guest have a device "
				"(allow_unsafe_interrupts is %s)",
				host->unsafe_interrupts == FACT_NO ? "N" : "not set"),
			remedy_remapping(host));
}

/* The parameter exists in patched kernels only; a stock one names it as unknown in its log and goes on. */
void rules_platform_acs(const struct host *host, const struct device *dev, struct findings *ret)
{
	const char *asked = host->cmdline ? strstr(host->cmdline, "pcie_acs_override=") : NULL;
	int len = asked ? (int)strcspn(asked, " ") : 0,
	    device = dev ? (int)host_index(host, dev) : -1;

	if (dev && (dev->group < 0 || device_is_bridge(dev)))
		return;
	if (host->klog.acs_override)
		findings_add(
			ret, FINDING_ACS_OVERRIDE, SEVERITY_REFUSE, device,
			mem_strdup(
				"the IOMMU groups come from pcie_acs_override (the kernel log says it is active): they are not "
				"known to be isolated, devices may reach each other's memory"),
			mem_strdup(
				"take pcie_acs_override from the kernel command line, reboot, and move the card to a slot whose "
				"group is its own"));
	else if (asked && !host->klog.readable)
		findings_unknown(ret, true,
				 "whether %.*s is active: the kernel log is not readable", len,
				 asked);
	else if (asked && !host->klog.complete)
		findings_unknown(
			ret, false,
			"whether %.*s is active: the kernel log no longer reaches back to the boot",
			len, asked);
	else if (asked)
		findings_add(
			ret, FINDING_ACS_OVERRIDE, SEVERITY_INFO, device,
			mem_printf(
				"%.*s is on the command line, but this kernel does not know it: the IOMMU groups are real",
				len, asked),
			mem_strdup("take it from the kernel command line"));
}
