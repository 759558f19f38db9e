// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults: the one write to the host whose turn it is goes wrong, whichever way it is made. */
#include "unit/fakefault.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct fake_trap *watching;
static char watched[PATH_MAX];

static const struct {
	const char *name;
	int number;
} faults[] = {
	[FAKE_NONE] = { "none", 0 },
	[FAKE_EIO] = { "EIO", EIO },
	[FAKE_EBUSY] = { "EBUSY", EBUSY },
	[FAKE_ENODEV] = { "ENODEV", ENODEV },
	[FAKE_EACCES] = { "EACCES", EACCES },
	[FAKE_SHORT] = { "cut short", EIO },
	[FAKE_IGNORED] = { "without effect", 0 },
	[FAKE_STOLEN] = { "taken by another driver", 0 },
	[FAKE_KILLED] = { "killed before it", EIO },
	[FAKE_KILLED_LATE] = { "killed after it", EIO },
	[FAKE_POWER] = { "power cut before it", EIO },
	[FAKE_POWER_LATE] = { "power cut after it", EIO },
};

_Static_assert(sizeof(faults) / sizeof(faults[0]) == FAKE_FAULT_COUNT, "every fault has a row");

const char *fault_name(enum fake_fault fault)
{
	return faults[fault].name;
}

bool fault_is_end(enum fake_fault fault)
{
	return fault >= FAKE_KILLED;
}

static bool only_sysfs(enum fake_fault fault)
{
	return fault == FAKE_IGNORED || fault == FAKE_STOLEN;
}

struct fake_meeting fault_meets(struct fake_trap *trap, enum fake_way way)
{
	enum fake_fault fault = trap->fault;

	if (trap->armed && trap->dead)
		return (struct fake_meeting){ .result = -EIO };
	if (!trap->armed)
		return (struct fake_meeting){ .made = true };
	if (++trap->writes != trap->turn || (way == FAKE_FILE && only_sysfs(fault)))
		return (struct fake_meeting){ .made = true };
	trap->struck = true;
	trap->dead = fault_is_end(fault);
	return (struct fake_meeting){
		.made = fault == FAKE_SHORT || fault == FAKE_STOLEN || fault == FAKE_KILLED_LATE ||
			fault == FAKE_POWER_LATE,
		.result = -faults[fault].number,
		.stolen = fault == FAKE_STOLEN,
	};
}

void fault_watch(struct fake_trap *trap, const char *dir)
{
	watching = trap;
	snprintf(watched, sizeof(watched), "%s/", trap ? dir : "");
}

/* Whether @fd, with which a file is named, is beneath the watched directory, or is it. */
static bool is_ours(int fd)
{
	char self[64], path[PATH_MAX];
	ssize_t n;

	if (!watching || !watching->armed)
		return false;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	n = readlink(self, path, sizeof(path) - 2);
	if (n < 0)
		return false;
	path[n] = '/';
	path[n + 1] = '\0';
	return !strncmp(path, watched, strlen(watched));
}

/* What the C library's function would return. */
static int told(int result)
{
	if (result == 0)
		return 0;
	errno = -result;
	return -1;
}

/** write() - As write(2); one that is cut short writes the first half */
ssize_t write(int fd, const void *data, size_t len)
{
	struct fake_meeting meeting = { .made = true };
	ssize_t n = (ssize_t)len;

	if (is_ours(fd))
		meeting = fault_meets(watching, FAKE_FILE);
	if (meeting.made && meeting.result && watching->fault == FAKE_SHORT)
		return syscall(SYS_write, fd, data, len / 2);
	if (meeting.made)
		n = syscall(SYS_write, fd, data, len);
	return meeting.result ? told(meeting.result) : n;
}

/* Makes a system call about the file that @fd leads to, or lets it meet its fault. */
static int meet(int fd, long number, long a, long b, long c, long d, long e)
{
	struct fake_meeting meeting = { .made = true };
	int r = 0;

	if (is_ours(fd))
		meeting = fault_meets(watching, FAKE_FILE);
	if (meeting.made)
		r = (int)syscall(number, a, b, c, d, e);
	return meeting.result ? told(meeting.result) : r;
}

/** fsync() - As fsync(2) */
int fsync(int fd)
{
	return meet(fd, SYS_fsync, fd, 0, 0, 0, 0);
}

/** renameat() - As renameat(2) */
int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return meet(to_dir, SYS_renameat2, from_dir, (long)from, to_dir, (long)to, 0);
}

/** unlinkat() - As unlinkat(2) */
int unlinkat(int dir, const char *name, int flags)
{
	return meet(dir, SYS_unlinkat, dir, (long)name, flags, 0, 0);
}

/** fchownat() - As fchownat(2) */
int fchownat(int dir, const char *name, uid_t uid, gid_t gid, int flags)
{
	return meet(dir, SYS_fchownat, dir, (long)name, (long)uid, (long)gid, flags);
}

/** chmod() - As chmod(2); of a file named by its descriptor, as vmrun names a node */
int chmod(const char *path, mode_t mode)
{
	int fd = -1;

	sscanf(path, "/proc/self/fd/%d", &fd);
	return meet(fd, SYS_fchmodat, AT_FDCWD, (long)path, (long)mode, 0, 0);
}
