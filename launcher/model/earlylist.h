/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of devices bound early, which hooks/early/early works off: where it is, and a line of it. */
#ifndef VMRUN_MODEL_EARLYLIST_H
#define VMRUN_MODEL_EARLYLIST_H

#include <stdbool.h>

/* With a slash before it. */
#define EARLY_LIST "/etc/vmrun/early"

/* Last word of a line that the persisted pool asked for. */
#define EARLY_OF_POOL "pool"

/**
 * struct early_line - one line: PATH VENDOR:DEVICE SUBVENDOR:SUBDEVICE USER|- [pool]
 * @path:	place of the device, as struct device has it
 * @vendor, @device, @subsystem_vendor, @subsystem_device: its ids
 * @of_pool:	the persisted pool asked for it
 */
struct early_line {
	char path[256];
	unsigned int vendor, device, subsystem_vendor, subsystem_device;
	bool of_pool;
};

/** early_line_parse() - Read the line that begins at @line into @ret; false where it is a comment, or none */
bool early_line_parse(const char *line, struct early_line *ret);

struct device;

/** early_line_is() - Whether @line is about @dev: in its place, and of its ids */
bool early_line_is(const struct early_line *line, const struct device *dev);

#endif
