// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices that pass from one run's journal to another's: attached to a guest that runs, or detached from it. */
#include "model/journal_move.h"

#include <string.h>

struct journal_device *journal_find(const struct journal *journal, const struct pciaddr *addr)
{
	for (size_t i = 0; i < journal->device_count; i++)
		if (pciaddr_equal(&journal->devices[i].addr, addr))
			return &journal->devices[i];
	return NULL;
}

/* What an entry owns goes with it. */
static void move_device(struct journal *from, size_t index, struct journal *into)
{
	struct journal_device *dev = &from->devices[index];

	*mem_append(&into->devices, &into->device_count) = *dev;
	from->device_count--;
	memmove(dev, dev + 1, (from->device_count - index) * sizeof(*dev));
}

static void move_node(struct journal *from, size_t index, struct journal *into)
{
	struct journal_node *node = &from->nodes[index];
	bool known = false;

	for (size_t i = 0; i < into->node_count; i++)
		known = known || (into->nodes[i].group == node->group &&
				  into->nodes[i].number == node->number);
	if (!known)
		*mem_append(&into->nodes, &into->node_count) = *node;
	from->node_count--;
	memmove(node, node + 1, (from->node_count - index) * sizeof(*node));
}

void journal_join(struct journal *into, struct journal *from)
{
	while (from->device_count)
		move_device(from, 0, into);
	while (from->node_count)
		move_node(from, 0, into);
}

size_t journal_split(struct journal *from, int group, struct journal *into)
{
	size_t count = 0;

	for (size_t i = 0; i < from->device_count;)
		if (from->devices[i].group == group) {
			move_device(from, i, into);
			count++;
		} else {
			i++;
		}
	for (size_t i = 0; i < from->node_count;)
		if (from->nodes[i].group == group)
			move_node(from, i, into);
		else
			i++;
	return count;
}

bool journal_group_attached(const struct journal *journal, int group)
{
	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].group == group && journal->devices[i].attach)
			return true;
	return false;
}
