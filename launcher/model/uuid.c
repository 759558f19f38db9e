// SPDX-License-Identifier: GPL-2.0-or-later
/* UUIDs of guests: checked, or derived from the guest's name. The only user of libuuid. */
#include "model/uuid.h"

#include <errno.h>
#include <string.h>
#include <uuid/uuid.h>

/* The space our names live in. Chosen once at random; changing it would give every guest another UUID. */
static const uuid_t space = { 0xcd, 0x54, 0x98, 0x68, 0xf9, 0x2d, 0x41, 0x17,
			      0x86, 0x9f, 0x86, 0xcd, 0xa0, 0x1d, 0xce, 0xbe };

char *uuid_from_name(const char *name, char buf[static UUID_STRLEN])
{
	uuid_t uuid;

	uuid_generate_sha1(uuid, space, name, strlen(name));
	uuid_unparse_lower(uuid, buf);
	return buf;
}

int uuid_normalise(const char *text, char buf[static UUID_STRLEN])
{
	uuid_t uuid;

	if (uuid_parse(text, uuid) < 0 || !memcmp(uuid, uuid + 1, sizeof(uuid) - 1))
		return -EINVAL;
	uuid_unparse_lower(uuid, buf);
	return 0;
}
