/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the devices that are there a range of reserved memory is for. */
#ifndef VMRUN_MODEL_ATTRIBUTE_H
#define VMRUN_MODEL_ATTRIBUTE_H

#include <stdint.h>

#include "model/host.h"

/*
 * Theory of operation
 *
 * What counts is what the kernel makes of a table, since it is the kernel that refuses a device. So
 * the rules for RMRR are those of Linux (drivers/iommu/intel/dmar.c, dmar_match_pci_path() and
 * dmar_insert_dev_scope(); iommu.c, intel_iommu_get_resv_regions()), including what it forgives:
 * - A path begins on a root bus and has one hop per bridge; the next hop is on the bridge's
 *   secondary bus, as its configuration space has it now. A path of several hops that begins on
 *   another bus matches nothing.
 * - A path of one hop whose bus is no root bus names the function by its address. The specification
 *   does not allow that, firmware writes it all the same, and Linux takes it ("RMRR entry for
 *   device … is broken - applying workaround"); without this rule such a device would look free.
 * - An endpoint scope that leads to a bridge, and a sub-hierarchy scope that leads to a function
 *   that is no bridge, are a mismatch and cover nothing. A function of class 06 with a normal
 *   header may stand in a sub-hierarchy scope (non-transparent bridges do).
 * - A sub-hierarchy is the bridge and every function of the segment on its secondary to subordinate
 *   bus.
 * - A path never leads to a virtual function; one is covered only where it is below a bridge.
 *
 * Not taken over: Linux compares the buses of a sub-hierarchy without the segment; here the segment
 * has to agree, because bus numbers of two segments have nothing to do with each other.
 *
 * IVMD (drivers/iommu/amd/iommu.c, amd_iommu_get_resv_regions()) and RMR go by requester id alone:
 * bridges and virtual functions are covered as well. A scope whose path leads nowhere belongs to an
 * absent device and covers nothing.
 */

/**
 * attribute_reserved() - Fill each device's list of the ranges that are for it
 * @host:	snapshot with devices and reserved ranges
 *
 * Appends to device.reserved, in the order of the ranges, each once. Called once per snapshot.
 */
void attribute_reserved(struct host *host);

/**
 * scope_device() - The function a scope's path leads to
 * @host:	snapshot with its devices
 * @segment:	segment of the scope
 * @scope:	the scope
 *
 * Return: the endpoint, or the bridge of a sub-hierarchy, even where the two are mixed up; NULL
 * where it is absent, or where the scope is for more than one function by its nature (SCOPE_RANGE,
 * SCOPE_ALL)
 */
const struct device *scope_device(const struct host *host, uint32_t segment,
				  const struct scope *scope);

#endif
