/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that firmware reserves for devices: what DMAR, IVRS and IORT say, in one form. */
#ifndef VMRUN_MODEL_RESERVED_H
#define VMRUN_MODEL_RESERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/pciaddr.h"

/** enum reserved_source - which firmware structure a range comes from */
enum reserved_source {
	RESERVED_RMRR, /* Intel VT-d specification 8.4, Reserved Memory Region Reporting structure */
	RESERVED_IVMD, /* AMD IOMMU specification 5.2, I/O Virtualization Memory Definition block */
	RESERVED_RMR,  /* Arm IORT specification, Reserved Memory Range node */
	RESERVED_SOURCE_COUNT
};

/** enum scope_kind - what a scope covers */
enum scope_kind {
	SCOPE_ENDPOINT, /* the function at the end of the path */
	SCOPE_SUBTREE,	/* the bridge at the end of the path and everything below it */
	SCOPE_RANGE, /* all functions from the first (bus, path[0]) to @last, inclusive (IVMD type 22h) */
	SCOPE_ALL, /* every function of the segment (IVMD type 20h) */
	SCOPE_KIND_COUNT
};

/* A path has one hop per bridge; VT-d allows 124 hops in a scope, no machine has more than a few. */
#define SCOPE_HOPS_MAX 124

struct scope_hop {
	uint8_t dev;
	uint8_t fn;
};

/**
 * struct scope - the devices a range is reserved for
 * @kind:	what it covers
 * @bus:	bus on which @path starts
 * @hops:	number of elements of @path, at least 1 (0 for SCOPE_ALL)
 * @path:	device and function per hop: all but the last are bridges, whose secondary bus the
 *		next is on
 * @last:	SCOPE_RANGE: last function covered
 */
struct scope {
	enum scope_kind kind;
	uint8_t bus;
	size_t hops;
	struct scope_hop *path;
	struct pciaddr last;
};

/**
 * struct reserved - one range
 * @source:	structure it comes from
 * @segment:	PCI segment of its scopes
 * @start:	first byte
 * @end:	last byte, inclusive; as the table has it, so below @start where an RMRR is given no
 *		bytes
 * @relaxable:	firmware lets the device be mapped otherwise (RMR: "remapping permitted"), so a
 *		guest may have it
 * @scopes:	@scope_count scopes
 * @scope_count: number of @scopes
 */
struct reserved {
	enum reserved_source source;
	uint32_t segment;
	uint64_t start;
	uint64_t end;
	bool relaxable;
	struct scope *scopes;
	size_t scope_count;
};

/** struct reserved_list - ranges in the order of the tables; all zero is the empty list */
struct reserved_list {
	struct reserved *item;
	size_t count;
};

/** reserved_list_done() - Release what @list owns and make it empty */
void reserved_list_done(struct reserved_list *list);

/** reserved_source_name() - "rmrr", "ivmd", "rmr" */
const char *reserved_source_name(enum reserved_source source);

/** scope_kind_name() - "endpoint", "subtree", "range", "all" */
const char *scope_kind_name(enum scope_kind kind);

/**
 * reserved_set_end() - Set the end of a range from its size
 * @range:	the range, with its start
 * @bytes:	its size
 *
 * Return: whether there is such a range; else it is one byte instead of none, or all up to the last
 * address
 */
bool reserved_set_end(struct reserved *range, uint64_t bytes);

/**
 * scope_add() - Append a scope to a range
 * @range:	the range
 * @kind:	what the scope covers
 * @bus:	bus on which its path starts
 * @hops:	elements of its path, all zero yet
 *
 * Return: the scope, to fill in; no longer valid after the next one is appended
 */
struct scope *scope_add(struct reserved *range, enum scope_kind kind, uint8_t bus, size_t hops);

/**
 * scope_format() - A scope as text
 * @scope:	the scope
 * @buf:	result, terminated; what does not fit is left off
 * @size:	size of @buf, at least 1
 *
 * The form is the one of the tables, so that it can be compared with what a disassembler shows:
 * "00:1c.0/00.0" for a path (whether of an endpoint or a subtree), "00:00.0-0f:1f.7" for a range,
 * "all" for a whole segment.
 *
 * Return: @buf
 */
char *scope_format(const struct scope *scope, char *buf, size_t size);

#endif
