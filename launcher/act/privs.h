/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Privilege: what this process may and may not do, from its start to each bracket. The only user of libcap-ng. */
#ifndef VMRUN_ACT_PRIVS_H
#define VMRUN_ACT_PRIVS_H

#include <stdbool.h>

#include "base/bracket.h"
#include "base/err.h"

/* What looking at the host takes, and what changing it takes beyond. */
#define PRIVS_SURVEY                                                               \
	(NEED_BIT(READ) | NEED_BIT(CONFIG) | NEED_BIT(LOG) | NEED_BIT(PROCESSES) | \
	 NEED_BIT(GUARD) | NEED_BIT(NETNS))
#define PRIVS_CHANGE (NEED_BIT(READ) | NEED_BIT(PROCESSES) | NEED_BIT(WRITE) | NEED_BIT(NODE))
#define PRIVS_ALL ((1U << NEED_COUNT) - 1)
#define PRIVS_NONE (1U << NEED_COUNT)

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
 * privs_begin() - At the start of a verb: keep what it may need, with nothing in effect, and have brackets work
 * @needs:	mask of NEED_BIT, or PRIVS_NONE; capabilities for anything else are given up for good
 * @e:		detail of a failure
 *
 * The bounding set stays: what is left to it, for a libvirt session started by root, or a module's install command, is root's as ever. The
 * inheritable and the ambient set are emptied. Read back (capabilities(7)).
 *
 * Return: 0; -EPERM
 */
int privs_begin(unsigned int needs, struct err *e);

/** privs_keep() - Give up for good what is not needed for @needs any more; read back; 0 or -EPERM */
int privs_keep(unsigned int needs, struct err *e);

/**
 * privs_child() - In a child that runs no other program: keep what @needs takes and clear everything else
 * @needs:	mask of NEED_BIT; 0 for nothing
 * @e:		detail of a failure
 *
 * Also clears the bounding set, where that is ours to do, and sets no_new_privs. Read back.
 *
 * Return: 0; -EPERM
 */
int privs_child(unsigned int needs, struct err *e);

/** privs_have() - Whether all capabilities that @needs (mask) takes are permitted */
bool privs_have(unsigned int needs);

/** privs_ordinary() - Whether vmrun was started by an ordinary user: neither root nor somebody who may write root's files */
bool privs_ordinary(void);

/**
 * privs_require() - Check that what @needs takes is permitted
 * @needs:	mask of NEED_BIT
 * @e:		ERR_PRIVILEGE, naming the capabilities that are missing, what each is for, and the way out
 *
 * Return: 0; -EPERM
 */
int privs_require(unsigned int needs, struct err *e);

#endif
