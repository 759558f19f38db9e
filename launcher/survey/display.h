/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Displays in use: the console's graphics device and lit connectors. */
#ifndef VMRUN_SURVEY_DISPLAY_H
#define VMRUN_SURVEY_DISPLAY_H

#include "base/root.h"
#include "model/host.h"

/**
 * display_scan() - Add the display uses of graphics devices, all but those by processes
 * @root:	the host
 * @host:	snapshot with devices
 */
void display_scan(const struct root *root, struct host *host);

#endif
