// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reserved ranges: their words, their scopes as text, their ends. */
#include "model/reserved.h"

#include "unit/suite.h"
#include "unit/table.h"

START_TEST(words)
{
	ck_assert_str_eq(reserved_source_name(RESERVED_RMRR), "rmrr");
	ck_assert_str_eq(reserved_source_name(RESERVED_IVMD), "ivmd");
	ck_assert_str_eq(reserved_source_name(RESERVED_RMR), "rmr");
	ck_assert_str_eq(scope_kind_name(SCOPE_ENDPOINT), "endpoint");
	ck_assert_str_eq(scope_kind_name(SCOPE_SUBTREE), "subtree");
	ck_assert_str_eq(scope_kind_name(SCOPE_RANGE), "range");
	ck_assert_str_eq(scope_kind_name(SCOPE_ALL), "all");
}
END_TEST

START_TEST(scopes_as_text)
{
	struct scope_hop path[] = { { 0x1c, 0 }, { 0, 7 }, { 0x25, 0x1f } };
	struct scope scope = { .kind = SCOPE_ENDPOINT, .bus = 0, .hops = 1, .path = path };
	char buf[32];

	ck_assert_str_eq(scope_format(&scope, buf, sizeof(buf)), "00:1c.0");
	scope.hops = 3;
	scope.bus = 0xfe;
	scope.kind = SCOPE_SUBTREE;
	ck_assert_str_eq(scope_format(&scope, buf, sizeof(buf)), "fe:1c.0/00.7/25.1f");
	scope.kind = SCOPE_RANGE;
	scope.hops = 1;
	scope.last = (struct pciaddr){ 0, 0xff, 0x1f, 7 };
	ck_assert_str_eq(scope_format(&scope, buf, sizeof(buf)), "fe:1c.0-ff:1f.7");
	ck_assert_str_eq(scope_format(&scope, buf, 10), "fe:1c.0-f");
	ck_assert_str_eq(scope_format(&scope, buf, 1), "");
	scope.kind = SCOPE_ALL;
	ck_assert_str_eq(scope_format(&scope, buf, sizeof(buf)), "all");
}
END_TEST

START_TEST(ends)
{
	struct reserved range = { .start = 0x1000 };

	ck_assert(reserved_set_end(&range, 0x1000));
	ck_assert_uint_eq(range.end, 0x1fff);
	ck_assert(reserved_set_end(&range, 1));
	ck_assert_uint_eq(range.end, 0x1000);
	ck_assert(!reserved_set_end(&range, 0));
	ck_assert_uint_eq(range.end, 0x1000);
	ck_assert(reserved_set_end(&range, UINT64_MAX - 0xfff));
	ck_assert_uint_eq(range.end, UINT64_MAX);
	ck_assert(!reserved_set_end(&range, UINT64_MAX - 0xffe));
	ck_assert_uint_eq(range.end, UINT64_MAX);
}
END_TEST

START_TEST(released)
{
	struct reserved_list list = { 0 };
	struct reserved *range = mem_append(&list.item, &list.count);

	scope_add(range, SCOPE_ENDPOINT, 0, 2)->path[1].fn = 7;
	scope_add(range, SCOPE_ALL, 0, 0);
	ck_assert_uint_eq(range->scopes[0].path[1].fn, 7);
	ck_assert_uint_eq(range->scopes[0].path[1].dev, 0);
	reserved_list_done(&list);
	ck_assert_uint_eq(list.count, 0);
	reserved_list_done(&list);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("reserved");

	tcase_add_test(tests, words);
	tcase_add_test(tests, scopes_as_text);
	tcase_add_test(tests, ends);
	tcase_add_test(tests, released);
	return suite_run("reserved", tests);
}
