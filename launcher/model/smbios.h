/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMBIOS: the slots and onboard devices that firmware describes. */
#ifndef VMRUN_MODEL_SMBIOS_H
#define VMRUN_MODEL_SMBIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/pciaddr.h"

/** enum slot_source - who tells of a slot */
enum slot_source {
	SLOT_SMBIOS, /* firmware: System Management BIOS, System Slots (type 9) */
	SLOT_KERNEL, /* the kernel's list, sys/bus/pci/slots */
	SLOT_SOURCE_COUNT
};

/** slot_source_name() - "smbios", "kernel" */
const char *slot_source_name(enum slot_source source);

/**
 * struct slot - a slot of the chassis, or a device on the board
 * @source:	who tells of it
 * @name:	as it is told ("PCI-E Slot 2"), made safe to print
 * @number:	what is printed beside it, or -1 where the name has none
 * @in_use:	a slot: something sits in it; an onboard device: it is switched on
 * @addr_known:	@addr is known
 * @any_dev:	every device of the bus is in it, not only @addr.dev
 * @addr:	function 0 of what sits in it, or of the port above it; firmware names either
 */
struct slot {
	enum slot_source source;
	char *name;
	int number;
	bool in_use;
	bool addr_known;
	bool any_dev;
	struct pciaddr addr;
};

/**
 * struct slot_list - slots and onboard devices; all zero is the empty list
 * @item:	@count slots
 * @onboard:	@onboard_count devices that are on the board
 */
struct slot_list {
	struct slot *item;
	size_t count;
	struct slot *onboard;
	size_t onboard_count;
};

/** slot_list_done() - Release what @list owns and make it empty */
void slot_list_done(struct slot_list *list);

/**
 * slot_number() - The number in the name of a slot
 *
 * "PCI-E Slot 2", "Slot10", "SLOT1 J107", "CPU1 SLOT2 PCI-E 3.0 X16": the number behind the word
 * slot; or the whole name where it is a number. Names as "PCIEX16_1" or "J6B2" have none: what is
 * printed beside the slot is not known.
 *
 * Return: 0 to 9999, or -1
 */
int slot_number(const char *name);

/**
 * smbios_parse() - Append the slots and onboard devices of an SMBIOS table
 * @table:	the structures, as the kernel gives them in sys/firmware/dmi/tables/DMI
 * @len:	number of bytes there are
 * @ret:	list to append to; also filled on failure, with what could be read
 * @e:		first damage found, with its offset; or NULL
 *
 * System Management BIOS Reference Specification (DSP0134) 3.x: 6.1.2 structure header, 6.1.3 text
 * strings, 7.10 System Slots (type 9), 7.42 Onboard Devices Extended Information (type 41). The
 * entry point is not needed: the kernel has found the table with it, and which fields a structure
 * has its length says (before 2.6 slots have no address).
 *
 * An address of all ones (the specification's "none") and 00:00.0, the host bridge's, which
 * firmware writes where it knows none, are no address.
 *
 * Return: 0; -EBADMSG where the table is damaged
 */
int smbios_parse(const void *table, size_t len, struct slot_list *ret, struct err *e);

#endif
