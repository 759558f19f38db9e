// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: domain XML that a profile is based on. */
#include "model/profile_base.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile profile = { .name = mem_strdup("fuzz"), .machine = mem_strdup("q35") };
	char *text = mem_zalloc(size + 1);
	struct err e = { 0 };
	int r;

	memcpy(text, data, size);
	r = profile_base_adopt(&profile, text, size, &e);
	if ((r != 0 && r != -EINVAL) || (r < 0) != (e.message[0] != '\0'))
		abort();
	/* No section owns a device here, so none may be in what is taken. */
	if (r == 0 && (profile.base != text || !profile.memory_bytes || !profile.vcpus))
		abort();
	if (r < 0)
		free(text);
	profile_done(&profile);
	return 0;
}
