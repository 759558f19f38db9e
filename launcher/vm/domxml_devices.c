// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain XML of the devices that QEMU makes: disks, network cards, shares, console. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

/* A node of /dev is a block device, but for the files that people keep in shared memory. */
static bool is_block(const char *source)
{
	return !strncmp(source, "/dev/", 5) && strncmp(source, "/dev/shm/", 9) != 0;
}

/* The name of disk @index after @prefix: a to z, then aa, ab, … as Linux counts. */
static void disk_name(char *buf, size_t size, const char *prefix, unsigned int index)
{
	char letters[8];
	size_t at = sizeof(letters);

	letters[--at] = '\0';
	for (;;) {
		letters[--at] = (char)('a' + index % 26);
		if (index < 26)
			break;
		index = index / 26 - 1;
	}
	snprintf(buf, size, "%s%s", prefix, letters + at);
}

static void add_boot(xmlNode *node, unsigned int order)
{
	if (order)
		domxml_attrf(domxml_element(node, "boot", NULL), "order", "%u", order);
}

/* One disk; @name is what the guest is told it is called, which few guests heed. */
static xmlNode *add_disk(xmlNode *devices, const struct profile_disk *disk, const char *name)
{
	bool block = disk->source && is_block(disk->source);
	xmlNode *node = domxml_with(devices, "disk", "type", block ? "block" : "file");
	xmlNode *driver, *target;

	domxml_attr(node, "device", disk->device);
	driver = domxml_with(node, "driver", "name", "qemu");
	domxml_attr(driver, "type", disk->format);
	if (disk->cache)
		domxml_attr(driver, "cache", disk->cache);
	if (disk->discard)
		domxml_attr(driver, "discard", disk->discard);
	if (disk->source)
		domxml_with(node, "source", block ? "dev" : "file", disk->source);
	target = domxml_with(node, "target", "dev", name);
	domxml_attr(target, "bus", disk->bus);
	if (disk->readonly || !strcmp(disk->device, "cdrom"))
		domxml_element(node, "readonly", NULL);
	if (disk->serial)
		domxml_element(node, "serial", disk->serial);
	add_boot(node, disk->boot);
	return node;
}

static bool has_scsi(xmlNode *devices)
{
	for (xmlNode *node = xml_child(devices, "controller"); node; node = xml_next(node)) {
		_cleanup_free_ char *type = xml_attr(node, "type");

		if (type && !strcmp(type, "scsi"))
			return true;
	}
	return false;
}

static bool base_has_disk(const struct domxml *xml, xmlNode *devices, const char *name)
{
	if (!xml->profile->base)
		return false;
	for (xmlNode *disk = xml_child(devices, "disk"); disk; disk = xml_next(disk)) {
		_cleanup_free_ char *other = xml_attr(xml_child(disk, "target"), "dev");

		if (other && !strcmp(other, name))
			return true;
	}
	return false;
}

void domxml_add_disks(struct domxml *xml, xmlNode *devices)
{
	unsigned int virtio = 0, sd = 0;
	bool scsi = false;

	for (size_t i = 0; i < xml->profile->disk_count; i++) {
		const struct profile_disk *disk = &xml->profile->disks[i];
		bool on_virtio = !strcmp(disk->bus, "virtio");
		char name[16];
		xmlNode *node;

		/* SATA, SCSI and USB disks share the names sda, sdb, … */
		do {
			disk_name(name, sizeof(name), on_virtio ? "vd" : "sd",
				  on_virtio ? virtio++ : sd++);
		} while (base_has_disk(xml, devices, name));
		node = add_disk(devices, disk, name);
		if (on_virtio)
			domxml_ports_place(xml, node);
		scsi = scsi || !strcmp(disk->bus, "scsi");
	}
	/* A base that has disks on SCSI has chosen its controller, too. */
	if (scsi && !(xml->profile->base && has_scsi(devices))) {
		xmlNode *controller = domxml_with(devices, "controller", "type", "scsi");

		/* Without this libvirt picks an LSI controller, for which few guests have a driver. */
		domxml_attr(controller, "index", "0");
		domxml_attr(controller, "model", "virtio-scsi");
		domxml_ports_place(xml, controller);
	}
}

/* Address in the range QEMU uses, the same at every start: FNV-1a of guest and interface. */
static void net_mac(char *buf, size_t size, const struct profile *profile, const char *id)
{
	const char *const part[] = { profile->uuid, "/", id };
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		for (const char *p = part[i]; *p; p++)
			hash = (hash ^ (uint8_t)*p) * 16777619U;
	snprintf(buf, size, "52:54:00:%02x:%02x:%02x", (hash >> 16) & 0xff, (hash >> 8) & 0xff,
		 hash & 0xff);
}

