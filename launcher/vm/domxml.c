// SPDX-License-Identifier: GPL-2.0-or-later
/* Profile and picked devices → libvirt domain XML. Writes XML with libxml2. */
#include "vm/domxml.h"

#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

/*
 * Theory of operation
 *
 * The document is built as a tree and written by libxml2, so that no text of a profile can become
 * markup. The functions follow the order of https://libvirt.org/formatdomain.html. What libvirt
 * would otherwise choose differently at each start (MAC addresses, places on buses) is derived from the profile.
 */

static void cleanup_buffer_p(xmlBuffer **buffer)
{
	xmlBufferFree(*buffer);
}

void *domxml_need(void *p)
{
	if (!p)
		abort();
	return p;
}

xmlNode *domxml_element(xmlNode *parent, const char *name, const char *text)
{
	return domxml_need(xmlNewTextChild(parent, NULL, UTF8(name), UTF8(text)));
}

void domxml_attr(xmlNode *node, const char *name, const char *value)
{
	domxml_need(xmlSetProp(node, UTF8(name), UTF8(value)));
}

void domxml_attrf(xmlNode *node, const char *name, const char *fmt, ...)
{
	char buf[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	domxml_attr(node, name, buf);
}

xmlNode *domxml_with(xmlNode *parent, const char *name, const char *key, const char *value)
{
	xmlNode *node = domxml_element(parent, name, NULL);

	domxml_attr(node, key, value);
	return node;
}

/* What vmrun wants to know again from a running domain: which card sat where. */
static void add_identity(xmlNode *guest, const struct pick *pick, const struct device *dev)
{
	xmlNode *node = domxml_need(xmlNewChild(guest, guest->ns, UTF8("device"), NULL));
	char buf[64];

	domxml_attr(node, "id", pick->want->id);
	domxml_attr(node, "address", PCIADDR_STR(&dev->addr));
	if (dev->path)
		domxml_attr(node, "path", dev->path);
	domxml_attrf(node, "vendor", "%04x", dev->vendor);
	domxml_attrf(node, "device", "%04x", dev->device);
	domxml_attrf(node, "subsystem_vendor", "%04x", dev->subsystem_vendor);
	domxml_attrf(node, "subsystem_device", "%04x", dev->subsystem_device);
	if (dev->serial)
		domxml_attr(node, "serial",
			    str_printable(dev->serial, strlen(dev->serial), buf, sizeof(buf)));
}

static void add_metadata(const struct domxml *xml)
{
	xmlNode *metadata = xml_child(xml->domain, "metadata");
	const char *slash = strrchr(xml->profile->file, '/');
	xmlNode *guest;

	if (!metadata)
		metadata = domxml_element(xml->domain, "metadata", NULL);
	guest = domxml_need(xmlNewDocNode(xml->domain->doc, NULL, UTF8("guest"), NULL));
	domxml_need(xmlAddChild(metadata, guest));
	xmlSetNs(guest, domxml_need(xmlNewNs(guest, UTF8(DOMXML_NAMESPACE), UTF8("vmrun"))));
	domxml_attr(guest, "profile", slash ? slash + 1 : xml->profile->file);
	for (size_t i = 0; i < xml->picks->count; i++)
		if (xml->picks->item[i].role == PICK_ATTACH)
			add_identity(guest, &xml->picks->item[i],
				     &xml->host->devices[xml->picks->item[i].device]);
}

/* Which firmware there is, libvirt knows (/usr/share/qemu/firmware); it is told what the firmware must be able to do. */
static void add_firmware(xmlNode *os, const struct profile *profile)
{
	static const char *const features[] = { "secure-boot", "enrolled-keys" };
	bool secure = profile->firmware == FIRMWARE_UEFI_SECURE;
	xmlNode *firmware;

	if (profile->firmware == FIRMWARE_BIOS)
		return;
	domxml_attr(os, "firmware", "efi");
	firmware = domxml_element(os, "firmware", NULL);
	for (size_t i = 0; i < (secure ? 2 : 1); i++) {
		xmlNode *feature =
			domxml_with(firmware, "feature", "enabled", secure ? "yes" : "no");

		domxml_attr(feature, "name", features[i]);
	}
	if (secure)
		domxml_with(os, "loader", "secure", "yes");
	if (profile->nvram)
		domxml_element(os, "nvram", profile->nvram);
}

static bool boots_in_order(const struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		if (profile->pci[i].boot)
			return true;
	for (size_t i = 0; i < profile->disk_count; i++)
		if (profile->disks[i].boot)
			return true;
	for (size_t i = 0; i < profile->net_count; i++)
		if (profile->nets[i].boot)
			return true;
	return false;
}

static void add_os(const struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	xmlNode *os = domxml_element(xml->domain, "os", NULL);
	xmlNode *type = domxml_element(os, "type", "hvm");

	domxml_attr(type, "arch", "x86_64");
	domxml_attr(type, "machine", profile->machine);
	add_firmware(os, profile);
	if (profile->kernel)
		domxml_element(os, "kernel", profile->kernel);
	if (profile->initrd)
		domxml_element(os, "initrd", profile->initrd);
	if (profile->cmdline)
		domxml_element(os, "cmdline", profile->cmdline);
	for (size_t i = 0; i < profile->boot.count; i++)
		domxml_with(os, "boot", "dev", profile->boot.item[i]);
	if (!profile->kernel && !profile->boot.count && !boots_in_order(profile))
		domxml_with(os, "boot", "dev", "hd");
}

static void add_events(const struct domxml *xml)
{
	domxml_element(xml->domain, "on_poweroff", "destroy");
	domxml_element(xml->domain, "on_reboot", "restart");
	domxml_element(xml->domain, "on_crash", "destroy");
}

static void add_devices(struct domxml *xml)
{
	xmlNode *devices = domxml_element(xml->domain, "devices", NULL);

	domxml_add_hostdevs(xml, devices);
	domxml_add_disks(xml, devices);
	domxml_add_nets(xml, devices);
	domxml_add_shares(xml, devices);
	domxml_add_usb(xml, devices);
	domxml_add_console(xml, devices);
	domxml_add_ports(xml, devices);
	/* VFIO pins all guest memory: a balloon could give nothing back. */
	domxml_with(devices, "memballoon", "model", "none");
}

char *domxml_text(xmlDoc *doc)
{
	_cleanup_(cleanup_buffer_p) xmlBuffer *buffer = domxml_need(xmlBufferCreate());
	xmlSaveCtxt *save =
		domxml_need(xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT | XML_SAVE_NO_DECL));

	if (xmlSaveDoc(save, doc) < 0 || xmlSaveClose(save) < 0)
		abort();
	return mem_strdup((const char *)xmlBufferContent(buffer));
}

