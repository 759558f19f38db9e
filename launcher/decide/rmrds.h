/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HPE's setting that leaves a slot out of reserved memory (RMRDS): where it works, for what. */
#ifndef VMRUN_DECIDE_RMRDS_H
#define VMRUN_DECIDE_RMRDS_H

#include "base/err.h"
#include "model/host.h"

/** enum rmrds_machine - what is known of conrep's sections RMRDS_SlotN on a machine */
enum rmrds_machine {
	RMRDS_OTHER_VENDOR, /* no HPE ProLiant: no such thing */
	RMRDS_GEN8,	    /* the generation it is for */
	RMRDS_MICROSERVER,  /* MicroServer Gen8: reported not to work */
	RMRDS_LATER,	    /* Gen9 and later: a setting of the card instead */
	RMRDS_UNKNOWN,	    /* a ProLiant without a report */
};

/** rmrds_machine() - Which of these @host is, by vendor and product of SMBIOS */
enum rmrds_machine rmrds_machine(const struct host *host);

/**
 * rmrds_slot() - The slot that has to be excluded for a device
 * @host:	the snapshot
 * @dev:	the device
 * @ret:	its number, 1 to CONREP_SLOT_MAX
 * @e:		ERR_REFUSED: why the device cannot be excluded, and what else its vendor offers;
 *		ERR_PRIVILEGE where the slots could not be read
 *
 * Return: 0; -EOPNOTSUPP, -EPERM
 */
int rmrds_slot(const struct host *host, const struct device *dev, unsigned int *ret, struct err *e);

/** rmrds_needed() - Whether firmware reserves memory for @dev; FACT_UNKNOWN without the table */
enum fact rmrds_needed(const struct host *host, const struct device *dev);

#endif
