// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: DMAR tables. */
#include "model/dmar.h"

#include "fuzz/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_table(dmar_parse, "DMAR", data, size);
}
