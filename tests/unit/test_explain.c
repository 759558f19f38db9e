// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of explaining messages: every pattern by a line as its program writes it, and no others. */
#include "decide/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/suite.h"

/** struct sample - a line as people find it, what is to be recognised, and the device it names */
static const struct sample {
	const char *code;
	const char *text;
	const char *device;
} samples[] = {
	{ "rmrr",
	  "[  412.118] vfio-pci 0000:05:00.0: DMAR: Device is ineligible for IOMMU domain attach due "
	  "to platform RMRR requirement.  Contact your platform vendor.",
	  "0000:05:00.0" },
	{ "rmrr",
	  "Nov 20 23:26:01 nas kernel: vfio-pci 0000:07:00.0: Device is ineligible for IOMMU domain "
	  "attach due to platform RMRR requirement.  Contact your platform vendor.",
	  "0000:07:00.0" },
	{ "reserved",
	  "vfio-pci 0000:01:00.0: Firmware has requested this device have a 1:1 IOMMU mapping, "
	  "rejecting configuring the device without a 1:1 mapping. Contact your platform vendor.",
	  "0000:01:00.0" },
	{ "rmrr-outside",
	  "DMAR: [Firmware Bug]: No firmware reserved region can cover this RMRR "
	  "[0x00000000e8000000-0x00000000e8ffffff], contact BIOS vendor for fixes",
	  NULL },
	{ "relax-rmrr-unknown", "DMAR: Unknown option - 'relax_rmrr'", NULL },
	{ "relax-rmrr-unknown", "DMAR: Unknown option - relax_rmrr", NULL },
	{ "relax-rmrr", "Intel-IOMMU: assuming all RMRRs are relaxable", NULL },
	{ "no-interrupt-remapping",
	  "vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "
	  "\"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform",
	  NULL },
	{ "no-interrupt-remapping",
	  "vfio_iommu_type1_attach_group: No interrupt remapping for this platform", NULL },
	{ "iommu-off",
	  "  QEMU: Checking if IOMMU is enabled by kernel : WARN (IOMMU appears to be disabled in "
	  "kernel. Add intel_iommu=on to kernel cmdline arguments)",
	  NULL },
	{ "iommu-off",
	  "  QEMU: Checking for device assignment IOMMU support : WARN (No ACPI DMAR table found, "
	  "IOMMU either disabled in BIOS or not supported by this hardware platform)",
	  NULL },
	{ "iommu-off", "WARN (No ACPI IVRS table found, IOMMU either disabled in BIOS)", NULL },
	{ "iommu-off",
	  "qemu-system-x86_64: -device vfio-pci,host=0000:05:00.0: vfio 0000:05:00.0: no iommu_group "
	  "found: No such file or directory",
	  "0000:05:00.0" },
	{ "acs-override",
	  "Warning: PCIe ACS overrides enabled; This may allow non-IOMMU protected peer-to-peer DMA",
	  NULL },
	{ "acs-override",
	  "Kernel command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 pcie_acs_override=downstream",
	  NULL },
	{ "group-not-viable",
	  "qemu-system-x86_64: -device vfio-pci,host=0000:05:00.0,id=hostdev0,bus=pci.4,addr=0x0: vfio "
	  "0000:05:00.0: group 11 is not viable",
	  "0000:05:00.0" },
	{ "group-not-viable",
	  "Please ensure all devices within the iommu_group are bound to their vfio bus driver.",
	  NULL },
	{ "group-not-viable",
	  "vfio: error, group 1 is not viable, please ensure all devices within the iommu_group are "
	  "bound to their vfio bus driver.",
	  NULL },
	{ "group-not-viable",
	  "Verify all devices in group 13 are bound to vfio-pci or pci-stub and not already in use",
	  NULL },
	{ "reset-group",
	  "vfio: Cannot reset device 0000:01:00.1, depends on group 14 which is not owned.",
	  "0000:01:00.1" },
	{ "no-reset", "vfio: Cannot reset device 0000:03:00.0, no available reset mechanism.",
	  "0000:03:00.0" },
	{ "no-reset",
	  "error: internal error: Unable to reset PCI device 0000:03:00.0: no FLR, PM reset or bus reset "
	  "available",
	  "0000:03:00.0" },
	{ "pf-has-vfs", "vfio-pci 0000:06:00.0: Cannot bind to PF with SRIOV enabled",
	  "0000:06:00.0" },
	{ "memlock", "vfio_pin_pages_remote: RLIMIT_MEMLOCK (67108864) exceeded", NULL },
	{ "memlock", "kvm: VFIO_MAP_DMA failed: Cannot allocate memory", NULL },
	{ "memlock", "qemu-system-x86_64: VFIO_MAP_DMA: -12", NULL },
	{ "memlock",
	  "qemu-system-x86_64: vfio_dma_map(0x55d2, 0x0, 0x80000000, 0x7f00) = -12 (Cannot allocate "
	  "memory)",
	  NULL },
	{ "memlock-forbidden",
	  "error: cannot limit locked memory of process 4711 to 9663676416: Operation not permitted",
	  NULL },
	{ "no-hugepages",
	  "qemu-system-x86_64: unable to map backing store for guest RAM: Cannot allocate memory",
	  NULL },
	{ "group-held",
	  "qemu-system-x86_64: -device vfio-pci,host=05:00.0: vfio 0000:05:00.0: failed to open "
	  "/dev/vfio/11: Device or resource busy",
	  "0000:05:00.0" },
	{ "group-held", "failed to open /dev/vfio/11: Resource busy", NULL },
	{ "node-missing", "vfio: error opening /dev/vfio/11: No such file or directory", NULL },
	{ "node-denied", "vfio 0000:05:00.0: failed to open /dev/vfio/11: Permission denied",
	  "0000:05:00.0" },
	{ "node-denied",
	  "error: internal error: Could not open '/dev/vfio/11': Operation not permitted", NULL },
	{ "node-denied", "open(/dev/vfio/vfio): Permission denied", NULL },
	{ "node-denied", "cannot open /dev/vfio/12: Operation not permitted", NULL },
	{ "apparmor",
	  "audit: type=1400 audit(1700000000.123:45): apparmor=\"DENIED\" operation=\"open\" "
	  "profile=\"libvirtd\" name=\"/sys/devices/pci0000:00/0000:00:1c.0/0000:05:00.0/driver_override\""
	  " pid=812 comm=\"libvirtd\"",
	  "0000:00:1c.0" },
	{ "apparmor",
	  "apparmor=\"DENIED\" operation=\"open\" profile=\"libvirt-0b\" name=\"/dev/vfio/11\"",
	  NULL },
	{ "apparmor",
	  "apparmor=\"DENIED\" operation=\"open\" name=\"/sys/bus/pci/devices/0000:05:00.0/config\"",
	  "0000:05:00.0" },
	{ "apparmor",
	  "apparmor=\"DENIED\" operation=\"open\" name=\"/sys/devices/pci0000:00/0000:00:02.0/rom\"",
	  "0000:00:02.0" },
	{ "selinux",
	  "type=AVC msg=audit(1.2:3): avc:  denied  { read write } for pid=9 comm=\"qemu-kvm\" "
	  "name=\"11\" scontext=a tcontext=b:vfio_device_t:s0 tclass=chr_file",
	  NULL },
	{ "selinux", "avc:  denied  { write } for pid=9 name=\"driver_override\" dev=\"sysfs\"",
	  NULL },
	{ "vfio-missing",
	  "error: unsupported configuration: VFIO device assignment is currently not supported on this "
	  "system",
	  NULL },
	{ "vfio-missing",
	  "error: unsupported configuration: host doesn't support passthrough of host PCI devices",
	  NULL },
	{ "denylist",
	  "vfio-pci 0000:b1:00.0: 8086:0435 exists in vfio-pci device denylist, driver probing "
	  "disallowed.",
	  "0000:b1:00.0" },
	{ "vfio-virqfd", "dracut-install: Failed to find module 'vfio_virqfd'", NULL },
	{ "vfio-in-use", "modprobe: FATAL: Module vfio_pci is in use.", NULL },
	{ "vfio-in-use", "rmmod: ERROR: Module vfio-pci is in use", NULL },
	{ "bound-by-id", "vfio_pci: add [10de:1b80[ffffffff:ffffffff]] class 0x000000/00000000",
	  NULL },
	{ "vfio-probe", "vfio-pci: probe of 0000:01:00.0 failed with error -22", "0000:01:00.0" },
	{ "vfio-probe", "vfio-pci 0000:01:00.0: probe with driver vfio-pci failed with error -16",
	  "0000:01:00.0" },
	{ "driver-waits",
	  "NVRM: Attempting to remove device 0000:01:00.0 with non-zero usage count!",
	  "0000:01:00.0" },
	{ "task-hangs", "INFO: task rpc-libvirtd:1432 blocked for more than 120 seconds.", NULL },
	{ "libvirt-locked",
	  "error: Timed out during operation: cannot acquire state change lock (held by "
	  "monitor=remoteDispatchDomainCreate)",
	  NULL },
	{ "reset-failed", "vfio-pci 0000:01:00.0: not ready 65535ms after FLR; giving up",
	  "0000:01:00.0" },
	{ "power-state",
	  "vfio-pci 0000:01:00.0: Unable to change power state from D3cold to D0, device inaccessible",
	  "0000:01:00.0" },
	{ "power-state",
	  "vfio-pci 0000:01:00.0: Unable to change power state from D3hot to D0, device inaccessible",
	  "0000:01:00.0" },
	{ "power-state",
	  "vfio-pci 0000:01:00.0: Unable to change power state from unknown to D0, device inaccessible",
	  "0000:01:00.0" },
	{ "power-state", "vfio-pci 0000:01:00.0: Refused to change power state, currently in D3",
	  "0000:01:00.0" },
	{ "dead", "internal error: Unknown PCI header type '127' for device '0000:0c:00.0'",
	  "0000:0c:00.0" },
	{ "dead", "lspci: 0c:00.0: unknown header type 7f", "0000:0c:00.0" },
	{ "dead", "0000:0c:00.0 has header type 127", "0000:0c:00.0" },
	{ "no-such-device",
	  "qemu-system-x86_64: -device vfio-pci,host=0000:05:00.0: vfio 0000:05:00.0: no such host "
	  "device: No such file or directory",
	  "0000:05:00.0" },
	{ "no-such-device",
	  "error: Device 0000:05:00.0 not found: could not access "
	  "/sys/bus/pci/devices/0000:05:00.0/config: No such file or directory",
	  "0000:05:00.0" },
	{ "bar-taken",
	  "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff 64bit pref]",
	  "0000:01:00.0" },
	{ "bar-taken",
	  "vfio-pci 0000:01:00.0: BAR 1 [mem 0xc0000000-0xcfffffff 64bit pref]: can't reserve",
	  "0000:01:00.0" },
	{ "bar-no-space",
	  "pci 0000:01:00.0: BAR 1 [mem size 0x800000000 64bit pref]: can't assign; no space",
	  "0000:01:00.0" },
	{ "bar-no-space", "pci 0000:01:00.0: BAR 1: no space for [mem size 0x10000000 64bit pref]",
	  "0000:01:00.0" },
	{ "vf-no-space", "ixgbe 0000:03:00.1: not enough MMIO resources for SR-IOV",
	  "0000:03:00.1" },
	{ "aw-bits", "qemu-system-x86_64: -device vfio-pci: aw-bits 48 > host aw-bits 39", NULL },
	{ "no-pci-bus", "error: internal error: No PCI buses available", NULL },
	{ "rom",
	  "vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff",
	  "0000:01:00.0" },
	{ "rom", "Device option ROM contents are probably invalid (check dmesg).", NULL },
	{ "code-43", "Windows has stopped this device because it has reported problems. (Code 43)",
	  NULL },
	{ "intx-shared",
	  "genirq: Flags mismatch irq 16. 00000000 (vfio-intx(0000:02:00.0)) vs. 00000080 "
	  "(ehci_hcd:usb1)",
	  "0000:02:00.0" },
	{ "intx-shared", "vfio-pci 0000:02:00.0: Masking broken INTx support", "0000:02:00.0" },
	{ "attach-denied",
	  "qemu-kvm: -device vfio-pci,host=07:00.0: vfio 0000:07:00.0: failed to setup container for "
	  "group 24: Failed to set iommu for container: Operation not permitted",
	  "0000:07:00.0" },
	{ "attach-denied", "Failed to set group container: Operation not permitted", NULL },
	{ "attach-invalid", "Failed to set iommu for container: Invalid argument", NULL },
	{ "attach-invalid",
	  "2024-05-01T10:12:14.5Z qemu-system-x86_64: -device {\"driver\":\"vfio-pci\",\"host\":"
	  "\"0000:07:00.0\"}: vfio 0000:07:00.0: error getting device from group 24: Failed to set group "
	  "container: Invalid argument",
	  "0000:07:00.0" },
	{ "attach-invalid",
	  "EAL: 0000:07:00.0 cannot add vfio group to container, error 22 (Invalid argument)",
	  "0000:07:00.0" },
};

