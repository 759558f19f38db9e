/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The distribution's own commands after files were changed, and a look into what they made. */
#ifndef VMRUN_ACT_REGENERATE_H
#define VMRUN_ACT_REGENERATE_H

#include "base/root.h"
#include "decide/hostsetup.h"

/**
 * regenerate() - Run a command, then look into its result
 * @root:	the live host
 * @command:	the command, and what its result is to have
 * @e:		ERR_UNEXPECTED: how it failed, or what is missing where
 *
 * Changes: whatever the command changes: images, the boot loader's configuration
 * Return:  0; -errno; -ENODATA where something is missing
 */
int regenerate(const struct root *root, const struct setup_command *command, struct err *e);

#endif
