// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of a profile: lines of sections, keys and values, without their meaning. */
#include "model/ini.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

/*
 * The grammar, which vmrun.profile(5) explains; lines may be of any length:
 *
 *	file    = [BOM] { line ( LF | CRLF ) }
 *	line    = blanks [ comment | header | entry ] blanks
 *	comment = "#" anything
 *	header  = "[" blanks name [ blanks '"' id '"' ] blanks "]"
 *	entry   = key blanks "=" blanks value
 *	value   = text | '"' text-without-quotes '"'
 */

#define BLANKS " \t"
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

static int invalid(struct err *e, const char *message, const char *shown, const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "\"%s\" %s", STR_SHOWN(shown), message);
	return err_fix(e, "%s", fix);
}

/* Whether a character may stand in a profile: no control characters but the tab, nothing that XML cannot hold. */
static bool is_text(uint32_t code)
{
	return code == '\t' || (code >= 0x20 && code < 0x7f) ||
	       (code >= 0xa0 && (code & 0xfffe) != 0xfffe);
}

static int check_text(const char *line, size_t len, struct err *e)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t code = (unsigned char)line[i];

		n = str_utf8(line + i, len - i, &code);
		if (n && is_text(code))
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL, "%s 0x%02x at column %zu",
			n ? "control character" : "not UTF-8 text: byte", code, i + 1);
		return err_fix(e, "save the file as plain text in UTF-8");
	}
	return 0;
}

/* Cut the blanks at the end of @text off, and step over those at its start. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len && strchr(BLANKS, text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* Whether @name is a word as sections and keys have it: not empty, first a letter. */
static bool is_name(const char *name)
{
	return islower((unsigned char)name[0]) && name[strspn(name, NAME_CHARACTERS)] == '\0';
}

static int parse_header(char *line, struct ini *ini, unsigned int number, struct err *e)
{
	_cleanup_free_ char *whole = mem_strdup(line);
	size_t last = strlen(line) - 1;
	char *name, *id = NULL, *quote;
	bool good = line[last] == ']';
	struct ini_section *section;

	line[last] = '\0';
	name = last ? line + 1 : line;
	quote = strchr(name, '"');
	if (good && quote) {
		*quote = '\0';
		id = quote + 1;
		quote = strchr(id, '"');
		good = quote && !quote[1 + strspn(quote + 1, BLANKS)];
		if (good)
			*quote = '\0';
	}
	name = trim(name);
	if (!good || !is_name(name))
		return invalid(e, "is not a section header", whole,
			       "write [vm] or [pci \"id\"], and nothing after it");
	if (ini->section_count == INI_SECTIONS_MAX)
		return invalid(e, "is one section too many", whole, "write a profile per guest");
	section = mem_append(&ini->sections, &ini->section_count);
	section->name = mem_strdup(name);
	section->id = mem_strdup(id);
	section->line = number;
	return 0;
}

/* The value without the quotes around it, or NULL with @e filled where it is none. */
static char *parse_value(const char *key, char *value, struct err *e)
{
	size_t len = strlen(value);
	char *second = len ? strchr(value + 1, '"') : NULL;

	if (*value == '"' && !second) {
		invalid(e, "opens a quote that nothing closes", value,
			"put \" at both ends of the value, or at none");
		return NULL;
	}
	if (*value == '"' && second == value + len - 1) {
		*second = '\0';
		value++;
	} else if (len && value[len - 1] == '\\') {
		invalid(e, "ends with a backslash, but lines are not continued", value,
			"write it in one line, or in quotes to keep the backslash");
		return NULL;
	}
	if (!*value) {
		invalid(e, "has no value", key, "leave the line out to have the default");
		return NULL;
	}
	return value;
}

static int parse_entry(char *line, struct ini *ini, unsigned int number, struct err *e)
{
	char *equals = strchr(line, '='), *key, *value;
	struct ini_section *section;
	struct ini_entry *entry;

	if (!equals)
		return invalid(e, "is neither a [section] nor a key = value", line,
			       "comments start with # and have lines of their own");
	*equals = '\0';
	key = trim(line);
	if (!is_name(key))
		return invalid(e, "is not the name of a key", key,
			       "keys are lower-case words: memory = 4G");
	if (!ini->section_count)
		return invalid(e, "stands before the first section", key,
			       "begin the profile with [vm]");
	value = parse_value(key, trim(equals + 1), e);
	if (!value)
		return -EINVAL;
	section = &ini->sections[ini->section_count - 1];
	entry = mem_append(&section->entries, &section->entry_count);
	*entry = (struct ini_entry){ mem_strdup(key), mem_strdup(value), number };
	return 0;
}

static int parse_line(const char *text, size_t len, struct ini *ini, unsigned int number,
		      struct err *e)
{
	_cleanup_free_ char *copy = NULL;
	char *line;
	int r;

	if (len && text[len - 1] == '\r')
		len--;
	r = check_text(text, len, e);
	if (r < 0)
		return r;
	copy = mem_printf("%.*s", (int)len, text);
	line = trim(copy);
	switch (*line) {
	case '\0':
	case '#':
		return 0;
	case '[':
		return parse_header(line, ini, number, e);
	default:
		return parse_entry(line, ini, number, e);
	}
}

int ini_parse(const char *text, size_t len, const char *file, struct ini *ret, struct err *e)
{
	const char bom[] = "\xef\xbb\xbf";
	const char *end = text + len;
	struct ini ini = { 0 };

	if (len >= strlen(bom) && !memcmp(text, bom, strlen(bom)))
		text += strlen(bom);
	for (unsigned int number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if (parse_line(text, (size_t)(stop - text), &ini, number, e) < 0) {
			ini_done(&ini);
			ini_where(e, file, number);
			return -EINVAL;
		}
		text = stop + 1;
	}
	*ret = ini;
	return 0;
}

const struct ini_entry *ini_find(const struct ini_section *section, const char *key)
{
	for (size_t i = 0; i < section->entry_count; i++)
		if (!strcmp(section->entries[i].key, key))
			return &section->entries[i];
	return NULL;
}

int ini_where(struct err *e, const char *file, unsigned int line)
{
	const size_t room = sizeof(e->subject) - sizeof("...:4294967295"), len = strlen(file);
	const char *cut = len > room ? "..." : len ? "" : "\"\"";

	if (!e)
		return -EINVAL;
	/* The end of a long path tells more than its beginning, and the line must not be lost. */
	if (len > room)
		file += len - room;
	e->kind = ERR_PROFILE;
	if (line)
		snprintf(e->subject, sizeof(e->subject), "%s%s:%u", cut, file, line);
	else
		snprintf(e->subject, sizeof(e->subject), "%s%s", cut, file);
	return -e->number;
}

void ini_done(struct ini *ini)
{
	for (size_t i = 0; i < ini->section_count; i++) {
		struct ini_section *section = &ini->sections[i];

		for (size_t j = 0; j < section->entry_count; j++) {
			free(section->entries[j].key);
			free(section->entries[j].value);
		}
		free(section->entries);
		free(section->name);
		free(section->id);
	}
	free(ini->sections);
	*ini = (struct ini){ 0 };
}
