// SPDX-License-Identifier: GPL-2.0-or-later
/* Domain XML of the host's PCI devices, and where the guest sees what is plugged into its root ports. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "decide/place.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

/*
 * Theory of operation
 *
 * A guest numbers its buses in the order of its root ports, and names its network cards after them; a port more or less in
 * the front renames all that follow. So on a PCI Express machine each device gets a port of its own, the host's devices
 * first: as many for each section of the profile as it asks for, whether or not they are there today. What QEMU makes comes
 * behind them, and last the empty ports. A card of several functions is one here, too, with function 0, which must exist.
 *
 * On a machine without root ports, in a base that has its own, and for a conventional PCI card, which belongs behind a
 * bridge, libvirt finds the place; it finds the same one each time.
 */

/** struct placed - a device of the host in the guest */
struct placed {
	struct pciaddr addr;
	xmlNode *node;
};

/* The lowest bus that is free, taken; 0 where all are. */
static unsigned int take_port(struct domxml_ports *ports)
{
	if (!ports->next)
		ports->next = 1;
	while (ports->next < DOMXML_PORTS && ports->used[ports->next])
		ports->next++;
	if (ports->next >= DOMXML_PORTS)
		return 0;
	ports->used[ports->next] = true;
	return ports->next++;
}

static void set_address(xmlNode *node, const struct pciaddr *addr)
{
	domxml_attrf(node, "domain", "0x%04x", addr->domain);
	domxml_attrf(node, "bus", "0x%02x", addr->bus);
	domxml_attrf(node, "slot", "0x%02x", addr->dev);
	domxml_attrf(node, "function", "0x%x", addr->fn);
}

static xmlNode *add_address(xmlNode *node, const struct pciaddr *addr)
{
	xmlNode *address = domxml_with(node, "address", "type", "pci");

	set_address(address, addr);
	return address;
}

void domxml_ports_place(struct domxml *xml, xmlNode *node)
{
	unsigned int bus = xml->ports.on ? take_port(&xml->ports) : 0;

	if (bus)
		add_address(node, &(struct pciaddr){ .bus = (uint8_t)bus });
}

char *domxml_alias(const char *id, struct strlist *used)
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

/* The element below @parent, made where it is not there. */
static xmlNode *child(xmlNode *parent, const char *name)
{
	xmlNode *node = xml_child(parent, name);

	return node ? node : domxml_element(parent, name, NULL);
}

void domxml_fill_hostdev(xmlNode *node, const struct pciaddr *addr)
{
	xmlNode *driver = child(node, "driver"), *address;

	/* The schema wants it first. */
	if (driver != xmlFirstElementChild(node))
		xmlAddPrevSibling(xmlFirstElementChild(node), driver);
	domxml_attr(node, "managed", "no");
	domxml_attr(driver, "name", "vfio");
	address = child(child(node, "source"), "address");
	if (xmlStrEqual(node->name, UTF8("interface")))
		domxml_attr(address, "type", "pci");
	set_address(address, addr);
}

/* What a base says of the device with this alias, or a new element. */
static xmlNode *hostdev_with_alias(xmlNode *devices, const char *alias)
{
	xmlNode *node;

	for (node = xmlFirstElementChild(devices); node; node = xmlNextElementSibling(node)) {
		_cleanup_free_ char *name = xml_attr(xml_child(node, "alias"), "name");

		if (name && !strcmp(name, alias))
			return node;
	}
	node = domxml_with(devices, "hostdev", "mode", "subsystem");
	domxml_attr(node, "type", "pci");
	return node;
}

static xmlNode *add_hostdev(xmlNode *devices, const struct pick *pick, const struct device *dev,
			    const char *alias)
{
	const struct profile_pci *want = pick->want;
	xmlNode *node = hostdev_with_alias(devices, alias);

	domxml_fill_hostdev(node, &dev->addr);
	if (want->boot && pick->asked && !xml_child(node, "boot"))
		domxml_attrf(domxml_element(node, "boot", NULL), "order", "%u", want->boot);
	/* A ROM belongs to the card that was asked for, not to what comes with it. */
	if (want->rom && !strcmp(want->rom, "off"))
		domxml_attr(child(node, "rom"), "bar", "off");
	else if (want->rom && pick->asked)
		domxml_attr(child(node, "rom"), "file", want->rom);
	domxml_attr(child(node, "alias"), "name", alias);
	return node;
}

