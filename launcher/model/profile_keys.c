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

static const char *const accel_words[] = { "auto", "kvm", "tcg", NULL };
static const char *const firmware_words[] = { "bios", NULL };
static const char *const siblings_words[] = { "bind", "attach", "refuse", NULL };
static const char *const pick_words[] = { "unique", "any", NULL };
static const char *const after_words[] = { "host", "pool", NULL };
static const char *const format_words[] = { "raw", "qcow2", NULL };
static const char *const bus_words[] = { "virtio", "sata", "scsi", NULL };

/* A key whose value goes into one member; more about it may follow. */
#define KEY(in, type, key, what, fn, member, ...)                             \
	{                                                                     \
		.section = (in), .name = (key), .takes = (what), .set = (fn), \
		.where = offsetof(struct type, member), ##__VA_ARGS__         \
	}
#define VM(...) KEY(SECTION_VM, profile, __VA_ARGS__)
#define PCI(...) KEY(SECTION_PCI, profile_pci, __VA_ARGS__)
#define DISK(...) KEY(SECTION_DISK, profile_disk, __VA_ARGS__)
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
	VM("memory", "SIZE", profile_set_memory, memory_bytes),
	VM("vcpus", "1 to 4096", profile_set_number, vcpus, .number = VCPUS_MAX),
	VM("accel", "auto|kvm|tcg", profile_set_word, accel, .words = accel_words),
	VM("machine", "q35|pc|MACHINE", profile_set_machine, machine),
	VM("firmware", "bios", profile_set_word, firmware, .words = firmware_words),
	VM("kernel", "PATH", profile_set_path, kernel),
	VM("initrd", "PATH", profile_set_path, initrd),
	VM("cmdline", "TEXT", profile_set_text, cmdline),
	VM("serial", "pty|stdio|file:PATH", profile_set_serial, serial),
	VM("uri", "URI", profile_set_uri, uri),

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
	PCI("optional", "yes|no", profile_set_bool, optional),
	PCI("siblings", "bind|attach|refuse", profile_set_word, siblings, .words = siblings_words),
	PCI("after", "host|pool", profile_set_word, after, .words = after_words, .number = AFTER_HOST),
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

	DISK("source", "PATH", profile_set_path, source),
	DISK("format", "raw|qcow2", profile_set_word_text, format, .words = format_words),
	DISK("bus", "virtio|sata|scsi", profile_set_word_text, bus, .words = bus_words),

	NET("user", "yes", NET_USER),
	NET("bridge", "INTERFACE", NET_BRIDGE),
	NET("network", "NETWORK", NET_NETWORK),
};
/* clang-format on */

const char *profile_section_name(enum profile_section section)
{
	static const char *const names[] = { [SECTION_VM] = "vm",
					     [SECTION_PCI] = "pci",
					     [SECTION_DISK] = "disk",
					     [SECTION_NET] = "net" };
	static_assert(ARRAY_SIZE(names) == SECTION_COUNT, "a name per section");

	return names[section];
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
