// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that firmware reserves for devices: names and release. */
#include "model/reserved.h"

#include <assert.h>
#include <stdlib.h>

#include "base/cleanup.h"

static const char *const source_names[] = {
	[RESERVED_RMRR] = "rmrr",
	[RESERVED_IVMD] = "ivmd",
	[RESERVED_RMR] = "rmr",
};
static_assert(ARRAY_SIZE(source_names) == RESERVED_SOURCE_COUNT, "a name per source");

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
