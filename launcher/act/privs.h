/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Privilege: what changing the host needs, and refusing to run with more than was meant. The only user of libcap-ng. */
#ifndef VMRUN_ACT_PRIVS_H
#define VMRUN_ACT_PRIVS_H

#include <stdbool.h>

#include "base/err.h"

/**
 * privs_refuse_secure() - Refuse to run setuid or with file capabilities
 * @e:		ERR_PRIVILEGE
 *
 * Installed so, every local user could take devices from the host by a profile of his own. The kernel marks such a start
 * with AT_SECURE (getauxval(3)); a start by sudo, polkit or systemd is not marked.
 *
 * Return: 0; -EPERM
 */
int privs_refuse_secure(struct err *e);

/**
 * privs_need_act() - Check that the host may be changed
 * @module:	a module has to be loaded too
 * @e:		ERR_PRIVILEGE, naming the capabilities that are missing, what each is for, and the way out
 *
 * Return: 0; -EPERM
 */
int privs_need_act(bool module, struct err *e);

#endif
