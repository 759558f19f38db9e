/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules: each looks at one device of a snapshot and adds what it finds. */
#ifndef VMRUN_DECIDE_RULES_H
#define VMRUN_DECIDE_RULES_H

#include "decide/finding.h"
#include "model/host.h"

/*
 * A rule makes no system call and knows no other rule. It is given the snapshot, one of its devices, and the list to add
 * to; a fact that could not be measured goes to findings_unknown(). Codes and severities are in vmrun(8).
 */

/** rules_platform_iommu() - no-iommu: the kernel gives it no IOMMU group */
void rules_platform_iommu(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_platform_vfio() - no-vfio: no driver, or the driver refuses this device */
void rules_platform_vfio(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_reserved() - rmrr, ivmd, rmrr-relaxed, rmrr-relaxable: memory that firmware reserves */
void rules_reserved(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_platform_remapping() - no-interrupt-remapping; @dev NULL asks about the host */
void rules_platform_remapping(const struct host *host, const struct device *dev,
			      struct findings *ret);

/** rules_platform_acs() - acs-override: groups that are not real; @dev NULL asks about the host */
void rules_platform_acs(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_chipset() - chipset: bridges and what the host cannot spare */
void rules_device_chipset(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_dead() - dead: nothing answers */
void rules_device_dead(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_stuck() - stuck: an earlier unbind hangs */
void rules_device_stuck(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_guest() - in-use-guest: a guest holds or reserves its group */
void rules_use_guest(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_disks() - in-use-disk: disks that are busy, or have something of the host's on them */
void rules_use_disks(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_needed() - in-use-disk: what the host needs at its next start is on it, or it cannot be looked at any more */
void rules_use_needed(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_net() - in-use-net: addresses, bridges, other namespaces */
void rules_use_net(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_display() - in-use-display: console, lit connectors, processes that draw */
void rules_use_display(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_input() - in-use-input: the last keyboard */
void rules_use_input(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_use_process() - in-use-process: its nodes are open */
void rules_use_process(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_vfs() - vfs-active: its virtual functions exist */
void rules_device_vfs(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_changed() - changed: another card than recorded */
void rules_device_changed(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_reset() - no-reset, reset-shared */
void rules_device_reset(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_interrupts() - intx-shared, no-interrupt: it has nothing but a line */
void rules_device_interrupts(const struct host *host, const struct device *dev,
			     struct findings *ret);

/** rules_device_bars() - bar-unassigned, large-bar */
void rules_device_bars(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_power() - power: in D3cold without sleeping */
void rules_device_power(const struct host *host, const struct device *dev, struct findings *ret);

/** rules_device_experimental() - experimental: a kind of device that is rarely handed over */
void rules_device_experimental(const struct host *host, const struct device *dev,
			       struct findings *ret);

/** rules_device_numa() - numa-remote: the guest's processors are on @node (-1: on none in particular) */
void rules_device_numa(const struct host *host, const struct device *dev, int node,
		       struct findings *ret);

/**
 * rules_device_expected() - changed: another card than a profile expects
 * @host:	the snapshot
 * @dev:	the device
 * @expected:	expect= and serial= of its section; what was not said is not compared
 * @ret:	findings are appended
 */
void rules_device_expected(const struct host *host, const struct device *dev,
			   const struct identity *expected, struct findings *ret);

#endif
