/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's own name of a device node that a process has open under another one. */
#ifndef VMRUN_SURVEY_NODENAME_H
#define VMRUN_SURVEY_NODENAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/root.h"

/**
 * nodename_may_differ() - Whether what a process has open may be a device node whose path is not the host's
 * @target:	of the link in proc/PID/fd
 * @elsewhere:	the process is in another mount namespace than we are: a container, where /dev/sdb may be any device
 *
 * To ask takes a few system calls for each; of what the host's own processes have open, only paths like that of a /dev in a
 * change of root are worth them.
 */
bool nodename_may_differ(const char *target, bool elsewhere);

/**
 * nodename_read() - Put the host's name of a device node in place of a process's
 * @root:	the live host
 * @link:	the link in proc/PID/fd; it is followed, and what it leads to is not opened
 * @target:	its target; as it was where that is no device node, or one without a name
 * @size:	size of @target
 *
 * Needs:   as processes_walk()
 */
void nodename_read(const struct root *root, const char *link, char *target, size_t size);

#endif
