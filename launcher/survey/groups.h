/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOMMU groups and the memory regions reserved in them. */
#ifndef VMRUN_SURVEY_GROUPS_H
#define VMRUN_SURVEY_GROUPS_H

#include "base/root.h"
#include "model/host.h"

/**
 * groups_scan() - Fill host.groups from each device's iommu_group link
 * @root:	the host
 * @host:	snapshot with its devices; receives groups sorted by number, and host.iommu_enabled
 *
 * See Documentation/ABI/testing/sysfs-kernel-iommu_groups.
 */
void groups_scan(const struct root *root, struct host *host);

/**
 * groups_parse_regions() - Read the text of a reserved_regions file
 * @text:	lines "0xSTART 0xEND TYPE"; other lines are passed over
 * @group:	receives the regions
 */
void groups_parse_regions(const char *text, struct group *group);

#endif
