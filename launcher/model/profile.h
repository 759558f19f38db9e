/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile: what a guest is made of and which devices it wants. */
#ifndef VMRUN_MODEL_PROFILE_H
#define VMRUN_MODEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/selector.h"
#include "model/vf.h"

enum vm_accel { ACCEL_AUTO, ACCEL_KVM, ACCEL_TCG };
enum vm_firmware { FIRMWARE_BIOS, FIRMWARE_UEFI, FIRMWARE_UEFI_SECURE };
enum vm_graphics { GRAPHICS_NONE, GRAPHICS_VNC, GRAPHICS_SPICE };
enum vm_numa { NUMA_ANY, NUMA_AUTO, NUMA_NODE };
enum pci_siblings { SIBLINGS_BIND, SIBLINGS_ATTACH, SIBLINGS_REFUSE };
enum pci_functions { FUNCTIONS_ALL, FUNCTIONS_LISTED };
enum pci_after { AFTER_DEFAULT, AFTER_HOST, AFTER_POOL };
enum pci_from { FROM_ANYWHERE, FROM_HOST, FROM_POOL };
enum pci_pick { PICK_UNIQUE, PICK_ANY };
enum net_kind { NET_USER, NET_BRIDGE, NET_NETWORK, NET_DIRECT };

/* Empty root ports of a PCI Express machine where the profile does not give their number, and the most it takes. */
#define HOTPLUG_SLOTS_DEFAULT 2
#define HOTPLUG_SLOTS_MAX 64

/**
 * struct profile_pci - one [pci "id"] section
 * @id:		its name in the profile
 * @line:	line of its header, for messages
 * @selectors:	conditions, all of which must hold; at least one
 * @selector_count: number of @selectors
 * @siblings:	what happens to the other functions of the group
 * @functions:	whether the other functions of the same card that share its group go to the guest, too
 * @optional:	the guest starts without it where no device matches
 * @count:	number of devices wanted, at least 1
 * @pick:	whether more matches than @count are an error
 * @from:	whether only devices of the host, or of the pool, are looked at
 * @after:	where the device goes when the guest ends
 * @expect:	what the card has to be: ids, subsystem, serial number, as far as said
 * @accept:	codes of findings taken down to a warning
 * @driver:	vfio driver that takes it, or NULL for the one made for it (auto)
 * @vf_of:	the physical function whose virtual functions are meant, or NULL
 * @vfs:	how many of them to make where none exist; 0 is as many as the profile wants
 * @vf:		what is set for them
 * @unbind_timeout_ms: how long its driver may take to let go of it; 0 for the default
 * @managed:	libvirt itself moves the device (managed='yes' of a domain that is no profile's); its siblings are still ours
 * @guest_address: where the guest sees it, where @guest_address_given
 * @boot:	place in the boot order, from 1; 0 is none
 * @rom:	"off", or absolute path of the ROM the guest sees; NULL for the card's own
 * @vga:	the guest gets its legacy VGA ranges (QEMU's x-vga)
 */
struct profile_pci {
	char *id;
	unsigned int line;
	struct selector *selectors;
	size_t selector_count;
	enum pci_siblings siblings;
	enum pci_functions functions;
	bool optional;
	unsigned int count;
	enum pci_pick pick;
	enum pci_from from;
	enum pci_after after;
	struct identity expect;
	struct strlist accept;
	char *driver;
	struct selector *vf_of;
	unsigned int vfs;
	struct vf_settings vf;
	unsigned int unbind_timeout_ms;
	bool managed;
	bool guest_address_given;
	struct pciaddr guest_address;
	unsigned int boot;
	char *rom;
	bool vga;
};

