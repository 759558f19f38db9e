/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where functions sit: root bridge, bridges above, and the path that stays when buses are renumbered. */
#ifndef VMRUN_SURVEY_PLACE_H
#define VMRUN_SURVEY_PLACE_H

#include "base/root.h"
#include "model/host.h"

/** place_scan() - Fill path and parent of each device; the devices are sorted */
void place_scan(const struct root *root, struct host *host);

/** place_on_path() - The last function that @path, of sysfs, leads through: what something hangs off; or NULL */
struct device *place_on_path(const struct host *host, const char *path);

/** place_of_link() - The same for what the link @link beneath @root leads to */
struct device *place_of_link(const struct root *root, const struct host *host, const char *link);

#endif
