/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IORT: how firmware maps requesters to Arm's SMMUs; of it, the memory reserved for devices. */
#ifndef VMRUN_MODEL_IORT_H
#define VMRUN_MODEL_IORT_H

#include <stddef.h>

#include "base/err.h"
#include "model/reserved.h"

/**
 * iort_parse() - Append the Reserved Memory Range nodes of an IORT table
 * @table:	the table
 * @len:	number of bytes there are
 * @ret:	list to append to; also filled on failure, with what could be read
 * @e:		first damage found, with its offset; or NULL
 *
 * Arm I/O Remapping Table (DEN 0049), 3.1.1.5 Reserved Memory Range node; read, as Linux does, from
 * issue E.d on, which is table revision 5. A table of an older revision has no ranges.
 *
 * An RMR node names stream ids at an SMMU, not PCI functions. These are found by going back through
 * the id mappings of the PCI root complex nodes to the same SMMU; that gives ranges of requester
 * ids, and one entry in @ret per range of memory and PCI segment. What does not come from a root
 * complex (a platform device, a mapping by way of another node) gives an entry without scopes.
 * "Remapping permitted" makes the range relaxable.
 *
 * Whether Linux honours a range for a PCI device also depends on a _DSM that tells it to preserve
 * the firmware's bus numbers, and that is not in this table: what is found here is a prediction,
 * group.regions is the fact.
 *
 * Damage gives an error and nevertheless every range that can still be read. So does a table with
 * more mappings and ranges than any machine has: the ranges are kept, the scopes beyond the limit
 * are not.
 *
 * Return: 0; -ENOMSG where it is no IORT, -EBADMSG where it is damaged
 */
int iort_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e);

#endif
