/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.json of a captured host: results of measurements that are no files. */
#ifndef VMRUN_SURVEY_FACTS_H
#define VMRUN_SURVEY_FACTS_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/*
 * { "schema": "vmrun.facts/1",
 *   "privileged": true,
 *   "disks":   [ { "node": "/dev/sda", "busy": true } ],
 *   "signatures": [ { "disk": "/dev/sda", "known": true,
 *                     "found": [ { "node": "/dev/sda1", "type": "LVM2_member", "label": null } ] } ],
 *   "holders": [ { "group": 11, "pid": 4711, "guest": "nas1", "what": "guest nas1 (pid 4711)" } ],
 *   "held_unknown": [ { "group": 12 } ],
 *   "names":   [ { "address": "0000:05:00.0", "vendor": "…", "device": "…", "class": "…" } ],
 *   "users":   [ { "address": "0000:05:00.0", "kind": "disk", "idle": false, "what": "…", "fix": "…" } ],
 *   "open":    [ { "node": "/dev/snd/controlC0", "pid": 812, "process": "pipewire", "device": "0000:00:1f.3" } ],
 *   "links":   [ { "name": "eth0", "index": 2, "kind": null, "up": true, "master": 0, "lower": 0,
 *                  "addresses": "192.0.2.1/24, 2001:db8::1/64", "default_route": true } ],
 *   "links_elsewhere": [ { "name": "eth0", "kind": "macvlan", "lower": 2, "device": null,
 *                  "where": "the network namespace of nginx (pid 90)" } ],
 *   "moved":   [ { "device": "0000:03:00.0", "interface": "eth1", "where": "the network namespace of nginx (pid 90)" } ],
 *   "net_unknown": [ { "address": "0000:03:00.0" } ],
 *   "kvm": true,
 *   "host_check": { … },
 *   "memlock_bytes": 67108864 }
 *
 * privileged:	it was measured with the privilege to look into every process and to open disks; where it is false, what
 *		is not in "holders" and "open" is not known
 * disks:	what an exclusive open of a whole disk said; one that is absent is not known
 * signatures:	what was read on disks that is part of something larger (members.h); where "known" is false, what was
 *		read in time. Without this member udev's records are all there is
 * holders:	processes that have a group's node open; "guest" is the name QEMU was given, or null
 * held_unknown: groups of which it is not known all the same: a node of vfio's is open that may be theirs (vfionodes.h)
 * names:	where it is there, no name comes from the PCI ID list at hand
 * users:	where it is there, it is all that was found to use devices when the host was captured, and neither "open",
 *		"links", "links_elsewhere" and "moved" nor the files are asked; else those are
 * open:	nodes that processes have open (holders.h says which are left out); "device" is the PCI function the node
 *		belongs to, null for nodes of none. Nodes of disks need none: they go by name
 * links:	every interface of the network namespace it was measured in (links.h); "master" and "lower" are the numbers
 *		of others, 0 for none. Without this member the use of network cards is not known
 * links_elsewhere: interfaces of other network namespaces (netns.h): "lower" is the number of one in "links" it is on top
 *		of, or 0; "device" the function it is the interface of, or null
 * moved:	interfaces that are in another network namespace, as far as it was found out whose
 * net_unknown: network cards whose use could not be found out, where there is "users"
 * host_check:	what `host check` measured, see hostfacts_kept.c; a fact that is absent is not known
 * kvm:		KVM answered; without this member it is believed where the node is there
 * memlock_bytes: hard limit on locked memory (RLIMIT_MEMLOCK), -1 for none
 *
 * The kernel's log is the file "dmesg" beside it. All else is files: what udev knows of disks (run/udev/data/bMAJOR:MINOR),
 * proc/interrupts, proc/meminfo, proc/bus/input/devices, etc/fstab and etc/crypttab among them.
 */

/** facts_load() - The facts of a captured host, or NULL for the live one and where there are none; json_free() */
struct json *facts_load(const struct root *root);

/** facts_disk_busy() - What @facts say of an exclusive open of @node */
enum fact facts_disk_busy(const struct json *facts, const char *node);

/** facts_group_unseen() - Whether, by @facts, somebody holds @group whom "holders" does not have: FACT_UNKNOWN, or FACT_NO */
enum fact facts_group_unseen(const struct json *facts, int group);

/**
 * facts_collect() - What a survey of the live host measured, for facts.json
 * @host:	the snapshot
 *
 * Return: an object as above; json_free()
 */
struct json *facts_collect(const struct host *host);

/** facts_apply() - Names and users as the facts of a captured host have them, into its snapshot */
void facts_apply(const struct json *facts, struct host *host);

#endif
