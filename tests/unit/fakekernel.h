/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model of the kernel's PCI driver core on a temporary root, which can fail at any write. */
#ifndef VMRUN_TESTS_UNIT_FAKEKERNEL_H
#define VMRUN_TESTS_UNIT_FAKEKERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/root.h"
#include "unit/fakefault.h"

/*
 * What is modelled (drivers/base/bus.c, drivers/base/dd.c, drivers/pci/pci-driver.c):
 * driver_override takes a name, an empty line clears it, and reads "(null)" then. driver/unbind
 * takes the device's address and nothing else. drivers_probe succeeds whatever comes of it: a
 * bound device stays where it is, an override admits one driver only, else the first driver
 * that knows the device and takes it has it. drivers/X/bind refuses a device that is bound, or
 * that X does not know, or whose override says another. vfio-pci knows no device but by
 * override.
 *
 * And of SR-IOV (drivers/pci/pci-sysfs.c, sriov_numvfs_store(); drivers/pci/iov.c): a physical
 * function with a driver makes as many virtual ones as are written, each in a group of its own,
 * which a driver takes where sriov_drivers_autoprobe is 1; another number than 0 can only follow
 * 0. What is set for a network card's functions is files, netlink/INTERFACE/vf/NUMBER/KEY.
 */

#define FAKE_DEVICES 8
/* With the virtual functions that come and go. */
#define FAKE_FUNCTIONS 16
#define FAKE_GROUPS 4

/**
 * struct fake_device - one function
 * @address:	"0000:01:00.0"
 * @class_code:	24 bits
 * @group:	its IOMMU group
 * @driver, @override: as it is bound at first, or NULL
 * @knows:	drivers that know it, in the order in which the kernel asks them; ends with NULL
 * @home:	driver its pool record names, or NULL where it has none
 * @vf_total:	how many virtual functions it can make
 * @autoprobe:	its sriov_drivers_autoprobe is on
 * @net:	its network interface, or NULL
 * @pf:		of a virtual function: address of the one that made it; else empty
 */
struct fake_device {
	char address[16];
	unsigned int class_code;
	int group;
	const char *driver, *override;
	const char *knows[3];
	const char *home;
	unsigned int vf_total;
	bool autoprobe;
	const char *net;
	char pf[16];
};

/** struct fake_write - a write that was made, and what the file said before */
struct fake_write {
	char path[160];
	char value[64];
	char before[64];
};

/**
 * struct fakekernel - the model
 * @dir:	its root on disk
 * @root:	the same, with the model in the place of writes
 * @devices:	@count functions
 * @nodes:	dev/vfio has a node per group (needs the right to make device nodes)
 * @own_nodes:	and one per device that is with vfio-pci, as kernels with CONFIG_VFIO_DEVICE_CDEV have it
 * @trap:	where the fault waits, and what it is
 * @refuses:	a driver that takes no device any more, or NULL
 * @log:	the first writes that took effect, @logged of them
 */
struct fakekernel {
	char *dir;
	struct root root;
	struct fake_device devices[FAKE_FUNCTIONS];
	size_t count;
	bool nodes;
	bool own_nodes;
	struct fake_trap trap;
	const char *refuses;
	struct fake_write log[128];
	size_t logged;
};

/** fake_open() - Make an empty root; fake_close() */
void fake_open(struct fakekernel *kernel);

/**
 * fake_set() - Make @kernel's devices these, in their first state; nothing is left of earlier
 * ones or of vmrun
 */
void fake_set(struct fakekernel *kernel, const struct fake_device *devices, size_t count);

/** fake_arm() - From now on count writes, to sysfs and to files; the @turn-th meets @fault */
void fake_arm(struct fakekernel *kernel, size_t turn, enum fake_fault fault);

/** fake_restart() - A new process, after its end or not: no fault is to come */
void fake_restart(struct fakekernel *kernel);

/**
 * fake_power_cut() - The machine comes up again: what is in sys, dev and run is new, devices are
 * with the drivers the kernel finds for them, what is on disk stays
 */
void fake_power_cut(struct fakekernel *kernel);

/**
 * fake_state() - Everything vmrun may change, as text: drivers, overrides, owners of nodes, files
 * in run/vmrun, and what is on disk; free()
 */
char *fake_state(const struct fakekernel *kernel);

/** fake_close() - Remove the root */
void fake_close(struct fakekernel *kernel);

/** fake_remove() - Remove a directory and all below it */
void fake_remove(const char *dir);

#endif
