// SPDX-License-Identifier: GPL-2.0-or-later
/* IORT: how firmware maps requesters to Arm's SMMUs; of it, the memory reserved for devices. */
#include "model/iort.h"

#include <stdbool.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/acpi.h"

/* Offsets, and sizes in bytes, in the order of the specification. */
enum {
	TABLE_REVISION = 8,
	REVISION_RMR = 5, /* issue E.d */
	NODE_COUNT = 36,
	NODE_OFFSET = 40,
	IORT_HEADER = 48,
	NODE_LENGTH = 1,
	MAPPING_COUNT = 8,
	MAPPING_OFFSET = 12,
	NODE_HEADER = 16,
	NODE_ROOT_COMPLEX = 2,
	NODE_SMMU = 3,
	NODE_SMMU_V3 = 4,
	NODE_RMR = 6,
	ROOT_SEGMENT = 28,
	ROOT_SIZE = 32,
	RMR_FLAGS = 16,
	RMR_FLAG_REMAP = 1 << 0,
	RMR_COUNT = 20,
	RMR_OFFSET = 24,
	RMR_SIZE = 28,
	RANGE_LENGTH = 8,
	RANGE_SIZE = 20,
	MAPPING_IDS = 4, /* number of ids minus one */
	MAPPING_OUTPUT = 8,
	MAPPING_TARGET = 12,
	MAPPING_SIZE = 20,
};

/*
 * What a table can ask for: mappings of root complexes, ranges of functions per node, and steps to
 * match them. A large server has some hundreds and needs thousands of steps; a hostile table could
 * ask for 2^40.
 */
#define ROOTS_MAX 4096
#define FOUND_MAX 1024
#define WORK_MAX (1u << 18)

/**
 * struct mapping - ids @input and up, as many as @output..@last, become the ids @output to @last at
 * the node @target
 * @segment:	of the root complex
 * @input:	first requester id
 * @output:	first stream id
 * @last:	last stream id
 * @target:	offset of the node the ids are for
 */
struct mapping {
	uint32_t segment;
	uint32_t input;
	uint64_t output;
	uint64_t last;
	size_t target;
};

/**
 * struct functions - PCI functions a node's ranges are for
 * @segment:	their segment
 * @first:	first requester id
 * @last:	last requester id
 */
struct functions {
	uint32_t segment;
	uint16_t first;
	uint16_t last;
};

/**
 * struct iort - the table being read
 * @t:		its bytes
 * @roots:	mappings of the root complexes
 * @root_count:	number of @roots
 * @found:	functions of the node being read
 * @found_count: number of @found
 * @work:	what is left of WORK_MAX
 */
struct iort {
	struct acpi_reader t;
	struct mapping *roots;
	size_t root_count;
	struct functions *found;
	size_t found_count;
	unsigned int work;
};

static void iort_done(struct iort *iort)
{
	free(iort->roots);
	free(iort->found);
}

static uint32_t get32(const struct iort *iort, size_t offset)
{
	return (uint32_t)acpi_get(&iort->t, offset, 4);
}

/* Whether there is work left for one step at @offset, and room for one element after @count. */
static bool spend(struct iort *iort, size_t offset, size_t count, size_t max)
{
	if (iort->work && count < max) {
		iort->work--;
		return true;
	}
	acpi_damage(&iort->t, offset, "more mappings and ranges than are believable");
	return false;
}

/* How many of the elements a node announces, @size bytes each, it has room for. */
static size_t elements(struct iort *iort, size_t node, size_t length, size_t count_at,
		       size_t first_at, size_t size)
{
	size_t count = get32(iort, node + count_at), first = get32(iort, node + first_at);
	size_t room = first < length ? (length - first) / size : 0;

	if (count <= room)
		return count;
	acpi_damage(&iort->t, node, "a node announces %zu elements, there is room for %zu", count,
		    room);
	return room;
}

static struct mapping read_mapping(const struct iort *iort, size_t offset, uint32_t segment)
{
	struct mapping m = { .segment = segment, .input = get32(iort, offset) };

	m.output = get32(iort, offset + MAPPING_OUTPUT);
	m.last = m.output + get32(iort, offset + MAPPING_IDS);
	m.target = get32(iort, offset + MAPPING_TARGET);
	return m;
}

static void read_root(struct iort *iort, size_t node, size_t length)
{
	size_t count, first = get32(iort, node + MAPPING_OFFSET);

	if (length < ROOT_SIZE) {
		acpi_damage(&iort->t, node, "a root complex node has %zu bytes, too few", length);
		return;
	}
	count = elements(iort, node, length, MAPPING_COUNT, MAPPING_OFFSET, MAPPING_SIZE);
	for (size_t i = 0; i < count && spend(iort, node, iort->root_count, ROOTS_MAX); i++)
		*mem_append(&iort->roots, &iort->root_count) = read_mapping(
			iort, node + first + i * MAPPING_SIZE, get32(iort, node + ROOT_SEGMENT));
}

