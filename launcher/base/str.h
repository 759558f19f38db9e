/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small questions about text: nearest word, safe to print, UTF-8. */
#ifndef VMRUN_BASE_STR_H
#define VMRUN_BASE_STR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * str_nearest() - The known word a misspelt one was probably meant to be
 * @word:	what was written
 * @known:	@count words
 * @count:	number of @known words
 *
 * Return: the nearest of @known by edit distance, or NULL where none is near (more than a third of it,
 * rounded up, differs)
 */
const char *str_nearest(const char *word, const char *const *known, size_t count);

/**
 * str_printable() - Text from outside made safe for a terminal and short enough for a message
 * @text:	any bytes
 * @len:	number of bytes
 * @buf:	result, always terminated; bytes that are not printable ASCII become '?', a cut is marked with "..."
 * @size:	size of @buf, at least 8
 *
 * Return: @buf
 */
char *str_printable(const char *text, size_t len, char *buf, size_t size);

/* What a user wrote, safe and short for a message; lives until the end of the enclosing block. */
#define STR_SHOWN_MAX 64
#define STR_SHOWN(text) \
	str_printable((text), strlen(text), (char[STR_SHOWN_MAX]){ 0 }, STR_SHOWN_MAX)

/**
 * str_utf8() - Read one character of UTF-8 text
 * @text:	bytes
 * @len:	number of bytes
 * @ret:	its code point; untouched on failure
 *
 * Return: number of bytes it takes; 0 where they are not UTF-8: cut, overlong, a surrogate or above U+10FFFF
 */
size_t str_utf8(const char *text, size_t len, uint32_t *ret);

/** str_columns() - Characters of UTF-8 text, each of which takes a column in what we print ourselves */
size_t str_columns(const char *text);

#endif
