// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of devices bound early, which hooks/early/early works off: a line of it. */
#include "model/earlylist.h"

#include <stdio.h>
#include <string.h>

#include "model/host.h"

bool early_line_parse(const char *line, struct early_line *ret)
{
	struct early_line one = { 0 };
	char text[512], last[16] = "";
	int n;

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\n"), line);
	if (*text == '#')
		return false;
	n = sscanf(text, "%255s %4x:%4x %4x:%4x %*s %15s", one.path, &one.vendor, &one.device,
		   &one.subsystem_vendor, &one.subsystem_device, last);
	if (n < 5)
		return false;
	one.of_pool = !strcmp(last, EARLY_OF_POOL);
	*ret = one;
	return true;
}

bool early_line_is(const struct early_line *line, const struct device *dev)
{
	return dev->path && !strcmp(dev->path, line->path) && dev->vendor == line->vendor &&
	       dev->device == line->device && dev->subsystem_vendor == line->subsystem_vendor &&
	       dev->subsystem_device == line->subsystem_device;
}
