/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of guests share: temporary directories, processes found, waits with an end. */
#ifndef VMRUN_TESTS_UNIT_GUEST_H
#define VMRUN_TESTS_UNIT_GUEST_H

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "unit/suite.h"
#include "vm/virt_impl.h"

/* How long anything may take that should take a moment; an emulated machine is slow. */
#define PATIENCE_MS 120000

/** assert_ok() - A call went well, else its error is shown */
#define assert_ok(call)                                                                     \
	do {                                                                                \
		int assert_ok_r = (call);                                                   \
		ck_assert_msg(assert_ok_r == 0, "%s: %s: %s", #call, e.subject, e.message); \
	} while (0)

/** new_dir() - A new directory with a short path, for sockets; others may pass it; free() */
static inline char *new_dir(void)
{
	char *dir = mem_strdup("/tmp/vmrunXXXXXX");

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0711), 0);
	return dir;
}

/** put_file() - Write a file of @dir, with the directories above it */
static inline void put_file(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", dir, name);
	_cleanup_fclose_ FILE *file = NULL;

	for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		ck_assert(mkdir(path, 0755) == 0 || errno == EEXIST);
	}
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
}

/** remove_dir() - Remove a directory of new_dir() and all in it */
static inline void remove_dir(char *dir)
{
	_cleanup_free_ char *command = mem_printf("rm -rf '%s'", dir);

	ck_assert_int_eq(system(command), 0);
	free(dir);
}

/** read_proc() - The text of a file of /proc; free() */
static inline char *read_proc(pid_t pid, const char *name)
{
	_cleanup_free_ char *path = mem_printf("/proc/%d/%s", (int)pid, name);
	_cleanup_fclose_ FILE *file = fopen(path, "r");
	char *text = mem_zalloc(65536);

	if (file)
		text[fread(text, 1, 65535, file)] = '\0';
	return text;
}

/** child_of() - A child of process @parent, or 0 */
static inline pid_t child_of(pid_t parent)
{
	_cleanup_closedir_ DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);
		_cleanup_free_ char *stat = pid > 0 ? read_proc(pid, "stat") : NULL;
		char *p = stat ? strrchr(stat, ')') : NULL;
		int above;
		char state;

		if (p && sscanf(p + 1, " %c %d", &state, &above) == 2 && above == parent &&
		    state != 'Z')
			return pid;
	}
	return 0;
}

/** await_end() - How the guest ended, or VIRT_RUNNING where it does not in time */
static inline enum virt_end await_end(struct virt_guest *guest, int ms, struct err *e)
{
	struct pollfd pfd = { .fd = virt_guest_fd(guest), .events = POLLIN };
	enum virt_end end = VIRT_RUNNING;

	for (; ms > 0 && end == VIRT_RUNNING; ms -= 50) {
		(void)poll(&pfd, 1, 50);
		ck_assert_int_eq(virt_guest_poll(guest, &end, e), 0);
	}
	return end;
}

#endif
