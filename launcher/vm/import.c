// SPDX-License-Identifier: GPL-2.0-or-later
/* A domain that is there → a profile that starts an equivalent guest. */
#include "vm/import.h"

#include <errno.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"
#include "model/profile_base.h"
#include "model/profile_values.h"
#include "model/uuid.h"
#include "model/xml.h"
#include "vm/domxml_parts.h"

static int invalid(struct err *e, const char *what, const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "%s", what);
	return err_fix(e, "%s", fix);
}

/* One part of an address, in hexadecimal with or without 0x, or in decimal, as libvirt takes it. */
static int part(const xmlNode *address, const char *name, uint64_t max, uint64_t *ret)
{
	_cleanup_free_ char *text = xml_attr(address, name);
	bool hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	*ret = 0;
	return text ? num_parse(text, hex ? 16 : 10, max, ret) : 0;
}

static int read_address(const xmlNode *device, struct pciaddr *ret)
{
	xmlNode *address = xml_child(xml_child(device, "source"), "address");
	uint64_t domain, bus, slot, function;

	if (!address || part(address, "domain", UINT32_MAX, &domain) < 0 ||
	    part(address, "bus", 0xff, &bus) < 0 || part(address, "slot", 0x1f, &slot) < 0 ||
	    part(address, "function", 7, &function) < 0)
		return -EINVAL;
	*ret = (struct pciaddr){ (uint32_t)domain, (uint8_t)bus, (uint8_t)slot, (uint8_t)function };
	return 0;
}

/* The id of its section: that of an alias it has, else what it is for; and unlike all others. */
static char *section_id(const xmlNode *device, const struct device *dev, struct strlist *used)
{
	_cleanup_free_ char *alias = xml_attr(xml_child(device, "alias"), "name"), *base = NULL;
	size_t prefix = strlen(PROFILE_BASE_ALIAS);
	char *id;

	if (alias && !strncmp(alias, PROFILE_BASE_ALIAS, prefix) && profile_is_name(alias + prefix))
		base = mem_strdup(alias + prefix);
	else
		base = mem_strdup(dev && dev->kind != KIND_OTHER ? device_kind_name(dev->kind)
								 : "device");
	id = mem_strdup(base);
	for (unsigned int n = 2; strlist_has(used, id); n++) {
		free(id);
		id = mem_printf("%s%u", base, n);
	}
	strlist_add(used, id);
	return id;
}

static void set_alias(xmlNode *device, const char *id)
{
	_cleanup_free_ char *name = mem_printf(PROFILE_BASE_ALIAS "%s", id);
	xmlNode *alias = xml_child(device, "alias");

	if (!alias)
		alias = domxml_element(device, "alias", NULL);
	domxml_attr(alias, "name", name);
}

static int add_sections(xmlNode *devices, const struct host *host, struct strlist *text,
			struct err *e)
{
	struct strlist used = { 0 };
	int r = 0;

	for (xmlNode *node = xmlFirstElementChild(devices); node && r == 0;
	     node = xmlNextElementSibling(node)) {
		_cleanup_free_ char *id = NULL;
		const struct device *dev;
		struct pciaddr addr;

		if (!profile_base_is_pci(node))
			continue;
		if (read_address(node, &addr) < 0) {
			r = invalid(e, "has a PCI device of the host without an address",
				    "`virsh dumpxml --inactive DOMAIN` writes it");
			break;
		}
		dev = host_find(host, &addr);
		id = section_id(node, dev, &used);
		set_alias(node, id);
		strlist_addf(text, "\n[pci \"%s\"]\n\taddress = %s\n", id, PCIADDR_STR(&addr));
		/* The domain names the functions it wants, each by itself. */
		strlist_add(text, "\tfunctions = listed\n");
		if (dev)
			strlist_addf(text, "\tmatch = %04x:%04x\n", dev->vendor, dev->device);
	}
	strlist_done(&used);
	return r;
}

static char *to_text(xmlDoc *doc)
{
	xmlBuffer *buffer = domxml_need(xmlBufferCreate());
	xmlSaveCtxt *save = domxml_need(xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_NO_DECL));
	char *text;

	if (xmlSaveDoc(save, doc) < 0 || xmlSaveClose(save) < 0)
		abort();
	text = mem_strdup((const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	return text;
}

int import_domain(const char *text, size_t len, const struct host *host, struct import *ret,
		  struct err *e)
{
	_cleanup_xml_doc_ xmlDoc *doc = profile_base_read(text, len, e);
	xmlNode *domain = doc ? xmlDocGetRootElement(doc) : NULL;
	_cleanup_free_ char *name = xml_text(xml_child(domain, "name")),
			    *uuid = xml_text(xml_child(domain, "uuid"));
	struct strlist lines = { 0 };
	char normal[UUID_STRLEN];
	int r;

	if (!doc)
		return -EINVAL;
	if (!name || !profile_is_name(name))
		return invalid(e, "has no name that a profile can have",
			       "rename it: 1 to 64 of A-Z a-z 0-9 _ . + -");
	xmlUnsetProp(domain, UTF8("id"));
	strlist_addf(
		&lines,
		"# Made from the domain %s, which is in %s.xml: all that file says holds, the devices below are vmrun's.\n",
		name, name);
	strlist_addf(&lines, "[vm]\n\tname = %s\n", name);
	if (uuid && uuid_normalise(uuid, normal) == 0)
		strlist_addf(&lines, "\tuuid = %s\n", normal);
	strlist_addf(&lines, "\txml = %s.xml\n", name);
	r = add_sections(xml_child(domain, "devices"), host, &lines, e);
	if (r == 0)
		*ret = (struct import){ take_ptr(name), strlist_join(&lines, ""), to_text(doc) };
	strlist_done(&lines);
	return r;
}

void import_done(struct import *import)
{
	free(import->name);
	free(import->profile);
	free(import->base);
	*import = (struct import){ 0 };
}
