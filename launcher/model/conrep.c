// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of HPE's conrep, as far as they tell which slots are left out of reserved memory. */
#include "model/conrep.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "model/xml.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define DEPTH_MAX 9
#define SECTION_PREFIX "RMRDS_Slot"

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

static int invalid(struct err *e, const char *what)
{
	return err_set(e, ERR_USAGE, EINVAL, NULL, "no saved conrep file: %s", what);
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
	_cleanup_free_ char *name = xml_attr(node, "name");

	return name ? slot_of_name(name) : 0;
}

static enum conrep_state state_of_section(xmlNode *node)
{
	_cleanup_free_ char *content = xml_text(node);
	const char *text = content ? content : "";
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

static int read_sections(xmlNode *root, struct conrep *ret, struct err *e)
{
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

static char *platform_of(xmlNode *root)
{
	_cleanup_free_ char *name = xml_attr(root, "originating_platform");
	char text[128];

	return name ? mem_strdup(str_printable(name, strlen(name), text, sizeof(text))) : NULL;
}

int conrep_parse(const char *text, size_t len, struct conrep *ret, struct err *e)
{
	const char *why;
	_cleanup_xml_doc_ xmlDoc *doc = xml_read(text, len, FILE_BYTES_MAX, DEPTH_MAX, &why);
	struct conrep file = { 0 };
	xmlNode *root;
	int r;

	if (!doc)
		return invalid(e, why);
	root = xmlDocGetRootElement(doc);
	if (!xmlStrEqual(root->name, UTF8("Conrep")))
		return invalid(e, "its outermost element is not <Conrep>");
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