/* Go back from the stream ids @out to the 16-bit requester ids that @root turns into them. */
static void go_back(struct iort *iort, const struct mapping *out, const struct mapping *root)
{
	uint64_t low = out->output > root->output ? out->output : root->output;
	uint64_t high = out->last < root->last ? out->last : root->last;
	uint64_t first, last;

	if (out->target != root->target || low > high)
		return;
	first = root->input + (low - root->output);
	last = root->input + (high - root->output);
	if (first > UINT16_MAX)
		return;
	*mem_append(&iort->found, &iort->found_count) =
		(struct functions){ root->segment, (uint16_t)first,
				    last > UINT16_MAX ? UINT16_MAX : (uint16_t)last };
}

static void find_functions(struct iort *iort, size_t node, size_t length)
{
	size_t count = elements(iort, node, length, MAPPING_COUNT, MAPPING_OFFSET, MAPPING_SIZE);
	size_t first = get32(iort, node + MAPPING_OFFSET);

	iort->found_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct mapping out = read_mapping(iort, node + first + i * MAPPING_SIZE, 0);
		unsigned int type = (unsigned int)acpi_get(&iort->t, out.target, 1);

		for (size_t k = 0;
		     k < iort->root_count && (type == NODE_SMMU || type == NODE_SMMU_V3); k++) {
			if (!spend(iort, node, iort->found_count, FOUND_MAX))
				return;
			go_back(iort, &out, &iort->roots[k]);
		}
	}
}

/* Append the functions of @segment to @range. */
static void add_scopes(struct iort *iort, size_t offset, struct reserved *range, uint32_t segment)
{
	range->segment = segment;
	for (size_t i = 0; i < iort->found_count && spend(iort, offset, i, FOUND_MAX); i++) {
		const struct functions *f = &iort->found[i];
		struct scope *scope;

		if (f->segment != segment)
			continue;
		scope = scope_add(range, SCOPE_RANGE, (uint8_t)(f->first >> 8), 1);
		scope->path[0] = (struct scope_hop){ f->first >> 3 & 0x1f, f->first & 7 };
		scope->last = (struct pciaddr){ segment, (uint8_t)(f->last >> 8),
						f->last >> 3 & 0x1f, f->last & 7 };
	}
}

/* Whether the segment of the functions @index already had its entry. */
static bool segment_seen(const struct iort *iort, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (iort->found[i].segment == iort->found[index].segment)
			return true;
	return false;
}

/* One range of memory: an entry per segment, at least one. */
static void read_range(struct iort *iort, size_t offset, bool relaxable, struct reserved_list *list)
{
	struct reserved range = { .source = RESERVED_RMR, .relaxable = relaxable };
	uint64_t bytes = acpi_get(&iort->t, offset + RANGE_LENGTH, 8);

	range.start = acpi_get(&iort->t, offset, 8);
	if (!reserved_set_end(&range, bytes))
		acpi_damage(&iort->t, offset,
			    "a reserved memory range, 0x%llx bytes, is none or too much",
			    (unsigned long long)bytes);
	*mem_append(&list->item, &list->count) = range;
	for (size_t i = 0, entries = 0; i < iort->found_count && spend(iort, offset, i, FOUND_MAX);
	     i++) {
		if (segment_seen(iort, i))
			continue;
		if (entries++)
			*mem_append(&list->item, &list->count) = range;
		add_scopes(iort, offset, &list->item[list->count - 1], iort->found[i].segment);
	}
}

static void read_rmr(struct iort *iort, size_t node, size_t length, struct reserved_list *list)
{
	bool relaxable = get32(iort, node + RMR_FLAGS) & RMR_FLAG_REMAP;
	size_t count, first = get32(iort, node + RMR_OFFSET);

	if (length < RMR_SIZE) {
		acpi_damage(&iort->t, node, "a reserved memory range node has %zu bytes, too few",
			    length);
		return;
	}
	find_functions(iort, node, length);
	count = elements(iort, node, length, RMR_COUNT, RMR_OFFSET, RANGE_SIZE);
	for (size_t i = 0; i < count; i++)
		read_range(iort, node + first + i * RANGE_SIZE, relaxable, list);
}

/* Call the reader of each node of @type. */
static void read_nodes(struct iort *iort, unsigned int type, struct reserved_list *list)
{
	size_t at = get32(iort, NODE_OFFSET), size, count = get32(iort, NODE_COUNT), i;

	for (i = 0; i < count && (size = acpi_block(&iort->t, at, NODE_LENGTH, NODE_HEADER)) > 0;
	     i++, at += size) {
		if (acpi_get(&iort->t, at, 1) != type)
			continue;
		if (type == NODE_RMR)
			read_rmr(iort, at, size, list);
		else
			read_root(iort, at, size);
	}
	if (i < count)
		acpi_damage(&iort->t, at, "the table announces %zu nodes and ends after %zu", count,
			    i);
}

int iort_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e)
{
	_cleanup_(iort_done) struct iort iort = { .work = WORK_MAX };
	int r = acpi_open(&iort.t, table, len, "IORT", e);

	if (r < 0)
		return r;
	if (acpi_get(&iort.t, TABLE_REVISION, 1) < REVISION_RMR)
		return iort.t.result;
	if (iort.t.len < IORT_HEADER) {
		acpi_damage(&iort.t, iort.t.len, "the table ends in its header");
		return iort.t.result;
	}
	read_nodes(&iort, NODE_ROOT_COMPLEX, ret);
	read_nodes(&iort, NODE_RMR, ret);
	return iort.t.result;
}
