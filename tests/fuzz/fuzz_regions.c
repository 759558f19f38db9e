// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: a group's reserved_regions. */
#include "survey/groups.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** LLVMFuzzerTestOneInput() - At most one region comes of a line, and its type has a name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = mem_zalloc(size + 1);
	struct group group = { 0 };
	size_t lines = 1;

	memcpy(text, data, size);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	groups_parse_regions(text, &group);
	if (group.region_count > lines)
		abort();
	for (size_t i = 0; i < group.region_count; i++)
		if (!region_type_name(group.regions[i].type))
			abort();
	free(group.regions);
	return 0;
}
