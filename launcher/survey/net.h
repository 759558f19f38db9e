/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network cards in use: addresses, routes, bridges and the like, other network namespaces. */
#ifndef VMRUN_SURVEY_NET_H
#define VMRUN_SURVEY_NET_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/**
 * net_scan() - Add the network uses of each device
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @host:	snapshot with devices and their interfaces
 */
void net_scan(const struct root *root, const struct json *facts, struct host *host);

#endif
