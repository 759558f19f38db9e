/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading kernel modules. The only user of libkmod. */
#ifndef VMRUN_ACT_MODULES_H
#define VMRUN_ACT_MODULES_H

#include "base/err.h"

/**
 * modules_load() - Load a module and what it depends on, as modprobe(8) does
 * @name:	module's name
 * @e:		ERR_UNEXPECTED; a blacklisted or refused module is explained
 *
 * Needs:   CAP_SYS_MODULE
 * Changes: the running kernel; modules are never unloaded again
 * Return:  0, also where it is loaded or built in; -errno
 */
int modules_load(const char *name, struct err *e);

#endif
