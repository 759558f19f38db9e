// SPDX-License-Identifier: GPL-2.0-or-later
/* Small questions about text: nearest word, safe to print, UTF-8. */
#include "base/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

#define WORD_MAX 32

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Levenshtein distance, case-insensitive, of words shorter than WORD_MAX. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1];
	size_t b_len = strlen(b);

	for (size_t j = 0; j <= b_len; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 0; a[i]; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i + 1;
		for (size_t j = 0; j < b_len; j++) {
			bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
			unsigned int above = row[j + 1];

			row[j + 1] = min3(above + 1, row[j] + 1, diagonal + !same);
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *str_nearest(const char *word, const char *const *known, size_t count)
{
	size_t len = strnlen(word, WORD_MAX);
	unsigned int best = (unsigned int)(len < 3 ? 1 : (len + 2) / 3) + 1;
	const char *nearest = NULL;

	if (len >= WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		unsigned int d = strlen(known[i]) < WORD_MAX ? distance(word, known[i]) : best;

		if (d < best) {
			best = d;
			nearest = known[i];
		}
	}
	return nearest;
}

char *str_printable(const char *text, size_t len, char *buf, size_t size)
{
	size_t n = len < size ? len : size - 4;

	for (size_t i = 0; i < n; i++)
		buf[i] = isprint((unsigned char)text[i]) && (unsigned char)text[i] < 0x80 ? text[i]
											  : '?';
	strcpy(buf + n, n < len ? "..." : "");
	return buf;
}

size_t str_utf8(const char *text, size_t len, uint32_t *ret)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0 },
		      { 0xe0, 0xc0, 0x80 },
		      { 0xf0, 0xe0, 0x800 },
		      { 0xf8, 0xf0, 0x10000 } };
	const unsigned char *p = (const unsigned char *)text;

	for (size_t n = 0; n < ARRAY_SIZE(forms) && n < len; n++) {
		uint32_t code = p[0] & (unsigned char)~forms[n].mask;

		if ((p[0] & forms[n].mask) != forms[n].lead)
			continue;
		for (size_t i = 1; i <= n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (p[i] & 0x3f);
		}
		if (code < forms[n].least || code > 0x10ffff || code >> 11 == 0x1b)
			return 0;
		*ret = code;
		return n + 1;
	}
	return 0;
}

size_t str_columns(const char *text)
{
	size_t columns = 0;

	/* Bytes after the first of a character have the bits 10 at their head. */
	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80;
	return columns;
}
