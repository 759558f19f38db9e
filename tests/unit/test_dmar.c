// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading DMAR: no RMRR is lost, whatever the table looks like. */
#include "model/dmar.h"

#include "model/acpi.h"
#include "unit/suite.h"
#include "unit/table.h"

static void put_dmar(struct table *t)
{
	put_header(t, "DMAR", 1, 48);
	t->bytes[36] = 38;
}

/* A structure of @type with @size bytes after its header. */
static void put_other(struct table *t, uint16_t type, size_t size)
{
	put(t, type, 2);
	put(t, 4 + size, 2);
	for (size_t i = 0; i < size; i++)
		put(t, 0xa5, 1);
}

static void put_rmrr(struct table *t, uint16_t segment, uint64_t base, uint64_t limit)
{
	t->open = t->len;
	put(t, 1, 2);
	put(t, 24, 2);
	put(t, 0, 2);
	put(t, segment, 2);
	put(t, base, 8);
	put(t, limit, 8);
}

/* A scope of the RMRR that was put last; @path has dev and fn in turn. */
static void put_scope(struct table *t, uint8_t type, uint8_t bus, const uint8_t *path, size_t hops)
{
	put(t, type, 1);
	put(t, 6 + 2 * hops, 1);
	put(t, 0, 3);
	put(t, bus, 1);
	for (size_t i = 0; i < 2 * hops; i++)
		put(t, path[i], 1);
	poke(t, t->open + 2, t->len - t->open, 2);
}

#define ENDPOINT 1
#define SUBTREE 2
#define SCOPE(t, type, bus, ...)                                  \
	put_scope(t, type, bus, (const uint8_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint8_t[]){ __VA_ARGS__ }) / 2)

START_TEST(one_controller)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0xdf6a5000, 0xdf6b3fff);
	SCOPE(&t, ENDPOINT, 0, 0x1d, 0);
	SCOPE(&t, ENDPOINT, 0, 0x1a, 0);
	seal(&t);
	assert_reads(dmar_parse, &t, "rmrr 0 df6a5000-df6b3fff endpoint 00:1d.0, endpoint 00:1a.0");
}
END_TEST

START_TEST(cards_behind_bridges)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x791f4000, 0x791f7fff);
	SCOPE(&t, ENDPOINT, 0, 0x1c, 0, 0, 2);
	SCOPE(&t, ENDPOINT, 0x80, 2, 0, 0x1f, 7, 0, 0);
	SCOPE(&t, SUBTREE, 0x40, 3, 0);
	put_rmrr(&t, 2, 0x100000000, 0x1ffffffff);
	SCOPE(&t, ENDPOINT, 0xff, 0, 0);
	seal(&t);
	assert_reads(dmar_parse, &t,
		     "rmrr 0 791f4000-791f7fff endpoint 00:1c.0/00.2, "
		     "endpoint 80:02.0/1f.7/00.0, subtree 40:03.0; "
		     "rmrr 2 100000000-1ffffffff endpoint ff:00.0");
}
END_TEST

START_TEST(longest_path)
{
	struct reserved_list list = { 0 };
	uint8_t path[2 * SCOPE_HOPS_MAX];
	struct table t;

	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = (uint8_t)(i % 8);
	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	put_scope(&t, ENDPOINT, 0, path, SCOPE_HOPS_MAX);
	seal(&t);
	ck_assert_int_eq(dmar_parse(t.bytes, t.len, &list, NULL), 0);
	ck_assert_uint_eq(list.item[0].scopes[0].hops, SCOPE_HOPS_MAX);
	ck_assert_uint_eq(list.item[0].scopes[0].path[123].dev, 246 % 8);
	ck_assert_uint_eq(list.item[0].scopes[0].path[123].fn, 247 % 8);
	reserved_list_done(&list);
}
END_TEST

/* DRHD, ATSR, RHSA, ANDD, SATC, SIDP, and types that do not exist yet. */
START_TEST(other_structures)
{
	static const uint16_t types[] = { 0, 2, 3, 4, 5, 6, 7, 0x101, 0xffff };
	struct table t;

	put_dmar(&t);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		put_other(&t, types[i], i * 5);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	SCOPE(&t, ENDPOINT, 0, 0x14, 0);
	put_other(&t, 0, 12);
	seal(&t);
	assert_reads(dmar_parse, &t, "rmrr 0 1000-1fff endpoint 00:14.0");
}
END_TEST

