/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading kernel modules. The only user of libkmod. */
#ifndef VMRUN_ACT_MODULES_H
#define VMRUN_ACT_MODULES_H

#include "base/root.h"

/**
 * modules_load() - Load a module and what it depends on, as modprobe(8) does
 * @root:	the live host
 * @name:	name of the module or of its driver; a dash counts as an underscore
 * @e:		ERR_UNEXPECTED, ERR_PRIVILEGE; what keeps the module away, and what helps
 *
 * A module that modprobe.d(5) only blacklists is loaded: that keeps it from being loaded for a device, not by name. One
 * whose loading is replaced there by a command is not, nor is the command run; that and the kernel's refusals are explained.
 *
 * Needs:   CAP_SYS_MODULE
 * Changes: the running kernel; modules are never unloaded again
 * Return:  0, also where it is loaded or built in; -ENOENT; -EPERM; -errno
 */
int modules_load(const struct root *root, const char *name, struct err *e);

/**
 * modules_explain() - Why the kernel did not take a module
 * @name:	module's name
 * @number:	errno of the attempt
 * @cmdline:	the kernel's command line, or NULL
 * @e:		filled
 *
 * Return: -@number
 */
int modules_explain(const char *name, int number, const char *cmdline, struct err *e);

#endif
