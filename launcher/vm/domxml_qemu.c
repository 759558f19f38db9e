// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain XML that goes to QEMU itself, by libvirt's namespace for it (https://libvirt.org/drvqemu.html). */
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

/* The namespace, declared at the root as libvirt itself writes it. */
static xmlNs *qemu_namespace(xmlNode *domain)
{
	xmlNs *ns = xmlSearchNsByHref(domain->doc, domain, UTF8(DOMXML_QEMU_NAMESPACE));

	return ns ? ns : domxml_need(xmlNewNs(domain, UTF8(DOMXML_QEMU_NAMESPACE), UTF8("qemu")));
}

static xmlNode *add(xmlNode *parent, const char *name)
{
	return domxml_need(
		xmlNewChild(parent, qemu_namespace(parent->doc->children), UTF8(name), NULL));
}

/* One of a base is added to: libvirt takes a single one. */
static xmlNode *child(xmlNode *domain, const char *name)
{
	xmlNode *node = xml_child(domain, name);

	return node ? node : add(domain, name);
}

static void add_command_line(const struct domxml *xml)
{
	const struct profile *profile = xml->profile;
	xmlNode *line;

	if (!profile->qemu_args.count && !profile->qemu_env.count)
		return;
	line = child(xml->domain, "commandline");
	for (size_t i = 0; i < profile->qemu_args.count; i++)
		domxml_attr(add(line, "arg"), "value", profile->qemu_args.item[i]);
	for (size_t i = 0; i < profile->qemu_env.count; i++) {
		const char *text = profile->qemu_env.item[i];
		size_t len = strcspn(text, "=");
		_cleanup_free_ char *name = mem_printf("%.*s", (int)len, text);
		xmlNode *env = add(line, "env");

		domxml_attr(env, "name", name);
		domxml_attr(env, "value", text + len + 1);
	}
}

/* A property of QEMU's device that libvirt has no element for. */
static void add_property(xmlNode *override, const char *alias, const char *name, const char *type,
			 const char *value)
{
	xmlNode *device = add(override, "device"), *property;

	domxml_attr(device, "alias", alias);
	property = add(add(device, "frontend"), "property");
	domxml_attr(property, "name", name);
	domxml_attr(property, "type", type);
	domxml_attr(property, "value", value);
}

/* What firmware is asked to keep behind an empty port (docs/pcie_pci_bridge.txt of QEMU, "resource reservation"). */
static void add_windows(const struct domxml *xml)
{
	_cleanup_free_ char *bytes =
		mem_printf("%llu", (unsigned long long)xml->profile->hotplug_window_bytes);

	for (unsigned int bus = 1; bus < DOMXML_PORTS && xml->profile->hotplug_window_bytes; bus++)
		if (xml->ports.spare[bus]) {
			_cleanup_free_ char *alias = mem_printf(DOMXML_SPARE_ALIAS, bus);

			add_property(child(xml->domain, "override"), alias, "pref64-reserve",
				     "unsigned", bytes);
		}
}

void domxml_add_qemu(const struct domxml *xml)
{
	struct strlist used = { 0 };

	add_command_line(xml);
	for (size_t i = 0; i < xml->picks->count; i++) {
		const struct pick *pick = &xml->picks->item[i];
		_cleanup_free_ char *alias = NULL;

		if (pick->role != PICK_ATTACH)
			continue;
		alias = domxml_alias(pick->want->id, &used);
		if (pick->want->vga && pick->asked &&
		    xml->host->devices[pick->device].class_code >> 8 == 0x0300)
			add_property(child(xml->domain, "override"), alias, "x-vga", "bool",
				     "true");
	}
	strlist_done(&used);
	add_windows(xml);
}