/* I/O APIC, timer and ACPI namespace scopes are no functions; what stands behind them counts. */
START_TEST(other_scopes)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	SCOPE(&t, 3, 0, 0x1f, 7);
	SCOPE(&t, 4, 0, 0x1f, 6);
	SCOPE(&t, 5, 0, 0x1f, 5);
	SCOPE(&t, 0xee, 0, 0x1f, 4, 1, 1);
	SCOPE(&t, ENDPOINT, 0, 2, 0);
	seal(&t);
	assert_reads(dmar_parse, &t, "rmrr 0 1000-1fff endpoint 00:02.0");
}
END_TEST

START_TEST(no_ranges)
{
	struct table t;

	put_dmar(&t);
	seal(&t);
	assert_reads(dmar_parse, &t, "");
	put_other(&t, 0, 12);
	seal(&t);
	assert_reads(dmar_parse, &t, "");
}
END_TEST

/* What firmware gets wrong and the kernel takes: these devices are refused, so they must not look free. */
START_TEST(strange_but_whole)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0xcc000000, 0xcbffffff);
	SCOPE(&t, ENDPOINT, 0, 2, 0);
	put_rmrr(&t, 0, 0, 0);
	SCOPE(&t, ENDPOINT, 0, 0x14, 0);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	put(&t, 0, 40);
	seal(&t);
	assert_reads(dmar_parse, &t,
		     "rmrr 0 cc000000-cbffffff endpoint 00:02.0; rmrr 0 0-0 endpoint 00:14.0; "
		     "rmrr 0 1000-1fff");
}
END_TEST

START_TEST(appends)
{
	struct reserved_list list = { 0 };
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	seal(&t);
	ck_assert_int_eq(dmar_parse(t.bytes, t.len, &list, NULL), 0);
	ck_assert_int_eq(dmar_parse(t.bytes, t.len, &list, NULL), 0);
	ck_assert_str_eq(list_text(&list), "rmrr 0 1000-1fff; rmrr 0 1000-1fff");
	reserved_list_done(&list);
}
END_TEST

START_TEST(bytes_behind_the_table)
{
	struct table t;
	size_t len;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	seal(&t);
	len = t.len;
	put_rmrr(&t, 0, 0x2000, 0x2fff);
	assert_reads(dmar_parse, &t, "rmrr 0 1000-1fff");
	ck_assert_int_eq(acpi_table_check(t.bytes, len, "DMAR", NULL), 0);
}
END_TEST

START_TEST(another_table)
{
	struct reserved_list list = { 0 };
	struct err e = { 0 };
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	memcpy(t.bytes, "SSDT", 4);
	seal(&t);
	ck_assert_int_eq(dmar_parse(t.bytes, t.len, &list, &e), -ENOMSG);
	ck_assert_uint_eq(list.count, 0);
	ck_assert_str_eq(e.message, "no table of this kind: another signature");
	ck_assert_int_eq(dmar_parse(t.bytes, 35, &list, &e), -ENOMSG);
	ck_assert_str_eq(e.message, "no ACPI table: 35 bytes are less than a header");
	ck_assert_str_eq(e.subject, "DMAR");
}
END_TEST

START_TEST(cut_anywhere)
{
	struct table t;

	put_dmar(&t);
	put_other(&t, 0, 12);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	SCOPE(&t, ENDPOINT, 0, 0x1c, 0, 0, 0);
	put_rmrr(&t, 0, 0x2000, 0x2fff);
	SCOPE(&t, ENDPOINT, 0, 2, 0);
	seal(&t);
	assert_cut(dmar_parse, &t, (const size_t[]){ 48 + 16 + 24, 48 + 16 + 34 + 24, 0 });
}
END_TEST

/* A scope that lies hides neither its own range, nor the scopes before it, nor the next range. */
START_TEST(lying_scope)
{
	static const uint8_t lies[] = { 0, 1, 5, 9, 255 };
	char message[128];
	struct table t;

	for (size_t i = 0; i < sizeof(lies); i++) {
		put_dmar(&t);
		put_rmrr(&t, 0, 0x1000, 0x1fff);
		SCOPE(&t, ENDPOINT, 0, 0x1d, 0);
		SCOPE(&t, ENDPOINT, 0, 0x1a, 0);
		put_rmrr(&t, 0, 0x2000, 0x2fff);
		SCOPE(&t, ENDPOINT, 0, 2, 0);
		poke(&t, 48 + 24 + 8 + 1, lies[i], 1);
		seal(&t);
		snprintf(message, sizeof(message),
			 "damaged at offset 0x50: a device scope says it has %u bytes, "
			 "its RMRR has 8 more",
			 lies[i]);
		assert_damaged(
			dmar_parse, &t,
			"rmrr 0 1000-1fff endpoint 00:1d.0; rmrr 0 2000-2fff endpoint 00:02.0",
			message);
	}
}
END_TEST

