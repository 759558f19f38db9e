/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /etc/default/grub: the kernel parameters that grub-mkconfig gives every entry. */
#ifndef VMRUN_MODEL_GRUBDEFAULT_H
#define VMRUN_MODEL_GRUBDEFAULT_H

#include "base/err.h"
#include "model/kernelparams.h"

/**
 * grubdefault_edit() - /etc/default/grub with kernel parameters put right
 * @text:	@len bytes of the file
 * @len:	number of bytes
 * @file:	its name, for messages
 * @params:	@count parameters
 * @count:	number of @params
 * @ret:	the new text, the same where nothing is to be done; free()
 * @e:		ERR_REFUSED with FILE:LINE where the file cannot be understood or changed in place
 *
 * What is missing goes to the last assignment of GRUB_CMDLINE_LINUX_DEFAULT, or where there is none
 * of GRUB_CMDLINE_LINUX, or else to one of its own at the end; what contradicts goes from both.
 *
 * Return: 0; -EINVAL
 */
int grubdefault_edit(const char *text, size_t len, const char *file,
		     const struct kernel_param *params, size_t count, char **ret, struct err *e);

#endif
