// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading XML that others wrote: bounded, without entities, files or network. */
#include "model/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/** struct reading - what the callbacks of one reading share; libxml2 hands them its context, whose _private this is */
struct reading {
	startElementNsSAX2Func start;
	endElementNsSAX2Func end;
	int depth, limit;
	const char *why;
};

static void stop(xmlParserCtxt *context, const char *why)
{
	struct reading *reading = context->_private;

	reading->why = why;
	xmlStopParser(context);
}

static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	(void)name;
	(void)id;
	(void)uri;
	stop(context, "it has a document type");
}

/* Counted while reading, so that of a document nested without end only the beginning is looked at. */
static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespaces, const xmlChar **namespace, int attributes, int defaulted,
		     const xmlChar **attribute)
{
	xmlParserCtxt *context = data;
	struct reading *reading = context->_private;

	if (++reading->depth > reading->limit) {
		stop(context, "its elements are nested too deep");
		return;
	}
	reading->start(context, name, prefix, uri, namespaces, namespace, attributes, defaulted,
		       attribute);
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxt *context = data;
	struct reading *reading = context->_private;

	reading->depth--;
	reading->end(context, name, prefix, uri);
}

/* In these a byte below 80h is that character, so that text can be searched as it stands. */
static bool one_byte_encoding(const xmlDoc *doc)
{
	static const char *const encodings[] = { "UTF-8", "US-ASCII", "ASCII", "ISO-8859-1",
						 "windows-1252" };

	if (!doc->encoding)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++)
		if (!xmlStrcasecmp(doc->encoding, UTF8(encodings[i])))
			return true;
	return false;
}

static xmlDoc *parse(const char *text, size_t len, struct reading *reading)
{
	xmlParserCtxt *context = xmlNewParserCtxt();
	xmlDoc *doc;

	if (!context)
		abort();
	context->_private = reading;
	context->sax->internalSubset = refuse_dtd;
	reading->start = context->sax->startElementNs;
	reading->end = context->sax->endElementNs;
	context->sax->startElementNs = on_start;
	context->sax->endElementNs = on_end;
	doc = xmlCtxtReadMemory(context, text, (int)len, NULL, NULL,
				XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlFreeParserCtxt(context);
	return doc;
}

/* Why the bytes are not to be parsed at all, or NULL. */
static const char *refuse_bytes(const char *text, size_t len, size_t limit)
{
	if (len > limit)
		return "it has too many bytes";
	/* A NUL among them: UTF-16 or UTF-32, whatever the document says. */
	return memchr(text, '\0', len) ? "its encoding is not UTF-8 or ASCII" : NULL;
}

xmlDoc *xml_read(const char *text, size_t len, size_t limit, int depth, const char **ret_why)
{
	struct reading reading = { .limit = depth, .why = refuse_bytes(text, len, limit) };
	_cleanup_xml_doc_ xmlDoc *doc = reading.why ? NULL : parse(text, len, &reading);

	/* What was stopped may still leave the beginning of a document. */
	if (!reading.why && (!doc || !xmlDocGetRootElement(doc)))
		reading.why = "it is not well-formed XML";
	else if (!reading.why && !one_byte_encoding(doc))
		reading.why = "its encoding is not UTF-8 or ASCII";
	*ret_why = reading.why;
	return reading.why ? NULL : take_ptr(doc);
}

static xmlNode *first_named(xmlNode *node, const xmlChar *name)
{
	while (node && !(node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, name)))
		node = node->next;
	return node;
}

xmlNode *xml_child(const xmlNode *node, const char *name)
{
	return node ? first_named(node->children, UTF8(name)) : NULL;
}

xmlNode *xml_next(const xmlNode *node)
{
	return first_named(node->next, node->name);
}

/* A copy that free() takes, whatever allocator libxml2 was given. */
static char *own(xmlChar *text)
{
	char *copy = mem_strdup((const char *)text);

	xmlFree(text);
	return copy;
}

char *xml_attr(const xmlNode *node, const char *name)
{
	return node ? own(xmlGetNoNsProp(node, UTF8(name))) : NULL;
}

bool xml_attr_is(const xmlNode *node, const char *name, const char *value)
{
	_cleanup_free_ char *text = xml_attr(node, name);

	return text && !strcmp(text, value);
}

char *xml_text(const xmlNode *node)
{
	return node ? own(xmlNodeGetContent(node)) : NULL;
}
