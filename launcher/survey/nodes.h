/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that have a node of a device open: sound, graphics, raw disks, whatever hangs off it. */
#ifndef VMRUN_SURVEY_NODES_H
#define VMRUN_SURVEY_NODES_H

#include "base/root.h"
#include "model/host.h"
#include "survey/holders.h"

/**
 * nodes_scan() - Add the uses by processes
 * @root:	the host
 * @holders:	what every process has open
 * @host:	snapshot with devices and disks
 *
 * A node belongs to the function its sys/dev/char link leads through; the nodes themselves are never opened.
 */
void nodes_scan(const struct root *root, const struct holders *holders, struct host *host);

#endif