/**
 * struct profile_disk - one [disk "id"]
 * @id:		its name in the profile
 * @line:	line of its header
 * @source:	absolute path of the file or block device; NULL for a drive without a medium
 * @size_bytes:	an image of this size is made where there is none; 0 for never
 * @format:	"raw" or "qcow2"
 * @bus:	"virtio", "sata", "scsi" or "usb"
 * @device:	"disk", "cdrom" or "lun"
 * @cache, @discard: QEMU's words, or NULL for its defaults
 * @readonly:	the guest cannot write to it
 * @serial:	serial number the guest sees, or NULL
 * @boot:	place in the boot order, from 1; 0 is none
 */
struct profile_disk {
	char *id;
	unsigned int line;
	char *source;
	uint64_t size_bytes;
	char *format;
	char *bus;
	char *device;
	char *cache;
	char *discard;
	bool readonly;
	char *serial;
	unsigned int boot;
};

/**
 * struct profile_net - one [net "id"]
 * @id:		its name in the profile
 * @line:	line of its header
 * @kind:	user-mode networking, a bridge of the host, a network of libvirt, or an interface of the host itself (macvtap)
 * @source:	name of the bridge, network or interface, NULL for NET_USER
 * @mac:	address, or NULL for one that follows from guest and id
 * @model:	QEMU's model of the card
 * @boot:	place in the boot order, from 1; 0 is none
 */
struct profile_net {
	char *id;
	unsigned int line;
	enum net_kind kind;
	char *source;
	char *mac;
	char *model;
	unsigned int boot;
};

/**
 * struct profile_share - one [share "id"]: a directory of the host the guest sees (virtiofs)
 * @id:		its name in the profile
 * @line:	line of its header
 * @source:	absolute path of the directory
 * @target:	tag the guest mounts it by
 */
struct profile_share {
	char *id;
	unsigned int line;
	char *source;
	char *target;
};

/**
 * struct profile_usb - one [usb "id"]: a USB device of the host
 * @id:		its name in the profile
 * @line:	line of its header
 * @match:	"VVVV:PPPP", or NULL
 * @address:	"BUS:DEVICE" as lsusb numbers them, or NULL; at least one of the two is there
 */
struct profile_usb {
	char *id;
	unsigned int line;
	char *match;
	char *address;
};

/**
 * struct profile_pin - where a virtual processor may run
 * @vcpu:	its number
 * @cpus:	processors of the host, as cpuset_parse() takes them
 */
struct profile_pin {
	unsigned int vcpu;
	char *cpus;
};

/** enum profile_origin - a file; what a command line names; a domain of libvirt's, which has sections but no keys */
enum profile_origin { PROFILE_FILE, PROFILE_BY_HAND, PROFILE_DOMAIN };

/**
 * struct profile - a whole profile
 * @file:	as the user named it, for messages
 * @origin:	where it comes from
 * @dir:	absolute directory relative paths start from
 * @name:	guest's name
 * @uuid:	36 characters; from the name where the profile gives none (RFC 4122 version 5), so every host has the same
 * @description: text for people, or NULL
 * @xml:	absolute path of the domain XML that is the base, or NULL; then what that file says is not said here
 * @base, @base_len: what that file says, once profile_load() has read it
 * @memory_bytes: guest memory, a multiple of 1 MiB
 * @vcpus:	number of virtual processors
 * @topology:	sockets, cores and threads whose product is @vcpus; all 0 where not given
 * @cpu:	the processor the guest sees and changes of its features ("EPYC +x2apic -svm"), or NULL
 * @accel, @machine, @firmware: as written; @machine is "q35", "pc" or a full QEMU machine name
 * @nvram:	absolute path of the UEFI variables, or NULL for libvirt's place
 * @tpm:	"1.2", "2.0" (emulated), absolute path of the host's, or NULL
 * @hugepage_bytes: size of the pages the memory comes from, 0 for ordinary ones
 * @lock_memory: it is never swapped out
 * @pins:	@pin_count virtual processors that are pinned
 * @emulator_pin: where QEMU's own threads may run, or NULL
 * @numa, @numa_node: where memory and virtual processors come from
 * @clock:	"utc", "localtime" or a time zone
 * @boot:	kinds of devices to boot from, in order: "hd", "cdrom", "network"; empty for the default
 * @kernel, @initrd: absolute paths or NULL; @cmdline or NULL
 * @graphics:	remote display
 * @video:	model of the emulated graphics card, "none" for no card
 * @serial:	"pty", "stdio" or "file:/absolute/path"
 * @hide_hypervisor: the guest's drivers do not see that they run in one
 * @hotplug_slots: empty root ports of a PCI Express machine
 * @hotplug_window_bytes: address space each of them keeps for a device with large BARs, 0 for what the firmware keeps
 * @autostart:	it starts with the host
 * @uri:	libvirt connection, or NULL
 * @qemu_args, @qemu_env: arguments and NAME=VALUE for QEMU itself
 * @device_nodes: absolute paths of device nodes QEMU itself opens
 */
