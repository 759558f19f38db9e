/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What firmware says: machine and BIOS, IOMMU tables, memory reserved for devices, slots. */
#ifndef VMRUN_SURVEY_FIRMWARE_H
#define VMRUN_SURVEY_FIRMWARE_H

#include "base/root.h"
#include "model/host.h"

/**
 * firmware_scan() - Fill host.vendor, product, bios, iommu, tables_known, reserved, slots and each device's slot
 * @root:	the host
 * @host:	snapshot with devices and groups
 *
 * DMAR and IVRS are readable by root only: without that, tables_known is false and "firmware.reserved" is unmeasured;
 * likewise, with tables_hidden, where there is no directory of tables and no IOMMU in use;
 * likewise the SMBIOS table and "firmware.slots", where the kernel's list of slots is then all there is.
 */
void firmware_scan(const struct root *root, struct host *host);

#endif
