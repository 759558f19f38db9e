/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the modelled machine: shared by what makes them and by what a write does to them. */
#ifndef VMRUN_TESTS_UNIT_FAKEFILES_H
#define VMRUN_TESTS_UNIT_FAKEFILES_H

#include "unit/fakekernel.h"

#define DEVICES "sys/bus/pci/devices/"
#define DRIVERS "sys/bus/pci/drivers/"

/* Takes what it is not asked to: see FAKE_STOLEN. */
#define FAKE_THIEF "uio_pci_generic"

#define FAKE_DRIVERS 10

/** fake_drivers - every driver of the machine */
extern const char *const fake_drivers[FAKE_DRIVERS];

/** fake_at() - A path beneath the root; good for a few calls more */
const char *fake_at(const struct fakekernel *kernel, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** fake_put() - Write a line to a file, whose directories are made */
void fake_put(const char *path, const char *text);

/** fake_driver() - Driver of a device now, into @buf; NULL for none */
const char *fake_driver(const struct fakekernel *kernel, const char *address, char buf[static 64]);

/** fake_override() - driver_override of a device now, into @buf; NULL for none */
const char *fake_override(const struct fakekernel *kernel, const char *address,
			  char buf[static 64]);

/** fake_set_driver() - Give a device to @driver, or to none (NULL) */
void fake_set_driver(const struct fakekernel *kernel, const char *address, const char *driver);

/** fake_make_device() - The files of @dev, and its driver */
void fake_make_device(const struct fakekernel *kernel, const struct fake_device *dev);

/** fake_empty() - Remove all below a directory */
void fake_empty(const char *dir);

#endif
