// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what a card is: reading ids and serial numbers as people write them. */
#include "model/identity.h"

#include <errno.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static const char *const bad[] = { "",
				   ":",
				   "144d",
				   "144d:",
				   "144d:a80",
				   "144d:a808:",
				   "144d:a808:144d",
				   "144d:a808x",
				   "0x144d:a808",
				   " 144d:a808",
				   "144d:a808:144d:a801:0108",
				   "144d a808",
				   "144d:a808:144d:a80g",
				   "*:a808" };

START_TEST(ids_not_taken)
{
	struct identity identity = { 0 };

	ck_assert_int_eq(identity_parse(bad[_i], &identity), -EINVAL);
	ck_assert(!identity.known);
}
END_TEST

START_TEST(ids)
{
	struct identity identity = { 0 };

	ck_assert_int_eq(identity_parse("144d:A808", &identity), 0);
	ck_assert(identity.known && !identity.subsystem_known);
	ck_assert_uint_eq(identity.vendor, 0x144d);
	ck_assert_uint_eq(identity.device, 0xa808);
	ck_assert_int_eq(identity_parse("1000:0072:1028:1f1c", &identity), 0);
	ck_assert(identity.subsystem_known);
	ck_assert_uint_eq(identity.subsystem_vendor, 0x1028);
	ck_assert_uint_eq(identity.subsystem_device, 0x1f1c);
}
END_TEST

START_TEST(serial_numbers)
{
	ck_assert(identity_serial_ok("a0-36-9f-ff-ff-12-34-56"));
	ck_assert(!identity_serial_ok(""));
	ck_assert(!identity_serial_ok("a0-36-9f-ff-ff-12-34-5"));
	ck_assert(!identity_serial_ok("a0-36-9f-ff-ff-12-34-567"));
	ck_assert(!identity_serial_ok("A0-36-9f-ff-ff-12-34-56"));
	ck_assert(!identity_serial_ok("a0:36:9f:ff:ff:12:34:56"));
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("identity");

	tcase_add_loop_test(tests, ids_not_taken, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(tests, ids);
	tcase_add_test(tests, serial_numbers);
	return suite_run("identity", tests);
}
