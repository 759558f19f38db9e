/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until udev has handled a device node. The only user of libudev. */
#ifndef VMRUN_ACT_UDEV_H
#define VMRUN_ACT_UDEV_H

#include <sys/types.h>

#include "base/root.h"

/**
 * udev_wait() - Wait until the rules for a character device have run
 * @root:	the live host
 * @devno:	its device number
 *
 * Returns after at most five seconds, and at once where no udev runs (no run/udev/control).
 */
void udev_wait(const struct root *root, dev_t devno);

#endif
