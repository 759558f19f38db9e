// SPDX-License-Identifier: GPL-2.0-or-later
/* IVRS: what firmware says about AMD's IOMMUs; of it, the memory reserved for devices. */
#include "model/ivrs.h"

#include "base/mem.h"
#include "model/acpi.h"

/* Offsets, and sizes in bytes, in the order of the specification. */
enum {
	IVRS_BLOCKS = 48, /* 5.2.2.1: the table's own header */
	BLOCK_FLAGS = 1,
	BLOCK_LENGTH = 2,
	BLOCK_HEADER = 4,
	IVMD_ALL = 0x20,
	IVMD_SELECT = 0x21,
	IVMD_RANGE = 0x22,
	IVMD_FLAG_UNITY = 1 << 0,
	IVMD_FLAG_EXCLUSION = 1 << 3,
	IVMD_DEVICE = 4,
	IVMD_LAST = 6,
	IVMD_SEGMENT = 8,
	IVMD_START = 16,
	IVMD_BYTES = 24,
	IVMD_SIZE = 32,
};

/* A device id: bus, device and function as a requester has them. */
static struct pciaddr device_id(const struct acpi_reader *t, size_t offset, uint32_t segment)
{
	unsigned int id = (unsigned int)acpi_get(t, offset, 2);

	return (struct pciaddr){ segment, (uint8_t)(id >> 8), id >> 3 & 0x1f, id & 7 };
}

/* The devices of an IVMD. */
static void read_devices(struct acpi_reader *t, size_t offset, unsigned int type,
			 struct reserved *range)
{
	struct pciaddr first = device_id(t, offset + IVMD_DEVICE, range->segment);
	struct pciaddr last = device_id(t, offset + IVMD_LAST, range->segment);
	struct scope *scope;

	if (type == IVMD_ALL) {
		scope_add(range, SCOPE_ALL, 0, 0);
		return;
	}
	scope = scope_add(range, type == IVMD_SELECT ? SCOPE_ENDPOINT : SCOPE_RANGE, first.bus, 1);
	scope->path[0] = (struct scope_hop){ first.dev, first.fn };
	if (type == IVMD_SELECT)
		return;
	scope->last = last;
	if (pciaddr_compare(&first, &last) > 0)
		acpi_damage(t, offset, "the device ids of an IVMD block end before they start");
}

/* One IVMD of @length bytes. */
static void read_ivmd(struct acpi_reader *t, size_t offset, size_t length,
		      struct reserved_list *list)
{
	unsigned int flags = (unsigned int)acpi_get(t, offset + BLOCK_FLAGS, 1);
	struct reserved *range;
	uint64_t bytes;

	if (length < IVMD_SIZE) {
		acpi_damage(t, offset, "an IVMD block has %zu bytes instead of %d", length,
			    IVMD_SIZE);
		return;
	}
	if (!(flags & (IVMD_FLAG_UNITY | IVMD_FLAG_EXCLUSION)))
		return;
	range = mem_append(&list->item, &list->count);
	range->source = RESERVED_IVMD;
	range->segment = (uint32_t)acpi_get(t, offset + IVMD_SEGMENT, 2);
	range->start = acpi_get(t, offset + IVMD_START, 8);
	bytes = acpi_get(t, offset + IVMD_BYTES, 8);
	if (!reserved_set_end(range, bytes))
		acpi_damage(t, offset,
			    "the memory of an IVMD block, 0x%llx bytes, is none or too much",
			    (unsigned long long)bytes);
	read_devices(t, offset, (unsigned int)acpi_get(t, offset, 1), range);
}

int ivrs_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e)
{
	struct acpi_reader t;
	int r = acpi_open(&t, table, len, "IVRS", e);
	size_t at, size;

	if (r < 0)
		return r;
	if (t.len < IVRS_BLOCKS)
		acpi_damage(&t, t.len, "the table ends in its header");
	for (at = IVRS_BLOCKS; (size = acpi_block(&t, at, BLOCK_LENGTH, BLOCK_HEADER)) > 0;
	     at += size) {
		unsigned int type = (unsigned int)acpi_get(&t, at, 1);

		if (type == IVMD_ALL || type == IVMD_SELECT || type == IVMD_RANGE)
			read_ivmd(&t, at, size, ret);
	}
	return t.result;
}