struct profile {
	char *file;
	enum profile_origin origin;
	char *dir;
	char *name;
	char *uuid;
	char *description;
	char *xml;
	char *base;
	size_t base_len;
	uint64_t memory_bytes;
	unsigned int vcpus;
	struct {
		unsigned int sockets, cores, threads;
	} topology;
	char *cpu;
	enum vm_accel accel;
	enum vm_firmware firmware;
	char *nvram;
	char *tpm;
	uint64_t hugepage_bytes;
	bool lock_memory;
	struct profile_pin *pins;
	size_t pin_count;
	char *emulator_pin;
	enum vm_numa numa;
	unsigned int numa_node;
	char *clock;
	struct strlist boot;
	char *machine;
	char *kernel;
	char *initrd;
	char *cmdline;
	enum vm_graphics graphics;
	char *video;
	char *serial;
	bool hide_hypervisor;
	unsigned int hotplug_slots;
	uint64_t hotplug_window_bytes;
	bool autostart;
	char *uri;
	struct strlist qemu_args;
	struct strlist qemu_env;
	struct strlist device_nodes;
	struct profile_pci *pci;
	size_t pci_count;
	struct profile_disk *disks;
	size_t disk_count;
	struct profile_net *nets;
	size_t net_count;
	struct profile_share *shares;
	size_t share_count;
	struct profile_usb *usbs;
	size_t usb_count;
};

/* Largest profile taken, in bytes; a profile is written by hand. */
#define PROFILE_SIZE_MAX ((size_t)1024 * 1024)

/**
 * profile_parse() - Read a profile from memory
 * @text:	the bytes; NULs and bytes that are not UTF-8 text are errors with their line
 * @len:	their number, at most PROFILE_SIZE_MAX
 * @file:	name for messages
 * @dir:	absolute directory for relative paths
 * @ret:	filled on success; profile_done()
 * @e:		ERR_PROFILE, subject "FILE:LINE", and the nearest known name for a misspelt one
 *
 * Return: 0; -EINVAL; nothing is allocated on failure
 */
int profile_parse(const char *text, size_t len, const char *file, const char *dir,
		  struct profile *ret, struct err *e);

/**
 * profile_load() - Read a profile from a file
 * @file:	path; a regular file of at most PROFILE_SIZE_MAX bytes
 * @ret:	filled on success; profile_done()
 * @e:		ERR_PROFILE
 *
 * Should:  say what is wrong with a folder, a pipe, a device or a file without end instead of waiting for it
 * Return:  0; -errno
 */
int profile_load(const char *file, struct profile *ret, struct err *e);

/**
 * profile_pci_pins() - Whether a section names one card rather than whatever matches
 *
 * What is accepted holds for the card somebody looked at; a section that could pick another one tomorrow must not carry
 * it over.
 */
bool profile_pci_pins(const struct profile_pci *pci);

/** profile_is_pcie() - Whether the machine has PCI Express (q35), and so root ports */
bool profile_is_pcie(const struct profile *profile);

/** profile_done() - Release what @profile owns */
void profile_done(struct profile *profile);

#endif
