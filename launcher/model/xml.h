/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading XML that others wrote: bounded, without entities, files or network. */
#ifndef VMRUN_MODEL_XML_H
#define VMRUN_MODEL_XML_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

/* libxml2's strings are unsigned; its own BAD_CAST drops the const of ours. */
#define UTF8(text) ((const xmlChar *)(text))

/**
 * xml_read() - Read a document
 * @text:	the bytes; UTF-8, ASCII or Latin-1, without NULs
 * @len:	their number
 * @limit:	the largest number taken
 * @depth:	how many elements may stand within one another, the outermost counted
 * @ret_why:	why it was not read, for people: "its elements are nested too deep"
 *
 * A document with a document type is refused: that is where entities are declared, which may be files or addresses, or
 * grow without end (XML 1.0, 2.8 and 4.1). Nothing is fetched.
 *
 * Return: the document, xmlFreeDoc(); NULL where it was not read
 */
xmlDoc *xml_read(const char *text, size_t len, size_t limit, int depth, const char **ret_why);

/** xml_child() - The first element below @node with this name, in any namespace; NULL for none, or where @node is NULL */
xmlNode *xml_child(const xmlNode *node, const char *name);

/** xml_next() - The next element beside @node with the name of @node, or NULL */
xmlNode *xml_next(const xmlNode *node);

/** xml_attr() - Value of an attribute of @node without a namespace, newly allocated; NULL where it, or @node, is not there */
char *xml_attr(const xmlNode *node, const char *name);

/** xml_attr_is() - Whether @node is there and has that attribute with just this value */
bool xml_attr_is(const xmlNode *node, const char *name, const char *value);

/** xml_text() - All text below @node, newly allocated; NULL where @node is NULL */
char *xml_text(const xmlNode *node);

static inline void cleanup_xml_doc_p(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

#define _cleanup_xml_doc_ _cleanup_(cleanup_xml_doc_p)

#endif
