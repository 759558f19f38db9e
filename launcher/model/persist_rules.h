/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The persisted pool as rules of udev, which bind a card before a driver of the host has it. */
#ifndef VMRUN_MODEL_PERSIST_RULES_H
#define VMRUN_MODEL_PERSIST_RULES_H

#include "model/persist.h"

/*
 * Theory of operation (udev(7))
 *
 * The file is complete in itself: no program is run, so that it works in an initramfs as well, into which the usual tools
 * copy what is in /etc/udev/rules.d. A card is known by its place (the bridges above it, whatever their buses are
 * numbered), its ids and its subsystem; a serial number no rule can read. That is looked at by `vmrun pool --apply`: before udev's
 * turn, where it leaves a mark for each card that is another one, which the rule heeds; and after an initramfs, where it gives
 * such a card back.
 */

/* Where the rules are, and what is before the file name in a mark, beneath the root. */
#define PERSIST_RULES_DIR "etc/udev/rules.d"
#define PERSIST_RULES_FILE "60-vmrun-pool.rules"
#define PERSIST_MARK "run/vmrun/changed-"

/**
 * persist_rules_text() - The rules for all files of the persisted pool
 * @persists:	the files; damaged ones are left out
 * @count:	number of @persists
 * @by_bus:	paths have the bus number of their root bridge, for the firmware gives no _UID
 *
 * Return: newly allocated text; NULL where there is nothing to be taken, and then there is no file of rules
 */
char *persist_rules_text(const struct persist *persists, size_t count, bool by_bus);

#endif
