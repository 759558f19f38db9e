// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about the platform: IOMMU, interrupt remapping, ACS, vfio-pci. */
#include "decide/rules.h"

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
	else if (host->tables_hidden)
		message = mem_strdup(
			"it has no IOMMU group, and whether firmware describes an IOMMU could not be measured: "
			"its ACPI tables are not to be seen");
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
