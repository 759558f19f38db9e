/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.json of a captured host: results of measurements that are no files. */
#ifndef VMRUN_SURVEY_FACTS_H
#define VMRUN_SURVEY_FACTS_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/*
 * { "schema": "vmrun.facts/1", "privileged": true,
 *   "disks": [ { "node": "/dev/sda", "busy": true } ],
 *   "holders": [ { "group": 11, "pid": 4711, "guest": "nas1" } ] }
 */

/** facts_load() - The facts of a captured host, or NULL for the live one and where there are none; json_free() */
struct json *facts_load(const struct root *root);

/** facts_disk_busy() - What @facts say of an exclusive open of @node */
enum fact facts_disk_busy(const struct json *facts, const char *node);

#endif
