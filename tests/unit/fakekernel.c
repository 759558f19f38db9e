// SPDX-License-Identifier: GPL-2.0-or-later
/* A model of the kernel's PCI driver core on a temporary root, which can fail at any write. */
#include "unit/fakefiles.h"
#include "unit/fakesriov.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

static struct fake_device *find(struct fakekernel *kernel, const char *address)
{
	for (size_t i = 0; i < kernel->count; i++)
		if (!strcmp(kernel->devices[i].address, address))
			return &kernel->devices[i];
	return NULL;
}

static bool knows(const struct fake_device *dev, const char *driver)
{
	for (size_t i = 0; dev->knows[i]; i++)
		if (!strcmp(dev->knows[i], driver))
			return true;
	return false;
}

/* driver_override admits its driver, whatever ids that has, and no other. */
static bool admits(const struct fakekernel *kernel, const struct fake_device *dev,
		   const char *driver)
{
	char buf[64];
	const char *override = fake_override(kernel, dev->address, buf);

	return override ? !strcmp(override, driver) : knows(dev, driver);
}

static bool takes(const struct fakekernel *kernel, const char *driver)
{
	return !kernel->refuses || strcmp(kernel->refuses, driver);
}

static int probe(struct fakekernel *kernel, const char *value)
{
	struct fake_device *dev = find(kernel, value);
	char buf[64];

	if (!dev)
		return -EINVAL;
	if (fake_driver(kernel, value, buf))
		return 0;
	for (size_t i = 0; dev->knows[i]; i++)
		if (admits(kernel, dev, dev->knows[i]) && takes(kernel, dev->knows[i])) {
			fake_set_driver(kernel, value, dev->knows[i]);
			return 0;
		}
	for (size_t i = 0; i < FAKE_DRIVERS; i++)
		if (admits(kernel, dev, fake_drivers[i]) && takes(kernel, fake_drivers[i])) {
			fake_set_driver(kernel, value, fake_drivers[i]);
			return 0;
		}
	return 0;
}

static int bind(struct fakekernel *kernel, const char *driver, const char *value)
{
	struct fake_device *dev = find(kernel, value);
	char buf[64];

	if (access(fake_at(kernel, DRIVERS "%s", driver), F_OK) < 0)
		return -ENOENT;
	if (!dev || !admits(kernel, dev, driver))
		return -ENODEV;
	if (fake_driver(kernel, value, buf))
		return -EBUSY;
	if (!takes(kernel, driver))
		return -ENODEV;
	fake_set_driver(kernel, value, driver);
	return 0;
}

/* A driver gives up only what it has. */
static int unbind(struct fakekernel *kernel, const char *driver, const char *value)
{
	char buf[64];
	const char *now = find(kernel, value) ? fake_driver(kernel, value, buf) : NULL;

	if (access(fake_at(kernel, DRIVERS "%s", driver), F_OK) < 0)
		return -ENOENT;
	if (!now || strcmp(now, driver))
		return -ENODEV;
	fake_set_driver(kernel, value, NULL);
	return 0;
}

static int take_effect(struct fakekernel *kernel, const char *path, const char *value)
{
	char address[32], what[64], rest[2];
	int r;

	if (sscanf(path, DEVICES "%31[^/]/%63s", address, what) == 2 && find(kernel, address)) {
		if (!strcmp(what, "driver_override")) {
			fake_put(fake_at(kernel, "%s", path),
				 value[0] && value[0] != '\n' ? value : "(null)");
			return 0;
		}
	}
	if (fake_sriov_write(kernel, path, value, &r))
		return r;
	if (!strcmp(path, "sys/bus/pci/drivers_probe"))
		return probe(kernel, value);
	if (sscanf(path, DRIVERS "%63[^/]/bin%1[d]", what, rest) == 2)
		return bind(kernel, what, value);
	if (sscanf(path, DRIVERS "%63[^/]/unbin%1[d]", what, rest) == 2)
		return unbind(kernel, what, value);
	ck_abort_msg("the model knows no %s", path);
}

static void note(struct fakekernel *kernel, const char *path, const char *value)
{
	struct fake_write *row = &kernel->log[kernel->logged];
	char address[32], buf[64];

	if (kernel->logged == ARRAY_SIZE(kernel->log))
		return;
	kernel->logged++;
	snprintf(row->path, sizeof(row->path), "%s", path);
	snprintf(row->value, sizeof(row->value), "%s", value);
	row->before[0] = '\0';
	if (sscanf(path, DEVICES "%31[^/]/driver_override", address) == 1 &&
	    fake_override(kernel, address, buf))
		snprintf(row->before, sizeof(row->before), "%s", buf);
}

/* As another administrator would, in the middle of what we do with the device that is written of. */
static void steal(struct fakekernel *kernel, const char *path, const char *value)
{
	char address[32];

	if (sscanf(path, DEVICES "%31[^/]/", address) != 1)
		snprintf(address, sizeof(address), "%s", value);
	if (!find(kernel, address))
		return;
	fake_put(fake_at(kernel, DEVICES "%s/driver_override", address), FAKE_THIEF);
	fake_set_driver(kernel, address, FAKE_THIEF);
}

static int model_write(void *context, const char *path, const char *value)
{
	struct fakekernel *kernel = context;
	struct fake_meeting meeting = fault_meets(&kernel->trap, FAKE_SYSFS);
	int r = 0;

	if (meeting.made) {
		note(kernel, path, value);
		r = take_effect(kernel, path, value);
	}
	if (meeting.stolen)
		steal(kernel, path, value);
	return meeting.result ? meeting.result : r;
}

void fake_open(struct fakekernel *kernel)
{
	const char *tmp = getenv("TMPDIR");

	*kernel = (struct fakekernel){ .dir = mem_printf("%s/fakekernel.XXXXXX",
							 tmp ? tmp : "/tmp") };
	ck_assert_ptr_nonnull(mkdtemp(kernel->dir));
	ck_assert_int_eq(root_open(kernel->dir, &kernel->root, NULL), 0);
	kernel->root.write = model_write;
	kernel->root.context = kernel;
	fault_watch(&kernel->trap, kernel->dir);
}

void fake_arm(struct fakekernel *kernel, size_t turn, enum fake_fault fault)
{
	kernel->trap = (struct fake_trap){ .armed = true, .turn = turn, .fault = fault };
	kernel->logged = 0;
}

void fake_restart(struct fakekernel *kernel)
{
	kernel->trap = (struct fake_trap){ 0 };
}

void fake_close(struct fakekernel *kernel)
{
	fault_watch(NULL, NULL);
	fake_remove(kernel->dir);
	root_close(&kernel->root);
	free(kernel->dir);
}
