// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that firmware reserves for devices: names, text and release. */
#include "model/reserved.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static const char *const source_names[] = {
	[RESERVED_RMRR] = "rmrr",
	[RESERVED_IVMD] = "ivmd",
	[RESERVED_RMR] = "rmr",
};
static_assert(ARRAY_SIZE(source_names) == RESERVED_SOURCE_COUNT, "a name per source");

static const char *const kind_names[] = {
	[SCOPE_ENDPOINT] = "endpoint",
	[SCOPE_SUBTREE] = "subtree",
	[SCOPE_RANGE] = "range",
	[SCOPE_ALL] = "all",
};
static_assert(ARRAY_SIZE(kind_names) == SCOPE_KIND_COUNT, "a name per kind of scope");

void reserved_list_done(struct reserved_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < list->item[i].scope_count; k++)
			free(list->item[i].scopes[k].path);
		free(list->item[i].scopes);
	}
	free(list->item);
	*list = (struct reserved_list){ 0 };
}

const char *reserved_source_name(enum reserved_source source)
{
	return source_names[source];
}

const char *scope_kind_name(enum scope_kind kind)
{
	return kind_names[kind];
}

bool reserved_set_end(struct reserved *range, uint64_t bytes)
{
	uint64_t most = UINT64_MAX - range->start;

	range->end = range->start + (bytes == 0 ? 0 : bytes - 1 > most ? most : bytes - 1);
	return bytes > 0 && bytes - 1 <= most;
}

struct scope *scope_add(struct reserved *range, enum scope_kind kind, uint8_t bus, size_t hops)
{
	struct scope *scope = mem_append(&range->scopes, &range->scope_count);

	*scope = (struct scope){ .kind = kind, .bus = bus, .hops = hops };
	if (hops)
		scope->path = mem_zalloc(hops * sizeof(*scope->path));
	return scope;
}

/* Append to the text in @buf what fits. */
static void __attribute__((format(printf, 3, 4)))
append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, size - used, fmt, ap);
	va_end(ap);
}

char *scope_format(const struct scope *scope, char *buf, size_t size)
{
	buf[0] = '\0';
	if (scope->kind == SCOPE_ALL) {
		append(buf, size, "all");
		return buf;
	}
	append(buf, size, "%02x:", scope->bus);
	for (size_t i = 0; i < scope->hops; i++)
		append(buf, size, "%s%02x.%x", i ? "/" : "", scope->path[i].dev, scope->path[i].fn);
	if (scope->kind == SCOPE_RANGE)
		append(buf, size, "-%02x:%02x.%x", scope->last.bus, scope->last.dev,
		       scope->last.fn);
	return buf;
}
