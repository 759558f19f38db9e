// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting until udev has handled a device node. The only user of libudev. */
#include "act/udev.h"

#include <libudev.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/log.h"

#define WAIT_MS 5000

/* udev tells of each event that it has handled; should it not, its records are looked at again after so long. */
#define LOOK_MS 250

static bool handled(struct udev *udev, dev_t devno)
{
	struct udev_device *device = udev_device_new_from_devnum(udev, 'c', devno);
	bool done = device && udev_device_get_is_initialized(device);

	udev_device_unref(device);
	return done;
}

/* What udev tells of VFIO's nodes from now on; NULL where it cannot be heard. */
static struct udev_monitor *listen_to(struct udev *udev)
{
	struct udev_monitor *monitor = udev_monitor_new_from_netlink(udev, "udev");

	if (monitor &&
	    udev_monitor_filter_add_match_subsystem_devtype(monitor, "vfio", NULL) >= 0 &&
	    udev_monitor_enable_receiving(monitor) >= 0)
		return monitor;
	udev_monitor_unref(monitor);
	return NULL;
}

static void wait_for_word(struct udev_monitor *monitor)
{
	struct pollfd fd = { .fd = monitor ? udev_monitor_get_fd(monitor) : -1, .events = POLLIN };

	if (poll(&fd, 1, LOOK_MS) > 0)
		udev_device_unref(udev_monitor_receive_device(monitor));
}

void udev_wait(const struct root *root, dev_t devno)
{
	struct udev_monitor *monitor;
	struct udev *udev;
	int64_t deadline = clock_ms() + WAIT_MS;

	if (!root->live || !root_exists(root, "run/udev/control"))
		return;
	udev = udev_new();
	if (!udev)
		return;
	/* Listening comes before the first look, so that no word is missed. */
	monitor = listen_to(udev);
	while (!handled(udev, devno)) {
		if (clock_ms() >= deadline) {
			log_debug("udev has not handled the node after %d ms; going on", WAIT_MS);
			break;
		}
		wait_for_word(monitor);
	}
	udev_monitor_unref(monitor);
	udev_unref(udev);
}
