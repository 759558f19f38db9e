// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the state on disk: who may read it, the lock, journals replaced and removed, the pool. */
#include "act/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "survey/guests.h"
#include "survey/pool.h"
#include "unit/fakefiles.h"
#include "unit/suite.h"

static struct fakekernel kernel;

static void set_up(void)
{
	fake_open(&kernel);
	fake_set(&kernel, NULL, 0);
}

static void tear_down(void)
{
	fake_close(&kernel);
}

static unsigned int mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(fstatat(kernel.root.fd, path, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

static struct journal make_journal(void)
{
	return (struct journal){ .guest = mem_strdup("nas"),
				 .uuid = mem_strdup("u"),
				 .uri = mem_strdup("q"),
				 .boot = mem_strdup("b007"),
				 .pid = 1 };
}

START_TEST(journals)
{
	struct journal journal = make_journal(), found = { 0 };
	struct strlist names;
	struct err e = { 0 };
	mode_t mask = umask(0);

	ck_assert_int_eq(state_write_journal(&kernel.root, &journal, &e), 0);
	umask(mask);
	ck_assert_uint_eq(mode_of("run/vmrun"), 0711);
	ck_assert_uint_eq(mode_of("run/vmrun/guest-nas.json"), 0600);
	journal.pid = 2;
	ck_assert_int_eq(state_write_journal(&kernel.root, &journal, &e), 0);
	ck_assert_int_eq(guests_load_journal(&kernel.root, "guest-nas.json", &found, &e), 0);
	ck_assert_int_eq(found.pid, 2);
	ck_assert_int_eq(guests_journals(&kernel.root, &names), 0);
	ck_assert_uint_eq(names.count, 1);
	ck_assert_str_eq(names.item[0], "guest-nas.json");
	strlist_done(&names);
	ck_assert_int_eq(state_remove_journal(&kernel.root, "nas", &e), 0);
	ck_assert_int_eq(state_remove_journal(&kernel.root, "nas", &e), 0);
	ck_assert(!root_exists(&kernel.root, "run/vmrun/guest-nas.json"));
	journal_done(&journal);
	journal_done(&found);
}
END_TEST

/* A link in the place of the new file, or of the directory, is not followed. */
START_TEST(links_are_not_followed)
{
	_cleanup_free_ char *new_file = mem_printf("run/vmrun/.guest-nas.json.%d", (int)getpid());
	struct journal journal = make_journal();
	struct err e = { 0 };

	ck_assert_int_eq(mkdirat(kernel.root.fd, "run/vmrun", 0711), 0);
	ck_assert_int_eq(symlinkat("../utmp", kernel.root.fd, new_file), 0);
	ck_assert_int_lt(state_write_journal(&kernel.root, &journal, &e), 0);
	ck_assert_int_eq(unlinkat(kernel.root.fd, new_file, 0), 0);
	ck_assert_int_eq(unlinkat(kernel.root.fd, "run/vmrun", AT_REMOVEDIR), 0);
	ck_assert_int_eq(mkdirat(kernel.root.fd, "run/elsewhere", 0755), 0);
	ck_assert_int_eq(symlinkat("elsewhere", kernel.root.fd, "run/vmrun"), 0);
	ck_assert_int_lt(state_write_journal(&kernel.root, &journal, &e), 0);
	ck_assert(!root_exists(&kernel.root, "run/elsewhere/guest-nas.json"));
	journal_done(&journal);
}
END_TEST

static void begin_file(const char *name)
{
	int fd = openat(kernel.root.fd, name, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

/* What a process that is gone had begun to write goes; what one that lives is writing, and whole files, stay. */
START_TEST(sweep)
{
	struct strlist names;

	ck_assert_int_eq(mkdirat(kernel.root.fd, "run/vmrun", 0711), 0);
	ck_assert_int_eq(mkdirat(kernel.root.fd, "proc/77", 0755), 0);
	fake_put(fake_at(&kernel, "proc/77/stat"),
		 "77 (other) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 9 0");
	begin_file("run/vmrun/guest-nas.json");
	begin_file("run/vmrun/.guest-nas.json.77");
	begin_file("run/vmrun/.guest-nas.json.78");
	begin_file("run/vmrun/.pool-0000:01:00.0.json.78");
	begin_file("run/vmrun/.note");
	state_sweep(&kernel.root);
	ck_assert_int_eq(root_list(&kernel.root, "run/vmrun", &names), 0);
	ck_assert_uint_eq(names.count, 3);
	ck_assert_str_eq(names.item[0], ".guest-nas.json.77");
	ck_assert_str_eq(names.item[1], ".note");
	ck_assert_str_eq(names.item[2], "guest-nas.json");
	strlist_done(&names);
}
END_TEST

START_TEST(pool)
{
	const struct pciaddr addr = { 0, 1, 0, 0 };
	const struct pool_record record = { .home = { .driver = (char *)(uintptr_t) "nvme" } };
	struct pool_record found = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(pool_load(&kernel.root, &addr, &found, &e), -ENOENT);
	ck_assert_int_eq(state_write_pool(&kernel.root, &addr, &record, &e), 0);
	ck_assert_uint_eq(mode_of("run/vmrun/pool-0000:01:00.0.json"), 0600);
	ck_assert_int_eq(pool_load(&kernel.root, &addr, &found, &e), 0);
	ck_assert_str_eq(found.home.driver, "nvme");
	pool_record_done(&found);
	ck_assert_int_eq(state_remove_pool(&kernel.root, &addr, &e), 0);
	ck_assert_int_eq(state_remove_pool(&kernel.root, &addr, &e), 0);
	ck_assert_int_eq(pool_load(&kernel.root, &addr, &found, &e), -ENOENT);
}
END_TEST

/* One run at a time; the lock goes with its holder, and nothing remains of it. */
START_TEST(lock)
{
	_cleanup_close_ int first = -1, second = -1;
	struct err e = { 0 };

	ck_assert_int_eq(state_lock(&kernel.root, 0, &first, &e), 0);
	ck_assert_int_eq(state_lock(&kernel.root, 0, &second, &e), -EAGAIN);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_int_eq(second, -1);
	close(take_fd(first));
	ck_assert_int_eq(state_lock(&kernel.root, 0, &second, &e), 0);
	close(take_fd(second));
	if (fork() == 0) {
		struct err child = { 0 };

		_exit(state_lock(&kernel.root, 0, &first, &child) == 0 ? 0 : 1);
	}
	ck_assert_int_gt(wait(&second), 0);
	ck_assert_int_eq(second, 0);
	second = -1;
	ck_assert_int_eq(state_lock(&kernel.root, 0, &first, &e), 0);
	ck_assert_int_eq(unlinkat(kernel.root.fd, "run/vmrun", AT_REMOVEDIR), 0);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("state");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, journals);
	tcase_add_test(tests, links_are_not_followed);
	tcase_add_test(tests, sweep);
	tcase_add_test(tests, pool);
	tcase_add_test(tests, lock);
	return suite_run("state", tests);
}