START_TEST(each_sample)
{
	const struct sample *sample = &samples[_i];
	const struct explanation *row = explain_find(sample->text);
	struct pciaddr addr;
	bool named = explain_device(sample->text, strlen(sample->text), &addr);

	ck_assert_msg(row != NULL, "not recognised: %s", sample->text);
	ck_assert_msg(!strcmp(row->code, sample->code), "%s, not %s: %s", row->code, sample->code,
		      sample->text);
	ck_assert_str_eq(named ? PCIADDR_STR(&addr) : "none",
			 sample->device ? sample->device : "none");
}
END_TEST

static bool pattern_sampled(const struct explanation *row, const char *pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		if (!strcmp(samples[i].code, row->code) &&
		    explain_matches(pattern, samples[i].text, strlen(samples[i].text)))
			return true;
	return false;
}

/* Walks the table: a pattern without a line above, a code that is there twice, or an empty text fails. */
START_TEST(every_pattern_has_a_sample)
{
	const struct explanation *row;
	size_t count = 0;

	for (; (row = explain_row(count)); count++) {
		ck_assert_msg(row->patterns[0] != NULL, "%s has no pattern", row->code);
		for (size_t k = 0; k < EXPLAIN_PATTERNS_MAX && row->patterns[k]; k++)
			ck_assert_msg(pattern_sampled(row, row->patterns[k]),
				      "%s: no line for \"%s\"", row->code, row->patterns[k]);
		ck_assert_str_ne(row->cause, "");
		ck_assert_str_ne(row->fix, "");
		ck_assert_int_ne(row->cause[strlen(row->cause) - 1], '.');
		for (size_t i = 0; i < count; i++)
			ck_assert_str_ne(explain_row(i)->code, row->code);
	}
	ck_assert_uint_ge(count, 32);
}
END_TEST

