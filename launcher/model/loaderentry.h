/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of boot loaders (UAPI Group, Boot Loader Specification, type 1) and /etc/kernel/cmdline: the kernel
 * parameters in them.
 */
#ifndef VMRUN_MODEL_LOADERENTRY_H
#define VMRUN_MODEL_LOADERENTRY_H

#include "base/err.h"
#include "model/kernelparams.h"

/**
 * loaderentry_edit() - An entry with kernel parameters put right
 * @text:	@len bytes of the file
 * @len:	number of bytes
 * @file:	its name, for messages
 * @params:	@count parameters
 * @count:	number of @params
 * @ret:	the new text, the same where nothing is to be done; free()
 * @e:		ERR_REFUSED with FILE:LINE: no entry of a kernel, or not text
 *
 * What is missing goes to the last of its lines "options", or to one of its own at the end.
 *
 * Return: 0; -EINVAL
 */
int loaderentry_edit(const char *text, size_t len, const char *file,
		     const struct kernel_param *params, size_t count, char **ret, struct err *e);

/**
 * kernelcmdline_edit() - /etc/kernel/cmdline (kernel-install(8)), as loaderentry_edit()
 *
 * All its lines are one command line; those that begin with "#" are comments.
 */
int kernelcmdline_edit(const char *text, size_t len, const char *file,
		       const struct kernel_param *params, size_t count, char **ret, struct err *e);

#endif