/* Whether both are functions of one card that came to the guest by the same section. */
static bool same_card(const struct host *host, const struct pick *a, const struct pick *b)
{
	return a->want == b->want &&
	       pciaddr_same_slot(&host->devices[a->device].addr, &host->devices[b->device].addr);
}

/* The first pick of the card that pick @index is a function of; @index itself where it is the first. */
static size_t first_function(const struct domxml *xml, size_t index)
{
	const struct pick *item = xml->picks->item;

	for (size_t i = 0; i < index; i++)
		if (item[i].role == PICK_ATTACH && same_card(xml->host, &item[i], &item[index]))
			return i;
	return index;
}

/* The lowest function of a card becomes function 0, for without one the guest does not look for others. */
static uint8_t guest_function(const struct domxml *xml, size_t index)
{
	const struct pick *item = xml->picks->item;
	uint8_t lowest = 7, fn = xml->host->devices[item[index].device].addr.fn;

	for (size_t i = 0; i < xml->picks->count; i++)
		if (item[i].role == PICK_ATTACH && same_card(xml->host, &item[i], &item[index]) &&
		    xml->host->devices[item[i].device].addr.fn < lowest)
			lowest = xml->host->devices[item[i].device].addr.fn;
	return fn == lowest ? 0 : fn;
}

static bool wants_port(const struct device *dev)
{
	/* Without privilege a card's capabilities cannot be read; most are PCI Express. */
	return dev->pcie || !dev->interrupts.known;
}

/**
 * struct section_ports - the buses of one section
 * @first:	the first of them; 0 for none
 * @count:	how many follow one another
 */
struct section_ports {
	unsigned int first, count;
};

static void reserve(struct domxml *xml, struct section_ports *sections)
{
	const struct profile *profile = xml->profile;

	for (size_t i = 0; i < profile->pci_count; i++)
		if (profile->pci[i].guest_address_given &&
		    profile->pci[i].guest_address.bus < DOMXML_PORTS)
			xml->ports.used[profile->pci[i].guest_address.bus] = true;
	for (size_t i = 0; i < profile->pci_count && xml->ports.on; i++)
		for (unsigned int k = 0;
		     k < profile->pci[i].count && !profile->pci[i].guest_address_given; k++) {
			unsigned int bus = take_port(&xml->ports);

			/* What lies on the way, because a guest-address names it, ends the run. */
			if (!sections[i].first)
				sections[i].first = bus;
			if (bus == sections[i].first + sections[i].count)
				sections[i].count++;
		}
}

/* Where the guest sees the card whose first function is pick @index; false for "where libvirt puts it". */
static bool card_address(struct domxml *xml, struct section_ports *sections, size_t index,
			 struct pciaddr *ret)
{
	const struct pick *pick = &xml->picks->item[index];
	const struct device *dev = &xml->host->devices[pick->device];
	struct section_ports *own = &sections[pick->want - xml->profile->pci];
	unsigned int bus;

	if (pick->want->guest_address_given && pick->asked) {
		*ret = pick->want->guest_address;
		return true;
	}
	if (!xml->ports.on || !wants_port(dev))
		return false;
	if (own->count) {
		bus = own->first++;
		own->count--;
	} else {
		bus = take_port(&xml->ports);
	}
	*ret = (struct pciaddr){ .bus = (uint8_t)bus };
	return bus != 0;
}

/* A function 0 that others share the slot with has to say so. */
static void mark_multifunction(struct placed *placed, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (i != k && !placed[i].addr.fn && placed[i].node && placed[k].node &&
			    pciaddr_same_slot(&placed[i].addr, &placed[k].addr))
				domxml_attr(placed[i].node, "multifunction", "on");
}

