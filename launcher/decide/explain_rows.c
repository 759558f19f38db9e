// SPDX-License-Identifier: GPL-2.0-or-later
/* Error texts of the kernel, QEMU and libvirt → their cause and what to do: the table. */
#include "decide/explain.h"

#include "base/cleanup.h"

#define SURVEY_SHOWS "`vmrun explain ADDRESS` shows "
#define RESERVED_FIX                                                                          \
	SURVEY_SHOWS "the range and what this machine's vendor offers against it; on an HPE " \
		     "ProLiant Gen8 `vmrun rmrds ADDRESS` writes the file for conrep"

/*
 * Order matters: the first row that knows a line counts. What the kernel says is exact and comes
 * before what QEMU and libvirt make of the errno; texts with several causes stand last.
 */
static const struct explanation rows[] = {
	{
		/* Intel's driver, 3.17 to about 6.5; vendor kernels still say it */
		.code = "rmrr",
		.patterns = { "Device is ineligible for IOMMU domain attach due to platform RMRR "
			      "requirement" },
		.cause = "firmware reserves memory for the device (Intel RMRR), so the kernel "
			 "lets no guest have it",
		.fix = RESERVED_FIX,
	},
	{
		/* The IOMMU core since 6.6 */
		.code = "reserved",
		.patterns = { "Firmware has requested this device have a 1:1 IOMMU mapping" },
		.cause = "firmware reserves memory for the device (Intel RMRR, AMD IVMD or Arm "
			 "RMR), so the kernel lets no guest have it",
		.fix = RESERVED_FIX
		"; on AMD switch \"Kernel DMA Protection Indicator\" or \"Pre-boot "
		"DMA Protection\" off in firmware setup",
	},
	{
		.code = "rmrr-outside",
		.patterns = { "No firmware reserved region can cover this RMRR" },
		.cause = "firmware asks for an RMRR that its own memory map does not reserve (a "
			 "bug of the firmware); the devices it is for are refused like any with "
			 "an RMRR",
		.fix = "update the machine's firmware; `vmrun survey` shows which devices it is "
		       "for",
	},
	{
		.code = "relax-rmrr-unknown",
		.patterns = { "Unknown option - 'relax_rmrr'", "Unknown option - relax_rmrr" },
		.cause = "this kernel has no patch that knows intel_iommu=relax_rmrr: the option "
			 "does nothing",
		.fix = "take relax_rmrr from the kernel command line, and make firmware let go of "
		       "the device instead: `vmrun explain ADDRESS`",
	},
	{
		.code = "relax-rmrr",
		.patterns = { "assuming all RMRRs are relaxable" },
		.cause = "a patched kernel ignores firmware's RMRRs: devices can be handed over "
			 "that firmware may still write memory for",
		.fix = "keep devices that the management controller or RAID firmware uses with "
		       "the host",
	},
	{
		.code = "no-interrupt-remapping",
		.patterns = { "No interrupt remapping support", "No interrupt remapping for" },
		.cause = "the IOMMU does not remap interrupts: a guest's device could send the "
			 "host any interrupt, so the kernel refuses it",
		.fix = "switch VT-d's interrupt remapping (x2APIC) on in firmware setup and take "
		       "intremap=off from the kernel command line; only with guests you trust as "
		       "the host: options vfio_iommu_type1 allow_unsafe_interrupts=1 in "
		       "/etc/modprobe.d",
	},
	{
		.code = "iommu-off",
		.patterns = { "IOMMU appears to be disabled in kernel", "No ACPI DMAR table found",
			      "No ACPI IVRS table found", "no iommu_group found" },
		.cause = "the IOMMU is off, in firmware or in the kernel, or leaves this device "
			 "out; in a container the check may only not see it",
		.fix = "`vmrun explain ADDRESS` on the host says which, and the setting or kernel "
		       "parameter",
	},
	{
		.code = "acs-override",
		.patterns = { "PCIe ACS overrides enabled", "pcie_acs_override=" },
		.cause = "the kernel is told to split IOMMU groups that the hardware does not "
			 "isolate: devices of different guests can reach each other's memory",
		.fix = "take pcie_acs_override from the kernel command line; move cards to slots "
		       "with groups of their own, or hand whole groups to one guest",
	},
	{
		.code = "group-not-viable",
		.patterns = { "group * is not viable",
			      "ensure all devices within the iommu_group are bound to their vfio bus "
			      "driver",
			      "Verify all devices in group * are bound to vfio-* or pci-stub and not "
			      "already in use" },
		.cause = "another function of the IOMMU group is still with a host driver",
		.fix = SURVEY_SHOWS
		"the group: say siblings = bind for the device, or free the function "
		"that is named there; bridges (pcieport) do not count",
	},
	{
		.code = "reset-group",
		.patterns = { "Cannot reset device *, depends on group * which is not owned" },
		.cause = "the only reset of the device also resets functions of another IOMMU "
			 "group, which the guest does not have",
		.fix = "hand over all functions that share the reset, or choose a device with a "
		       "reset of its own (FLR): `vmrun explain ADDRESS` lists the methods",
	},
	{
		.code = "no-reset",
		.patterns = { "no available reset mechanism",
			      "no FLR, PM reset or bus reset available" },
		.cause = "the device has no reset, or its bus reset needs functions the guest "
			 "does not have: it starts in the state the last user left it",
		.fix = "hand over every function of the card; where it then fails after a guest's "
		       "end, only a reboot or a device-specific reset module helps",
	},
	{
		.code = "pf-has-vfs",
		.patterns = { "Cannot bind to PF with SRIOV enabled" },
		.cause = "the device is a physical function whose virtual functions exist",
		.fix = "hand over a virtual function instead, or end them: echo 0 > "
		       "/sys/bus/pci/devices/ADDRESS/sriov_numvfs",
	},
	{
		.code = "memlock",
		.patterns = { "RLIMIT_MEMLOCK (*) exceeded",
			      "VFIO_MAP_DMA failed: Cannot allocate memory", "VFIO_MAP_DMA: -12",
			      "dma_map(*) = -12 (Cannot allocate memory)" },
		.cause = "the guest's memory cannot be locked: the limit of locked memory is too "
			 "low where QEMU is started, or memory is short",
		.fix = "set the hard limit to the guest's memory and 1 GiB: LimitMEMLOCK= of the "
		       "systemd unit, or memlock in /etc/security/limits.d for the user; `ulimit "
		       "-Hl` shows it",
	},
	{
		.code = "memlock-forbidden",
		.patterns = { "cannot limit locked memory of process * to" },
		.cause = "libvirt may not raise QEMU's limit of locked memory: it runs without "
			 "CAP_SYS_RESOURCE, as in a container",
		.fix = "give libvirtd's container or unit CAP_SYS_RESOURCE, or start it with a "
		       "memlock limit that is high enough",
	},
	{
		.code = "no-hugepages",
		.patterns = { "unable to map backing store for guest RAM: Cannot allocate memory" },
		.cause = "too few free huge pages of the wanted size, in all or on the wanted node",
		.fix = "reserve them at boot (hugepages=N on the kernel command line), or see "
		       "/sys/devices/system/node/node*/hugepages/*/free_hugepages and stop what "
		       "holds them",
	},
	{
		.code = "group-held",
		.patterns = { "/dev/vfio/*: Device or resource busy",
			      "/dev/vfio/*: Resource busy" },
		.cause = "another guest or program has the IOMMU group open",
		.fix = "`vmrun explain ADDRESS` names it; stop that guest first",
	},
	{
		.code = "node-missing",
		.patterns = { "/dev/vfio/*: No such file or directory" },
		.cause = "the group has no node: no device of it is bound to vfio-pci, or the "
			 "node is not in this container or namespace",
		.fix = "bind the group (vmrun does when it starts the guest), or give the "
		       "container /dev/vfio",
	},
	{
		.code = "node-denied",
		.patterns = { "failed to open /dev/vfio/", "Could not open '/dev/vfio/",
			      "/dev/vfio/*: Permission denied",
			      "/dev/vfio/*: Operation not permitted" },
		.cause = "the user QEMU runs as may not open the group's node: its owner and "
			 "mode, the device list of the control group, or a security module forbid "
			 "it",
		.fix = "ls -l /dev/vfio; with qemu:///system let libvirt own it "
		       "(dynamic_ownership = 1, no cgroup_device_acl in /etc/libvirt/qemu.conf "
		       "without it); else vmrun chowns it",
	},
	{
		.code = "apparmor",
		.patterns = { "apparmor=\"DENIED\"*driver_override", "apparmor=\"DENIED\"*vfio",
			      "apparmor=\"DENIED\"*/sys/bus/pci",
			      "apparmor=\"DENIED\"*/sys/devices/pci" },
		.cause = "AppArmor forbids it: the profile in the same line lacks the path in the "
			 "same line",
		.fix = "add the path to /etc/apparmor.d/local/PROFILE and reload it with "
		       "apparmor_parser -r; do not switch AppArmor off",
	},
	{
		.code = "selinux",
		.patterns = { "avc: denied *vfio", "avc: denied *driver_override" },
		.cause = "SELinux forbids it: the contexts are in the same line",
		.fix = "restorecon -v the path; see `ausearch -m avc -ts recent | audit2why`; do "
		       "not switch SELinux off",
	},
	{
		.code = "vfio-missing",
		.patterns = { "VFIO device assignment is currently not supported on this system",
			      "host doesn't support passthrough of host PCI devices" },
		.cause = "libvirt finds no IOMMU group or no /dev/vfio/vfio: the IOMMU is off, or "
			 "the vfio modules are not there",
		.fix = "in this order: `vmrun survey` (is the IOMMU on), `modprobe vfio-pci`, `ls "
		       "/dev/vfio/vfio`",
	},
	{
		.code = "denylist",
		.patterns = { "exists in vfio-pci device denylist, driver probing disallowed" },
		.cause = "the kernel keeps this model from vfio-pci: a guest could bring the host "
			 "down with it (errata)",
		.fix = "hand over a virtual function of it; only for guests you trust as the "
		       "host: options vfio-pci disable_denylist=1 in /etc/modprobe.d",
	},
	{
		.code = "vfio-virqfd",
		.patterns = { "vfio_virqfd" },
		.cause = "the module vfio_virqfd is part of vfio since Linux 6.2; it is only "
			 "named in an old configuration of the initial ramdisk",
		.fix = "take vfio_virqfd from /etc/dracut.conf.d, /etc/mkinitcpio.conf or "
		       "/etc/initramfs-tools/modules, and make the ramdisk anew",
	},
	{
		.code = "vfio-in-use",
		.patterns = { "Module vfio_pci is in use", "Module vfio-pci is in use" },
		.cause = "a script unloads vfio-pci while another guest, or the pool, still uses "
			 "it",
		.fix = "never unload it: give single devices back (vmrun stop, vmrun recover)",
	},
	{
		.code = "bound-by-id",
		.patterns = { "vfio_pci: add [" },
		.cause = "vfio-pci is told ids, and takes every card that has them, now and at "
			 "each boot",
		.fix = "take ids= from the options of vfio-pci (kernel command line, "
		       "/etc/modprobe.d) and name devices by place in a profile: path= or slot=",
	},
	{
		.code = "vfio-probe",
		.patterns = { "vfio-pci: probe of * failed with error",
			      "probe with driver vfio-pci failed with error" },
		.cause = "vfio-pci did not take the device: without an IOMMU group the error is "
			 "-22, held by another driver -16",
		.fix = SURVEY_SHOWS "its group and its driver",
	},
	{
		.code = "driver-waits",
		.patterns = { "NVRM: Attempting to remove device * with non-zero usage count" },
		.cause = "the nvidia driver does not let go of the card while a program has it "
			 "open: the unbind hangs until that ends",
		.fix = "end what has it open (`fuser -v /dev/nvidia* /dev/dri/*`, "
		       "nvidia-persistenced, the display manager), then it goes on by itself",
	},
	{
		.code = "task-hangs",
		.patterns = { "INFO: task * blocked for more than" },
		.cause = "a process waits in the kernel; where it is libvirtd, vmrun or a script "
			 "that unbinds, a driver waits for the last user of its device",
		.fix = "end what has the device open (/dev/dri, /dev/nvidia*, /dev/snd): `vmrun "
		       "explain ADDRESS` names it; vmrun recover finishes what was left",
	},
	{
		.code = "libvirt-locked",
		.patterns = { "cannot acquire state change lock" },
		.cause = "libvirt still works on this guest: often a hook script that calls virsh "
			 "(libvirt waits for the hook, the hook for libvirt) or left a process "
			 "that holds its output",
		.fix = "end the hook's processes, and take virsh calls out of /etc/libvirt/hooks",
	},
	{
		.code = "reset-failed",
		.patterns = { "not ready *ms after *; giving up" },
		.cause = "the device did not come back from its reset: until the machine is "
			 "powered off it is dead",
		.fix = "power the machine off and on; then see whether another method works (echo "
		       "bus > /sys/bus/pci/devices/ADDRESS/reset_method); for some AMD GPUs there "
		       "is the module vendor-reset",
	},
	{
		.code = "power-state",
		.patterns = { "Unable to change power state from D3cold to D0",
			      "Unable to change power state from D3hot to D0",
			      "Unable to change power state from unknown to D0",
			      "Refused to change power state" },
		.cause = "the device does not wake up: it lost power while it slept, or is dead "
			 "after a failed reset",
		.fix = "power the machine off and on, then keep it awake: options vfio-pci "
		       "disable_idle_d3=1 in /etc/modprobe.d, and echo 0 > "
		       "/sys/bus/pci/devices/ADDRESS/d3cold_allowed",
	},
	{
		.code = "dead",
		.patterns = { "header type '127'", "header type 127", "unknown header type 7f" },
		.cause = "the device answers with ones only: it is dead after a failed reset, or "
			 "has no power",
		.fix = "power the machine off and on before any guest gets it; a reboot may not "
		       "be enough",
	},
	{
		.code = "no-such-device",
		.patterns = { "no such host device",
			      "not found: could not access /sys/bus/pci/devices/" },
		.cause = "no device has this address: buses are renumbered when cards or firmware "
			 "change",
		.fix = "`vmrun survey` shows where it is now; name it by path= or slot= in the "
		       "profile, with expect=, instead of its address",
	},
	{
		.code = "bar-taken",
		.patterns = { "BAR *: can't reserve [", "BAR * [mem *]: can't reserve" },
		.cause = "another driver has the device's memory: for the boot display that is "
			 "the firmware's frame buffer (efifb, simplefb)",
		.fix = "see who has it in /proc/iomem; for a frame buffer add "
		       "initcall_blacklist=sysfb_init to the kernel command line and reboot",
	},
	{
		.code = "bar-no-space",
		.patterns = { "can't assign; no space", "BAR *: no space for [" },
		.cause = "no address space is left for a BAR: in the host, above 4G decoding is "
			 "off; in a guest, its 64-bit window is too small",
		.fix = "host: switch \"Above 4G Decoding\" on in firmware setup; guest: a larger "
		       "pcihole64, and with OVMF fw_cfg opt/ovmf/X-PciMmio64Mb",
	},
	{
		.code = "vf-no-space",
		.patterns = { "not enough MMIO resources for SR-IOV" },
		.cause = "firmware left no address space for the virtual functions",
		.fix = "switch SR-IOV and \"Above 4G Decoding\" on in firmware setup, or boot "
		       "with pci=realloc",
	},
	{
		.code = "aw-bits",
		.patterns = { "aw-bits * > host aw-bits" },
		.cause = "the guest's virtual IOMMU has wider addresses than the host's IOMMU",
		.fix = "give the guest's IOMMU device the number of the host in the same message: "
		       "aw-bits=39",
	},
	{
		/* virDomainPCIAddressSetAllocMulti() and those like it, for a machine type or XML without a PCI bus */
		.code = "no-pci-bus",
		.patterns = { "No PCI buses available" },
		.cause = "the guest's machine has no PCI bus that a device could be put on",
		.fix = "say machine = q35 in the profile (isapc, microvm and none have no PCI); "
		       "in an XML of your own (xml =) leave libvirt a pcie-root or pci-root "
		       "controller",
	},
	{
		.code = "rom",
		.patterns = { "Invalid PCI ROM header signature",
			      "Device option ROM contents are probably invalid" },
		.cause = "the card's ROM cannot be read: of the boot display only the shadow is "
			 "left, which firmware has changed or emptied",
		.fix = "boot the host with another display, or give the profile a file with the "
		       "card's ROM (rom = FILE, begins with 55 aa); rom = off where the guest "
		       "needs none",
	},
	{
		.code = "code-43",
		.patterns = { "(Code 43)" },
		.cause = "the guest's driver gives the card up: it sees a virtual machine, a BAR "
			 "it cannot map (resizable BAR), or a card that was not reset",
		.fix = "hide-hypervisor = yes in the profile, resizable BAR off in firmware "
		       "setup, and the card's own ROM as rom = FILE",
	},
	{
		.code = "intx-shared",
		.patterns = { "genirq: Flags mismatch irq", "Masking broken INTx support" },
		.cause = "the device's interrupt line cannot be masked by the device, so it "
			 "cannot be shared, and another driver has it as well",
		.fix = "grep the number in /proc/interrupts and move the card to another slot, or "
		       "keep the driver that shares the line from loading",
	},
	{
		.code = "attach-denied",
		.patterns = { "Failed to set iommu for container: Operation not permitted",
			      "Failed to set group container: Operation not permitted" },
		.cause = "the kernel refuses the device for memory that firmware reserves (RMRR), "
			 "or because interrupts are not remapped",
		.fix = "`dmesg | grep -iE 'rmrr|1:1|interrupt remapping'` says which; " RESERVED_FIX,
	},
	{
		.code = "attach-invalid",
		.patterns = { "Failed to set iommu for container: Invalid argument",
			      "Failed to set group container: Invalid argument",
			      "cannot add vfio group to container, error 22" },
		.cause = "the kernel refuses the device: almost always for memory that firmware "
			 "reserves (RMRR, IVMD)",
		.fix = RESERVED_FIX,
	},
};

const struct explanation *explain_row(size_t index)
{
	return index < ARRAY_SIZE(rows) ? &rows[index] : NULL;
}