static xmlDoc *build(struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	xmlDoc *doc = domxml_need(xmlNewDoc(UTF8("1.0")));

	xml->domain = domxml_need(xmlNewDocNode(doc, NULL, UTF8("domain"), NULL));
	xmlDocSetRootElement(doc, xml->domain);
	domxml_attr(xml->domain, "type", xml->kvm ? "kvm" : "qemu");
	domxml_element(xml->domain, "name", profile->name);
	domxml_element(xml->domain, "uuid", profile->uuid);
	if (profile->description)
		domxml_element(xml->domain, "description", profile->description);
	add_metadata(xml);
	domxml_add_memory(xml);
	domxml_add_processors(xml);
	domxml_add_sysinfo(xml);
	add_os(xml);
	domxml_add_cpu(xml);
	add_events(xml);
	add_devices(xml);
	domxml_add_qemu(xml);
	return doc;
}

static xmlDoc *on_base(struct domxml *xml)
{
	xmlDoc *doc = domxml_from_base(xml, DOMXML_NAMESPACE);

	add_metadata(xml);
	return doc;
}

char *domxml_build(const struct profile *profile, const struct host *host,
		   const struct picks *picks)
{
	struct domxml xml = {
		.profile = profile,
		.host = host,
		.picks = picks,
		.kvm = profile->accel == ACCEL_KVM || (profile->accel == ACCEL_AUTO && host->kvm),
		.ports.on = profile_is_pcie(profile) && !profile->base,
	};
	_cleanup_xml_doc_ xmlDoc *doc = profile->base ? on_base(&xml) : build(&xml);

	return domxml_text(doc);
}
