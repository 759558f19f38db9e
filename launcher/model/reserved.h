/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that firmware reserves for devices: what DMAR, IVRS and IORT say, in one form. */
#ifndef VMRUN_MODEL_RESERVED_H
#define VMRUN_MODEL_RESERVED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/pciaddr.h"

/** enum reserved_source - which firmware structure a range comes from */
enum reserved_source {
	RESERVED_RMRR,	/* Intel VT-d specification 8.4, Reserved Memory Region Reporting structure */
	RESERVED_IVMD,	/* AMD IOMMU specification 5.2, I/O Virtualization Memory Definition block */
	RESERVED_RMR,	/* Arm IORT specification, Reserved Memory Range node */
	RESERVED_SOURCE_COUNT
};

/** enum scope_kind - what a scope covers */
enum scope_kind {
	SCOPE_ENDPOINT,		/* the function at the end of the path */
	SCOPE_SUBTREE,		/* the bridge at the end of the path and everything below it */
	SCOPE_RANGE,		/* all functions from the first (bus, path[0]) to @last, inclusive (IVMD type 22h) */
	SCOPE_ALL,		/* every function of the segment (IVMD type 20h) */
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
 * @path:	device and function per hop: all but the last are bridges, whose secondary bus the next is on
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
 * @end:	last byte, inclusive
 * @scopes:	@scope_count scopes
 * @scope_count: number of @scopes
 */
struct reserved {
	enum reserved_source source;
	uint32_t segment;
	uint64_t start;
	uint64_t end;
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

#endif
