/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binding a device to a driver, and putting an earlier binding back. */
#ifndef VMRUN_ACT_BIND_H
#define VMRUN_ACT_BIND_H

#include "base/root.h"
#include "model/journal.h"

/*
 * Theory of operation (Documentation/ABI/testing/sysfs-bus-pci)
 *
 * By hand it is three writes, in this order:
 *
 *	echo vfio-pci     > /sys/bus/pci/devices/ADDRESS/driver_override
 *	echo ADDRESS      > /sys/bus/pci/drivers/FORMER/unbind
 *	echo ADDRESS      > /sys/bus/pci/drivers_probe
 *
 * The override comes first, so that nothing can take the device between unbind and probe; and only the override is used,
 * for new_id would take every card of that type. drivers_probe succeeds even where nothing was bound: the driver link is
 * read back. The three are one step whose inverse is not the three undone in reverse (probing while the override still
 * stands binds vfio-pci again) but: former override, unbind, probe, read back.
 */

/**
 * bind_driver() - Driver of a device
 * @root:	the host
 * @addr:	the device
 * @ret:	its name, newly allocated, or NULL for none
 *
 * Answers also while an unbind of the device hangs, for it reads a link and no attribute.
 *
 * Return: 0; -ENOENT where there is no such device; -errno
 */
int bind_driver(const struct root *root, const struct pciaddr *addr, char **ret);

/** bind_read() - How the device at @addr is bound now into @ret (binding_done()); 0 or -errno */
int bind_read(const struct root *root, const struct pciaddr *addr, struct binding *ret,
	      struct err *e);

/** typedef bind_unbound_fn - Called once the device has left its driver */
typedef void bind_unbound_fn(void *context);

/**
 * bind_vfio() - Bind a device to vfio-pci or a variant of it
 * @root:	the host
 * @addr:	the device
 * @driver:	name of the driver
 * @unbound:	called between unbind and probe (claims of its disks are given up there), or NULL
 * @context:	first argument of @unbound
 * @e:		detail of a failure
 *
 * Idempotent. On failure the device may be half way: bind_restore() puts it right from any state.
 *
 * Needs:   CAP_DAC_OVERRIDE or root's files
 * Changes: driver_override and driver of the device
 * Mustn't: be called while a process holds the device's group
 * Return:  0; -ENODEV where the driver did not take it; -errno
 */
int bind_vfio(const struct root *root, const struct pciaddr *addr, const char *driver,
	      bind_unbound_fn *unbound, void *context, struct err *e);

/**
 * bind_restore() - Put a binding back
 * @root:	the host
 * @addr:	the device
 * @to:		binding wanted: no driver means none is probed, unless it says so
 * @e:		detail of a failure
 *
 * Idempotent, and works from any state an interrupted bind_vfio() leaves. Needs, changes, mustn't as bind_vfio().
 *
 * Return: 0; -ENODEV where the driver did not take the device back; -errno
 */
int bind_restore(const struct root *root, const struct pciaddr *addr, const struct binding *to,
		 struct err *e);

#endif
