// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading IORT: from the stream ids of a reserved range back to PCI functions. */
#include "model/iort.h"

#include "unit/suite.h"
#include "unit/table.h"

#define ITS 0
#define NAMED 1
#define ROOT 2
#define SMMU_V3 4
#define RMR 6

static void put_iort(struct table *t, uint8_t revision)
{
	put_header(t, "IORT", revision, 48);
	poke(t, 40, 48, 4);
}

/* Begin a node of @type whose own data are @size bytes; returns its offset, as mappings name it. */
static size_t put_node(struct table *t, uint8_t type, size_t size)
{
	t->open = t->len;
	put(t, type, 1);
	put(t, 16 + size, 2);
	put(t, 0, 1 + 4 + 4);
	put(t, 16 + size, 4);
	put(t, 0, size);
	t->bytes[36]++;
	return t->open;
}

static void put_mapping(struct table *t, uint32_t input, uint32_t count, uint32_t output, size_t to)
{
	put(t, input, 4);
	put(t, count - 1, 4);
	put(t, output, 4);
	put(t, to, 4);
	put(t, 0, 4);
	t->bytes[t->open + 8]++;
	poke(t, t->open + 1, t->len - t->open, 2);
}

static size_t put_root(struct table *t, uint32_t segment)
{
	size_t node = put_node(t, ROOT, 20);

	poke(t, node + 28, segment, 4);
	return node;
}

/* A node for @count ranges; they begin at @start and have 64 KiB each. */
static size_t put_rmr(struct table *t, uint32_t flags, uint64_t start, uint32_t count)
{
	size_t node = put_node(t, RMR, 12 + 20 * count);

	poke(t, node + 16, flags, 4);
	poke(t, node + 20, count, 4);
	poke(t, node + 24, 28, 4);
	for (size_t i = 0; i < count; i++) {
		poke(t, node + 28 + 20 * i, start + 0x10000 * i, 8);
		poke(t, node + 28 + 20 * i + 8, 0x10000, 8);
	}
	return node;
}

START_TEST(one_card)
{
	struct table t;
	size_t smmu;

	put_iort(&t, 5);
	smmu = put_node(&t, SMMU_V3, 52);
	put_root(&t, 0);
	put_mapping(&t, 0, 0x10000, 0, smmu);
	put_rmr(&t, 0, 0x80000000, 1);
	put_mapping(&t, 0, 1, 0x0301, smmu);
	seal(&t);
	assert_reads(iort_parse, &t, "rmr 0 80000000-8000ffff range 03:00.1-03:00.1");
}
END_TEST

/* Stream ids of two root complexes at one SMMU, the second shifted, and an SMMU that is not theirs. */
START_TEST(two_segments)
{
	struct table t;
	size_t smmu, other;

	put_iort(&t, 6);
	smmu = put_node(&t, SMMU_V3, 52);
	other = put_node(&t, SMMU_V3, 52);
	put_rmr(&t, 1, 0x1000000, 2);
	put_mapping(&t, 0, 0x20000, 0x0100, smmu);
	put_root(&t, 0);
	put_mapping(&t, 0, 0x200, 0, smmu);
	put_mapping(&t, 0x200, 0xfe00, 0x200, other);
	put_root(&t, 1);
	put_mapping(&t, 0x4000, 0x100, 0x10000, smmu);
	put_mapping(&t, 0x8000, 0x100, 0x10100, smmu);
	seal(&t);
	assert_reads(iort_parse, &t,
		     "rmr 0 1000000-100ffff range 01:00.0-01:1f.7; "
		     "rmr 1 1000000-100ffff range 40:00.0-40:1f.7, range 80:00.0-80:1f.7; "
		     "rmr 0 1010000-101ffff range 01:00.0-01:1f.7; "
		     "rmr 1 1010000-101ffff range 40:00.0-40:1f.7, range 80:00.0-80:1f.7");
}
END_TEST

START_TEST(remapping_permitted)
{
	struct reserved_list list = { 0 };
	struct table t;

	put_iort(&t, 5);
	put_rmr(&t, 1, 0x10000, 1);
	put_rmr(&t, 2, 0x30000, 1);
	seal(&t);
	ck_assert_int_eq(iort_parse(t.bytes, t.len, &list, NULL), 0);
	ck_assert_uint_eq(list.count, 2);
	ck_assert(list.item[0].relaxable);
	ck_assert(!list.item[1].relaxable);
	reserved_list_done(&list);
}
END_TEST

/* Ranges of platform devices, or of ids no root complex has, are still ranges. */
START_TEST(not_for_pci)
{
	struct table t;
	size_t smmu, its;

	put_iort(&t, 5);
	its = put_node(&t, ITS, 8);
	smmu = put_node(&t, SMMU_V3, 52);
	put_node(&t, NAMED, 40);
	put_mapping(&t, 0, 1, 0x20001, smmu);
	put_root(&t, 0);
	put_mapping(&t, 0, 0x10000, 0, smmu);
	put_mapping(&t, 0, 0x10000, 0, its);
	put_mapping(&t, 0x100, 0x10, 0x30000, smmu);
	put_rmr(&t, 0, 0x100000, 1);
	put_mapping(&t, 0, 1, 0x20001, smmu);
	put_rmr(&t, 0, 0x200000, 1);
	put_mapping(&t, 0, 1, 0x100, its);
	put_rmr(&t, 0, 0x300000, 1);
	put_mapping(&t, 0, 1, 0x100, 0x7fffffff);
	seal(&t);
	assert_reads(iort_parse, &t,
		     "rmr 0 100000-10ffff; rmr 0 200000-20ffff; rmr 0 300000-30ffff");
}
END_TEST

