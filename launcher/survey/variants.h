/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drivers that hand devices to guests: vfio-pci, and variants made for particular cards. */
#ifndef VMRUN_SURVEY_VARIANTS_H
#define VMRUN_SURVEY_VARIANTS_H

#include "base/root.h"
#include "model/host.h"

/*
 * Theory of operation
 *
 * A driver hands devices over where it is built on vfio-pci-core (Documentation/driver-api/vfio-pci-device-specific-
 * driver-acceptance.rst). Such a driver lists its cards under "vfio_pci:" instead of "pci:", so that it takes none by itself;
 * modules.alias has these lines of all modules of the kernel, loaded or not (since Linux 5.16). Of the lines that fit a
 * card the one with the fewest wildcards names its driver: vfio-pci's own, "vfio_pci:v*d*…", fits every card.
 *
 * Of loaded ones, modules that no list names (built by hand) too, /sys/module/vfio_pci_core/holders tells.
 */

/**
 * variants_scan() - Which drivers hand devices over, for which device, and which devices they have now
 * @root:	the host
 * @host:	its devices and the kernel's release are known; vfio_drivers, device.vfio and device.vfio_driver are filled in
 */
void variants_scan(const struct root *root, struct host *host);

/**
 * variants_has() - Whether @driver is such a driver on this host now
 *
 * Reads two links and no list: for a look at one device while it changes hands.
 */
bool variants_has(const struct root *root, const char *driver);

#endif
