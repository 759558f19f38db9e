// SPDX-License-Identifier: GPL-2.0-or-later
/* Changing one section of a conrep file, and nothing else of it. */
#include "model/conrep.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define SECTION "<Section name=\"RMRDS_Slot%u\" helptext=\".\">Endpoints_Excluded</Section>"

/* What a piece of markup is; the text between two of them is none. */
enum markup { MARKUP_START, MARKUP_EMPTY, MARKUP_END, MARKUP_OTHER };

/**
 * struct piece - one piece of markup in a well-formed document without a document type
 * @kind:	a tag, or a comment, CDATA section, or processing instruction
 * @begin:	offset of its "<"
 * @end:	offset behind its ">"
 */
struct piece {
	enum markup kind;
	size_t begin, end;
};

static size_t find(const struct conrep *file, size_t from, const char *what)
{
	const char *at = strstr(file->text + from, what);

	return at ? (size_t)(at - file->text) + strlen(what) : file->len;
}

/* The end of a tag is the first ">" outside of the values of its attributes. */
static size_t tag_end(const struct conrep *file, size_t from)
{
	char quote = '\0';

	for (size_t at = from; at < file->len; at++) {
		char c = file->text[at];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return at + 1;
	}
	return file->len;
}

/* The next piece from @from on; false at the end of the document. XML 1.0, 2.4 to 2.7 and 3.1 */
static bool next_piece(const struct conrep *file, size_t from, struct piece *ret)
{
	const char *at = strchr(file->text + from, '<');

	if (!at)
		return false;
	ret->begin = (size_t)(at - file->text);
	ret->kind = MARKUP_OTHER;
	if (!strncmp(at, "<!--", 4)) {
		ret->end = find(file, ret->begin + 4, "-->");
	} else if (!strncmp(at, "<![CDATA[", 9)) {
		ret->end = find(file, ret->begin, "]]>");
	} else if (at[1] == '?') {
		ret->end = find(file, ret->begin, "?>");
	} else {
		ret->end = tag_end(file, ret->begin);
		ret->kind = at[1] == '/'		      ? MARKUP_END
			    : file->text[ret->end - 2] == '/' ? MARKUP_EMPTY
							      : MARKUP_START;
	}
	return true;
}

/* Whether a tag gives its attribute name the value RMRDS_Slot@slot. */
static bool names_slot(const struct conrep *file, const struct piece *piece, unsigned int slot)
{
	_cleanup_free_ char *tag = mem_zalloc(piece->end - piece->begin + 1);
	char value[2][32];

	memcpy(tag, file->text + piece->begin, piece->end - piece->begin);
	snprintf(value[0], sizeof(value[0]), "\"RMRDS_Slot%u\"", slot);
	snprintf(value[1], sizeof(value[1]), "'RMRDS_Slot%u'", slot);
	return strstr(tag, value[0]) || strstr(tag, value[1]);
}

static char *splice(const struct conrep *file, size_t begin, size_t end, const char *with)
{
	return mem_printf("%.*s%s%s", (int)begin, file->text, with, file->text + end);
}

/* The text of the section for @slot, by its start tag below the outermost element. */
static char *replace_section(const struct conrep *file, unsigned int slot)
{
	struct piece piece = { 0 }, after;
	int depth = 0;

	while (next_piece(file, piece.end, &piece)) {
		if (piece.kind == MARKUP_START && depth++ == 1 && names_slot(file, &piece, slot)) {
			if (!next_piece(file, piece.end, &after) || after.kind != MARKUP_END)
				return NULL;
			return splice(file, piece.end, after.begin,
				      conrep_state_name(CONREP_EXCLUDED));
		}
		depth -= piece.kind == MARKUP_END;
	}
	return NULL;
}

/* A section more, on a line of its own before the end of the outermost element. */
static char *add_section(const struct conrep *file, unsigned int slot)
{
	char section[sizeof(SECTION) + 16];
	struct piece piece = { 0 };
	size_t last = 0;

	snprintf(section, sizeof(section), SECTION "\n", slot);
	while (next_piece(file, piece.end, &piece))
		if (piece.kind == MARKUP_END)
			last = piece.begin;
	return last ? splice(file, last, last, section) : NULL;
}

/* Read again, the document differs from the one before in this slot and in nothing else. */
static bool only_changes(const struct conrep *before, const struct conrep *after, unsigned int slot)
{
	for (unsigned int i = 1; i <= CONREP_SLOT_MAX; i++)
		if (after->state[i] != (i == slot ? CONREP_EXCLUDED : before->state[i]))
			return false;
	return true;
}

int conrep_exclude(struct conrep *file, unsigned int slot, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	struct conrep changed;

	if (!slot || slot > CONREP_SLOT_MAX)
		return err_set(e, ERR_REFUSED, EINVAL, NULL, "slot %u has no section: 1 to %d have",
			       slot, CONREP_SLOT_MAX);
	if (file->state[slot] == CONREP_EXCLUDED)
		return 0;
	text = file->state[slot] == CONREP_ABSENT ? add_section(file, slot)
						  : replace_section(file, slot);
	if (!text || conrep_parse(text, strlen(text), &changed, NULL) < 0)
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "the section of slot %u is not written as conrep writes it", slot);
	if (!only_changes(file, &changed, slot)) {
		conrep_done(&changed);
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "the section of slot %u is not written as conrep writes it", slot);
	}
	conrep_done(file);
	*file = changed;
	return 0;
}

char *conrep_new(const bool slots[static CONREP_SLOT_MAX + 1])
{
	struct strlist sections = { 0 };
	char *list, *text;

	for (unsigned int slot = 1; slot <= CONREP_SLOT_MAX; slot++)
		if (slots[slot])
			strlist_addf(&sections, SECTION, slot);
	list = strlist_join(&sections, " ");
	text = mem_printf("<Conrep> %s </Conrep>\n", list);
	free(list);
	strlist_done(&sections);
	return text;
}