START_TEST(requester_ids_end_at_16_bits)
{
	struct table t;
	size_t smmu;

	put_iort(&t, 5);
	smmu = put_node(&t, SMMU_V3, 52);
	put_root(&t, 0);
	put_mapping(&t, 0xff00, 0x10000, 0, smmu);
	put_mapping(&t, 0xffffffff, 0x10, 0x40000, smmu);
	put_rmr(&t, 0, 0x100000, 1);
	put_mapping(&t, 0, 0xffffffff, 0, smmu);
	seal(&t);
	assert_reads(iort_parse, &t, "rmr 0 100000-10ffff range ff:00.0-ff:1f.7");
}
END_TEST

START_TEST(older_revision)
{
	struct table t;

	put_iort(&t, 4);
	put_rmr(&t, 0, 0x100000, 1);
	seal(&t);
	assert_reads(iort_parse, &t, "");
}
END_TEST

START_TEST(no_nodes)
{
	struct table t;

	put_iort(&t, 5);
	seal(&t);
	assert_reads(iort_parse, &t, "");
	memcpy(t.bytes, "DMAR", 4);
	ck_assert_int_eq(iort_parse(t.bytes, t.len, &(struct reserved_list){ 0 }, NULL), -ENOMSG);
}
END_TEST

START_TEST(cut_anywhere)
{
	struct table t;
	size_t smmu, first, second;

	put_iort(&t, 5);
	smmu = put_node(&t, SMMU_V3, 52);
	first = put_rmr(&t, 0, 0x100000, 1);
	put_mapping(&t, 0, 1, 0x100, smmu);
	second = put_rmr(&t, 0, 0x200000, 1);
	put_mapping(&t, 0, 1, 0x100, smmu);
	seal(&t);
	assert_cut(iort_parse, &t, (const size_t[]){ first + 48, second + 48, 0 });
}
END_TEST

START_TEST(lying_counts)
{
	struct table t;
	size_t smmu, rmr;

	put_iort(&t, 5);
	smmu = put_node(&t, SMMU_V3, 52);
	put_root(&t, 0);
	put_mapping(&t, 0, 0x10000, 0, smmu);
	rmr = put_rmr(&t, 0, 0x100000, 1);
	put_mapping(&t, 0, 1, 0x100, smmu);
	poke(&t, rmr + 8, 0xffffffff, 4);
	seal(&t);
	assert_damaged(iort_parse, &t, "rmr 0 100000-10ffff range 01:00.0-01:00.0",
		       "damaged at offset 0xac: a node announces 4294967295 elements, there is "
		       "room for 1");
	poke(&t, rmr + 8, 1, 4);
	poke(&t, 36, 9, 4);
	seal(&t);
	assert_damaged(iort_parse, &t, "rmr 0 100000-10ffff range 01:00.0-01:00.0",
		       "damaged at offset 0xf0: the table announces 9 nodes and ends after 3");
	poke(&t, 36, 3, 4);
	poke(&t, rmr + 28 + 8, 0, 8);
	seal(&t);
	assert_damaged(iort_parse, &t, "rmr 0 100000-100000 range 01:00.0-01:00.0",
		       "damaged at offset 0xc8: a reserved memory range, 0x0 bytes, is none or "
		       "too much");
}
END_TEST

/* Thousands of mappings on both sides must not take minutes, and must not hide the ranges. */
START_TEST(hostile_size)
{
	size_t count = 3000, len = 48 + 20 + 36 + count * 20 + 48 + count * 20;
	uint8_t *bytes = mem_zalloc(len);
	struct reserved_list list = { 0 };
	struct table t;
	struct err e;
	size_t at = 68;

	put_iort(&t, 5);
	put_node(&t, SMMU_V3, 4);
	put_root(&t, 0);
	poke(&t, at + 1, 36 + count * 20, 2);
	poke(&t, at + 8, count, 4);
	memcpy(bytes, t.bytes, t.len);
	at += 36 + count * 20;
	t.len = 0;
	put_rmr(&t, 0, 0x100000, 1);
	poke(&t, 1, 48 + count * 20, 2);
	poke(&t, 8, count, 4);
	poke(&t, 12, 48, 4);
	memcpy(bytes + at, t.bytes, t.len);
	bytes[36] = 3;
	for (size_t i = 0; i < 2 * count; i++)
		bytes[(i < count ? 68 + 36 + i * 20 : at + 48 + (i - count) * 20) + 12] = 48;
	for (size_t i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)(len >> (8 * i));
	ck_assert_int_eq(iort_parse(bytes, len, &list, &e), -EBADMSG);
	ck_assert_str_eq(e.message, "damaged at offset 0xeac8: more mappings and ranges than are "
				    "believable");
	ck_assert_uint_eq(list.count, 1);
	ck_assert_uint_eq(list.item[0].start, 0x100000);
	ck_assert_uint_gt(list.item[0].scope_count, 0);
	reserved_list_done(&list);
	free(bytes);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("iort");

	tcase_add_test(tests, one_card);
	tcase_add_test(tests, two_segments);
	tcase_add_test(tests, remapping_permitted);
	tcase_add_test(tests, not_for_pci);
	tcase_add_test(tests, requester_ids_end_at_16_bits);
	tcase_add_test(tests, older_revision);
	tcase_add_test(tests, no_nodes);
	tcase_add_test(tests, cut_anywhere);
	tcase_add_test(tests, lying_counts);
	tcase_add_test(tests, hostile_size);
	return suite_run("iort", tests);
}
