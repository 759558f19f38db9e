// SPDX-License-Identifier: GPL-2.0-or-later
/* DMAR: what firmware says about Intel's IOMMUs; of it, the memory reserved for devices. */
#include "model/dmar.h"

#include "base/mem.h"
#include "model/acpi.h"

/* Offsets, and sizes in bytes, in the order of the specification. */
enum {
	DMAR_STRUCTURES = 48, /* 8.1: the table's own header */
	STRUCTURE_LENGTH = 2,
	STRUCTURE_HEADER = 4,
	RMRR_TYPE = 1,
	RMRR_SEGMENT = 6,
	RMRR_BASE = 8,
	RMRR_LIMIT = 16,
	RMRR_SCOPES = 24,
	SCOPE_TYPE_ENDPOINT = 1,
	SCOPE_TYPE_SUBTREE = 2,
	SCOPE_LENGTH = 1,
	SCOPE_START_BUS = 5,
	SCOPE_PATH = 6,
	HOP_SIZE = 2,
};

/* One scope of @length bytes. */
static void read_scope(struct acpi_reader *t, size_t offset, size_t length, struct reserved *range)
{
	unsigned int type = (unsigned int)acpi_get(t, offset, 1);
	size_t hops = (length - SCOPE_PATH) / HOP_SIZE;
	struct scope *scope;

	if (type != SCOPE_TYPE_ENDPOINT && type != SCOPE_TYPE_SUBTREE)
		return;
	if ((length - SCOPE_PATH) % HOP_SIZE)
		acpi_damage(t, offset, "the path of a device scope ends in the middle of a hop");
	if (!hops) {
		acpi_damage(t, offset, "a device scope has no path");
		return;
	}
	scope = scope_add(range, type == SCOPE_TYPE_ENDPOINT ? SCOPE_ENDPOINT : SCOPE_SUBTREE,
			  (uint8_t)acpi_get(t, offset + SCOPE_START_BUS, 1), hops);
	for (size_t i = 0; i < hops; i++) {
		size_t hop = offset + SCOPE_PATH + i * HOP_SIZE;

		scope->path[i].dev = (uint8_t)acpi_get(t, hop, 1);
		scope->path[i].fn = (uint8_t)acpi_get(t, hop + 1, 1);
	}
}

/* One RMRR of @length bytes. */
static void read_rmrr(struct acpi_reader *t, size_t offset, size_t length,
		      struct reserved_list *list)
{
	size_t end = offset + length;
	struct reserved *range;

	if (length < RMRR_SCOPES) {
		acpi_damage(t, offset, "an RMRR has %zu bytes, too few for its addresses", length);
		return;
	}
	range = mem_append(&list->item, &list->count);
	range->source = RESERVED_RMRR;
	range->segment = (uint32_t)acpi_get(t, offset + RMRR_SEGMENT, 2);
	range->start = acpi_get(t, offset + RMRR_BASE, 8);
	range->end = acpi_get(t, offset + RMRR_LIMIT, 8);
	for (size_t at = offset + RMRR_SCOPES; at < end;) {
		size_t size = (size_t)acpi_get(t, at + SCOPE_LENGTH, 1);

		if (size < SCOPE_PATH || size > end - at) {
			acpi_damage(t, at,
				    "a device scope says it has %zu bytes, its RMRR has %zu more",
				    size, end - at);
			return;
		}
		read_scope(t, at, size, range);
		at += size;
	}
}

int dmar_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e)
{
	struct acpi_reader t;
	int r = acpi_open(&t, table, len, "DMAR", e);
	size_t at, size;

	if (r < 0)
		return r;
	if (t.len < DMAR_STRUCTURES)
		acpi_damage(&t, t.len, "the table ends in its header");
	for (at = DMAR_STRUCTURES;
	     (size = acpi_block(&t, at, STRUCTURE_LENGTH, STRUCTURE_HEADER)) > 0; at += size)
		if (acpi_get(&t, at, 2) == RMRR_TYPE)
			read_rmrr(&t, at, size, ret);
	return t.result;
}
