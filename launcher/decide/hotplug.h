/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked for by attach and detach: as a profile of its own, and among the devices a guest has. */
#ifndef VMRUN_DECIDE_HOTPLUG_H
#define VMRUN_DECIDE_HOTPLUG_H

#include "decide/plan.h"
#include "model/journal.h"

/** HOTPLUG_FILE - what the profile that hotplug_profile() makes has for a file */
#define HOTPLUG_FILE "command line"

/**
 * struct hotplug - devices for a guest that runs
 * @name, @uuid: the guest
 * @memory_bytes: its memory, where a first device will have it pinned; 0 where it is pinned already
 * @words:	@count selectors
 * @after:	where the devices go in the end
 */
struct hotplug {
	const char *name, *uuid;
	uint64_t memory_bytes;
	char *const *words;
	size_t count;
	enum pci_after after;
};

/**
 * hotplug_profile() - The profile that asks for one device per selector, and keeps what shares their groups from the host
 * @want:	what is asked for
 * @ret:	filled on success; profile_done()
 * @e:		ERR_USAGE for a bad selector
 *
 * The guest gets what is named and nothing beside it: of a card of several functions each is to be named.
 *
 * Return: 0; -EINVAL
 */
int hotplug_profile(const struct hotplug *want, struct profile *ret, struct err *e);

/**
 * hotplug_find() - The devices of a guest that selectors name
 * @journal:	the guest's; only what it sees counts
 * @host:	the snapshot
 * @words:	@count selectors
 * @named:	per device of @journal, set where it is named
 * @e:		ERR_USAGE for a bad selector, ERR_NO_DEVICE for one that names none of them, listing those there are
 *
 * Return: 0; -EINVAL; -ENODEV
 */
int hotplug_find(const struct journal *journal, const struct host *host, char *const *words,
		 size_t count, bool *named, struct err *e);

/** hotplug_after() - Read "host" or "pool"; 0, or -EINVAL with ERR_USAGE */
int hotplug_after(const char *text, enum pci_after *ret, struct err *e);

#endif
