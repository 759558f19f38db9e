// SPDX-License-Identifier: GPL-2.0-or-later
/* How two texts differ, line by line, as diff -u shows it. */
#include "model/linediff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

#define CONTEXT 3

/* Cells of the table of common subsequences: two changed parts of 2000 lines each. */
#define TABLE_MAX (2000u * 2000u)

/** struct line - one line with its newline, if it has one */
struct line {
	const char *at;
	size_t len;
};

struct lines {
	struct line *item;
	size_t count;
};

/** struct edit - one line of the result: ' ' in both, '-' taken out, '+' put in */
struct edit {
	char kind;
	struct line line;
};

struct edits {
	struct edit *item;
	size_t count;
};

static struct lines split(const char *text, size_t len)
{
	/* Never a null pointer, which nothing may be added to. */
	struct lines lines = { .item = mem_zalloc(sizeof(*lines.item)) };

	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) + 1 - at : len - at;

		*mem_append(&lines.item, &lines.count) = (struct line){ text + at, n };
		at += n;
	}
	return lines;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && !memcmp(a->at, b->at, a->len);
}

static void add(struct edits *edits, char kind, const struct line *line)
{
	*mem_append(&edits->item, &edits->count) = (struct edit){ kind, *line };
}

/*
 * The lines of @a and @b that differ, by the length of the longest common subsequence of what is
 * left of both.
 */
static void compare(const struct line *a, size_t n, const struct line *b, size_t m,
		    struct edits *edits)
{
	_cleanup_free_ uint32_t *length = NULL;
	size_t i = 0, k = 0, width = m + 1;

	if (n && m && m <= TABLE_MAX / n) {
		length = mem_zalloc((n + 1) * width * sizeof(*length));
		for (size_t y = n; y-- > 0;)
			for (size_t x = m; x-- > 0;) {
				uint32_t down = length[(y + 1) * width + x],
					 right = length[y * width + x + 1];

				length[y * width + x] =
					same(&a[y], &b[x]) ? length[(y + 1) * width + x + 1] + 1
					: down > right	   ? down
							   : right;
			}
	}
	while (i < n || k < m) {
		if (length && i < n && k < m && same(&a[i], &b[k])) {
			add(edits, ' ', &a[i++]);
			k++;
		} else if (i < n && (!length || k == m ||
				     length[(i + 1) * width + k] >= length[i * width + k + 1])) {
			add(edits, '-', &a[i++]);
		} else {
			add(edits, '+', &b[k++]);
		}
	}
}

static struct edits edits_between(const struct lines *a, const struct lines *b)
{
	size_t head = 0, tail = 0, shorter = a->count < b->count ? a->count : b->count;
	struct edits edits = { 0 };

	while (head < shorter && same(&a->item[head], &b->item[head]))
		head++;
	while (tail < shorter - head &&
	       same(&a->item[a->count - tail - 1], &b->item[b->count - tail - 1]))
		tail++;
	for (size_t i = 0; i < head; i++)
		add(&edits, ' ', &a->item[i]);
	compare(a->item + head, a->count - head - tail, b->item + head, b->count - head - tail,
		&edits);
	for (size_t i = a->count - tail; i < a->count; i++)
		add(&edits, ' ', &a->item[i]);
	return edits;
}

/* Where the hunk ends that begins at @begin: before more unchanged lines than two contexts have. */
static size_t hunk_end(const struct edits *edits, size_t begin)
{
	size_t last = begin;

	for (size_t i = begin; i < edits->count && i - last <= 2 * CONTEXT + 1; i++)
		if (edits->item[i].kind != ' ')
			last = i;
	return last + 1 + CONTEXT < edits->count ? last + 1 + CONTEXT : edits->count;
}

/* "12,3"; the line before where there are none, as diff has it. */
static void add_range(struct text *out, char sign, size_t before, size_t count)
{
	text_addf(out, " %c%zu", sign, count ? before + 1 : before);
	if (count != 1)
		text_addf(out, ",%zu", count);
}

static void add_hunk(struct text *out, const struct edits *edits, size_t begin, size_t end,
		     const size_t before[2])
{
	size_t count[2] = { 0 };

	for (size_t i = begin; i < end; i++) {
		count[0] += edits->item[i].kind != '+';
		count[1] += edits->item[i].kind != '-';
	}
	text_addf(out, "@@");
	add_range(out, '-', before[0], count[0]);
	add_range(out, '+', before[1], count[1]);
	text_addf(out, " @@\n");
	for (size_t i = begin; i < end; i++) {
		const struct line *line = &edits->item[i].line;

		text_add(out, &edits->item[i].kind, 1);
		text_add(out, line->at, line->len);
		if (line->at[line->len - 1] != '\n')
			text_addf(out, "\n\\ No newline at end of file\n");
	}
}

char *linediff_unified(const char *from_name, const char *from, size_t from_len,
		       const char *to_name, const char *to, size_t to_len)
{
	struct lines a = split(from, from_len), b = split(to, to_len);
	struct edits edits = edits_between(&a, &b);
	size_t before[2] = { 0 }, done = 0;
	struct text out = { 0 };

	for (size_t i = 0; i < edits.count; i++) {
		size_t begin, end;

		if (edits.item[i].kind == ' ')
			continue;
		if (!out.len)
			text_addf(&out, "--- %s\n+++ %s\n", from_name, to_name);
		begin = i > done + CONTEXT ? i - CONTEXT : done;
		end = hunk_end(&edits, i);
		before[0] += begin - done;
		before[1] += begin - done;
		add_hunk(&out, &edits, begin, end, before);
		for (size_t k = begin; k < end; k++) {
			before[0] += edits.item[k].kind != '+';
			before[1] += edits.item[k].kind != '-';
		}
		done = end;
		i = end - 1;
	}
	free(a.item);
	free(b.item);
	free(edits.item);
	return text_take(&out);
}