void domxml_add_nets(struct domxml *xml, xmlNode *devices)
{
	/* The type of the interface, and the attribute of its source. */
	static const char *const type[] = { [NET_USER] = "user",
					    [NET_BRIDGE] = "bridge",
					    [NET_NETWORK] = "network",
					    [NET_DIRECT] = "direct" };
	static const char *const source[] = {
		[NET_BRIDGE] = "bridge", [NET_NETWORK] = "network", [NET_DIRECT] = "dev"
	};

	for (size_t i = 0; i < xml->profile->net_count; i++) {
		const struct profile_net *net = &xml->profile->nets[i];
		xmlNode *node = domxml_with(devices, "interface", "type", type[net->kind]), *from;
		char mac[18];

		net_mac(mac, sizeof(mac), xml->profile, net->id);
		domxml_with(node, "mac", "address", net->mac ? net->mac : mac);
		if (net->kind != NET_USER) {
			from = domxml_with(node, "source", source[net->kind], net->source);
			/* Guests on the same interface reach each other; the host itself they do not. */
			if (net->kind == NET_DIRECT)
				domxml_attr(from, "mode", "bridge");
		}
		domxml_with(node, "model", "type", net->model);
		add_boot(node, net->boot);
		domxml_ports_place(xml, node);
	}
}

void domxml_add_shares(struct domxml *xml, xmlNode *devices)
{
	for (size_t i = 0; i < xml->profile->share_count; i++) {
		const struct profile_share *share = &xml->profile->shares[i];
		xmlNode *node = domxml_with(devices, "filesystem", "type", "mount");

		domxml_attr(node, "accessmode", "passthrough");
		domxml_with(node, "driver", "type", "virtiofs");
		domxml_with(node, "source", "dir", share->source);
		domxml_with(node, "target", "dir", share->target);
		domxml_ports_place(xml, node);
	}
}

static void add_usb_device(xmlNode *devices, const struct profile_usb *usb)
{
	xmlNode *node = domxml_with(devices, "hostdev", "mode", "subsystem"), *source;

	domxml_attr(node, "type", "usb");
	domxml_attr(node, "managed", "yes");
	source = domxml_element(node, "source", NULL);
	if (usb->match) {
		domxml_attrf(domxml_element(source, "vendor", NULL), "id", "0x%.4s", usb->match);
		domxml_attrf(domxml_element(source, "product", NULL), "id", "0x%.4s",
			     usb->match + 5);
	}
	if (usb->address) {
		xmlNode *address = domxml_element(source, "address", NULL);
		int bus = (int)strcspn(usb->address, ":");

		domxml_attrf(address, "bus", "%.*s", bus, usb->address);
		domxml_attr(address, "device", usb->address + bus + 1);
	}
}

void domxml_add_usb(struct domxml *xml, xmlNode *devices)
{
	xmlNode *controller;

	/* One that every guest has a driver for, and that takes devices of any speed. */
	if (!xml->profile->base) {
		controller = domxml_with(devices, "controller", "type", "usb");
		domxml_attr(controller, "index", "0");
		domxml_attr(controller, "model", "qemu-xhci");
		domxml_ports_place(xml, controller);
	}
	for (size_t i = 0; i < xml->profile->usb_count; i++)
		add_usb_device(devices, &xml->profile->usbs[i]);
}

/* <serial> and <console> are the same line. A file is appended to: it may tell why the last boot failed. */
static void add_serial(xmlNode *devices, const char *serial)
{
	const char *file = serial && !strncmp(serial, "file:", 5) ? serial + 5 : NULL;

	for (int console = 0; console < 2; console++) {
		xmlNode *node = domxml_with(devices, console ? "console" : "serial", "type",
					    file ? "file" : "pty");
		xmlNode *target;

		if (file)
			domxml_attr(domxml_with(node, "source", "path", file), "append", "on");
		target = domxml_element(node, "target", NULL);
		if (console)
			domxml_attr(target, "type", "serial");
		domxml_attr(target, "port", "0");
	}
}

static void add_tpm(xmlNode *devices, const char *tpm)
{
	bool host = tpm[0] == '/', old = !strcmp(tpm, "1.2");
	xmlNode *node = domxml_with(devices, "tpm", "model", old || host ? "tpm-tis" : "tpm-crb");
	xmlNode *backend = domxml_with(node, "backend", "type", host ? "passthrough" : "emulator");

	if (host) {
		domxml_with(backend, "device", "path", tpm);
		return;
	}
	domxml_attr(backend, "version", tpm);
	/* The guest is transient; without this libvirt throws away what is sealed in it when the guest ends. */
	domxml_attr(backend, "persistent_state", "yes");
}

void domxml_add_console(const struct domxml *xml, xmlNode *devices)
{
	static const char *const type[] = { [GRAPHICS_VNC] = "vnc", [GRAPHICS_SPICE] = "spice" };
	const struct profile *profile = xml->profile;

	add_serial(devices, profile->serial);
	if (profile->graphics != GRAPHICS_NONE) {
		xmlNode *graphics =
			domxml_with(devices, "graphics", "type", type[profile->graphics]);
		/* A pointer that is where the viewer's is. */
		xmlNode *tablet = domxml_with(devices, "input", "type", "tablet");

		domxml_attr(graphics, "autoport", "yes");
		domxml_attr(graphics, "listen", "127.0.0.1");
		domxml_attr(tablet, "bus", "usb");
	}
	domxml_with(domxml_element(devices, "video", NULL), "model", "type", profile->video);
	if (profile->tpm)
		add_tpm(devices, profile->tpm);
}
