// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of a profile as data: one row each, with what it takes and where that goes. */
#include "model/profile_keys.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/profile.h"
#include "model/profile_values.h"
#include "model/profile_vf.h"

/* More than any machine type takes; which has how many is QEMU's to say. */
#define VCPUS_MAX 4096
#define COUNT_MAX 256
/* Seconds. Who wants to wait longer does not want to be told. */
#define UNBIND_TIMEOUT_MAX 3600
/* NumVFs has 16 bits (PCI Express Base Specification, 9.3.3.7). */
#define VFS_MAX 65535
#define BOOT_MAX 999

static const char *const accel_words[] = { "auto", "kvm", "tcg", NULL };
static const char *const firmware_words[] = { "bios", "uefi", "uefi-secure", NULL };
static const char *const graphics_words[] = { "none", "vnc", "spice", NULL };
static const char *const video_words[] = { "none", "virtio", "vga", "qxl", "bochs", "ramfb", NULL };
static const char *const siblings_words[] = { "bind", "attach", "refuse", NULL };
static const char *const functions_words[] = { "all", "listed", NULL };
static const char *const pick_words[] = { "unique", "any", NULL };
static const char *const place_words[] = { "host", "pool", NULL };
static const char *const format_words[] = { "raw", "qcow2", NULL };
static const char *const bus_words[] = { "virtio", "sata", "scsi", "usb", NULL };
static const char *const device_words[] = { "disk", "cdrom", "lun", NULL };
static const char *const cache_words[] = { "default",	 "none",   "writeback", "writethrough",
					   "directsync", "unsafe", NULL };
static const char *const discard_words[] = { "ignore", "unmap", NULL };
static const char *const model_words[] = {
	"virtio", "e1000", "e1000e", "rtl8139", "vmxnet3", NULL
};

/* A key whose value goes into one member; more about it may follow. */
#define KEY(in, type, key, what, fn, member, ...)                             \
	{                                                                     \
		.section = (in), .name = (key), .takes = (what), .set = (fn), \
		.where = offsetof(struct type, member), ##__VA_ARGS__         \
	}
#define VM(...) KEY(SECTION_VM, profile, __VA_ARGS__)
#define PCI(...) KEY(SECTION_PCI, profile_pci, __VA_ARGS__)
#define DISK(...) KEY(SECTION_DISK, profile_disk, __VA_ARGS__)
#define CARD(...) KEY(SECTION_NET, profile_net, __VA_ARGS__)
#define SHARE(...) KEY(SECTION_SHARE, profile_share, __VA_ARGS__)
#define USB(...) KEY(SECTION_USB, profile_usb, __VA_ARGS__)
#define QEMU(...) KEY(SECTION_QEMU, profile, __VA_ARGS__)
/* A key that chooses, by its number, what the function does with the value. */
#define PICK(key, what, kind)                                           \
	{                                                               \
		.section = SECTION_PCI, .name = (key), .takes = (what), \
		.set = profile_set_selector, .number = (kind)           \
	}
#define VF(key, what, kind)                                                                    \
	{                                                                                      \
		.section = SECTION_PCI, .name = (key), .takes = (what), .set = profile_set_vf, \
		.number = (kind)                                                               \
	}
#define NET(key, what, kind)                                                                    \
	{                                                                                       \
		.section = SECTION_NET, .name = (key), .takes = (what), .set = profile_set_net, \
		.number = (kind)                                                                \
	}

