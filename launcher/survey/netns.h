/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces in other network namespaces that use our devices: on top of one in ours (a container's macvlan), or moved there. */
#ifndef VMRUN_SURVEY_NETNS_H
#define VMRUN_SURVEY_NETNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/root.h"

/**
 * struct netns_link - one such interface
 * @name:	as it is called there
 * @kind:	"macvlan", "ipvlan", "vlan"; or NULL
 * @lower:	number of the interface of our namespace that it is on top of, or 0
 * @device:	PCI address of the device it is the interface of, or NULL
 * @where:	"the network namespace of nginx (pid 90)"
 */
struct netns_link {
	char *name;
	char *kind;
	int lower;
	char *device;
	char *where;
};

/** struct netns_links - all of them; @hidden: there is a namespace that could not be looked into */
struct netns_links {
	struct netns_link *item;
	size_t count;
	bool hidden;
};

/**
 * netns_load() - Ask every other network namespace that has a process or a name
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @pids:	a process of each (processes_namespaces()); those with a name only are found here
 * @ret:	filled; netns_done()
 *
 * An interface says over which one it is (IFLA_LINK) and in whose namespace that is (IFLA_LINK_NETNSID); the lower one says
 * nothing, neither by netlink nor in sysfs, where the two are in different namespaces (net/core/dev.c). One of a device
 * says of which (IFLA_PARENT_DEV_NAME, since Linux 5.14).
 *
 * Needs: CAP_SYS_ADMIN to enter a namespace (setns(2)), CAP_SYS_PTRACE for those of processes, brought into effect here;
 * without them, those there are count as hidden.
 */
void netns_load(const struct root *root, const struct json *facts, const struct strlist *pids,
		struct netns_links *ret);

/** netns_done() - Release what @links owns */
void netns_done(struct netns_links *links);

#endif