static void place(struct domxml *xml, struct section_ports *sections, size_t index, xmlNode *node,
		  struct placed *placed)
{
	size_t first = first_function(xml, index);
	struct placed *own = &placed[index];

	if (xml_child(node, "address"))
		return;
	if (first == index) {
		if (!card_address(xml, sections, index, &own->addr))
			return;
		if (!xml->picks->item[index].want->guest_address_given)
			own->addr.fn = guest_function(xml, index);
	} else {
		if (!placed[first].node)
			return;
		own->addr = placed[first].addr;
		own->addr.fn = guest_function(xml, index);
	}
	own->node = add_address(node, &own->addr);
}

void domxml_add_hostdevs(struct domxml *xml, xmlNode *devices)
{
	const struct picks *picks = xml->picks;
	_cleanup_free_ struct placed *placed = mem_zalloc((picks->count + 1) * sizeof(*placed));
	_cleanup_free_ struct section_ports *sections =
		mem_zalloc((xml->profile->pci_count + 1) * sizeof(*sections));
	struct strlist used = { 0 };

	reserve(xml, sections);
	for (size_t i = 0; i < picks->count; i++) {
		const struct pick *pick = &picks->item[i];
		_cleanup_free_ char *alias = NULL;

		if (pick->role != PICK_ATTACH)
			continue;
		alias = domxml_alias(pick->want->id, &used);
		place(xml, sections, i,
		      add_hostdev(devices, pick, &xml->host->devices[pick->device], alias), placed);
	}
	mark_multifunction(placed, picks->count);
	strlist_done(&used);
}

void domxml_add_ports(struct domxml *xml, xmlNode *devices)
{
	uint64_t window = place_window(xml->profile, xml->host, xml->picks);

	if (window && xml->profile->firmware == FIRMWARE_BIOS) {
		xmlNode *root = domxml_with(devices, "controller", "type", "pci"), *hole;
		_cleanup_free_ char *kib = mem_printf("%llu", (unsigned long long)(window / 1024));

		domxml_attr(root, "index", "0");
		domxml_attr(root, "model",
			    profile_is_pcie(xml->profile) ? "pcie-root" : "pci-root");
		hole = domxml_element(root, "pcihole64", kib);
		domxml_attr(hole, "unit", "KiB");
	}
	for (unsigned int i = 0; i < xml->profile->hotplug_slots && xml->ports.on; i++)
		xml->ports.spare[take_port(&xml->ports)] = true;
	for (unsigned int bus = 1; bus < DOMXML_PORTS && xml->ports.on; bus++) {
		xmlNode *port;

		if (!xml->ports.used[bus])
			continue;
		port = domxml_with(devices, "controller", "type", "pci");
		domxml_attrf(port, "index", "%u", bus);
		domxml_attr(port, "model", "pcie-root-port");
		if (xml->ports.spare[bus] && xml->profile->hotplug_window_bytes)
			domxml_attrf(domxml_element(port, "alias", NULL), "name",
				     DOMXML_SPARE_ALIAS, bus);
	}
}

void domxml_add_sysinfo(const struct domxml *xml)
{
	uint64_t window = place_window(xml->profile, xml->host, xml->picks);
	xmlNode *sysinfo, *entry;

	/* OVMF asks for the size of its window, in MiB, under this name (OvmfPkg/Library/PlatformInitLib). */
	if (!window || xml->profile->firmware == FIRMWARE_BIOS)
		return;
	sysinfo = domxml_with(xml->domain, "sysinfo", "type", "fwcfg");
	entry = domxml_element(sysinfo, "entry", NULL);
	domxml_attr(entry, "name", "opt/ovmf/X-PciMmio64Mb");
	{
		_cleanup_free_ char *mib = mem_printf("%llu", (unsigned long long)(window >> 20));

		xmlNodeAddContent(entry, UTF8(mib));
	}
}
