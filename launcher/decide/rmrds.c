// SPDX-License-Identifier: GPL-2.0-or-later
/* HPE's setting that leaves a slot out of reserved memory (RMRDS): where it works, for what. */
#include "decide/rmrds.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "decide/remedy.h"
#include "model/conrep.h"
#include "model/slots.h"

enum rmrds_machine rmrds_machine(const struct host *host)
{
	static const char *const later[] = { "Gen9", "Gen10", "Gen11", "Gen12" };

	if (!host_is_hpe(host) || !host_product_has(host, "ProLiant"))
		return RMRDS_OTHER_VENDOR;
	if (host_product_has(host, "Gen8"))
		return host_product_has(host, "MicroServer") ? RMRDS_MICROSERVER : RMRDS_GEN8;
	for (size_t i = 0; i < ARRAY_SIZE(later); i++)
		if (host_product_has(host, later[i]))
			return RMRDS_LATER;
	return RMRDS_UNKNOWN;
}

/* The vendor's own fix, by what reserves the memory. */
static char *other_fix(const struct host *host, const struct device *dev,
		       enum rmrds_machine machine)
{
	if (rmrds_needed(host, dev) == FACT_NO)
		return mem_strdup("none is needed: firmware's table reserves no memory for it");
	if (host->iommu == IOMMU_AMD)
		return remedy_ivmd(host, dev);
	if (machine == RMRDS_UNKNOWN)
		return mem_strdup("no fix known; update the machine's firmware");
	return remedy_rmrr(host, dev);
}

static int refuse_machine(const struct host *host, const struct device *dev,
			  enum rmrds_machine machine, struct err *e)
{
	_cleanup_free_ char *fix = other_fix(host, dev, machine);
	const char *why = NULL;

	switch (machine) {
	case RMRDS_GEN8:
		return 0;
	case RMRDS_OTHER_VENDOR:
		why = "this machine is no HPE ProLiant, which alone has a setting per slot";
		break;
	case RMRDS_MICROSERVER:
		why = "on the MicroServer Gen8 excluding its slot is reported not to work";
		break;
	case RMRDS_LATER:
		why = "conrep's setting per slot is for ProLiant Gen8; Gen9 and later have another";
		break;
	case RMRDS_UNKNOWN:
		why = "conrep's setting per slot is for ProLiant Gen8; no report is known of this model";
		break;
	}
	err_set(e, ERR_REFUSED, EOPNOTSUPP, PCIADDR_STR(&dev->addr), "%s (%s %s)", why,
		host->vendor ? host->vendor : "unknown vendor",
		host->product ? host->product : "unknown product");
	return err_fix(e, "%s", fix);
}

static int refuse_place(const struct host *host, const struct device *dev, struct err *e)
{
	const struct slot *onboard = slots_onboard(host, dev);

	if (onboard)
		err_set(e, ERR_REFUSED, EOPNOTSUPP, PCIADDR_STR(&dev->addr),
			"it is on the board (\"%s\"), and only slots have a section",
			onboard->name);
	else
		err_set(e, ERR_REFUSED, EOPNOTSUPP, PCIADDR_STR(&dev->addr),
			"it is in no slot that firmware or the kernel knows, and only slots have a "
			"section: network ports on the board, FlexibleLOM, embedded Smart Array, "
			"chipset SATA and iLO have none");
	return err_fix(e, "use a card in a slot instead; for what is on the board no fix is known");
}

/* Root can read the table; where that was done, it is damaged. */
static int refuse_unmeasured(const struct host *host, const struct device *dev, struct err *e)
{
	err_set(e, host->privileged ? ERR_REFUSED : ERR_PRIVILEGE, EPERM, PCIADDR_STR(&dev->addr),
		"which slot it is in could not be measured: the SMBIOS table %s",
		host->privileged ? "is damaged" : "is readable by root only");
	return err_fix(e, "%s",
		       host->privileged
			       ? "update the machine's firmware"
			       : remedy_unmeasured(host, "run it as root: sudo vmrun rmrds …"));
}

int rmrds_slot(const struct host *host, const struct device *dev, unsigned int *ret, struct err *e)
{
	int r = refuse_machine(host, dev, rmrds_machine(host), e);

	if (r < 0)
		return r;
	if (dev->slot < 0 && strlist_has(&host->unmeasured, "firmware.slots"))
		return refuse_unmeasured(host, dev, e);
	if (dev->slot < 0)
		return refuse_place(host, dev, e);
	if (dev->slot < 1 || dev->slot > CONREP_SLOT_MAX) {
		err_set(e, ERR_REFUSED, EOPNOTSUPP, PCIADDR_STR(&dev->addr),
			"it is in slot %d, and only slots 1 to %d have a section", dev->slot,
			CONREP_SLOT_MAX);
		return err_fix(e, "move the card to another slot");
	}
	*ret = (unsigned int)dev->slot;
	return 0;
}

enum fact rmrds_needed(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	for (size_t i = 0; group && group->regions_known && i < group->region_count; i++)
		if (group->regions[i].type == REGION_DIRECT)
			return FACT_YES;
	if (dev->reserved_count)
		return FACT_YES;
	return host->tables_known || (group && group->regions_known) ? FACT_NO : FACT_UNKNOWN;
}
