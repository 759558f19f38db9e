// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of sets of processors. */
#include "model/cpuset.h"

#include <check.h>
#include <errno.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static const struct {
	const char *text;
	int result;
	size_t count;
	unsigned int has, lacks;
} cases[] = {
	{ "0", 0, 1, 0, 1 },	      { "2-5,10", 0, 5, 10, 6 },
	{ "63-64", 0, 2, 64, 65 },    { "1,1-2", 0, 2, 2, 3 },
	{ "8191", 0, 1, 8191, 0 },    { "", -EINVAL, 0, 0, 0 },
	{ "5-2", -EINVAL, 0, 0, 0 },  { "1,", -EINVAL, 0, 0, 0 },
	{ ",1", -EINVAL, 0, 0, 0 },   { "1-", -EINVAL, 0, 0, 0 },
	{ "1 2", -EINVAL, 0, 0, 0 },  { "a", -EINVAL, 0, 0, 0 },
	{ "8192", -ERANGE, 0, 0, 0 }, { "99999999999999999999", -ERANGE, 0, 0, 0 },
};

START_TEST(parse)
{
	struct cpuset set = { 0 };

	ck_assert_int_eq(cpuset_parse(cases[_i].text, &set), cases[_i].result);
	ck_assert_uint_eq(cpuset_count(&set), cases[_i].count);
	if (cases[_i].result)
		return;
	ck_assert(cpuset_has(&set, cases[_i].has));
	ck_assert(!cpuset_has(&set, cases[_i].lacks));
}
END_TEST

START_TEST(within)
{
	struct cpuset small, large;

	cpuset_parse("2,70", &small);
	cpuset_parse("0-71", &large);
	ck_assert(cpuset_within(&small, &large));
	ck_assert(!cpuset_within(&large, &small));
	ck_assert(!cpuset_has(&large, CPUSET_MAX));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("cpuset");

	tcase_add_loop_test(tests, parse, 0, (int)ARRAY_SIZE(cases));
	tcase_add_test(tests, within);
	return suite_run("cpuset", tests);
}
