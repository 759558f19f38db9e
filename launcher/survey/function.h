/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One PCI function, from its directory in sysfs: identity, driver, capabilities the kernel reports. */
#ifndef VMRUN_SURVEY_FUNCTION_H
#define VMRUN_SURVEY_FUNCTION_H

#include "base/root_dir.h"
#include "model/host.h"
#include "survey/virtual.h"

/*
 * See Documentation/ABI/testing/sysfs-bus-pci. Nothing here reads uevent: while an unbind hangs, that would hang too. To open a
 * file costs more than to read it, so that what one file tells is not asked of another.
 */

/** function_identify() - Ids and class, from @dir, the function's directory */
void function_identify(const struct root_dir *dir, struct device *dev);

/** function_set_group() - The number of its group, from the last name of its link to it; no change where it is none */
void function_set_group(struct device *dev, const char *name);

/**
 * function_read() - All facts of a function
 * @dir:	its directory
 * @dev:	filled
 * @virtuals:	receives what it tells of virtual functions
 */
void function_read(const struct root_dir *dir, struct device *dev, struct virtuals *virtuals);

#endif
