// SPDX-License-Identifier: GPL-2.0-or-later
/* Allocation that does not fail, formatted strings, and lists of strings. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		abort();
	return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
	void *p = reallocarray(old, count ? count : 1, size);

	if (!p)
		abort();
	return p;
}

char *mem_strdup(const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = strdup(text);
	if (!copy)
		abort();
	return copy;
}

static char *__attribute__((format(printf, 1, 0))) format(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	return text;
}

void strlist_add(struct strlist *list, const char *text)
{
	*mem_append(&list->item, &list->count) = mem_strdup(text);
}

void strlist_addf(struct strlist *list, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	*mem_append(&list->item, &list->count) = format(fmt, ap);
	va_end(ap);
}

bool strlist_has(const struct strlist *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->item[i], text))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strlist_sort(struct strlist *list)
{
	if (list->count)
		qsort(list->item, list->count, sizeof(*list->item), compare);
}

char *strlist_join(const struct strlist *list, const char *between)
{
	size_t gap = strlen(between), size = 1;
	char *text, *end;

	for (size_t i = 0; i < list->count; i++)
		size += strlen(list->item[i]) + gap;
	text = end = mem_zalloc(size);
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			end = stpcpy(end, between);
		end = stpcpy(end, list->item[i]);
	}
	return text;
}

void strlist_done(struct strlist *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->item[i]);
	free(list->item);
	*list = (struct strlist){ 0 };
}