/* What is said when all is well, or by others, is none of ours. */
START_TEST(others_are_not_recognised)
{
	static const char *const texts[] = {
		"",
		"\n",
		"vfio-pci 0000:05:00.0: enabling device (0400 -> 0403)",
		"vfio-pci 0000:05:00.0: vgaarb: changed VGA decodes: olddecodes=io+mem,decodes=none",
		"DMAR: RMRR base: 0x000000bdf6f000 end: 0x000000bdf71fff",
		"pci 0000:05:00.0: Adding to iommu group 11",
		"audit: type=1400 apparmor=\"STATUS\" operation=\"profile_load\" name=\"libvirtd\"",
		"apparmor=\"DENIED\" operation=\"open\" profile=\"cupsd\" name=\"/etc/paths\"",
		"pci 0000:00:1f.0: BAR 1 [mem 0xc0000000-0xcfffffff]: assigned",
		"group 11 is viable",
		"No such file or directory",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		ck_assert_msg(!explain_find(texts[i]), "recognised: %s", texts[i]);
}
END_TEST

static bool matches(const char *pattern, const char *text)
{
	return explain_matches(pattern, text, strlen(text));
}

START_TEST(patterns)
{
	ck_assert(matches("group * is", "xx group 11 is not"));
	ck_assert(matches("group * is", "GROUP is group  is"));
	ck_assert(!matches("group * is", "is group 11"));
	ck_assert(!matches("group * is", "group is"));
	ck_assert(matches("a b", "a \t\r\n b"));
	ck_assert(matches("a  b", "a b"));
	ck_assert(!matches("a b", "ab"));
	ck_assert(matches("aab", "aaab"));
	ck_assert(matches("", "") && matches("*", "") && matches("**", "x"));
	ck_assert(!matches("a", ""));
	ck_assert(matches("*a*", "bab"));
	/* A NUL is a byte like any other, and the length counts. */
	ck_assert(explain_matches("b", "a\0b", 3));
	ck_assert(!explain_matches("b", "a\0b", 2));
}
END_TEST

/* The kernel's own sentence is surer than QEMU's, in whichever order they come. */
START_TEST(exact_cause_first)
{
	ck_assert_str_eq(explain_find(
				 "Failed to set iommu for container: Operation not permitted\n"
				 "vfio-pci 0000:05:00.0: Device is ineligible for IOMMU domain "
				 "attach due to platform RMRR requirement.")
				 ->code,
			 "rmrr");
}
END_TEST

START_TEST(devices)
{
	static const struct {
		const char *text, *device;
	} cases[] = {
		{ "host=05:00.0,id=x", "0000:05:00.0" },
		{ "10000:e1:00.0: VMD", "10000:e1:00.0" },
		{ "Failed to detach device pci_0000_0a_00_1: x", "0000:0a:00.1" },
		{ "0000:0A:00.1", "0000:0a:00.1" },
		{ "at 10:12:14.5 and 00:00:01.1", NULL },
		{ "[   12.345678] 1.2.3.4:80 ::1 fe80::1.2", NULL },
		{ "0000:05:20.0 0000:05:00.8 0000:05:00", NULL },
		{ "0000:05:00.0x", NULL },
		{ "00000000000000000000000000000:05:00.0", NULL },
		{ "pci_0000_05_20_0 pci_0000_05_00_0_x", NULL },
		{ ".:..0000:05:00.0", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pciaddr addr;
		bool named = explain_device(cases[i].text, strlen(cases[i].text), &addr);

		ck_assert_str_eq(named ? PCIADDR_STR(&addr) : "none",
				 cases[i].device ? cases[i].device : "none");
	}
}
END_TEST

START_TEST(whole_log)
{
	static const char text[] =
		"first\r\n"
		"vfio 0000:05:00.0: group 11 is not viable\r\n"
		"Please ensure all devices within the iommu_group are bound to their "
		"vfio bus driver.\r\n"
		"\xff\x00\x1b[31m (Code 43)\n"
		"vfio 0000:06:00.0: group 12 is not viable";
	struct explained_log log;

	explain_log(text, sizeof(text) - 1, &log);
	ck_assert_uint_eq(log.lines, 5);
	ck_assert_uint_eq(log.count, 2);
	ck_assert_str_eq(log.item[0].row->code, "group-not-viable");
	ck_assert_uint_eq(log.item[0].total, 3);
	ck_assert_uint_eq(log.item[0].lines[0].number, 2);
	ck_assert_str_eq(PCIADDR_STR(&log.item[0].lines[0].device), "0000:05:00.0");
	ck_assert(!log.item[0].lines[1].device_known);
	ck_assert_uint_eq(log.item[0].lines[2].number, 5);
	ck_assert_str_eq(log.item[1].row->code, "code-43");
	ck_assert_uint_eq(log.item[1].lines[0].number, 4);
	explained_log_done(&log);
	explain_log("", 0, &log);
	ck_assert_uint_eq(log.lines + log.count, 0);
	explained_log_done(&log);
}
END_TEST

/* A line without an end is looked at so far and no further; what repeats is counted, not kept. */
START_TEST(bounds)
{
	size_t len = EXPLAIN_LINE_MAX + 100;
	_cleanup_free_ char *text = mem_zalloc(len + 1);
	struct explained_log log;

	memset(text, ' ', len);
	memcpy(text + EXPLAIN_LINE_MAX - 4, "(Code 43)", 9);
	explain_log(text, len, &log);
	ck_assert_uint_eq(log.count, 0);
	explained_log_done(&log);
	memcpy(text + EXPLAIN_LINE_MAX - 9, "(Code 43)", 9);
	explain_log(text, len, &log);
	ck_assert_uint_eq(log.count, 1);
	explained_log_done(&log);
	for (size_t i = 0; i + 10 <= len; i += 10)
		memcpy(text + i, "(Code 43)\n", 10);
	explain_log(text, len, &log);
	ck_assert_uint_eq(log.count, 1);
	ck_assert_uint_eq(log.item[0].total, len / 10);
	ck_assert_uint_eq(log.item[0].line_count, EXPLAIN_LINES_MAX);
	explained_log_done(&log);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("explain");

	tcase_add_loop_test(tests, each_sample, 0, (int)ARRAY_SIZE(samples));
	tcase_add_test(tests, every_pattern_has_a_sample);
	tcase_add_test(tests, others_are_not_recognised);
	tcase_add_test(tests, patterns);
	tcase_add_test(tests, exact_cause_first);
	tcase_add_test(tests, devices);
	tcase_add_test(tests, whole_log);
	tcase_add_test(tests, bounds);
	return suite_run("explain", tests);
}
