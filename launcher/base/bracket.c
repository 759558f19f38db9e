// SPDX-License-Identifier: GPL-2.0-or-later
/* Brackets: the few calls that need more than an ordinary user's rights, and the scope in which they have it. */
#include "base/bracket.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>

/* The switch is the process's; capabilities, and so what is in effect, are each thread's. A new one has nothing in effect. */
static bracket_switch_fn *bracket_switch;
static _Thread_local unsigned int bracket_needs;

void bracket_install(bracket_switch_fn *fn)
{
	bracket_switch = fn;
	bracket_needs = 0;
}

static void change(unsigned int needs)
{
	if (bracket_switch && needs != bracket_needs)
		bracket_switch(needs);
	bracket_needs = needs;
}

struct bracket bracket_open(unsigned int needs)
{
	struct bracket bracket = { .outer = bracket_needs };

	change(bracket_needs | needs);
	return bracket;
}

struct bracket bracket_suspend(void)
{
	struct bracket bracket = { .outer = bracket_needs };

	change(0);
	return bracket;
}

void bracket_close(struct bracket *bracket)
{
	int number = errno;

	change(bracket->outer);
	errno = number;
}

int bracket_openat(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags | O_CLOEXEC);

	if (fd < 0 && (errno == EACCES || errno == EPERM)) {
		BRACKET_MASK((flags & O_ACCMODE) == O_RDONLY ? NEED_BIT(READ) : NEED_BIT(WRITE));

		fd = openat(dir, path, flags | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}
