/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces as netlink tells them: state, addresses, what is on top. Reading; act/vfnet.h sets virtual functions by it. */
#ifndef VMRUN_SURVEY_LINKS_H
#define VMRUN_SURVEY_LINKS_H

#include <stdbool.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/root.h"

/**
 * struct netlink_link - one interface of this network namespace
 * @name, @index: its name and number
 * @kind:	what it is where it is no hardware ("bridge", "vlan", "macvtap"), else NULL
 * @up:		administratively up
 * @master:	number of the bridge, bond, team or the like it belongs to, or 0
 * @lower:	number of the interface it is on top of (a VLAN's), or 0
 * @carries:	another is on top of it
 * @addresses:	"192.0.2.1/24"; link-local ones of IPv6, which every interface that is up has, are left out
 * @default_route: a default route leads out of it
 */
struct netlink_link {
	char *name;
	int index;
	char *kind;
	bool up;
	int master, lower;
	bool carries;
	struct strlist addresses;
	bool default_route;
};

/** struct links - all of them; @known: netlink answered */
struct links {
	struct netlink_link *item;
	size_t count;
	bool known;
};

/**
 * links_load() - Ask for all interfaces
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @ret:	filled; links_done()
 *
 * Where netlink cannot be asked, or the capture has none of it, known stays false.
 */
void links_load(const struct root *root, const struct json *facts, struct links *ret);

/** links_find() - The interface called @name, or NULL */
const struct netlink_link *links_find(const struct links *links, const char *name);

/** links_find_index() - The interface numbered @index, or NULL */
const struct netlink_link *links_find_index(const struct links *links, int index);

/** links_done() - Release what @links owns */
void links_done(struct links *links);

#endif
