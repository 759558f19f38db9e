// SPDX-License-Identifier: GPL-2.0-or-later
/* Remedies: what to do about a finding on this host, with its files, commands and values. */
#include "decide/remedy.h"

#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

#define BOOT_PARAMETER                                                                                            \
	"add %s to GRUB_CMDLINE_LINUX in /etc/default/grub, run update-grub (Fedora: grubby --update-kernel=ALL " \
	"--args=%s), and reboot"

static bool has_parameter(const struct host *host, const char *parameter)
{
	size_t len = strlen(parameter);

	for (const char *at = host->cmdline; at && (at = strstr(at, parameter)); at += len)
		if ((at == host->cmdline || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' ' || at[len] == ','))
			return true;
	return false;
}

static bool intel_cpu(const struct host *host)
{
	return host->cpu_vendor && !strcmp(host->cpu_vendor, "GenuineIntel");
}

/* Not to be seen is not the same as not there: what firmware setup is to do is known only where its tables are. */
static const char *look_first(const struct host *host)
{
	return host->tables_hidden
		       ? "look on the host itself, where /sys/firmware/acpi/tables is to be seen (a container may "
			 "mask it); where that has no DMAR or IVRS, "
		       : "";
}

char *remedy_no_iommu(const struct host *host, const struct device *dev)
{
	if (host->iommu_enabled)
		return mem_printf(
			"the IOMMU is on but leaves %s out: use a device that has a group",
			PCIADDR_STR(&dev->addr));
	switch (host->iommu) {
	case IOMMU_INTEL:
		if (has_parameter(host, "intel_iommu=on"))
			return mem_strdup(
				"intel_iommu=on is set and the kernel still uses no IOMMU: see `dmesg | grep -i dmar`, "
				"and that neither iommu=off nor intel_iommu=off follows it");
		return mem_printf(BOOT_PARAMETER, "intel_iommu=on", "intel_iommu=on");
	case IOMMU_AMD:
		return mem_strdup(
			"the kernel uses an AMD IOMMU by itself: take amd_iommu=off or iommu=off from the kernel command "
			"line, see `dmesg | grep -i AMD-Vi`, and reboot");
	case IOMMU_SMMU:
		return mem_strdup("see `dmesg | grep -i smmu` for why the kernel does not use it");
	case IOMMU_NONE:
		break;
	}
	if (intel_cpu(host))
		return mem_printf(
			"%sswitch VT-d (Intel Virtualization Technology for Directed I/O) on in firmware setup%s",
			look_first(host),
			has_parameter(host, "intel_iommu=on")
				? "; intel_iommu=on is on the kernel command line already"
				: ", then add intel_iommu=on to the kernel command line");
	return mem_printf(
		"%sswitch the IOMMU (Intel: VT-d, AMD: IOMMU or AMD-Vi) on in firmware setup; on Intel also add "
		"intel_iommu=on to the kernel command line",
		look_first(host));
}

/*
 * HPE advisory c04781229: on Gen8 servers firmware reserves memory for every slot (iLO reads the card's sensors through it)
 * unless the slot's endpoints are excluded with conrep. Only slots can be; the number is the physical slot's.
 */
static char *remedy_gen8(const struct device *dev)
{
	_cleanup_free_ char *slot = dev->slot > 0 ? mem_printf("%d", dev->slot) : mem_strdup("N");
	const char *which =
		dev->slot > 0
			? ""
			: " where N is the physical slot the card sits in (iLO and `dmidecode -t slot` know it; "
			  "embedded devices have none and cannot be excluded)";

	return mem_printf(
		"HPE Gen8: put <Conrep> <Section name=\"RMRDS_Slot%s\" helptext=\".\">Endpoints_Excluded</Section> </Conrep> "
		"into exclude.dat%s, run `conrep -l -x conrep_rmrds.xml -f exclude.dat` (package hp-scripting-tools), and "
		"reboot; iLO then no longer sees that slot's sensors",
		slot, which);
}

char *remedy_rmrr(const struct host *host, const struct device *dev)
{
	if (host_is_hpe(host) && host_product_has(host, "MicroServer Gen8"))
		return mem_strdup(
			"HPE: on the MicroServer Gen8 excluding the slot with conrep is reported not to work; no fix by "
			"firmware is known for it");
	if (host_is_hpe(host) && host_product_has(host, "Gen8"))
		return remedy_gen8(dev);
	if (host_is_hpe(host) && host_product_has(host, "ProLiant"))
		return mem_strdup(
			"HPE Gen9 and later: in System Utilities set \"HP Shared Memory features\" of the card to Disabled "
			"(network adapters that offer it), update the system firmware, and reboot");
	return mem_printf(
		"update the firmware of %s; in its setup disable the option ROM or UEFI driver of this card, or what "
		"firmware uses it for (management, legacy USB, RAID); another fix is not known",
		host->product ? host->product : "this machine");
}

char *remedy_ivmd(const struct host *host, const struct device *dev)
{
	(void)host;
	(void)dev;
	return mem_strdup(
		"in firmware setup set \"Kernel DMA Protection Indicator\" or \"Pre-boot DMA Protection\" to off, leave IOMMU "
		"and SVM on, and reboot");
}

char *remedy_remapping(const struct host *host)
{
	static const char *const parameters[] = { "intremap=off", "nointremap", "intremap=nosid" };
	const char *set = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(parameters) && !set; i++)
		set = has_parameter(host, parameters[i]) ? parameters[i] : NULL;
	return mem_printf(
		"%s%s%s; or, for guests you trust as the host: echo 'options vfio_iommu_type1 allow_unsafe_interrupts=1' "
		">/etc/modprobe.d/vmrun-interrupts.conf, load the module anew, and accept this",
		set ? "take "
		    : "switch interrupt remapping (x2APIC, \"VT-d interrupt remapping\") on in firmware setup",
		set ? set : "", set ? " from the kernel command line and reboot" : "");
}

const char *remedy_unmeasured(const struct host *host, const char *live)
{
	return host->captured ? "capture the host again, as root" : live;
}
