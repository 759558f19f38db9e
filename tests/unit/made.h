/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots of hosts made in memory, and profiles from text, for tests of what decides on them. */
#ifndef VMRUN_TESTS_UNIT_MADE_H
#define VMRUN_TESTS_UNIT_MADE_H

#include "decide/finding.h"
#include "model/host.h"
#include "model/profile.h"

/**
 * made_host() - An Intel host whose IOMMU is on, with vfio-pci loaded and everything measured,
 * without devices
 */
struct host made_host(void);

/**
 * made_device() - Append a function; in the order of addresses
 * @host:	the host
 * @address:	"01:00.0"
 * @class_code:	24 bits; a bridge (0604xx) gets header type 1
 * @driver:	its driver, or NULL
 * @group:	number of its IOMMU group, or -1
 *
 * Return: the device, valid until the next one is appended
 */
struct device *made_device(struct host *host, const char *address, uint32_t class_code,
			   const char *driver, int group);

/** made_region() - Append a reserved region to group number @group */
void made_region(struct host *host, int group, uint64_t start, uint64_t end, enum region_type type);

/** made_range() - Append a range of a firmware table, for the device at @address */
void made_range(struct host *host, enum reserved_source source, const char *address, uint64_t start,
		uint64_t end);

/** made_disk() - Append a disk to the last device */
void made_disk(struct host *host, const char *name, enum fact busy, const char *use);

/**
 * made_holder() - Have group number @group held (or, where @reserved, reserved) by the guest
 * "other"
 */
void made_holder(struct host *host, int group, bool reserved);

/** made_index() - Index of the device at @address; it must be there */
size_t made_index(const struct host *host, const char *address);

/**
 * made_profile() - A profile named "made.profile" from what follows its [vm] section, whose end
 * is line 3
 */
struct profile made_profile(const char *text);

#endif
