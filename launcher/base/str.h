/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small questions about text: nearest word, safe to print. */
#ifndef VMRUN_BASE_STR_H
#define VMRUN_BASE_STR_H

#include <stddef.h>

/**
 * str_nearest() - The known word a misspelt one was probably meant to be
 * @word:	what was written
 * @known:	@count words
 * @count:	number of @known words
 *
 * Return: the nearest of @known by edit distance, or NULL where none is near (more than a third of the word differs)
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

#endif
