// SPDX-License-Identifier: GPL-2.0-or-later
/* What a libvirt domain asks for: the PCI devices of the host that its XML names. */
#include "model/domain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "model/xml.h"

static const char *const use_names[] = {
	[DOMAIN_HOSTDEV] = "hostdev",
	[DOMAIN_INTERFACE] = "interface",
	[DOMAIN_NVME] = "disk",
};

const char *domain_use_name(enum domain_use use)
{
	return use_names[use];
}

void domain_done(struct domain *domain)
{
	for (size_t i = 0; i < domain->count; i++) {
		strlist_done(&domain->devices[i].accept);
		free(domain->devices[i].path);
		free(domain->devices[i].serial);
	}
	free(domain->devices);
	free(domain->name);
	free(domain->uuid);
	*domain = (struct domain){ 0 };
}

/* libvirt reads a number that begins with 0 as octal, which nobody means: such a one is not taken. */
static int read_number(const xmlNode *node, const char *name, uint64_t max, uint64_t *ret)
{
	_cleanup_free_ char *text = xml_attr(node, name);

	*ret = 0;
	if (!text)
		return !strcmp(name, "domain") || !strcmp(name, "function") ? 0 : -EINVAL;
	if (!strncmp(text, "0x", 2))
		return num_parse(text, 16, max, ret);
	return text[0] == '0' && text[1] ? -EINVAL : num_parse(text, 10, max, ret);
}

static int read_address(const xmlNode *node, struct pciaddr *ret)
{
	uint64_t domain, bus, slot, function;

	if (!node || read_number(node, "domain", UINT32_MAX, &domain) < 0 ||
	    read_number(node, "bus", 0xff, &bus) < 0 ||
	    read_number(node, "slot", 0x1f, &slot) < 0 ||
	    read_number(node, "function", 7, &function) < 0)
		return -EINVAL;
	*ret = (struct pciaddr){ .domain = (uint32_t)domain,
				 .bus = (uint8_t)bus,
				 .dev = (uint8_t)slot,
				 .fn = (uint8_t)function };
	return 0;
}

/** struct form - where an element says that it asks for a PCI device, and where the device's address stands */
struct form {
	const char *element;
	const char *type;
	enum domain_use use;
};

static const struct form forms[] = {
	{ "hostdev", "pci", DOMAIN_HOSTDEV },
	{ "interface", "hostdev", DOMAIN_INTERFACE },
	{ "disk", "nvme", DOMAIN_NVME },
};

static int add_device(const struct form *form, const xmlNode *node, struct domain *domain,
		      struct err *e)
{
	const xmlNode *source = xml_child(node, "source"), *address = xml_child(source, "address");
	struct domain_device device = { .use = form->use };

	/* Of a disk it is the source that says who moves the device. */
	device.managed = xml_attr_is(form->use == DOMAIN_NVME ? source : node, "managed", "yes");
	/* The host device of an interface may be a USB one, too. */
	if (form->use == DOMAIN_INTERFACE && address && !xml_attr_is(address, "type", "pci"))
		return 0;
	if (read_address(address, &device.addr) < 0)
		return err_set(e, ERR_USAGE, EINVAL, domain->name,
			       "line %ld of its XML: a <%s> without the address of a PCI device",
			       xmlGetLineNo(node), form->element);
	*mem_append(&domain->devices, &domain->count) = device;
	return 0;
}

static int read_devices(const xmlNode *root, struct domain *domain, struct err *e)
{
	const xmlNode *devices = xml_child(root, "devices");

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		for (xmlNode *node = xml_child(devices, forms[i].element); node;
		     node = xml_next(node)) {
			int r = xml_attr_is(node, "type", forms[i].type)
					? add_device(&forms[i], node, domain, e)
					: 0;

			if (r < 0)
				return r;
		}
	return 0;
}

static bool read_id(const xmlNode *node, const char *name, uint16_t *ret)
{
	_cleanup_free_ char *text = xml_attr(node, name);
	uint64_t id;

	if (!text || num_parse(text, 16, 0xffff, &id) < 0)
		return false;
	*ret = (uint16_t)id;
	return true;
}

