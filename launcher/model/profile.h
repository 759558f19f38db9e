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
enum vm_firmware { FIRMWARE_BIOS };
enum pci_siblings { SIBLINGS_BIND, SIBLINGS_ATTACH, SIBLINGS_REFUSE };
enum pci_after { AFTER_DEFAULT, AFTER_HOST, AFTER_POOL };
enum pci_pick { PICK_UNIQUE, PICK_ANY };
enum net_kind { NET_USER, NET_BRIDGE, NET_NETWORK };

/**
 * struct profile_pci - one [pci "id"] section
 * @id:		its name in the profile
 * @line:	line of its header, for messages
 * @selectors:	conditions, all of which must hold; at least one
 * @selector_count: number of @selectors
 * @siblings:	what happens to the other functions of the group
 * @optional:	the guest starts without it where no device matches
 * @count:	number of devices wanted, at least 1
 * @pick:	whether more matches than @count are an error
 * @after:	where the device goes when the guest ends
 * @accept:	codes of findings taken down to a warning
 * @driver:	vfio driver that takes it, or NULL for the one made for it (auto)
 * @vf_of:	the physical function whose virtual functions are meant, or NULL
 * @vfs:	how many of them to make where none exist; 0 is as many as the profile wants
 * @vf:		what is set for them
 * @unbind_timeout_ms: how long its driver may take to let go of it; 0 for the default
 * @managed:	libvirt itself moves the device (managed='yes' of a domain that is no profile's); its siblings are still ours
 */
struct profile_pci {
	char *id;
	unsigned int line;
	struct selector *selectors;
	size_t selector_count;
	enum pci_siblings siblings;
	bool optional;
	unsigned int count;
	enum pci_pick pick;
	enum pci_after after;
	struct strlist accept;
	char *driver;
	struct selector *vf_of;
	unsigned int vfs;
	struct vf_settings vf;
	unsigned int unbind_timeout_ms;
	bool managed;
};

/**
 * struct profile_disk - one [disk "id"]
 * @id:		its name in the profile
 * @line:	line of its header
 * @source:	absolute path of the file or block device
 * @format:	"raw" or "qcow2"
 * @bus:	"virtio", "sata" or "scsi"
 */
struct profile_disk {
	char *id;
	unsigned int line;
	char *source;
	char *format;
	char *bus;
};

/**
 * struct profile_net - one [net "id"]
 * @id:		its name in the profile
 * @line:	line of its header
 * @kind:	user-mode networking, a bridge of the host, or a network of libvirt
 * @source:	name of the bridge or network, NULL for NET_USER
 */
struct profile_net {
	char *id;
	unsigned int line;
	enum net_kind kind;
	char *source;
};

/**
 * struct profile - a whole profile
 * @file:	as the user named it, for messages
 * @dir:	absolute directory relative paths start from
 * @name:	guest's name
 * @uuid:	36 characters; from the name where the profile gives none (RFC 4122 version 5), so every host has the same
 * @memory_bytes: guest memory, a multiple of 1 MiB
 * @vcpus:	number of virtual processors
 * @accel, @machine, @firmware: as written; @machine is "q35", "pc" or a full QEMU machine name
 * @kernel, @initrd: absolute paths or NULL; @cmdline or NULL
 * @serial:	"pty", "stdio" or "file:/absolute/path"
 * @uri:	libvirt connection, or NULL
 */
struct profile {
	char *file;
	char *dir;
	char *name;
	char *uuid;
	uint64_t memory_bytes;
	unsigned int vcpus;
	enum vm_accel accel;
	enum vm_firmware firmware;
	char *machine;
	char *kernel;
	char *initrd;
	char *cmdline;
	char *serial;
	char *uri;
	struct profile_pci *pci;
	size_t pci_count;
	struct profile_disk *disks;
	size_t disk_count;
	struct profile_net *nets;
	size_t net_count;
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

/** profile_done() - Release what @profile owns */
void profile_done(struct profile *profile);

#endif
