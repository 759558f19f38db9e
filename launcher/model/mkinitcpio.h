/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkinitcpio.conf(5): the hooks that make an image. */
#ifndef VMRUN_MODEL_MKINITCPIO_H
#define VMRUN_MODEL_MKINITCPIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/**
 * mkinitcpio_add_hook() - The file with one hook more in HOOKS
 * @text:	@len bytes of the file
 * @len:	number of bytes
 * @file:	its name, for messages
 * @hook:	the hook; put before udev or systemd, so that it runs before any driver is loaded
 * @ret:	the new text, the same where the hook is there; free()
 * @e:		ERR_REFUSED with FILE:LINE where the file cannot be understood or changed in place, or
 *		has neither udev nor systemd
 *
 * Return: 0; -EINVAL
 */
int mkinitcpio_add_hook(const char *text, size_t len, const char *file, const char *hook,
			char **ret, struct err *e);

/** mkinitcpio_sets_hooks() - Whether a file sets HOOKS: the last that does holds */
bool mkinitcpio_sets_hooks(const char *text, size_t len);

#endif