/* Codes with blanks or commas between them, as accept = in a profile has them. */
static void read_accept(const xmlNode *node, struct domain_device *device)
{
	_cleanup_free_ char *text = xml_attr(node, "accept");
	char *save = NULL;

	for (char *code = text ? strtok_r(text, ", \t\n", &save) : NULL; code;
	     code = strtok_r(NULL, ", \t\n", &save))
		strlist_add(&device->accept, code);
}

static void read_card(const xmlNode *node, struct domain *domain)
{
	_cleanup_free_ char *address = xml_attr(node, "address");
	struct pciaddr addr;

	if (!address || pciaddr_parse(address, &addr) < 0)
		return;
	for (size_t i = 0; i < domain->count; i++) {
		struct domain_device *device = &domain->devices[i];

		/* Of a device recorded twice the first is believed. */
		if (!pciaddr_equal(&device->addr, &addr) || device->known || device->path ||
		    device->serial)
			continue;
		device->known = read_id(node, "vendor", &device->vendor) &&
				read_id(node, "device", &device->device);
		if (device->known &&
		    (!read_id(node, "subsystem_vendor", &device->subsystem_vendor) ||
		     !read_id(node, "subsystem_device", &device->subsystem_device)))
			device->subsystem_vendor = device->subsystem_device = 0;
		device->path = xml_attr(node, "path");
		device->serial = xml_attr(node, "serial");
		read_accept(node, device);
		return;
	}
}

static void read_metadata(const xmlNode *root, struct domain *domain)
{
	const xmlNode *guest = xml_child(xml_child(root, "metadata"), "guest");

	while (guest && !(guest->ns && xmlStrEqual(guest->ns->href, UTF8(DOMAIN_NAMESPACE))))
		guest = xml_next(guest);
	for (xmlNode *node = xml_child(guest, "device"); node; node = xml_next(node))
		read_card(node, domain);
}

/* <memory unit='…'>: libvirt's own documents say KiB, its readers know these (virScaleInteger). */
static uint64_t memory_bytes(const xmlNode *memory)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {
		{ "KiB", 1024 },
		{ "k", 1024 },
		{ "MiB", 1 << 20 },
		{ "M", 1 << 20 },
		{ "GiB", 1 << 30 },
		{ "G", 1 << 30 },
		{ "TiB", UINT64_C(1) << 40 },
		{ "T", UINT64_C(1) << 40 },
		{ "b", 1 },
		{ "bytes", 1 },
		{ "KB", 1000 },
		{ "MB", 1000000 },
		{ "GB", 1000000000 },
		{ "TB", UINT64_C(1000000000000) },
	};
	_cleanup_free_ char *text = xml_text(memory), *unit = xml_attr(memory, "unit");
	uint64_t number;

	if (!text || num_parse(text, 10, UINT64_C(1) << 46, &number) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(unit ? unit : "KiB", units[i].name))
			return number <= (UINT64_C(1) << 62) / units[i].bytes
				       ? number * units[i].bytes
				       : 0;
	return 0;
}

int domain_parse(const char *text, size_t len, struct domain *ret, struct err *e)
{
	const char *why;
	_cleanup_xml_doc_ xmlDoc *doc =
		xml_read(text, len, DOMAIN_SIZE_MAX, DOMAIN_DEPTH_MAX, &why);
	struct domain domain = { 0 };
	xmlNode *root;
	int r;

	if (!doc)
		return err_set(e, ERR_USAGE, EINVAL, NULL, "no XML of a domain: %s", why);
	root = xmlDocGetRootElement(doc);
	domain.name = xml_text(xml_child(root, "name"));
	if (!xmlStrEqual(root->name, UTF8("domain")) || !domain.name || !domain.name[0]) {
		domain_done(&domain);
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "no XML of a domain: it has no <domain> with a <name>");
	}
	domain.uuid = xml_text(xml_child(root, "uuid"));
	if (!xml_child(xml_child(root, "memoryBacking"), "hugepages"))
		domain.memory_bytes = memory_bytes(xml_child(root, "memory"));
	r = read_devices(root, &domain, e);
	if (r < 0) {
		domain_done(&domain);
		return r;
	}
	read_metadata(root, &domain);
	*ret = domain;
	return 0;
}
