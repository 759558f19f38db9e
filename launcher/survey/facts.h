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
 *   "holders": [ { "group": 11, "pid": 4711, "guest": "nas1", "what": "guest nas1 (pid 4711)" } ],
 *   "names": [ { "address": "0000:05:00.0", "vendor": "…", "device": "…", "class": "…" } ],
 *   "users": [ { "address": "0000:05:00.0", "kind": "disk", "what": "…", "fix": "…" } ] }
 *
 * Where there is "names", no name comes from the PCI ID list at hand. Where there is "users", it is
 * all that was found to use devices when the host was captured, and the files are not asked.
 */

/** facts_load() - The facts of a captured host, or NULL for the live one and where there are none; json_free() */
struct json *facts_load(const struct root *root);

/** facts_disk_busy() - What @facts say of an exclusive open of @node */
enum fact facts_disk_busy(const struct json *facts, const char *node);

/**
 * facts_collect() - What a survey of the live host measured, for facts.json
 * @host:	the snapshot
 *
 * Return: an object as above; json_free()
 */
struct json *facts_collect(const struct host *host);

/** facts_apply() - Names and users as the facts of a captured host have them, into its snapshot */
void facts_apply(const struct root *root, struct host *host);

#endif
