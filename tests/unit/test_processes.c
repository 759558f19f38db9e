// SPDX-License-Identifier: GPL-2.0-or-later
/* What another process has open, on the machine the test runs on. */
#include <check.h>

#include "survey/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/suite.h"

/** struct sight - what was seen of process @pid */
struct sight {
	pid_t pid;
	bool used, path_only;
};

static void see(void *context, pid_t pid, const char *target)
{
	struct sight *sight = context;

	if (pid != sight->pid)
		return;
	sight->used |= !strcmp(target, "/dev/zero");
	sight->path_only |= !strcmp(target, "/dev/full");
}

/* udev opens each new node so for a moment; a group it looks at is not one that a guest holds. */
START_TEST(a_path_is_not_in_use)
{
	struct sight sight = { 0 };
	struct root root;
	struct err e = { 0 };
	int ready[2];
	char byte;

	ck_assert_int_eq(pipe(ready), 0);
	sight.pid = fork();
	if (sight.pid == 0) {
		if (open("/dev/zero", O_RDONLY) < 0 || open("/dev/full", O_PATH) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(root_open("/", &root, &e), 0);
	processes_walk(&root, see, &sight);
	kill(sight.pid, SIGKILL);
	waitpid(sight.pid, NULL, 0);
	root_close(&root);
	ck_assert(sight.used);
	ck_assert(!sight.path_only);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("processes");

	tcase_add_test(tests, a_path_is_not_in_use);
	return suite_run("processes", tests);
}
