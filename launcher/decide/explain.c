// SPDX-License-Identifier: GPL-2.0-or-later
/* Error texts of the kernel, QEMU and libvirt → their cause and what to do: recognising them. */
#include "decide/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

/*
 * Bytes of @text that one literal piece of a pattern takes where it is matched at its beginning, or
 * 0. White space in the piece takes all the white space there is, and at least one byte.
 */
static size_t piece_at(const char *piece, size_t piece_len, const char *text, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < piece_len; i++) {
		if (at == len)
			return 0;
		if (!is_blank(piece[i])) {
			if (tolower((unsigned char)piece[i]) != tolower((unsigned char)text[at++]))
				return 0;
			continue;
		}
		if (!is_blank(text[at]))
			return 0;
		while (at < len && is_blank(text[at]))
			at++;
		while (i + 1 < piece_len && is_blank(piece[i + 1]))
			i++;
	}
	return at;
}

/* Each piece is taken where it is first found: what follows it has the most room then. */
bool explain_matches(const char *pattern, const char *text, size_t len)
{
	size_t at = 0;

	while (*pattern) {
		size_t piece = strcspn(pattern, "*"), took = 0;

		for (; piece && at < len; at++) {
			took = piece_at(pattern, piece, text + at, len - at);
			if (took)
				break;
		}
		if (piece && !took)
			return false;
		at += took;
		pattern += piece;
		pattern += *pattern == '*';
	}
	return true;
}

static const struct explanation *find(const char *text, size_t len)
{
	const struct explanation *row;

	for (size_t i = 0; (row = explain_row(i)); i++)
		for (size_t k = 0; k < EXPLAIN_PATTERNS_MAX && row->patterns[k]; k++)
			if (explain_matches(row->patterns[k], text, len))
				return row;
	return NULL;
}

const struct explanation *explain_find(const char *message)
{
	return find(message, strlen(message));
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == ':' || c == '.' || c == '_';
}

/* With a segment of at least four digits, or without one: anything between is a time of day. */
static bool read_address(const char *word, struct pciaddr *ret)
{
	char plain[PCIADDR_STRLEN];
	unsigned int domain, bus, dev, fn;
	size_t len = strlen(word);
	int end = 0;

	/* libvirt's names of devices */
	if (sscanf(word, "pci_%4x_%2x_%2x_%1x%n", &domain, &bus, &dev, &fn, &end) == 4 &&
	    !word[end]) {
		snprintf(plain, sizeof(plain), "%04x:%02x:%02x.%x", domain, bus, dev, fn);
		return pciaddr_parse(plain, ret) == 0;
	}
	return (len == strlen("00:00.0") || len >= strlen("0000:00:00.0")) &&
	       pciaddr_parse(word, ret) == 0;
}

bool explain_device(const char *text, size_t len, struct pciaddr *ret)
{
	for (size_t begin = 0, size; begin < len; begin += size + 1) {
		char word[32];
		size_t used;

		for (size = 0; begin + size < len && in_word(text[begin + size]);)
			size++;
		/* Punctuation behind an address ("0000:05:00.0: …") is none of it. */
		for (used = size; used && !isalnum((unsigned char)text[begin + used - 1]);)
			used--;
		if (used < strlen("00:00.0") || used >= sizeof(word))
			continue;
		memcpy(word, text + begin, used);
		word[used] = '\0';
		if (read_address(word, ret))
			return true;
	}
	return false;
}

static struct explained *item_of(struct explained_log *log, const struct explanation *row)
{
	struct explained *item;

	for (size_t i = 0; i < log->count; i++)
		if (log->item[i].row == row)
			return &log->item[i];
	item = mem_append(&log->item, &log->count);
	item->row = row;
	return item;
}

static void explain_line(const char *text, size_t len, struct explained_log *log)
{
	const struct explanation *row = find(text, len < EXPLAIN_LINE_MAX ? len : EXPLAIN_LINE_MAX);
	struct explained_line *line;
	struct explained *item;

	if (!row)
		return;
	item = item_of(log, row);
	if (item->total++ >= EXPLAIN_LINES_MAX)
		return;
	line = mem_append(&item->lines, &item->line_count);
	*line = (struct explained_line){ .number = log->lines, .text = text, .len = len };
	line->device_known = explain_device(text, len < EXPLAIN_LINE_MAX ? len : EXPLAIN_LINE_MAX,
					    &line->device);
}

void explain_log(const char *text, size_t len, struct explained_log *ret)
{
	*ret = (struct explained_log){ 0 };
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line = end ? (size_t)(end - text) - at : len - at;

		ret->lines++;
		explain_line(text + at, line, ret);
		at += line + 1;
	}
}

void explained_log_done(struct explained_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->item[i].lines);
	free(log->item);
	*log = (struct explained_log){ 0 };
}
