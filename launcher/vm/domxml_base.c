// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain XML on the base of one that is there: all it says stays, the profile's devices are added. */
#include <string.h>

#include "base/cleanup.h"
#include "model/profile_base.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

static void replace_text(xmlNode *domain, const char *name, const char *text)
{
	xmlNode *node = xml_child(domain, name);

	if (!node) {
		domxml_element(domain, name, text);
		return;
	}
	xmlNodeSetContent(node, NULL);
	xmlNodeAddContent(node, UTF8(text));
}

/* The element that was written for another start of this guest, or of the one this was copied from. */
static void remove_metadata(xmlNode *domain, const char *namespace)
{
	xmlNode *next;

	for (xmlNode *node = xmlFirstElementChild(xml_child(domain, "metadata")); node;
	     node = next) {
		next = xmlNextElementSibling(node);
		if (!node->ns || !xmlStrEqual(node->ns->href, UTF8(namespace)))
			continue;
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
}

/* What is left of the base's PCI devices belongs to optional sections that found none. */
static void remove_absent(const struct domxml *xml, xmlNode *devices)
{
	struct strlist used = { 0 };
	xmlNode *next;

	for (size_t i = 0; i < xml->picks->count; i++)
		if (xml->picks->item[i].role == PICK_ATTACH) {
			_cleanup_free_ char *alias =
				domxml_alias(xml->picks->item[i].want->id, &used);

			(void)alias;
		}
	for (xmlNode *node = xmlFirstElementChild(devices); node; node = next) {
		_cleanup_free_ char *alias = xml_attr(xml_child(node, "alias"), "name");

		next = xmlNextElementSibling(node);
		if (!profile_base_is_pci(node) || (alias && strlist_has(&used, alias)))
			continue;
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
	strlist_done(&used);
}

/* virtiofsd maps the guest's memory, so that it must be a file both can have. */
static void share_memory(const struct domxml *xml)
{
	xmlNode *backing = xml_child(xml->domain, "memoryBacking");

	if (!xml->profile->share_count)
		return;
	if (!backing)
		backing = domxml_element(xml->domain, "memoryBacking", NULL);
	if (!xml_child(backing, "source"))
		domxml_with(backing, "source", "type", "memfd");
	if (!xml_child(backing, "access"))
		domxml_with(backing, "access", "mode", "shared");
}

/* Blanks between elements, so that what is added is indented as the rest is. */
static void remove_blanks(xmlNode *parent)
{
	xmlNode *next;

	for (xmlNode *node = parent->children; node; node = next) {
		next = node->next;
		if (node->type == XML_ELEMENT_NODE) {
			remove_blanks(node);
		} else if (xmlIsBlankNode(node) && xmlFirstElementChild(parent)) {
			xmlUnlinkNode(node);
			xmlFreeNode(node);
		}
	}
}

xmlDoc *domxml_from_base(struct domxml *xml, const char *namespace)
{
	/* It was read before, when the profile was loaded. */
	xmlDoc *doc =
		domxml_need(profile_base_read(xml->profile->base, xml->profile->base_len, NULL));
	xmlNode *devices;

	xml->domain = xmlDocGetRootElement(doc);
	remove_blanks(xml->domain);
	xmlUnsetProp(xml->domain, UTF8("id"));
	replace_text(xml->domain, "name", xml->profile->name);
	replace_text(xml->domain, "uuid", xml->profile->uuid);
	remove_metadata(xml->domain, namespace);
	share_memory(xml);
	devices = xml_child(xml->domain, "devices");
	remove_absent(xml, devices);
	domxml_add_hostdevs(xml, devices);
	domxml_add_disks(xml, devices);
	domxml_add_nets(xml, devices);
	domxml_add_shares(xml, devices);
	domxml_add_usb(xml, devices);
	domxml_add_qemu(xml);
	return doc;
}
