/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Remedies: what to do about a finding on this host, with its files, commands and values. */
#ifndef VMRUN_DECIDE_REMEDY_H
#define VMRUN_DECIDE_REMEDY_H

#include "model/host.h"

/** remedy_no_iommu() - How to get @dev a group: firmware setup or the exact kernel parameter; free() */
char *remedy_no_iommu(const struct host *host, const struct device *dev);

/** remedy_rmrr() - How to make firmware let go of @dev, per vendor: HPE's conrep per slot, firmware settings; free() */
char *remedy_rmrr(const struct host *host, const struct device *dev);

/** remedy_ivmd() - The same for AMD unity maps; free() */
char *remedy_ivmd(const struct host *host, const struct device *dev);

/** remedy_remapping() - How to get interrupt remapping, and what going without it means; free() */
char *remedy_remapping(const struct host *host);

/** remedy_unmeasured() - How to measure what root alone may look at: @live on the host itself, for a captured one another capture */
const char *remedy_unmeasured(const struct host *host, const char *live);

#endif
