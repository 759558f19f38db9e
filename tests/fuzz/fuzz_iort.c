// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: IORT tables. */
#include "model/iort.h"

#include "fuzz/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_table(iort_parse, "IORT", data, size);
}
