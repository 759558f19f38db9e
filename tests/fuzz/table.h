/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every firmware table parser has to hold to, whatever bytes it is given. */
#ifndef VMRUN_TESTS_FUZZ_TABLE_H
#define VMRUN_TESTS_FUZZ_TABLE_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/acpi.h"
#include "model/attribute.h"

typedef int table_parser(const void *table, size_t len, struct reserved_list *ret, struct err *e);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(int condition)
{
	if (!condition)
		abort();
}

/** fuzz_ranges() - Ranges are whole: each scope has its path, and a text */
static inline void fuzz_ranges(const struct reserved_list *list, uint32_t len)
{
	/* Every range comes from bytes of its own, except that one of RMR is repeated per segment. */
	must(list->count <= (size_t)len * 1024);
	for (size_t i = 0; i < list->count; i++) {
		const struct reserved *r = &list->item[i];

		must(reserved_source_name(r->source) != NULL);
		for (size_t k = 0; k < r->scope_count; k++) {
			char text[16];

			must((r->scopes[k].kind == SCOPE_ALL) == (r->scopes[k].hops == 0));
			must(scope_kind_name(r->scopes[k].kind) != NULL);
			scope_format(&r->scopes[k], text, sizeof(text));
			must(text[0] != '\0');
		}
	}
}

/** fuzz_attribute() - Attribute @list, which is taken over, to a small machine */
static inline void fuzz_attribute(struct reserved_list *list)
{
	struct host host = { .reserved = *list };

	*list = (struct reserved_list){ 0 };
	for (uint8_t i = 0; i < 8; i++) {
		struct device *dev = mem_append(&host.devices, &host.device_count);

		dev->addr = (struct pciaddr){ 0, i / 2, i % 2 ? 0x1c : 0, 0 };
		dev->header_known = true;
		dev->header_type = i % 2;
		dev->secondary = i % 2 ? i / 2 + 1 : 0;
		dev->subordinate = i % 2 ? 3 : 0;
		dev->parent = i < 2 ? -1 : 1;
		dev->physfn = i == 6 ? 4 : -1;
		dev->group = -1;
	}
	attribute_reserved(&host);
	for (size_t i = 0; i < host.device_count; i++)
		for (size_t k = 1; k < host.devices[i].reserved_count; k++)
			must(host.devices[i].reserved[k - 1] < host.devices[i].reserved[k]);
	host_done(&host);
}

/** fuzz_table() - Give a parser a table; returns 0, for LLVMFuzzerTestOneInput() */
static inline int fuzz_table(table_parser *parse, const char signature[static 4],
			     const uint8_t *data, size_t size)
{
	struct reserved_list list = { 0 }, again = { 0 };
	struct err e = { 0 };
	int r = parse(data, size, &list, &e);

	must(r == 0 || r == -ENOMSG || r == -EBADMSG);
	must((r < 0) == (e.message[0] != '\0'));
	must(r != -ENOMSG || list.count == 0);
	must(parse(data, size, &again, NULL) == r);
	must(again.count == list.count);
	must((acpi_table_check(data, size, signature, NULL) == -ENOMSG) == (r == -ENOMSG));
	fuzz_ranges(&list, (uint32_t)size);
	reserved_list_done(&again);
	fuzz_attribute(&list);
	return 0;
}

#endif
