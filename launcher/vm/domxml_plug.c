// SPDX-License-Identifier: GPL-2.0-or-later
/* XML of one PCI device of the host, to be plugged into a guest that is there. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "model/domain.h"
#include "model/xml.h"
#include "vm/domxml.h"
#include "vm/domxml_parts.h"

/** struct guest_ports - root ports of a guest that runs, by the number of the bus behind each */
struct guest_ports {
	bool there[DOMXML_PORTS];
	bool spare[DOMXML_PORTS];
	bool taken[DOMXML_PORTS];
};

/* A number below the number of ports, decimal or with 0x as libvirt writes buses; 0 for anything else: the root bus has no port. */
static unsigned int port_number(const xmlNode *node, const char *name)
{
	_cleanup_free_ char *text = xml_attr(node, name);
	uint64_t number;

	if (!text ||
	    num_parse(text, strncmp(text, "0x", 2) ? 10 : 16, DOMXML_PORTS - 1, &number) < 0)
		return 0;
	return (unsigned int)number;
}

static void note_port(const xmlNode *controller, struct guest_ports *ports)
{
	unsigned int bus = port_number(controller, "index");
	_cleanup_free_ char *alias = mem_printf(DOMXML_SPARE_ALIAS, bus);

	if (!xml_attr_is(controller, "model", "pcie-root-port") ||
	    xml_attr_is(xml_child(controller, "target"), "hotplug", "off"))
		return;
	ports->there[bus] = true;
	ports->spare[bus] = xml_attr_is(xml_child(controller, "alias"), "name", alias);
}

static void note_ports(xmlDoc *domain, struct guest_ports *ports)
{
	xmlNode *devices = xml_child(xmlDocGetRootElement(domain), "devices");

	for (xmlNode *node = devices ? devices->children : NULL; node; node = node->next) {
		const xmlNode *address = xml_child(node, "address");

		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (xmlStrEqual(node->name, UTF8("controller")))
			note_port(node, ports);
		if (xml_attr_is(address, "type", "pci"))
			ports->taken[port_number(address, "bus")] = true;
	}
}

/* Those kept for hot plug first, and among them those with a window: 0 for none. */
static unsigned int free_port(const struct guest_ports *ports)
{
	unsigned int found = 0;

	for (unsigned int bus = 1; bus < DOMXML_PORTS; bus++)
		if (ports->there[bus] && !ports->taken[bus] &&
		    (!found || (ports->spare[bus] && !ports->spare[found])))
			found = bus;
	return found;
}

char *domxml_plug_at(const char *plug, const char *domain)
{
	_cleanup_xml_doc_ xmlDoc *device = NULL, *guest = NULL;
	struct guest_ports ports = { 0 };
	const char *why;
	unsigned int bus;
	xmlNode *address;

	guest = xml_read(domain, strlen(domain), DOMAIN_SIZE_MAX, DOMAIN_DEPTH_MAX, &why);
	device = xml_read(plug, strlen(plug), DOMAIN_SIZE_MAX, DOMAIN_DEPTH_MAX, &why);
	if (!guest || !device)
		return NULL;
	note_ports(guest, &ports);
	bus = free_port(&ports);
	if (!bus)
		return NULL;
	address = domxml_with(xmlDocGetRootElement(device), "address", "type", "pci");
	domxml_attr(address, "domain", "0x0000");
	domxml_attrf(address, "bus", "0x%02x", bus);
	domxml_attr(address, "slot", "0x00");
	domxml_attr(address, "function", "0x0");
	return domxml_text(device);
}

char *domxml_plug(const struct pciaddr *addr, bool managed)
{
	_cleanup_xml_doc_ xmlDoc *doc = domxml_need(xmlNewDoc(UTF8("1.0")));
	xmlNode *node = domxml_need(xmlNewDocNode(doc, NULL, UTF8("hostdev"), NULL));
	struct strlist used = { 0 };
	_cleanup_free_ char *alias = domxml_alias(PCIADDR_STR(addr), &used);

	strlist_done(&used);
	xmlDocSetRootElement(doc, node);
	domxml_attr(node, "mode", "subsystem");
	domxml_attr(node, "type", "pci");
	domxml_fill_hostdev(node, addr);
	if (managed)
		domxml_attr(node, "managed", "yes");
	domxml_with(node, "alias", "name", alias);
	return domxml_text(doc);
}
