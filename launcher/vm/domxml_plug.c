// SPDX-License-Identifier: GPL-2.0-or-later
/* XML of one PCI device of the host, to be plugged into a guest that is there. */
#include <libxml/xmlsave.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/xml.h"
#include "vm/domxml.h"
#include "vm/domxml_parts.h"

/* libvirt finds a root port that is free. */
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
