/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a device is bound: its driver and driver_override, in memory and in JSON. */
#ifndef VMRUN_MODEL_BINDING_H
#define VMRUN_MODEL_BINDING_H

#include <stdbool.h>

#include "base/json.h"

/* The driver that hands any card over (drivers/vfio/pci/vfio_pci.c). */
#define VFIO_DRIVER "vfio-pci"

/**
 * struct binding - how a device is bound
 * @driver:	driver's name, or NULL for none
 * @override:	driver_override, or NULL for none
 * @vfio:	the driver is vfio-pci or a variant of it
 * @probe:	with @driver NULL: whichever driver the kernel finds for it, rather than none. So belongs what was taken
 *		before a driver had it
 */
struct binding {
	char *driver;
	char *override;
	bool vfio;
	bool probe;
};

/** binding_json() - @binding as a JSON object */
struct json *binding_json(const struct binding *binding);

/** binding_read() - The binding a JSON object holds; no driver where it holds none; binding_done() */
struct binding binding_read(const struct json *object);

/** binding_is_vfio() - Whether @binding is to vfio-pci or a variant of it */
bool binding_is_vfio(const struct binding *binding);

/** binding_name() - For people: the driver, "the host's driver" where the kernel is to find it, "no driver" */
const char *binding_name(const struct binding *binding);

/** binding_done() - Release what @binding owns */
void binding_done(struct binding *binding);

/** binding_copy() - A copy of @from that owns its strings */
struct binding binding_copy(const struct binding *from);

#endif
