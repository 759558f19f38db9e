// SPDX-License-Identifier: GPL-2.0-or-later
/* Profile and picked devices → libvirt domain XML. Writes XML with libxml2. */
#include "vm/domxml.h"

#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

/*
 * Theory of operation
 *
 * The document is built as a tree and written by libxml2, so that no text of a profile can become
 * markup. The functions follow the order of https://libvirt.org/formatdomain.html. What libvirt
 * would otherwise choose differently at each start (MAC addresses) is derived from the profile.
 */

/* libxml2's strings are unsigned; its own BAD_CAST drops the const of ours. */
#define UTF8(text) ((const xmlChar *)(text))

static void cleanup_doc_p(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

static void cleanup_buffer_p(xmlBuffer **buffer)
{
	xmlBufferFree(*buffer);
}

/* libxml2 returns NULL only where memory runs out, and then the process ends as in base/mem.h. */
static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

/* New element under @parent; @text, escaped as needed, may be NULL. */
static xmlNode *element(xmlNode *parent, const char *name, const char *text)
{
	return need(xmlNewTextChild(parent, NULL, UTF8(name), UTF8(text)));
}

static void attr(xmlNode *node, const char *name, const char *value)
{
	need(xmlNewProp(node, UTF8(name), UTF8(value)));
}

static void attrf(xmlNode *node, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Attribute from a number or another short formatted text. */
static void attrf(xmlNode *node, const char *name, const char *fmt, ...)
{
	char buf[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	attr(node, name, buf);
}

/* New element under @parent with one attribute, the most frequent form in a domain. */
static xmlNode *element_with(xmlNode *parent, const char *name, const char *key, const char *value)
{
	xmlNode *node = element(parent, name, NULL);

	attr(node, key, value);
	return node;
}

/* What vmrun wants to know again from a running domain: its profile, and which card sat where. */
static void add_metadata(xmlNode *domain, const struct profile *profile, const struct host *host,
			 const struct picks *picks)
{
	xmlNode *metadata = element(domain, "metadata", NULL);
	xmlNode *guest = need(xmlNewDocNode(domain->doc, NULL, UTF8("guest"), NULL));
	xmlNs *ns = need(xmlNewNs(guest, UTF8(DOMXML_NAMESPACE), UTF8("vmrun")));
	const char *slash = strrchr(profile->file, '/');

	need(xmlAddChild(metadata, guest));
	xmlSetNs(guest, ns);
	attr(guest, "profile", slash ? slash + 1 : profile->file);
	for (size_t i = 0; i < picks->count; i++) {
		const struct pick *pick = &picks->item[i];
		const struct device *dev = &host->devices[pick->device];
		const char *serial = dev->serial;
		char buf[64];
		xmlNode *node;

		if (pick->role != PICK_ATTACH)
			continue;
		node = need(xmlNewChild(guest, ns, UTF8("device"), NULL));
		attr(node, "id", pick->want->id);
		attr(node, "address", PCIADDR_STR(&dev->addr));
		if (dev->path)
			attr(node, "path", dev->path);
		attrf(node, "vendor", "%04x", dev->vendor);
		attrf(node, "device", "%04x", dev->device);
		attrf(node, "subsystem_vendor", "%04x", dev->subsystem_vendor);
		attrf(node, "subsystem_device", "%04x", dev->subsystem_device);
		if (serial)
			attr(node, "serial",
			     str_printable(serial, strlen(serial), buf, sizeof(buf)));
	}
}

static void add_os(xmlNode *domain, const struct profile *profile)
{
	xmlNode *os = element(domain, "os", NULL);
	xmlNode *type = element(os, "type", "hvm");

	attr(type, "arch", "x86_64");
	attr(type, "machine", profile->machine);
	if (profile->kernel)
		element(os, "kernel", profile->kernel);
	if (profile->initrd)
		element(os, "initrd", profile->initrd);
	if (profile->cmdline)
		element(os, "cmdline", profile->cmdline);
	if (!profile->kernel)
		element_with(os, "boot", "dev", "hd");
}

/*
 * Under KVM the guest sees the host's processor: with a card of this host it is never migrated to
 * another one. Without KVM libvirt's default is the fastest that QEMU emulates.
 */
static void add_machine(xmlNode *domain, bool kvm)
{
	xmlNode *features = element(domain, "features", NULL);
	xmlNode *cpu;

	element(features, "acpi", NULL);
	element(features, "apic", NULL);
	if (kvm) {
		cpu = element_with(domain, "cpu", "mode", "host-passthrough");
		attr(cpu, "check", "none");
	}
	element_with(domain, "clock", "offset", "utc");
	element(domain, "on_poweroff", "destroy");
	element(domain, "on_reboot", "restart");
	element(domain, "on_crash", "destroy");
}

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

static void add_disks(xmlNode *devices, const struct profile *profile)
{
	unsigned int virtio = 0, sd = 0;
	bool scsi = false;

	for (size_t i = 0; i < profile->disk_count; i++) {
		const struct profile_disk *disk = &profile->disks[i];
		bool on_virtio = !strcmp(disk->bus, "virtio"), block = is_block(disk->source);
		xmlNode *node = element_with(devices, "disk", "type", block ? "block" : "file");
		xmlNode *child;
		char name[16];

		attr(node, "device", "disk");
		child = element_with(node, "driver", "name", "qemu");
		attr(child, "type", disk->format);
		element_with(node, "source", block ? "dev" : "file", disk->source);
		/* SATA and SCSI disks share the names sda, sdb, … */
		disk_name(name, sizeof(name), on_virtio ? "vd" : "sd", on_virtio ? virtio++ : sd++);
		child = element_with(node, "target", "dev", name);
		attr(child, "bus", disk->bus);
		scsi = scsi || !strcmp(disk->bus, "scsi");
	}
	if (scsi) {
		xmlNode *controller = element_with(devices, "controller", "type", "scsi");

		/*
		 * Without this libvirt picks an LSI controller, for which few guests have a driver.
		 */
		attr(controller, "index", "0");
		attr(controller, "model", "virtio-scsi");
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

static void add_nets(xmlNode *devices, const struct profile *profile)
{
	static const char *const type[] = {
		[NET_USER] = "user",
		[NET_BRIDGE] = "bridge",
		[NET_NETWORK] = "network",
	};

	for (size_t i = 0; i < profile->net_count; i++) {
		const struct profile_net *net = &profile->nets[i];
		xmlNode *node = element_with(devices, "interface", "type", type[net->kind]);
		char mac[18];

		net_mac(mac, sizeof(mac), profile, net->id);
		element_with(node, "mac", "address", mac);
		if (net->kind != NET_USER)
			element_with(node, "source", type[net->kind], net->source);
		element_with(node, "model", "type", "virtio");
	}
}

/*
 * <serial> and <console> are the same line. A file is appended to: it may tell why the last boot
 * failed.
 */
static void add_serial(xmlNode *devices, const char *serial)
{
	const char *file = serial && !strncmp(serial, "file:", 5) ? serial + 5 : NULL;

	for (int console = 0; console < 2; console++) {
		xmlNode *node = element_with(devices, console ? "console" : "serial", "type",
					     file ? "file" : "pty");
		xmlNode *target;

		if (file)
			attr(element_with(node, "source", "path", file), "append", "on");
		target = element(node, "target", NULL);
		if (console)
			attr(target, "type", "serial");
		attr(target, "port", "0");
	}
}

/* libvirt takes a user's alias that starts with "ua-" and has letters, digits, '_' and '-' only. */
static char *unique_alias(const char *id, struct strlist *used)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	_cleanup_free_ char *base = mem_printf("ua-%s", id);
	char *alias;

	for (char *p = base + strspn(base, allowed); *p; p += strspn(p, allowed))
		*p = '_';
	alias = mem_strdup(base);
	for (unsigned int n = 2; strlist_has(used, alias); n++) {
		free(alias);
		alias = mem_printf("%s-%u", base, n);
	}
	strlist_add(used, alias);
	return alias;
}

static void add_hostdevs(xmlNode *devices, const struct host *host, const struct picks *picks)
{
	struct strlist used = { 0 };

	for (size_t i = 0; i < picks->count; i++) {
		const struct pick *pick = &picks->item[i];
		const struct pciaddr *addr = &host->devices[pick->device].addr;
		_cleanup_free_ char *alias = NULL;
		xmlNode *node, *address;

		if (pick->role != PICK_ATTACH)
			continue;
		alias = unique_alias(pick->want->id, &used);
		node = element_with(devices, "hostdev", "mode", "subsystem");
		attr(node, "type", "pci");
		attr(node, "managed", "no");
		element_with(node, "driver", "name", "vfio");
		address = element(element(node, "source", NULL), "address", NULL);
		attrf(address, "domain", "0x%04x", addr->domain);
		attrf(address, "bus", "0x%02x", addr->bus);
		attrf(address, "slot", "0x%02x", addr->dev);
		attrf(address, "function", "0x%x", addr->fn);
		element_with(node, "alias", "name", alias);
	}
	strlist_done(&used);
}

static void add_devices(xmlNode *domain, const struct profile *profile, const struct host *host,
			const struct picks *picks)
{
	xmlNode *devices = element(domain, "devices", NULL);

	add_disks(devices, profile);
	add_nets(devices, profile);
	add_serial(devices, profile->serial);
	element_with(element(devices, "video", NULL), "model", "type", "none");
	add_hostdevs(devices, host, picks);
	/* VFIO pins all guest memory: a balloon could give nothing back. */
	element_with(devices, "memballoon", "model", "none");
}

/* The tree as text without an XML declaration, as virsh dumpxml shows it. */
static char *to_text(xmlDoc *doc)
{
	_cleanup_(cleanup_buffer_p) xmlBuffer *buffer = need(xmlBufferCreate());
	xmlSaveCtxt *save =
		need(xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT | XML_SAVE_NO_DECL));

	if (xmlSaveDoc(save, doc) < 0 || xmlSaveClose(save) < 0)
		abort();
	return mem_strdup((const char *)xmlBufferContent(buffer));
}

char *domxml_build(const struct profile *profile, const struct host *host,
		   const struct picks *picks)
{
	bool kvm = profile->accel == ACCEL_KVM || (profile->accel == ACCEL_AUTO && host->kvm);
	_cleanup_(cleanup_doc_p) xmlDoc *doc = need(xmlNewDoc(UTF8("1.0")));
	xmlNode *domain = need(xmlNewDocNode(doc, NULL, UTF8("domain"), NULL));
	char number[32];
	xmlNode *node;

	xmlDocSetRootElement(doc, domain);
	attr(domain, "type", kvm ? "kvm" : "qemu");
	element(domain, "name", profile->name);
	element(domain, "uuid", profile->uuid);
	add_metadata(domain, profile, host, picks);
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)(profile->memory_bytes / 1024));
	node = element(domain, "memory", number);
	attr(node, "unit", "KiB");
	node = element(domain, "currentMemory", number);
	attr(node, "unit", "KiB");
	snprintf(number, sizeof(number), "%u", profile->vcpus);
	element(domain, "vcpu", number);
	add_os(domain, profile);
	add_machine(domain, kvm);
	add_devices(domain, profile, host, picks);
	return to_text(doc);
}
