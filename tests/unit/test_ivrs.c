// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading IVRS: every kind of memory definition, and tables that lie. */
#include "model/ivrs.h"

#include "unit/suite.h"
#include "unit/table.h"

#define UNITY 0x07 /* unity map, readable, writable */
#define EXCLUSION 0x08

static void put_ivrs(struct table *t)
{
	put_header(t, "IVRS", 2, 48);
	poke(t, 36, 0x00203040, 4);
}

/* An IVHD block of @type with @size bytes. */
static void put_ivhd(struct table *t, uint8_t type, size_t size)
{
	put(t, type, 1);
	put(t, 0xb0, 1);
	put(t, size, 2);
	for (size_t i = 4; i < size; i++)
		put(t, 0x5a, 1);
}

static void put_ivmd(struct table *t, uint8_t type, uint8_t flags, uint16_t first, uint16_t last,
		     uint64_t start, uint64_t size)
{
	put(t, type, 1);
	put(t, flags, 1);
	put(t, 32, 2);
	put(t, first, 2);
	put(t, last, 2);
	put(t, 0, 8);
	put(t, start, 8);
	put(t, size, 8);
}

START_TEST(all_kinds)
{
	struct table t;

	put_ivrs(&t);
	put_ivhd(&t, 0x10, 48);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0x1000, 0x1000);
	put_ivhd(&t, 0x11, 40);
	put_ivmd(&t, 0x21, UNITY, 0x05a1, 0, 0x10000, 0x8000);
	put_ivhd(&t, 0x40, 64);
	put_ivmd(&t, 0x22, UNITY, 0x0100, 0x02ff, 0x100000000, 1);
	put_ivhd(&t, 0x77, 4);
	seal(&t);
	assert_reads(ivrs_parse, &t,
		     "ivmd 0 1000-1fff all; ivmd 0 10000-17fff endpoint 05:14.1; "
		     "ivmd 0 100000000-100000000 range 01:00.0-02:1f.7");
}
END_TEST

/* What some boards write, and what then refuses everything on buses 0 to 15. */
START_TEST(exclusion_of_sixteen_buses)
{
	struct table t;

	put_ivrs(&t);
	put_ivhd(&t, 0x10, 24);
	put_ivmd(&t, 0x22, EXCLUSION, 0x0000, 0x0fff, 0x7a000000, 0x2000);
	seal(&t);
	assert_reads(ivrs_parse, &t, "ivmd 0 7a000000-7a001fff range 00:00.0-0f:1f.7");
}
END_TEST

/* Flags that ask neither for a unity map nor for an exclusion range ask for nothing. */
START_TEST(flags)
{
	struct table t;

	put_ivrs(&t);
	put_ivmd(&t, 0x21, 0x00, 1, 0, 0x1000, 0x1000);
	put_ivmd(&t, 0x21, 0x06, 2, 0, 0x2000, 0x1000);
	put_ivmd(&t, 0x21, 0xf0, 3, 0, 0x3000, 0x1000);
	put_ivmd(&t, 0x21, 0x01, 4, 0, 0x4000, 0x1000);
	put_ivmd(&t, 0x21, 0x09, 5, 0, 0x5000, 0x1000);
	seal(&t);
	assert_reads(ivrs_parse, &t,
		     "ivmd 0 4000-4fff endpoint 00:00.4; ivmd 0 5000-5fff endpoint 00:00.5");
}
END_TEST

START_TEST(segments)
{
	struct table t;

	put_ivrs(&t);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0x1000, 0x1000);
	poke(&t, 48 + 8, 1, 2);
	put_ivmd(&t, 0x21, UNITY, 0x0800, 0, 0x2000, 0x1000);
	poke(&t, 48 + 32 + 8, 0xfffe, 2);
	seal(&t);
	assert_reads(ivrs_parse, &t, "ivmd 1 1000-1fff all; ivmd 65534 2000-2fff endpoint 08:00.0");
}
END_TEST

START_TEST(no_ranges)
{
	struct table t;

	put_ivrs(&t);
	seal(&t);
	assert_reads(ivrs_parse, &t, "");
	put_ivhd(&t, 0x10, 24);
	put(&t, 0, 24);
	seal(&t);
	assert_reads(ivrs_parse, &t, "");
}
END_TEST

