// SPDX-License-Identifier: GPL-2.0-or-later
/* What a block device is called, and its number. */
#include "survey/blocks.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/num.h"

/* "vg-root" for dm-0, as device-mapper names its own (drivers/md/dm.c): the name people know it by; or its kernel name. */
char *block_node(const struct root *root, const char *name)
{
	_cleanup_free_ char *path = mem_printf("sys/class/block/%s/dm/name", name);
	char mapped[256];

	if (!strncmp(name, "dm-", strlen("dm-")) &&
	    root_read_line(root, path, mapped, sizeof(mapped)) == 0)
		return mem_printf("/dev/mapper/%s", mapped);
	return mem_printf("/dev/%s", name);
}

dev_t block_devno(const struct root_dir *dir)
{
	char text[32], *colon;
	uint64_t major_number, minor_number;

	if (root_dir_read_line(dir, "dev", text, sizeof(text)) < 0)
		return 0;
	colon = strchr(text, ':');
	if (!colon)
		return 0;
	*colon = '\0';
	if (num_parse(text, 10, UINT32_MAX, &major_number) < 0 ||
	    num_parse(colon + 1, 10, UINT32_MAX, &minor_number) < 0)
		return 0;
	return makedev((unsigned int)major_number, (unsigned int)minor_number);
}