START_TEST(broken_paths)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	put_scope(&t, ENDPOINT, 0, NULL, 0);
	SCOPE(&t, ENDPOINT, 0, 2, 0);
	seal(&t);
	assert_damaged(dmar_parse, &t, "rmrr 0 1000-1fff endpoint 00:02.0",
		       "damaged at offset 0x48: a device scope has no path");

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	SCOPE(&t, ENDPOINT, 0, 0x1c, 0, 0, 0);
	t.bytes[48 + 24 + 1]--;
	t.bytes[48 + 2]--;
	t.len--;
	seal(&t);
	assert_damaged(dmar_parse, &t, "rmrr 0 1000-1fff endpoint 00:1c.0",
		       "damaged at offset 0x48: the path of a device scope ends in the middle "
		       "of a hop");
}
END_TEST

START_TEST(lying_structure)
{
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	put_other(&t, 0, 12);
	put_rmrr(&t, 0, 0x2000, 0x2fff);
	poke(&t, 48 + 24 + 2, 3, 2);
	seal(&t);
	assert_damaged(dmar_parse, &t, "rmrr 0 1000-1fff",
		       "damaged at offset 0x48: a structure says it has 3 bytes, less than its "
		       "header");
	poke(&t, 48 + 24 + 2, 16, 2);
	poke(&t, 48 + 24 + 16 + 2, 200, 2);
	seal(&t);
	assert_damaged(dmar_parse, &t, "rmrr 0 1000-1fff; rmrr 0 2000-2fff",
		       "damaged at offset 0x58: a structure says it has 200 bytes, the table has "
		       "24 more");
	poke(&t, 48 + 2, 16, 2);
	poke(&t, 48 + 16, 0x00080009, 4);
	poke(&t, 48 + 24 + 16 + 2, 24, 2);
	seal(&t);
	assert_damaged(dmar_parse, &t, "rmrr 0 2000-2fff",
		       "damaged at offset 0x30: an RMRR has 16 bytes, too few for its addresses");
}
END_TEST

/* The kernel warns of a wrong checksum and uses the table. */
START_TEST(checksum)
{
	struct err e = { 0 };
	struct table t;

	put_dmar(&t);
	put_rmrr(&t, 0, 0x1000, 0x1fff);
	seal(&t);
	ck_assert_int_eq(acpi_table_check(t.bytes, t.len, "DMAR", &e), 0);
	ck_assert_int_eq(acpi_table_check(t.bytes, t.len, "IVRS", &e), -ENOMSG);
	ck_assert_int_eq(acpi_table_check(t.bytes, t.len - 1, "DMAR", &e), -EBADMSG);
	ck_assert_str_eq(e.message, "damaged at offset 0x4: the table says it has 72 bytes, "
				    "there are 71");
	t.bytes[9]++;
	ck_assert_int_eq(acpi_table_check(t.bytes, t.len, "DMAR", &e), -EBADMSG);
	ck_assert_str_eq(e.message, "wrong checksum: the bytes sum up to 0x01");
	assert_reads(dmar_parse, &t, "rmrr 0 1000-1fff");
	poke(&t, 4, 35, 4);
	ck_assert_int_eq(acpi_table_check(t.bytes, t.len, "DMAR", &e), -EBADMSG);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("dmar");

	tcase_add_test(tests, one_controller);
	tcase_add_test(tests, cards_behind_bridges);
	tcase_add_test(tests, longest_path);
	tcase_add_test(tests, other_structures);
	tcase_add_test(tests, other_scopes);
	tcase_add_test(tests, no_ranges);
	tcase_add_test(tests, strange_but_whole);
	tcase_add_test(tests, appends);
	tcase_add_test(tests, bytes_behind_the_table);
	tcase_add_test(tests, another_table);
	tcase_add_test(tests, cut_anywhere);
	tcase_add_test(tests, lying_scope);
	tcase_add_test(tests, broken_paths);
	tcase_add_test(tests, lying_structure);
	tcase_add_test(tests, checksum);
	return suite_run("dmar", tests);
}
