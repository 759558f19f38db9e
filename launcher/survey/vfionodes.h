/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which IOMMU group an open node of vfio's belongs to, whatever kind of node it is. */
#ifndef VMRUN_SURVEY_VFIONODES_H
#define VMRUN_SURVEY_VFIONODES_H

#include <stdbool.h>

#include "base/root.h"

/* A node of a device whose group cannot be found: its name is gone from sysfs. */
#define VFIONODES_LOST (-2)

/**
 * vfionodes_group() - The group that a descriptor's target is the node of
 * @root:	the host
 * @target:	as proc/PID/fd shows it; perhaps with another beginning than /dev, or " (deleted)" at its end
 *
 * A group has /dev/vfio/N, or /dev/vfio/noiommu-N without an IOMMU; a device of its, since Linux 6.6, /dev/vfio/devices/vfioN,
 * with a number of its own (Documentation/driver-api/vfio.rst). Which device that is says sys/class/vfio-dev/vfioN.
 *
 * Return: number of the group; -1 where it is no such node; VFIONODES_LOST
 */
int vfionodes_group(const struct root *root, const char *target);

/**
 * vfionodes_may_be_lost() - Whether a node whose group cannot be found may be that of a device in a group
 * @root:	the host
 * @group:	number of the group
 *
 * The kernel takes the name of a device's node away before it waits for those who have the node open, and the link to the
 * driver before that: a device with another driver, or with a name of vfio's, has no such node.
 *
 * Return: whether the group has a device with neither
 */
bool vfionodes_may_be_lost(const struct root *root, int group);

#endif
