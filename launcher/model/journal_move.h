/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that pass from one run's journal to another's: attached to a guest that runs, or detached from it. */
#ifndef VMRUN_MODEL_JOURNAL_MOVE_H
#define VMRUN_MODEL_JOURNAL_MOVE_H

#include "model/journal.h"

/** journal_find() - The entry of the device at @addr, or NULL */
struct journal_device *journal_find(const struct journal *journal, const struct pciaddr *addr);

/**
 * journal_join() - Move every device and node of one journal to the end of another
 * @into:	receives them; of a node it has already, the owner it has stays, for that one was seen first
 * @from:	has none afterwards
 */
void journal_join(struct journal *into, struct journal *from);

/**
 * journal_split() - Move what belongs to one group from a journal to another
 * @from:	loses it
 * @group:	number of the group
 * @into:	receives it at its end
 *
 * Return: how many devices were moved
 */
size_t journal_split(struct journal *from, int group, struct journal *into);

/** journal_group_attached() - Whether the guest sees a device of @group */
bool journal_group_attached(const struct journal *journal, int group);

#endif
