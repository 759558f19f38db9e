// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of text: the nearest word, what is safe to print, UTF-8. */
#include "base/str.h"

#include "base/cleanup.h"
#include "unit/suite.h"

static const char *const keys[] = { "memory",
				    "vcpus",
				    "name",
				    "serial",
				    "uri",
				    "kernel",
				    "a-name-too-long-to-be-compared-with-any" };

static const struct {
	const char *word;
	const char *nearest;
} typos[] = {
	{ "memory", "memory" },
	{ "memroy", "memory" },
	{ "Memory", "memory" },
	{ "mem", NULL },
	{ "vcpu", "vcpus" },
	{ "vcpsu", "vcpus" },
	{ "nmae", "name" },
	{ "serail", "serial" },
	{ "url", "uri" },
	{ "colour", NULL },
	{ "", NULL },
	{ "x", NULL },
	{ "a-name-too-long-to-be-compared-with-any", NULL },
};

START_TEST(nearest)
{
	const char *found = str_nearest(typos[_i].word, keys, ARRAY_SIZE(keys));

	ck_assert_pstr_eq(found, typos[_i].nearest);
}
END_TEST

START_TEST(nearest_of_none)
{
	ck_assert_ptr_null(str_nearest("memory", NULL, 0));
}
END_TEST

START_TEST(printable)
{
	char buf[12];

	ck_assert_str_eq(str_printable("", 0, buf, sizeof(buf)), "");
	ck_assert_str_eq(str_printable("plain", 5, buf, sizeof(buf)), "plain");
	ck_assert_str_eq(str_printable("\033[2J\n\0x", 7, buf, sizeof(buf)), "?[2J??x");
	ck_assert_str_eq(str_printable("caf\xc3\xa9", 5, buf, sizeof(buf)), "caf??");
	ck_assert_str_eq(str_printable("eleven char", 11, buf, sizeof(buf)), "eleven char");
	ck_assert_str_eq(str_printable("twelve chars", 12, buf, sizeof(buf)), "twelve c...");
	ck_assert_str_eq(str_printable("longer than the room", 20, buf, 8), "long...");
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	size_t taken;
	uint32_t code;
} characters[] = {
	{ "a", 1, 1, 'a' },
	{ "\0", 1, 1, 0 },
	{ "\x7f", 1, 1, 0x7f },
	{ "\xc3\xa9", 2, 2, 0xe9 },
	{ "\xe2\x82\xac", 3, 3, 0x20ac },
	{ "\xf0\x9f\x98\x80", 4, 4, 0x1f600 },
	{ "\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff },
	{ "\xed\x9f\xbf", 3, 3, 0xd7ff },
	{ "\xee\x80\x80", 3, 3, 0xe000 },
	/* cut */
	{ "", 0, 0, 0 },
	{ "\xc3\xa9", 1, 0, 0 },
	{ "\xe2\x82\xac", 2, 0, 0 },
	{ "\xf0\x9f\x98\x80", 3, 0, 0 },
	{ "\xc3", 2, 0, 0 },
	/* a continuation first, or missing */
	{ "\x80", 1, 0, 0 },
	{ "\xc3z", 2, 0, 0 },
	{ "\xe2\x82z", 3, 0, 0 },
	/* overlong */
	{ "\xc0\xaf", 2, 0, 0 },
	{ "\xc1\xbf", 2, 0, 0 },
	{ "\xe0\x9f\xbf", 3, 0, 0 },
	{ "\xf0\x8f\xbf\xbf", 4, 0, 0 },
	/* surrogates, beyond Unicode, bytes that never occur */
	{ "\xed\xa0\x80", 3, 0, 0 },
	{ "\xed\xbf\xbf", 3, 0, 0 },
	{ "\xf4\x90\x80\x80", 4, 0, 0 },
	{ "\xf8\x88\x80\x80\x80", 5, 0, 0 },
	{ "\xff", 1, 0, 0 },
};

START_TEST(utf8)
{
	uint32_t code = 0x5a5a;

	ck_assert_uint_eq(str_utf8(characters[_i].bytes, characters[_i].len, &code),
			  characters[_i].taken);
	ck_assert_uint_eq(code, characters[_i].taken ? characters[_i].code : 0x5a5a);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("str");

	tcase_add_loop_test(tests, nearest, 0, ARRAY_SIZE(typos));
	tcase_add_test(tests, nearest_of_none);
	tcase_add_test(tests, printable);
	tcase_add_loop_test(tests, utf8, 0, ARRAY_SIZE(characters));
	return suite_run("str", tests);
}
