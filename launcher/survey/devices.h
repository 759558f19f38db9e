/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions from sysfs: identity, place, driver, capabilities the kernel reports. */
#ifndef VMRUN_SURVEY_DEVICES_H
#define VMRUN_SURVEY_DEVICES_H

#include "base/root.h"
#include "model/host.h"

/**
 * devices_scan() - Fill host.devices from sys/bus/pci/devices
 * @root:	the host
 * @host:	snapshot; receives the devices, sorted by address
 * @e:		detail of a failure
 *
 * See Documentation/ABI/testing/sysfs-bus-pci. Does not read uevent: while an unbind hangs, that would hang too.
 *
 * Return: 0, also for a captured host without that directory ("devices" is unmeasured then); -errno
 */
int devices_scan(const struct root *root, struct host *host, struct err *e);

#endif
