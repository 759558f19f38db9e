// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: IVRS tables. */
#include "model/ivrs.h"

#include "fuzz/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_table(ivrs_parse, "IVRS", data, size);
}
