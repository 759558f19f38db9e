// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting until udev has handled a device node. The only user of libudev. */
#include "act/udev.h"

#include <libudev.h>
#include <stdbool.h>
#include <time.h>

#include "base/log.h"

#define WAIT_MS 5000
#define POLL_MS 10

static bool handled(struct udev *udev, dev_t devno)
{
	struct udev_device *device = udev_device_new_from_devnum(udev, 'c', devno);
	bool done = device && udev_device_get_is_initialized(device);

	udev_device_unref(device);
	return done;
}

void udev_wait(const struct root *root, dev_t devno)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	struct udev *udev;

	if (!root->live || !root_exists(root, "run/udev/control"))
		return;
	udev = udev_new();
	if (!udev)
		return;
	for (int waited = 0; !handled(udev, devno); waited += POLL_MS) {
		if (waited >= WAIT_MS) {
			log_debug("udev has not handled the node after %d ms; going on", WAIT_MS);
			break;
		}
		nanosleep(&pause, NULL);
	}
	udev_unref(udev);
}
