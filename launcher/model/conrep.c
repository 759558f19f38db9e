// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of HPE's conrep, as far as they tell which slots are left out of reserved memory. */
#include "model/conrep.h"

#include <assert.h>
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define DEPTH_MAX 8
#define SECTION_PREFIX "RMRDS_Slot"

#define UTF8(text) ((const xmlChar *)(text))

static const char *const state_names[] = {
	[CONREP_ABSENT] = NULL,
	[CONREP_INCLUDED] = "Endpoints_Included",
	[CONREP_EXCLUDED] = "Endpoints_Excluded",
	[CONREP_OTHER] = "other",
};
static_assert(ARRAY_SIZE(state_names) == CONREP_STATE_COUNT, "a name per state");

const char *conrep_state_name(enum conrep_state state)
{
	return state_names[state];
}

void conrep_done(struct conrep *file)
{
	free(file->text);
	free(file->platform);
	*file = (struct conrep){ 0 };
}

static void cleanup_doc_p(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}

static void cleanup_xml_p(xmlChar **text)
{
	xmlFree(*text);
}

static int invalid(struct err *e, const char *what)
{
	return err_set(e, ERR_USAGE, EINVAL, NULL, "no saved conrep file: %s", what);
}

/* A document type declares entities, and these may be files, addresses, or grow without end. */
static void refuse_dtd(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	(void)name;
	(void)id;
	(void)uri;
	xmlStopParser(context);
}

static xmlDoc *read_document(const char *text, size_t len)
{
	xmlParserCtxt *context = xmlNewParserCtxt();
	xmlDoc *doc;

	if (!context)
		abort();
	context->sax->internalSubset = refuse_dtd;
	doc = xmlCtxtReadMemory(context, text, (int)len, NULL, NULL,
				XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlFreeParserCtxt(context);
	return doc;
}

/* "RMRDS_Slot7" → 7; 0 for the name of any other section */
static unsigned int slot_of_name(const char *name)
{
	uint64_t slot;

	if (strncmp(name, SECTION_PREFIX, strlen(SECTION_PREFIX)) ||
	    name[strlen(SECTION_PREFIX)] == '0' ||
	    num_parse(name + strlen(SECTION_PREFIX), 10, CONREP_SLOT_MAX, &slot) < 0)
		return 0;
	return (unsigned int)slot;
}

static bool is_section(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, UTF8("Section"));
}

static unsigned int slot_of_section(xmlNode *node)
{
	_cleanup_(cleanup_xml_p) xmlChar *name = xmlGetNoNsProp(node, UTF8("name"));

	return name ? slot_of_name((const char *)name) : 0;
}

static enum conrep_state state_of_section(xmlNode *node)
{
	_cleanup_(cleanup_xml_p) xmlChar *content = xmlNodeGetContent(node);
	const char *text = content ? (const char *)content : "";
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, " \t\r\n");
	if (text[len + strspn(text + len, " \t\r\n")])
		return CONREP_OTHER;
	for (int state = CONREP_INCLUDED; state <= CONREP_EXCLUDED; state++)
		if (strlen(state_names[state]) == len && !strncmp(text, state_names[state], len))
			return (enum conrep_state)state;
	return CONREP_OTHER;
}

/* Next node in document order, without recursion; *depth goes with it. */
static xmlNode *next_node(xmlNode *node, int *depth)
{
	if (node->type == XML_ELEMENT_NODE && node->children) {
		++*depth;
		return node->children;
	}
	while (!node->next && *depth > 0) {
		node = node->parent;
		--*depth;
	}
	return *depth > 0 ? node->next : NULL;
}

static int read_sections(xmlNode *root, struct conrep *ret, struct err *e)
{
	int depth = 0;

	for (xmlNode *node = root; node; node = next_node(node, &depth))
		if (depth > DEPTH_MAX)
			return invalid(e, "its elements are nested too deep");
	for (xmlNode *node = root->children; node; node = node->next) {
		unsigned int slot = is_section(node) ? slot_of_section(node) : 0;

		if (!slot)
			continue;
		if (ret->state[slot] != CONREP_ABSENT)
			return err_set(e, ERR_USAGE, EINVAL, NULL,
				       "no saved conrep file: " SECTION_PREFIX "%u is there twice",
				       slot);
		ret->state[slot] = state_of_section(node);
		ret->known++;
	}
	return 0;
}

static bool one_byte_encoding(const xmlDoc *doc, const char *text, size_t len)
{
	static const char *const encodings[] = { "UTF-8", "US-ASCII", "ASCII", "ISO-8859-1",
						 "windows-1252" };

	/* A NUL among the first bytes: UTF-16 or UTF-32, whatever the document says. */
	if (memchr(text, '\0', len))
		return false;
	if (!doc->encoding)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++)
		if (!xmlStrcasecmp(doc->encoding, UTF8(encodings[i])))
			return true;
	return false;
}

static char *platform_of(xmlNode *root)
{
	_cleanup_(cleanup_xml_p) xmlChar *name = xmlGetNoNsProp(root, UTF8("originating_platform"));
	char text[128];

	if (!name)
		return NULL;
	return mem_strdup(
		str_printable((const char *)name, strlen((const char *)name), text, sizeof(text)));
}

int conrep_parse(const char *text, size_t len, struct conrep *ret, struct err *e)
{
	_cleanup_(cleanup_doc_p) xmlDoc *doc = NULL;
	struct conrep file = { 0 };
	xmlNode *root;
	int r;

	if (len > FILE_BYTES_MAX)
		return err_set(e, ERR_USAGE, EFBIG, NULL,
			       "no saved conrep file: %zu bytes are too many", len);
	doc = read_document(text, len);
	root = doc ? xmlDocGetRootElement(doc) : NULL;
	if (!root || doc->intSubset || doc->extSubset)
		return invalid(e, "not well-formed XML, or with a document type");
	if (!xmlStrEqual(root->name, UTF8("Conrep")))
		return invalid(e, "its outermost element is not <Conrep>");
	if (!one_byte_encoding(doc, text, len))
		return invalid(e, "its encoding is not UTF-8 or ASCII");
	r = read_sections(root, &file, e);
	if (r < 0)
		return r;
	file.platform = platform_of(root);
	file.text = mem_zalloc(len + 1);
	memcpy(file.text, text, len);
	file.len = len;
	*ret = file;
	return 0;
}
