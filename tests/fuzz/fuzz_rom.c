// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: expansion ROMs. */
#include "model/rom.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	struct rom rom;
	int r = rom_parse(data, size, &rom, &e);

	must(r == 0 || r == -EINVAL);
	must((r < 0) == (e.message[0] != '\0'));
	if (r < 0)
		return 0;
	must(rom.count >= 1 && rom.count <= ROM_IMAGES_MAX);
	for (size_t i = 0; i < rom.count; i++) {
		must(rom.images[i].device_count >= 1 && rom.images[i].device_count <= ROM_IDS_MAX);
		must(rom_check(&rom, rom.images[i].vendor, rom.images[i].devices[0], false, NULL) ==
		     0);
	}
	return 0;
}
