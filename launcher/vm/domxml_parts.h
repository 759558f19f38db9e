/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that write domain XML share. */
#ifndef VMRUN_VM_DOMXML_PARTS_H
#define VMRUN_VM_DOMXML_PARTS_H

#include <libxml/tree.h>

#include "decide/resolve.h"
#include "model/host.h"
#include "model/profile.h"

/* Namespace of libvirt's pass-through to QEMU (https://libvirt.org/drvqemu.html). */
#define DOMXML_QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"

/* Buses of the guest that are given out; beyond these libvirt finds a place. */
#define DOMXML_PORTS 128

/* Alias of an empty port, by the number of its bus, where QEMU is told more of it than libvirt can. */
#define DOMXML_SPARE_ALIAS "ua-port%u"

/**
 * struct domxml_ports - root ports of a PCI Express guest, by the number of the bus behind them
 * @on:		the machine has root ports, and they are ours to give out
 * @used:	a device is, or may come to be, on that bus; 0 is the root bus, which has no port
 * @spare:	it stays empty for hot plug
 * @next:	the lowest bus that may still be free
 */
struct domxml_ports {
	bool on;
	bool used[DOMXML_PORTS];
	bool spare[DOMXML_PORTS];
	unsigned int next;
};

/**
 * struct domxml - one document on its way
 * @profile, @host, @picks: what it is made of
 * @kvm:	the guest runs under KVM
 * @domain:	the root element
 * @ports:	which root ports are taken
 */
struct domxml {
	const struct profile *profile;
	const struct host *host;
	const struct picks *picks;
	bool kvm;
	xmlNode *domain;
	struct domxml_ports ports;
};

/** domxml_need() - @p, which libxml2 returns as NULL only where memory runs out; then the process ends as in base/mem.h */
void *domxml_need(void *p);

/** domxml_element() - New element under @parent; @text, escaped as needed, may be NULL */
xmlNode *domxml_element(xmlNode *parent, const char *name, const char *text);

/** domxml_attr() - Set an attribute */
void domxml_attr(xmlNode *node, const char *name, const char *value);

/** domxml_attrf() - Set an attribute to a number or another short formatted text */
void domxml_attrf(xmlNode *node, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** domxml_with() - New element under @parent with one attribute, the most frequent form in a domain */
xmlNode *domxml_with(xmlNode *parent, const char *name, const char *key, const char *value);

/** domxml_attached() - Number of devices the guest gets */
size_t domxml_attached(const struct picks *picks);

/** domxml_add_memory() - <memory>, <memoryBacking>: how much, and of which pages */
void domxml_add_memory(const struct domxml *xml);

/** domxml_add_processors() - <vcpu>, <cputune>, <numatune>: how many, and where they run */
void domxml_add_processors(const struct domxml *xml);

/** domxml_add_cpu() - <features>, <cpu>, <clock>: what the guest sees of processor and machine */
void domxml_add_cpu(const struct domxml *xml);

/** domxml_add_disks() - Disks and CD drives, and the controller of those on SCSI */
void domxml_add_disks(struct domxml *xml, xmlNode *devices);

/** domxml_add_nets() - Network cards that are not PCI devices of the host */
void domxml_add_nets(struct domxml *xml, xmlNode *devices);

/** domxml_add_shares() - Directories of the host, by virtiofs */
void domxml_add_shares(struct domxml *xml, xmlNode *devices);

/** domxml_add_usb() - USB controller, and USB devices of the host */
void domxml_add_usb(struct domxml *xml, xmlNode *devices);

/** domxml_add_console() - Serial console, remote display, video, TPM */
void domxml_add_console(const struct domxml *xml, xmlNode *devices);

/** domxml_ports_reserve() - Keep the buses that the profile's PCI sections use, in their order, whether or not their devices are there */
void domxml_ports_reserve(struct domxml *xml);

/** domxml_ports_place() - Give the device @node a port of its own; without effect where libvirt places devices */
void domxml_ports_place(struct domxml *xml, xmlNode *node);

/** domxml_add_hostdevs() - PCI devices of the host */
void domxml_add_hostdevs(struct domxml *xml, xmlNode *devices);

/** domxml_add_ports() - The root complex with its window for memory of devices, used ports, and empty ones for hot plug */
void domxml_add_ports(struct domxml *xml, xmlNode *devices);

/** domxml_alias() - Alias of a PCI device of section @id; @used are those there are, to which it is added; free() */
char *domxml_alias(const char *id, struct strlist *used);

/** domxml_fill_hostdev() - Which device of the host a <hostdev> or <interface type='hostdev'> is, and how it is handed over */
void domxml_fill_hostdev(xmlNode *node, const struct pciaddr *addr);

/** domxml_from_base() - The profile's base with its devices added; @namespace is that of vmrun's metadata; xmlFreeDoc() */
xmlDoc *domxml_from_base(struct domxml *xml, const char *namespace);

/** domxml_add_sysinfo() - Size of the memory window for OVMF */
void domxml_add_sysinfo(const struct domxml *xml);

/** domxml_add_qemu() - What goes to QEMU itself: arguments, environment, properties of devices that libvirt has no name for */
void domxml_add_qemu(const struct domxml *xml);

/** domxml_text() - A tree as text without an XML declaration, as virsh dumpxml shows it; free() */
char *domxml_text(xmlDoc *doc);

#endif
