/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware tables made by hand, and what was read from them as text. */
#ifndef VMRUN_TESTS_UNIT_TABLE_H
#define VMRUN_TESTS_UNIT_TABLE_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/reserved.h"

/**
 * struct table - a table being made
 * @bytes:	what it has so far
 * @len:	number of bytes
 * @open:	where the structure begins that put_end() will end
 */
struct table {
	uint8_t bytes[8192];
	size_t len;
	size_t open;
};

/** put() - Append @value as @size bytes, little-endian; beyond 8 they are zeros */
static inline void put(struct table *t, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		t->bytes[t->len++] = i < 8 ? (uint8_t)(value >> (8 * i)) : 0;
}

/** poke() - Replace @size bytes at @offset */
static inline void poke(struct table *t, size_t offset, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		t->bytes[offset + i] = (uint8_t)(value >> (8 * i));
}

/** put_header() - Begin a table: the 36 bytes all tables have, then zeros up to @size */
static inline void put_header(struct table *t, const char *signature, uint8_t revision, size_t size)
{
	*t = (struct table){ .len = size };
	memcpy(t->bytes, signature, 4);
	t->bytes[8] = revision;
	memcpy(t->bytes + 10, "VMRUN TEST    ", 14);
}

/** seal() - End a table: set its length and its checksum */
static inline void seal(struct table *t)
{
	uint8_t sum = 0;

	poke(t, 4, t->len, 4);
	t->bytes[9] = 0;
	for (size_t i = 0; i < t->len; i++)
		sum = (uint8_t)(sum + t->bytes[i]);
	t->bytes[9] = (uint8_t)-sum;
}

/** list_text() - Ranges as text: "rmrr 0 1000-1fff endpoint 00:1c.0/00.0, subtree 00:1d.0; …" */
static inline const char *list_text(const struct reserved_list *list)
{
	static char text[8192];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++) {
		const struct reserved *r = &list->item[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %u %llx-%llx",
					 i ? "; " : "", reserved_source_name(r->source), r->segment,
					 (unsigned long long)r->start, (unsigned long long)r->end);
		for (size_t k = 0; k < r->scope_count; k++) {
			const struct scope *s = &r->scopes[k];
			char scope[64];

			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s%s %s",
						 k ? "," : "", s->kind == SCOPE_ALL ? "" : " ",
						 s->kind == SCOPE_ALL ? ""
								      : scope_kind_name(s->kind),
						 scope_format(s, scope, sizeof(scope)));
		}
	}
	return text;
}

typedef int table_parser(const void *table, size_t len, struct reserved_list *ret, struct err *e);

/**
 * parse_copy() - Parse the first @len bytes, in a block of exactly that size so that ASan sees more
 * @parse:	parser
 * @t:		table
 * @len:	how much of it there is
 * @list:	list to append to
 * @e:		error, or NULL
 *
 * Return: what the parser returned
 */
static inline int parse_copy(table_parser *parse, const struct table *t, size_t len,
			     struct reserved_list *list, struct err *e)
{
	uint8_t *copy = mem_zalloc(len);
	int r;

	memcpy(copy, t->bytes, len);
	r = parse(copy, len, list, e);
	free(copy);
	return r;
}

/** assert_reads() - The sealed table is sound and has these ranges */
static inline void assert_reads(table_parser *parse, const struct table *t, const char *expected)
{
	struct reserved_list list = { 0 };
	struct err e = { 0 };

	ck_assert_msg(parse_copy(parse, t, t->len, &list, &e) == 0, "%s", e.message);
	ck_assert_str_eq(list_text(&list), expected);
	reserved_list_done(&list);
}

/** assert_damaged() - The table is damaged, @message says how, and these ranges are read all the same */
static inline void assert_damaged(table_parser *parse, const struct table *t, const char *expected,
				  const char *message)
{
	struct reserved_list list = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(parse_copy(parse, t, t->len, &list, &e), -EBADMSG);
	ck_assert_str_eq(list_text(&list), expected);
	ck_assert_str_eq(e.message, message);
	ck_assert_int_eq(e.number, EBADMSG);
	reserved_list_done(&list);
	ck_assert_int_eq(parse_copy(parse, t, t->len, &list, NULL), -EBADMSG);
	reserved_list_done(&list);
}

/**
 * assert_cut() - Whatever a table is cut to, it is never taken for a whole one
 * @parse:	parser
 * @t:		sealed table
 * @sure:	offsets, ended by 0: with so many bytes there is one range more
 *
 * Cut with its length left as it was, as a bad copy is, and with the length corrected.
 */
static inline void assert_cut(table_parser *parse, const struct table *t, const size_t *sure)
{
	for (size_t len = 0; len < t->len; len++) {
		struct reserved_list list = { 0 };
		size_t expected = 0;
		struct err e = { 0 };

		for (size_t i = 0; sure[i] && len >= sure[i]; i++)
			expected++;
		ck_assert_int_lt(parse_copy(parse, t, len, &list, &e), 0);
		ck_assert_int_ne(e.message[0], '\0');
		ck_assert_msg(list.count == expected, "%zu of %zu bytes: %zu ranges, not %zu", len,
			      t->len, list.count, expected);
		reserved_list_done(&list);
		if (len >= 36) {
			struct table shorter = *t;

			poke(&shorter, 4, len, 4);
			parse_copy(parse, &shorter, len, &list, NULL);
			ck_assert_uint_eq(list.count, expected);
			reserved_list_done(&list);
		}
	}
}

#endif
