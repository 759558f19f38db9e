/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which slot of the chassis a device sits in. */
#ifndef VMRUN_MODEL_SLOTS_H
#define VMRUN_MODEL_SLOTS_H

#include "model/host.h"

/*
 * Theory of operation
 *
 * A slot names what sits in it, or the port above it; everything below is in it, too: a card with a
 * switch makes all its devices those of its slot. So each device asks itself and then upwards,
 * bridge by bridge.
 *
 * Firmware's table (SMBIOS type 9) wins over the kernel's list, since its numbers are those printed
 * on the chassis and shown by the management controller, which is what HPE's conrep counts by. The
 * kernel's list has them too, but also the slots that a card's own switch has ("0", "1"), and what
 * an unprogrammed port reads as. So of SMBIOS the nearest slot above a device counts (a riser is a
 * slot with slots), of the kernel's the farthest, and 0 and 1fffh are no numbers (PCI Express Base
 * Specification, 7.5.3.9, Physical Slot Number: zero for what is soldered on; all ones).
 *
 * Where firmware gives several slots one address, the one that is in use counts; where that does
 * not tell either, none: a wrong number is worse than none. For the same reason a device that
 * firmware lists as onboard (type 41) is in no slot of the kernel's, while a slot of firmware wins
 * over that: some list the controller in a slot as onboard, too. A virtual function is where its
 * physical function is, whatever its device number.
 */

/**
 * slots_add_kernel() - Append an entry of the kernel's list, unless firmware told it already
 * @list:	slots; those of firmware are in it
 * @name:	the entry's name: the number, where it was taken already followed by "-1", "-2", …
 * @address:	its address: "DDDD:BB:DD", or "DDDD:BB" for all devices of a bus
 *
 * A slot of firmware that has the same number and no address gets this one.
 *
 * Return: 0; -EINVAL where @name or @address has another form
 */
int slots_add_kernel(struct slot_list *list, const char *name, const char *address);

/** slots_assign() - Set the slot of each device of @host, from host.slots */
void slots_assign(struct host *host);

/** slots_of_device() - The slot in host.slots that gave @dev its number, or NULL */
const struct slot *slots_of_device(const struct host *host, const struct device *dev);

/**
 * slots_onboard() - What firmware calls a device that is on the board
 *
 * Return: the entry for the function or, for a virtual one, for its physical function; NULL where
 * there is none
 */
const struct slot *slots_onboard(const struct host *host, const struct device *dev);

#endif