/* clang-format off */
static const struct profile_key rows[] = {
	VM("name", "NAME", profile_set_name, name),
	VM("uuid", "a UUID", profile_set_uuid, uuid),
	VM("description", "TEXT", profile_set_text, description),
	VM("memory", "SIZE", profile_set_memory, memory_bytes),
	VM("vcpus", "1 to 4096", profile_set_number, vcpus, .number = VCPUS_MAX),
	VM("topology", "SOCKETS:CORES:THREADS", profile_set_topology, topology, .number = VCPUS_MAX),
	VM("cpu", "host-passthrough|host-model|maximum|MODEL [+FEATURE] [-FEATURE]", profile_set_cpu, cpu),
	VM("accel", "auto|kvm|tcg", profile_set_word, accel, .words = accel_words),
	VM("machine", "q35|pc|MACHINE", profile_set_machine, machine),
	VM("firmware", "bios|uefi|uefi-secure", profile_set_word, firmware, .words = firmware_words),
	VM("nvram", "PATH", profile_set_path, nvram),
	VM("tpm", "no|yes|1.2|2.0|/dev/NAME", profile_set_tpm, tpm),
	VM("hugepages", "no|yes|2M|1G", profile_set_hugepages, hugepage_bytes),
	VM("lock-memory", "yes|no", profile_set_bool, lock_memory),
	VM("pin", "CPUS, or VCPU:CPUS", profile_set_pin, pins, .list = true, .number = VCPUS_MAX),
	VM("emulator-pin", "CPUS", profile_set_cpus, emulator_pin),
	VM("numa", "auto, or the number of a node", profile_set_numa, numa),
	VM("clock", "utc|localtime|ZONE", profile_set_clock, clock),
	VM("boot", "hd, cdrom and network, in order", profile_set_boot, boot, .list = true),
	VM("kernel", "PATH", profile_set_path, kernel),
	VM("initrd", "PATH", profile_set_path, initrd),
	VM("cmdline", "TEXT", profile_set_text, cmdline),
	VM("graphics", "none|vnc|spice", profile_set_word, graphics, .words = graphics_words),
	VM("video", "none|virtio|vga|qxl|bochs|ramfb", profile_set_word_text, video, .words = video_words),
	VM("serial", "pty|stdio|file:PATH", profile_set_serial, serial),
	VM("hide-hypervisor", "yes|no", profile_set_bool, hide_hypervisor),
	VM("hotplug-slots", "0 to 64", profile_set_count, hotplug_slots, .number = HOTPLUG_SLOTS_MAX),
	VM("hotplug-window", "SIZE", profile_set_memory, hotplug_window_bytes),
	VM("autostart", "yes|no", profile_set_bool, autostart),
	VM("uri", "URI", profile_set_uri, uri),
	VM("xml", "PATH", profile_set_path, xml),

	PICK("address", "ADDRESS", SELECTOR_ADDRESS),
	PICK("match", "VENDOR:DEVICE[:CLASS[:PROG-IF]]", SELECTOR_MATCH),
	PICK("class", "CLASS", SELECTOR_CLASS),
	PICK("name", "REGEX", SELECTOR_NAME),
	PICK("path", "DEVICE-PATH", SELECTOR_PATH),
	PICK("slot", "NUMBER", SELECTOR_SLOT),
	PICK("disk", "/dev/NAME", SELECTOR_DISK),
	PICK("netdev", "INTERFACE", SELECTOR_NETDEV),
	PCI("count", "1 to 256", profile_set_number, count, .number = COUNT_MAX),
	PCI("pick", "unique|any", profile_set_word, pick, .words = pick_words),
	PCI("from", "host|pool", profile_set_word, from, .words = place_words, .number = FROM_HOST),
	PCI("expect", "VENDOR:DEVICE[:SUBVENDOR:SUBDEVICE]", profile_set_expect, expect),
	PCI("serial", "SERIAL-NUMBER", profile_set_card_serial, expect),
	PCI("optional", "yes|no", profile_set_bool, optional),
	PCI("siblings", "bind|attach|refuse", profile_set_word, siblings, .words = siblings_words),
	PCI("functions", "all|listed", profile_set_word, functions, .words = functions_words),
	PCI("after", "host|pool", profile_set_word, after, .words = place_words, .number = AFTER_HOST),
	PCI("accept", "CODE...", profile_set_accept, accept, .list = true),
	PCI("driver", "auto|vfio-pci|NAME", profile_set_driver, driver),
	PCI("unbind-timeout", "TIME", profile_set_time, unbind_timeout_ms, .number = UNBIND_TIMEOUT_MAX),
	PCI("vf-of", "SELECTOR", profile_set_vf_of, vf_of),
	PCI("vfs", "1 to 65535", profile_set_number, vfs, .number = VFS_MAX),
	VF("mac", "MAC", VF_MAC),
	VF("vlan", "0 to 4094", VF_VLAN),
	VF("vlan-qos", "0 to 7", VF_VLAN_QOS),
	VF("spoofchk", "yes|no", VF_SPOOFCHK),
	VF("trust", "yes|no", VF_TRUST),
	VF("link-state", "auto|enable|disable", VF_LINK_STATE),
	VF("min-rate", "MBIT", VF_MIN_RATE),
	VF("max-rate", "MBIT", VF_MAX_RATE),
	PCI("guest-address", "BUS:DEVICE.FUNCTION", profile_set_guest_address, guest_address),
	PCI("boot", "1 to 999", profile_set_number, boot, .number = BOOT_MAX),
	PCI("rom", "off|PATH", profile_set_rom, rom),
	PCI("vga", "yes|no", profile_set_bool, vga),

	DISK("source", "PATH", profile_set_path, source),
	DISK("size", "SIZE", profile_set_memory, size_bytes),
	DISK("format", "raw|qcow2", profile_set_word_text, format, .words = format_words),
	DISK("bus", "virtio|sata|scsi|usb", profile_set_word_text, bus, .words = bus_words),
	DISK("device", "disk|cdrom|lun", profile_set_word_text, device, .words = device_words),
	DISK("cache", "default|none|writeback|writethrough|directsync|unsafe", profile_set_word_text, cache,
	     .words = cache_words),
	DISK("discard", "ignore|unmap", profile_set_word_text, discard, .words = discard_words),
	DISK("readonly", "yes|no", profile_set_bool, readonly),
	DISK("serial", "TEXT", profile_set_disk_serial, serial),
	DISK("boot", "1 to 999", profile_set_number, boot, .number = BOOT_MAX),

	NET("user", "yes", NET_USER),
	NET("bridge", "INTERFACE", NET_BRIDGE),
	NET("network", "NETWORK", NET_NETWORK),
	NET("direct", "INTERFACE", NET_DIRECT),
	CARD("mac", "an address such as 52:54:00:12:34:56", profile_set_mac, mac),
	CARD("model", "virtio|e1000|e1000e|rtl8139|vmxnet3", profile_set_word_text, model, .words = model_words),
	CARD("boot", "1 to 999", profile_set_number, boot, .number = BOOT_MAX),

	SHARE("source", "PATH", profile_set_path, source),
	SHARE("target", "TAG", profile_set_name, target),

	USB("match", "VENDOR:PRODUCT", profile_set_usb_match, match),
	USB("address", "BUS:DEVICE", profile_set_usb_address, address),

	QEMU("arg", "TEXT", profile_set_list, qemu_args, .list = true),
	QEMU("env", "NAME=VALUE", profile_set_env, qemu_env, .list = true),
	QEMU("device-node", "/dev/NAME", profile_set_node, device_nodes, .list = true),
};
/* clang-format on */

const char *profile_section_name(enum profile_section section)
{
	static const char *const names[] = {
		[SECTION_VM] = "vm",	 [SECTION_PCI] = "pci",	    [SECTION_DISK] = "disk",
		[SECTION_NET] = "net",	 [SECTION_SHARE] = "share", [SECTION_USB] = "usb",
		[SECTION_QEMU] = "qemu",
	};
	static_assert(ARRAY_SIZE(names) == SECTION_COUNT, "a name per section");

	return names[section];
}

bool profile_section_single(enum profile_section section)
{
	return section == SECTION_VM || section == SECTION_QEMU;
}

const struct profile_key *profile_keys(size_t *count)
{
	*count = ARRAY_SIZE(rows);
	return rows;
}

const struct profile_key *profile_key_find(enum profile_section section, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].section == section && !strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}
