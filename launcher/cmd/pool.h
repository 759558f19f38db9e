/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pool as JSON: for pool itself, and for status. */
#ifndef VMRUN_CMD_POOL_H
#define VMRUN_CMD_POOL_H

#include "model/host.h"

struct json;

/** pool_has() - Whether @dev is in the pool, or comes from it and is with a guest, or is persisted and ought to be there */
bool pool_has(const struct device *dev);

/** pool_devices_json() - The devices of the pool as a JSON array */
struct json *pool_devices_json(const struct host *host);

/** pool_home() - For people, where @dev belongs: its driver; "?" where that is not recorded */
const char *pool_home(const struct device *dev);

#endif
