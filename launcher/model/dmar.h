/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMAR: what firmware says about Intel's IOMMUs; of it, the memory reserved for devices. */
#ifndef VMRUN_MODEL_DMAR_H
#define VMRUN_MODEL_DMAR_H

#include <stddef.h>

#include "base/err.h"
#include "model/reserved.h"

/**
 * dmar_parse() - Append the reserved memory regions of a DMAR table
 * @table:	the table
 * @len:	number of bytes there are
 * @ret:	list to append to; also filled on failure, with what could be read
 * @e:		first damage found, with its offset; or NULL
 *
 * Intel VT-d specification, 8.4 Reserved Memory Region Reporting structure (type 1) and 8.3.1
 * Device Scope structure. Scopes of a PCI endpoint (type 1) and a PCI sub-hierarchy (type 2) are
 * kept, with any number of hops, any start bus and any segment; the others cannot be a function
 * that a guest is given. All other structures are skipped.
 *
 * A table that does not hold together gives an error and nevertheless every range that can still be
 * read, because a range that is hidden makes a device look free:
 * - a structure beyond the end of the table is read as far as the table goes, and is the last;
 * - an RMRR too short for its two addresses is left out;
 * - a scope shorter than its header, or beyond the end of its RMRR, ends the scopes of this RMRR;
 *   the range and the scopes before it are kept;
 * - a scope without a path, or with half a hop, is left out or cut to whole hops.
 *
 * A region that ends before it starts is no damage: firmware writes that for no memory, and the
 * kernel keeps its devices from guests all the same.
 *
 * Return: 0; -ENOMSG where it is no DMAR, -EBADMSG where it is damaged
 */
int dmar_parse(const void *table, size_t len, struct reserved_list *ret, struct err *e);

#endif
