// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that devices are given: the text of a function's resource file. */
#include "survey/bars.h"

#include <stdlib.h>
#include <string.h>

/* include/linux/ioport.h */
#define IORESOURCE_MEM 0x200
#define IORESOURCE_UNSET 0x20000000

#define BAR_COUNT 6

static void add_bar(unsigned int index, uint64_t start, uint64_t end, uint64_t flags,
		    struct bars *ret)
{
	uint64_t bytes = end - start + 1;

	if (!(flags & IORESOURCE_MEM) || end < start || !bytes || end == 0)
		return;
	ret->mmio_bytes += bytes;
	if (bytes > ret->largest_bytes)
		ret->largest_bytes = bytes;
	/* What the kernel found no room for stands at 0 with its size. */
	if ((flags & IORESOURCE_UNSET) || start == 0) {
		ret->unassigned |= 1U << index;
		ret->unassigned_bytes += bytes;
	}
}

void bars_parse(const char *text, struct bars *ret)
{
	*ret = (struct bars){ .known = true };
	for (unsigned int i = 0; i < BAR_COUNT && *text; i++) {
		uint64_t field[3];
		char *end;

		for (int k = 0; k < 3; k++) {
			field[k] = strtoull(text, &end, 16);
			if (end == text)
				return;
			text = end;
		}
		add_bar(i, field[0], field[1], field[2], ret);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}
