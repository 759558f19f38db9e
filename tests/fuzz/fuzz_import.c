// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: domains that become profiles. What is made of them can be read back. */
#include "vm/import.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/profile_base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host host = { 0 };
	struct import import;
	struct profile profile;
	struct err e = { 0 };
	int r = import_domain((const char *)data, size, &host, &import, &e);

	must(r == 0 || r == -EINVAL);
	must((r < 0) == (e.message[0] != '\0'));
	if (r < 0)
		return 0;
	must(profile_parse(import.profile, strlen(import.profile), "fuzz.profile", "/", &profile,
			   &e) == 0);
	must(!strcmp(profile.name, import.name));
	/* No section is missing: the base is refused for its size at most. */
	r = profile_base_adopt(&profile, import.base, strlen(import.base), &e);
	must(r == 0 || strstr(e.message, "no domain XML"));
	if (r == 0)
		import.base = NULL;
	profile_done(&profile);
	import_done(&import);
	return 0;
}
