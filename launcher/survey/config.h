/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration space of a function: header, capabilities, as far as it may be read. */
#ifndef VMRUN_SURVEY_CONFIG_H
#define VMRUN_SURVEY_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/host.h"

/** typedef config_read_fn - Read up to @len bytes at @offset into @buf, as pread(2); fewer where space ends */
typedef ssize_t config_read_fn(void *context, void *buf, size_t len, size_t offset);

/**
 * config_parse() - Fill what configuration space tells of a device
 * @read:	how to read it; only what is needed is read, for some devices dislike more
 * @context:	first argument of @read
 * @dev:	receives header_known, header_type, revision, dead, secondary, subordinate, pcie, interrupts, link, serial
 *		and sriov_absent
 *
 * Everybody may read the first 64 bytes, root all of it: without the capability list interrupts.known stays false. Lists
 * are followed within their bounds and no further than they can be long, so that a damaged one ends.
 *
 * Return: whether the header could be read
 */
bool config_parse(config_read_fn *read, void *context, struct device *dev);

#endif
