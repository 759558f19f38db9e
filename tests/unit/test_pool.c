// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what is kept of a device in the pool. */
#include "model/pool.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

START_TEST(round_trip)
{
	struct pool_record record = { .vendor = 0x144d,
				      .device = 0xa808,
				      .home = { .driver = mem_strdup("nvme") } },
			   found = { 0 };
	_cleanup_free_ char *text = NULL;
	struct err e = { 0 };

	strlist_add(&record.past.disks, "/dev/nvme0n1");
	strlist_add(&record.past.netdevs, "enp3s0");
	record.past.needed = mem_strdup("/dev/nvme0n1p1 is in /etc/fstab");
	text = pool_record_text(&(struct pciaddr){ 0, 1, 0, 0 }, &record);
	ck_assert_ptr_nonnull(strstr(text, "\"address\": \"0000:01:00.0\""));
	ck_assert_int_eq(pool_record_parse(text, strlen(text), &found, &e), 0);
	ck_assert_str_eq(found.home.driver, "nvme");
	ck_assert_ptr_null(found.home.override);
	ck_assert(!found.home.probe);
	ck_assert(strlist_has(&found.past.disks, "/dev/nvme0n1"));
	ck_assert(strlist_has(&found.past.netdevs, "enp3s0"));
	ck_assert_str_eq(found.past.needed, record.past.needed);
	ck_assert(pool_record_is_of(&found, 0x144d, 0xa808));
	ck_assert(!pool_record_is_of(&found, 0x144d, 0xa809));
	pool_record_done(&found);
	pool_record_done(&record);
}
END_TEST

START_TEST(whichever_driver)
{
	struct pool_record record = { .home = { .probe = true } }, found = { 0 };
	_cleanup_free_ char *text = pool_record_text(&(struct pciaddr){ 0, 1, 0, 0 }, &record);
	struct err e = { 0 };

	ck_assert_int_eq(pool_record_parse(text, strlen(text), &found, &e), 0);
	ck_assert(found.home.probe);
	ck_assert_ptr_null(found.home.driver);
	/* Written for no card in particular, it is of any. */
	ck_assert(pool_record_is_of(&found, 1, 2));
	ck_assert_str_eq(binding_name(&found.home), "the host's driver");
	pool_record_done(&found);
}
END_TEST

START_TEST(damaged)
{
	struct pool_record record = { .home = { .driver = (char *)(uintptr_t) "nvme" } },
			   found = { 0 };
	_cleanup_free_ char *text = pool_record_text(&(struct pciaddr){ 0, 1, 0, 0 }, &record);
	struct err e = { 0 };

	for (size_t len = 0; len + 2 < strlen(text); len++)
		ck_assert_int_eq(pool_record_parse(text, len, &found, &e), -EINVAL);
	ck_assert_int_eq(pool_record_parse("{\"schema\":\"vmrun.journal/1\"}", 28, &found, &e),
			 -EINVAL);
	ck_assert_ptr_nonnull(strstr(e.message, "schema"));
	ck_assert_ptr_null(found.home.driver);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("pool");

	tcase_add_test(tests, round_trip);
	tcase_add_test(tests, whichever_driver);
	tcase_add_test(tests, damaged);
	return suite_run("pool", tests);
}
