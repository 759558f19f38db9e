/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a libvirt domain asks for: the PCI devices of the host that its XML names. */
#ifndef VMRUN_MODEL_DOMAIN_H
#define VMRUN_MODEL_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/pciaddr.h"
#include "model/profile.h"

/* Largest domain taken, in bytes, and how deep its elements may be nested; libvirt's own are far below both. */
#define DOMAIN_SIZE_MAX ((size_t)4 * 1024 * 1024)
#define DOMAIN_DEPTH_MAX 64

/* Namespace of what vmrun records in a domain's <metadata>: the profile's name and each card's identity. */
#define DOMAIN_NAMESPACE "urn:vmrun:guest:1"

/** enum domain_use - the element that asks: <hostdev>, <interface type='hostdev'>, <disk type='nvme'> */
enum domain_use { DOMAIN_HOSTDEV, DOMAIN_INTERFACE, DOMAIN_NVME };

/** domain_use_name() - "hostdev", "interface", "disk" */
const char *domain_use_name(enum domain_use use);

/**
 * struct domain_device - one PCI device of the host
 * @addr:	its address
 * @use:	element that asks for it
 * @managed:	libvirt itself takes it from its driver and gives it back
 * @accept:	codes of findings that the metadata accepts for it
 * @known:	the metadata records which card was meant: @vendor to @serial
 * @vendor, @device, @subsystem_vendor, @subsystem_device: ids
 * @path:	PCI path, or NULL
 * @serial:	serial number, or NULL
 */
struct domain_device {
	struct pciaddr addr;
	enum domain_use use;
	bool managed;
	struct strlist accept;
	bool known;
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	char *path;
	char *serial;
};

/**
 * struct domain - as far as it concerns the host's PCI devices
 * @name:	its name
 * @uuid:	its UUID, or NULL
 * @memory_bytes: memory, 0 where it is not said or comes from huge pages
 * @devices:	@count devices, in the order of the document
 */
struct domain {
	char *name;
	char *uuid;
	uint64_t memory_bytes;
	struct domain_device *devices;
	size_t count;
};

/**
 * domain_parse() - Read the XML of a domain (https://libvirt.org/formatdomain.html)
 * @text:	the document
 * @len:	its length in bytes
 * @ret:	filled on success; domain_done()
 * @e:		ERR_USAGE
 *
 * Interfaces of a network that hands out host devices are not among them: which of its devices libvirt takes, the
 * document does not say.
 *
 * Return: 0; -EINVAL; nothing is allocated on failure
 */
int domain_parse(const char *text, size_t len, struct domain *ret, struct err *e);

/**
 * domain_profile() - The profile that asks for the devices a domain asks for, and for nothing else
 * @domain:	the domain
 * @ret:	filled; profile_done(). Its file is "domain NAME"; a section has the address of one device, expects the card that is
 *		recorded for it, keeps the siblings of its group from the host, and gives all back to where they were
 */
void domain_profile(const struct domain *domain, struct profile *ret);

/** domain_done() - Release what @domain owns */
void domain_done(struct domain *domain);

#endif