START_TEST(another_table)
{
	struct reserved_list list = { 0 };
	struct table t;

	put_header(&t, "DMAR", 1, 48);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0x1000, 0x1000);
	seal(&t);
	ck_assert_int_eq(ivrs_parse(t.bytes, t.len, &list, NULL), -ENOMSG);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct table t;

	put_ivrs(&t);
	put_ivhd(&t, 0x10, 24);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0x1000, 0x1000);
	put_ivmd(&t, 0x22, UNITY, 0x100, 0x1ff, 0x2000, 0x1000);
	seal(&t);
	assert_cut(ivrs_parse, &t, (const size_t[]){ 104, 136, 0 });
}
END_TEST

START_TEST(lying_blocks)
{
	struct table t;

	put_ivrs(&t);
	put_ivmd(&t, 0x21, UNITY, 0x100, 0, 0x1000, 0x1000);
	put_ivhd(&t, 0x10, 24);
	put_ivmd(&t, 0x21, UNITY, 0x200, 0, 0x2000, 0x1000);
	poke(&t, 80 + 2, 0, 2);
	seal(&t);
	assert_damaged(ivrs_parse, &t, "ivmd 0 1000-1fff endpoint 01:00.0",
		       "damaged at offset 0x50: a structure says it has 0 bytes, less than its "
		       "header");
	poke(&t, 80 + 2, 24, 2);
	poke(&t, 104 + 2, 0x1000, 2);
	seal(&t);
	assert_damaged(ivrs_parse, &t,
		       "ivmd 0 1000-1fff endpoint 01:00.0; ivmd 0 2000-2fff endpoint 02:00.0",
		       "damaged at offset 0x68: a structure says it has 4096 bytes, the table has "
		       "32 more");
	poke(&t, 104 + 2, 32, 2);
	poke(&t, 80, 0x00180120, 4);
	seal(&t);
	assert_damaged(ivrs_parse, &t,
		       "ivmd 0 1000-1fff endpoint 01:00.0; ivmd 0 2000-2fff endpoint 02:00.0",
		       "damaged at offset 0x50: an IVMD block has 24 bytes instead of 32");
}
END_TEST

START_TEST(impossible_memory)
{
	struct table t;

	put_ivrs(&t);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0, 0);
	seal(&t);
	assert_damaged(ivrs_parse, &t, "ivmd 0 0-0 all",
		       "damaged at offset 0x30: the memory of an IVMD block, 0x0 bytes, is none "
		       "or too much");

	put_ivrs(&t);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0xfffffffffffff000, 0x1001);
	seal(&t);
	assert_damaged(ivrs_parse, &t, "ivmd 0 fffffffffffff000-ffffffffffffffff all",
		       "damaged at offset 0x30: the memory of an IVMD block, 0x1001 bytes, is none "
		       "or too much");

	put_ivrs(&t);
	put_ivmd(&t, 0x20, UNITY, 0, 0, 0xfffffffffffff000, 0x1000);
	seal(&t);
	assert_reads(ivrs_parse, &t, "ivmd 0 fffffffffffff000-ffffffffffffffff all");
}
END_TEST

START_TEST(reversed_range)
{
	struct table t;

	put_ivrs(&t);
	put_ivmd(&t, 0x22, UNITY, 0x200, 0x1ff, 0x1000, 0x1000);
	seal(&t);
	assert_damaged(ivrs_parse, &t, "ivmd 0 1000-1fff range 02:00.0-01:1f.7",
		       "damaged at offset 0x30: the device ids of an IVMD block end before they "
		       "start");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("ivrs");

	tcase_add_test(tests, all_kinds);
	tcase_add_test(tests, exclusion_of_sixteen_buses);
	tcase_add_test(tests, flags);
	tcase_add_test(tests, segments);
	tcase_add_test(tests, no_ranges);
	tcase_add_test(tests, another_table);
	tcase_add_test(tests, cut_anywhere);
	tcase_add_test(tests, lying_blocks);
	tcase_add_test(tests, impossible_memory);
	tcase_add_test(tests, reversed_range);
	return suite_run("ivrs", tests);
}
