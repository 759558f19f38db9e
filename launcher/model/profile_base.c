// SPDX-License-Identifier: GPL-2.0-or-later
/* The domain XML a profile is based on: what vmrun itself must know of it. */
#include "model/profile_base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "model/xml.h"

/* Elements within one another; libvirt's deepest have about ten. */
#define DEPTH_MAX 32
#define MIB ((uint64_t)1 << 20)
#define VCPUS_MAX 4096

static int invalid(struct err *e, const char *what)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "is no domain XML: %s", what);
	return err_fix(e, "`virsh dumpxml --inactive DOMAIN` writes one");
}

xmlDoc *profile_base_read(const char *text, size_t len, struct err *e)
{
	const char *why;
	_cleanup_xml_doc_ xmlDoc *doc = xml_read(text, len, PROFILE_SIZE_MAX, DEPTH_MAX, &why);
	xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

	if (!doc)
		invalid(e, why);
	else if (!xmlStrEqual(root->name, UTF8("domain")) || !xml_child(root, "devices"))
		invalid(e, "it has no <domain> with <devices> in it");
	else
		return take_ptr(doc);
	return NULL;
}

bool profile_base_is_pci(const xmlNode *node)
{
	_cleanup_free_ char *type = xml_attr(node, "type");

	if (!type)
		return false;
	return (xmlStrEqual(node->name, UTF8("hostdev")) && !strcmp(type, "pci")) ||
	       (xmlStrEqual(node->name, UTF8("interface")) && !strcmp(type, "hostdev"));
}

/* Bytes of a unit as libvirt writes it (https://libvirt.org/formatdomain.html#memory-allocation); 0 for none of them. */
static uint64_t unit_bytes(const char *unit)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {
		{ "b", 1 },	     { "bytes", 1 },	    { "KB", 1000 },
		{ "k", 1024 },	     { "KiB", 1024 },	    { "MB", 1000000 },
		{ "M", MIB },	     { "MiB", MIB },	    { "GB", 1000000000 },
		{ "G", MIB * 1024 }, { "GiB", MIB * 1024 }, { "TB", 1000000000000 },
		{ "T", MIB * MIB },  { "TiB", MIB * MIB },
	};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(units[i].name, unit))
			return units[i].bytes;
	return 0;
}

/* The number an element holds, blanks around it or not; 0 where there is none. */
static uint64_t number_of(const xmlNode *node, uint64_t max)
{
	_cleanup_free_ char *text = xml_text(node);
	char *begin = text ? text + strspn(text, " \t\n") : NULL;
	uint64_t number = 0;

	if (!begin)
		return 0;
	begin[strcspn(begin, " \t\n")] = '\0';
	return num_parse(begin, 10, max, &number) < 0 ? 0 : number;
}

static int adopt_size(struct profile *profile, const xmlNode *domain, struct err *e)
{
	xmlNode *memory = xml_child(domain, "memory");
	_cleanup_free_ char *unit = xml_attr(memory, "unit");
	uint64_t bytes = unit_bytes(unit ? unit : "KiB"),
		 number = bytes ? number_of(memory, UINT64_MAX / bytes) : 0;

	if (!number)
		return invalid(e, "it does not say how much memory the guest has");
	/* Rounded up: it is what has to be there, not what the guest is told. */
	profile->memory_bytes = (number * bytes + MIB - 1) / MIB * MIB;
	profile->vcpus = (unsigned int)number_of(xml_child(domain, "vcpu"), VCPUS_MAX);
	if (!profile->vcpus)
		profile->vcpus = 1;
	return 0;
}

static void adopt_machine(struct profile *profile, const xmlNode *domain)
{
	xmlNode *os = xml_child(domain, "os");
	_cleanup_free_ char *machine = xml_attr(xml_child(os, "type"), "machine");
	_cleanup_free_ char *firmware = xml_attr(os, "firmware");
	_cleanup_free_ char *loader = xml_attr(xml_child(os, "loader"), "type");

	if (machine) {
		free(profile->machine);
		profile->machine = mem_strdup(machine);
	}
	if ((firmware && !strcmp(firmware, "efi")) || (loader && !strcmp(loader, "pflash")))
		profile->firmware = FIRMWARE_UEFI;
}

static bool has_section(const struct profile *profile, const char *alias)
{
	size_t len = strlen(PROFILE_BASE_ALIAS);

	for (size_t i = 0;
	     alias && !strncmp(alias, PROFILE_BASE_ALIAS, len) && i < profile->pci_count; i++)
		if (!strcmp(profile->pci[i].id, alias + len))
			return true;
	return false;
}

/* One that no section owns would come to the guest without any of the checks. */
static int check_devices(const struct profile *profile, const xmlNode *domain, struct err *e)
{
	xmlNode *devices = xml_child(domain, "devices");

	for (xmlNode *node = xmlFirstElementChild(devices); node;
	     node = xmlNextElementSibling(node)) {
		_cleanup_free_ char *alias = xml_attr(xml_child(node, "alias"), "name");

		if (!profile_base_is_pci(node) || has_section(profile, alias))
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"has a PCI device of the host in line %ld that no [pci] section of the profile owns",
			xmlGetLineNo(node));
		return err_fix(
			e,
			"`vmrun import` makes the sections; or take it out, or give it <alias name='ua-ID'/> of a section");
	}
	return 0;
}

int profile_base_adopt(struct profile *profile, char *text, size_t len, struct err *e)
{
	_cleanup_xml_doc_ xmlDoc *doc = profile_base_read(text, len, e);
	xmlNode *domain = doc ? xmlDocGetRootElement(doc) : NULL;

	if (!doc || adopt_size(profile, domain, e) < 0 || check_devices(profile, domain, e) < 0)
		return -EINVAL;
	adopt_machine(profile, domain);
	profile->base = text;
	profile->base_len = len;
	return 0;
}
