/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a command of the distribution: fixed arguments, clean environment, a deadline, its output kept. */
#ifndef VMRUN_ACT_SPAWN_H
#define VMRUN_ACT_SPAWN_H

#include "base/err.h"
#include "base/mem.h"

/**
 * spawn_run() - Run a program to its end
 * @argv:	absolute path of the program, and its arguments
 * @timeout_ms:	longest time; then it and what it started are killed
 * @ret:	what it wrote to stdout and stderr, at most SPAWN_OUTPUT_MAX bytes of it; free(); also on failure,
 *		where it could be started
 * @e:		ERR_UNEXPECTED: not started, a deadline, a signal, or its status with the last line it wrote
 *
 * No shell. Its environment is PATH, HOME, LANG and nothing of ours; it has no descriptor of ours, reads nothing and
 * has a process group of its own. Capabilities stay as they are, and no_new_privs is not set: the distribution's tools
 * mount, chroot and run under labels of their own.
 *
 * Return: 0 for status 0; -EIO; -ETIMEDOUT; -errno
 */
int spawn_run(const struct strlist *argv, int timeout_ms, char **ret, struct err *e);

#define SPAWN_OUTPUT_MAX ((size_t)16 * 1024 * 1024)

#endif
