// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of claims: a disk that two controllers lead to is claimed once, and held until the last of them lets go. */
#include "act/claim.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/fakefiles.h"
#include "unit/fakekernel.h"
#include "unit/made.h"
#include "unit/suite.h"

static char dir[] = "/tmp/vmrun-claim-XXXXXX";

static void put(const char *path, const char *text)
{
	_cleanup_free_ char *full = mem_printf("%s/%s", dir, path);

	fake_put(full, text);
}

/* Two controllers of one subsystem, and a third with a disk of its own. */
static struct host two_ways(void)
{
	struct host host = made_host();

	made_device(&host, "01:00.0", 0x010802, "nvme", 11);
	made_disk(&host, "nvme1n1", FACT_NO, NULL);
	made_device(&host, "02:00.0", 0x010802, "nvme", 12);
	made_disk(&host, "nvme1n1", FACT_NO, NULL);
	made_device(&host, "03:00.0", 0x010802, "nvme", 13);
	made_disk(&host, "nvme0n1", FACT_NO, NULL);
	put("dev/nvme0n1", "");
	put("dev/nvme1n1", "");
	return host;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(shared)
{
	_cleanup_root_ struct root root = { .fd = -1 };
	struct host host = two_ways();
	struct claims claims = { 0 };
	struct err e = { 0 };
	int both, own;

	ck_assert_int_eq(root_open(dir, &root, &e), 0);
	for (size_t i = 0; i < host.device_count; i++)
		ck_assert_msg(claim_disks(&root, &host, i, &claims, &e) == 0, "%s", e.message);
	/* A second open of the same disk would be refused: one descriptor for both. */
	ck_assert_uint_eq(claims.count, 3);
	both = claims.item[0].fd;
	own = claims.item[2].fd;
	ck_assert_int_eq(claims.item[1].fd, both);
	ck_assert_int_ne(own, both);
	claims_release(&claims, 0);
	ck_assert_msg(is_open(both), "the other controller still leads to it");
	claims_release(&claims, 1);
	ck_assert(!is_open(both));
	ck_assert(is_open(own));
	claims_done(&claims);
	ck_assert(!is_open(own));
	host_done(&host);
}
END_TEST

/* An exclusive open does not keep a loop device away, so they are looked for after it. */
START_TEST(came_into_use)
{
	_cleanup_root_ struct root root = { .fd = -1 };
	struct host host = two_ways();
	struct claims claims = { 0 };
	struct err e = { 0 };

	put("sys/block/loop3/loop/backing_file", "/dev/nvme1n1");
	ck_assert_int_eq(root_open(dir, &root, &e), 0);
	ck_assert_int_eq(claim_disks(&root, &host, 2, &claims, &e), 0);
	ck_assert_int_eq(claim_disks(&root, &host, 0, &claims, &e), -EBUSY);
	ck_assert_ptr_nonnull(strstr(e.message, "/dev/loop3 is set up on /dev/nvme1n1"));
	claims_done(&claims);
	host_done(&host);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("claim");
	int status;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	tcase_add_test(tests, shared);
	tcase_add_test(tests, came_into_use);
	status = suite_run("claim", tests);
	fake_remove(dir);
	return status;
}
