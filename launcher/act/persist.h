/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing the persisted pool: its files, and the rules of udev made from them. */
#ifndef VMRUN_ACT_PERSIST_H
#define VMRUN_ACT_PERSIST_H

#include "base/root.h"
#include "model/host.h"

/**
 * persist_write() - Persist a device
 * @root:	the live host
 * @dev:	the device, of a snapshot
 * @e:		detail of a failure
 *
 * Needs:   that the verdict of a plan with persist= was to go
 * Changes: a file of PERSIST_DIR, which is made where it is not there
 * Return:  0, also where the file says it already; -ENODEV where the place of the device is not known; -errno
 */
int persist_write(const struct root *root, const struct device *dev, struct err *e);

/** persist_remove() - Remove the file @name of PERSIST_DIR; 0, also where there is none; -errno */
int persist_remove(const struct root *root, const char *name, struct err *e);

/**
 * persist_write_rules() - Make the rules of udev say what the files say now
 * @root:	the live host
 * @e:		detail of a failure
 *
 * Changes: PERSIST_RULES_FILE, written only where it differs, and removed with the last file
 * Return:  0, also where the host has no udev; -errno
 */
int persist_write_rules(const struct root *root, struct err *e);

/**
 * persist_mark() - Leave or take away the mark that keeps udev's rule from taking the card at a file's place
 * @root:	the live host
 * @persist:	the file, looked for: the mark is for one that is another card
 * @e:		detail of a failure
 *
 * Changes: PERSIST_MARK with the name of the file; gone at the next start of the host
 * Return:  0; -errno
 */
int persist_mark(const struct root *root, const struct persist *persist, struct err *e);

#endif
