/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions: which there are, and the directory of each. */
#ifndef VMRUN_SURVEY_DEVICES_H
#define VMRUN_SURVEY_DEVICES_H

#include "base/root.h"
#include "model/host.h"

/**
 * devices_index() - Which functions there are and where they sit: what names and links tell, no file is opened
 * @root:	the host
 * @host:	snapshot; receives the devices, sorted by address
 * @e:		detail of a failure
 *
 * Return: 0, also for a captured host without that directory ("devices" is unmeasured then); -errno
 */
int devices_index(const struct root *root, struct host *host, struct err *e);

/** devices_group() - The group number of @dev, from its link alone; devices_scan() has it without this */
void devices_group(const struct root *root, struct device *dev);

/** devices_identify() - Ids and class of @dev, unless they are known */
void devices_identify(const struct root *root, struct device *dev);

/** devices_scan() - All facts of the functions marked as surveyed, from their directories */
void devices_scan(const struct root *root, struct host *host);

#endif
