// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of errors: filling, wrapping, and that none can turn into a success. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "unit/suite.h"

START_TEST(filled)
{
	struct err e = { .fix = "of an earlier failure" };

	ck_assert_int_eq(err_set(&e, ERR_PROFILE, ENOENT, "a.profile:3", "\"%s\" %d", "x", 7),
			 -ENOENT);
	ck_assert_int_eq(e.kind, ERR_PROFILE);
	ck_assert_int_eq(e.number, ENOENT);
	ck_assert_str_eq(e.subject, "a.profile:3");
	ck_assert_str_eq(e.message, "\"x\" 7");
	ck_assert_str_eq(e.fix, "");
	ck_assert_int_eq(err_fix(&e, "try %s", "y"), -ENOENT);
	ck_assert_str_eq(e.fix, "try y");
	ck_assert_int_eq(err_set(&e, ERR_USAGE, EINVAL, NULL, "no subject"), -EINVAL);
	ck_assert_str_eq(e.subject, "");
	ck_assert_int_eq(err_set(&e, ERR_USAGE, EINVAL, "", "an empty one"), -EINVAL);
	ck_assert_str_eq(e.subject, "\"\"");
}
END_TEST

START_TEST(with_the_system_s_words)
{
	struct err e = { 0 };

	ck_assert_int_eq(err_sys(&e, EACCES, "/dev/vfio/7", "cannot open"), -EACCES);
	ck_assert_int_eq(e.kind, ERR_UNEXPECTED);
	ck_assert_str_eq(e.message, "cannot open: Permission denied");
}
END_TEST

START_TEST(context)
{
	struct err e = { 0 };

	err_set(&e, ERR_REFUSED, EBUSY, NULL, "in use");
	err_wrap(&e, "%s", "0000:05:00.0");
	ck_assert_str_eq(e.subject, "0000:05:00.0");
	err_wrap(&e, "hba");
	err_wrap(&e, "nas.profile:%d", 14);
	ck_assert_str_eq(e.subject, "nas.profile:14: hba: 0000:05:00.0");
	ck_assert_str_eq(e.message, "in use");
}
END_TEST

START_TEST(its_own_words_as_arguments)
{
	struct err e = { 0 };

	err_set(&e, ERR_REFUSED, EBUSY, "first", "in use");
	err_fix(&e, "umount it");
	err_fix(&e, "%s, or wait", e.fix);
	ck_assert_str_eq(e.fix, "umount it, or wait");
	err_wrap(&e, "(%s)", e.subject);
	ck_assert_str_eq(e.subject, "(first): first");
	err_set(&e, ERR_LEFT, EBUSY, e.subject, "%s, still", e.message);
	ck_assert_str_eq(e.subject, "(first): first");
	ck_assert_str_eq(e.message, "in use, still");
}
END_TEST

/* Whatever the length, the text is cut and nothing beyond it is written. */
START_TEST(cut)
{
	static char text[4096];
	struct err e = { 0 };

	memset(text, 'x', sizeof(text) - 1);
	err_sys(&e, EIO, text, "%s", text);
	err_fix(&e, "%s", text);
	ck_assert_uint_eq(strlen(e.subject), sizeof(e.subject) - 1);
	ck_assert_uint_eq(strlen(e.message), sizeof(e.message) - 1);
	ck_assert_uint_eq(strlen(e.fix), sizeof(e.fix) - 1);
	err_wrap(&e, "context");
	ck_assert_uint_eq(strlen(e.subject), sizeof(e.subject) - 1);
	ck_assert_int_eq(strncmp(e.subject, "context: xxx", 12), 0);
	err_wrap(&e, "%s", text);
	ck_assert_uint_eq(strlen(e.subject), sizeof(e.subject) - 1);
	ck_assert_int_eq(e.number, EIO);
}
END_TEST

START_TEST(never_a_success)
{
	struct err e = { 0 };

	ck_assert_int_eq(err_set(&e, ERR_UNEXPECTED, -ENOENT, NULL, "a sign too many"), -ENOENT);
	ck_assert_int_eq(e.number, ENOENT);
	ck_assert_int_lt(err_set(&e, ERR_UNEXPECTED, 0, NULL, "errno was lost"), 0);
	ck_assert_int_lt(err_sys(&e, 0, NULL, "errno was lost"), 0);
	ck_assert_int_lt(err_fix(&e, "look again"), 0);
	ck_assert_int_lt(err_set(NULL, ERR_UNEXPECTED, 0, NULL, "nobody listens"), 0);
}
END_TEST

START_TEST(without_an_object)
{
	ck_assert_int_eq(err_set(NULL, ERR_USAGE, ENOENT, "x", "y"), -ENOENT);
	ck_assert_int_eq(err_sys(NULL, EACCES, "x", "y"), -EACCES);
	ck_assert_int_eq(err_fix(NULL, "z"), -EINVAL);
	err_wrap(NULL, "context");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("err");

	tcase_add_test(tests, filled);
	tcase_add_test(tests, with_the_system_s_words);
	tcase_add_test(tests, context);
	tcase_add_test(tests, its_own_words_as_arguments);
	tcase_add_test(tests, cut);
	tcase_add_test(tests, never_a_success);
	tcase_add_test(tests, without_an_object);
	return suite_run("err", tests);
}
