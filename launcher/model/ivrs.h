/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IVRS: what firmware says about AMD's IOMMUs; of it, the memory reserved for devices. */
#ifndef VMRUN_MODEL_IVRS_H
#define VMRUN_MODEL_IVRS_H

#include <stddef.h>

#include "base/err.h"
#include "model/reserved.h"

/**
 * ivrs_parse() - Append the memory definitions of an IVRS table
 * @table:	the table
 * @len:	number of bytes there are
 * @ret:	list to append to; also filled on failure, with what could be read
 * @e:		first damage found, with its offset; or NULL
 *
 * AMD I/O Virtualization Technology specification (48882), 5.2.2.3 I/O Virtualization Memory
 * Definition (IVMD) blocks: type 20h for all devices of the segment, 21h for one, 22h for a range
 * of device ids. The segment is in bytes 8 and 9, which are zero in tables older than segments.
 * IVHD blocks (10h, 11h, 40h) and unknown ones are skipped.
 *
 * Bit 0 of the flags makes a block a unity map: the device's address is the memory's. Bit 3 makes
 * it an exclusion range: the IOMMU lets it pass untranslated. Both mean that the device reaches
 * this memory whoever has it, and Linux maps both one to one and keeps the device from guests
 * (drivers/iommu/amd/init.c, init_unity_map_range()); so they are the same here. A block with
 * neither bit asks for nothing and is skipped, as Linux does.
 *
 * Damage gives an error and nevertheless every range that can still be read: a block beyond the end
 * of the table is read as far as the table goes and is the last; one too short for its addresses is
 * left out; no bytes, or more than there are addresses, become one byte, or all up to the last
 * address; a range of ids that ends before it starts covers nothing. The AMD driver uses no IOMMU
 * at all where the checksum is wrong; see acpi_table_check().
 *
 * Return: 0; -ENOMSG where it is no IVRS, -EBADMSG where it is damaged
 */
int ivrs_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e);

#endif
