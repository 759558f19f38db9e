// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of JSON: what is written reads back the same, and what is no object is refused. */
#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_out.h"
#include "unit/suite.h"

START_TEST(written)
{
	_cleanup_json_ struct json *object = json_new_object();
	_cleanup_free_ char *text = NULL;
	struct json *array = json_new_array();
	struct strlist list = { 0 };

	strlist_add(&list, "flr");
	strlist_add(&list, "bus");
	json_put_str(object, "schema", "vmrun.test/1");
	json_put_str(object, "driver", NULL);
	json_put_int(object, "slot", -1);
	json_put_hex(object, "start", 0xfee00000);
	json_put_bool(object, "boot", true);
	json_put_list(object, "reset", &list);
	json_add_str(array, "a/b");
	json_add_str(array, NULL);
	json_put(object, "mixed", array);
	json_put(object, "nothing", NULL);
	strlist_done(&list);
	text = json_text(object);
	ck_assert_str_eq(text, "{\n"
			       "  \"schema\": \"vmrun.test/1\",\n"
			       "  \"driver\": null,\n"
			       "  \"slot\": -1,\n"
			       "  \"start\": \"0xfee00000\",\n"
			       "  \"boot\": true,\n"
			       "  \"reset\": [\n    \"flr\",\n    \"bus\"\n  ],\n"
			       "  \"mixed\": [\n    \"a/b\",\n    null\n  ],\n"
			       "  \"nothing\": null\n"
			       "}\n");
}
END_TEST

/* Longer than what is gathered before it goes to the file, and deeper than there are blanks ready. */
START_TEST(written_at_length)
{
	_cleanup_free_ char *text = NULL, *large = mem_zalloc(20001);
	struct json_out out = { 0 };
	size_t len = 0, at;

	memset(large, 'x', 20000);
	out.file = open_memstream(&text, &len);
	ck_assert_ptr_nonnull(out.file);
	json_out_array(&out, NULL);
	for (int i = 0; i < 3000; i++)
		json_out_int(&out, NULL, -i);
	json_out_str(&out, NULL, large);
	for (int i = 0; i < 20; i++)
		json_out_array(&out, NULL);
	json_out_str(&out, NULL, "\x01\x1f\"\\\n\xc3\xa9\xe9");
	for (int i = 0; i < 21; i++)
		json_out_array_end(&out);
	ck_assert_int_eq(fclose(out.file), 0);
	ck_assert_uint_eq(strlen(text), len);
	at = (size_t)(strstr(text, "x") - text);
	ck_assert_ptr_nonnull(strstr(text, "[\n  0,\n  -1,\n  -2,\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n  -2998,\n  -2999,\n  \"x"));
	ck_assert_uint_eq(strspn(text + at, "x"), 20000);
	ck_assert_ptr_nonnull(strstr(text, "[\n                                          "
					   "\"\\u0001\\u001f\\\"\\\\\\n\xc3\xa9?\"\n"));
	ck_assert_str_eq(text + len - 7, "\n  ]\n]\n");
}
END_TEST

static const struct {
	const char *text;
	const char *stored;
} strings[] = {
	{ "", "" },
	{ "caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80" },
	{ "tab\t quote\" back\\slash\n\x01", "tab\t quote\" back\\slash\n\x01" },
	/* what a disk's or a card's firmware gives as a name need not be text */
	{ "caf\xe9", "caf?" },
	{ "\xff\xfe", "??" },
	{ "\xed\xa0\x80", "???" },
	{ "cut \xe2\x82", "cut ??" },
};

START_TEST(text_survives)
{
	_cleanup_json_ struct json *object = json_new_object(), *again = NULL;
	_cleanup_free_ char *text = NULL;

	json_put_str(object, "key", strings[_i].text);
	ck_assert_str_eq(json_get_str(object, "key"), strings[_i].stored);
	text = json_text(object);
	ck_assert_int_eq(json_parse(text, strlen(text), &again, NULL), 0);
	ck_assert_str_eq(json_get_str(again, "key"), strings[_i].stored);
}
END_TEST

START_TEST(looked_into)
{
	static const char text[] =
		"{\"s\":\"x\",\"i\":-5,\"big\":9007199254740993,\"b\":true,\"n\":null,"
		"\"a\":[1,{\"k\":\"v\"}],\"f\":1.5}";
	_cleanup_json_ struct json *o = NULL;
	int64_t number = 77;

	ck_assert_int_eq(json_parse(text, strlen(text), &o, NULL), 0);
	ck_assert_str_eq(json_get_str(o, "s"), "x");
	ck_assert_ptr_null(json_get_str(o, "i"));
	ck_assert_ptr_null(json_get_str(o, "absent"));
	ck_assert_ptr_null(json_get(o, "n"));
	ck_assert_int_eq(json_get_int(o, "s", &number), -EINVAL);
	ck_assert_int_eq(json_get_int(o, "f", &number), -EINVAL);
	ck_assert_int_eq(json_get_int(o, "absent", &number), -EINVAL);
	ck_assert_int_eq(number, 77);
	ck_assert_int_eq(json_get_int(o, "i", &number), 0);
	ck_assert_int_eq(number, -5);
	ck_assert_int_eq(json_get_int(o, "big", &number), 0);
	ck_assert_int_eq(number, INT64_C(9007199254740993));
	ck_assert(json_get_bool(o, "b"));
	ck_assert(!json_get_bool(o, "s"));
	ck_assert(!json_get_bool(o, "absent"));
	ck_assert_uint_eq(json_count(json_get(o, "a")), 2);
	ck_assert_uint_eq(json_count(json_get(o, "s")), 0);
	ck_assert_uint_eq(json_count(NULL), 0);
	ck_assert_str_eq(json_get_str(json_at(json_get(o, "a"), 1), "k"), "v");
	ck_assert_ptr_null(json_at(json_get(o, "a"), 2));
	ck_assert_ptr_null(json_get(json_at(json_get(o, "a"), 0), "k"));
	ck_assert_ptr_null(json_get(NULL, "k"));
}
END_TEST

static const struct {
	const char *text;
	const char *message;
} bad[] = {
	{ "", "not a JSON object: it is empty or cut" },
	{ "{\"a\":1", "not a JSON object: it is empty or cut" },
	{ "{\"a\":\"", "not a JSON object: it is empty or cut" },
	{ "[]", "not a JSON object: it is another value" },
	{ "\"text\"", "not a JSON object: it is another value" },
	{ "{} x", "not a JSON object: unexpected character" },
	{ "{}{}", "not a JSON object: unexpected character" },
	{ "{\"a\":1,}", "not a JSON object: unexpected character" },
	{ "{a:1}", "not a JSON object: quoted object property name expected" },
};

START_TEST(refused)
{
	struct json *value = NULL;
	struct err e = { 0 };

	ck_assert_int_eq(json_parse(bad[_i].text, strlen(bad[_i].text), &value, &e), -EINVAL);
	ck_assert_str_eq(e.message, bad[_i].message);
	ck_assert_ptr_null(value);
}
END_TEST

/* Result of reading an object whose member is @levels arrays, one in the other. */
static int parse_nested(size_t levels)
{
	_cleanup_json_ struct json *value = NULL;
	char text[256] = "{\"a\":";

	memset(text + strlen(text), '[', levels);
	memset(text + strlen(text), ']', levels);
	strcat(text, "}");
	return json_parse(text, strlen(text), &value, NULL);
}

START_TEST(depth)
{
	ck_assert_int_eq(parse_nested(30), 0);
	ck_assert_int_eq(parse_nested(32), -EINVAL);
	ck_assert_int_eq(parse_nested(100), -EINVAL);
}
END_TEST

START_TEST(replaced)
{
	_cleanup_json_ struct json *object = json_new_object();

	json_put_str(object, "key", "first");
	json_put(object, "key", json_new_array());
	ck_assert_ptr_null(json_get_str(object, "key"));
	json_free(NULL);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json");

	tcase_add_test(tests, written);
	tcase_add_test(tests, written_at_length);
	tcase_add_loop_test(tests, text_survives, 0, ARRAY_SIZE(strings));
	tcase_add_test(tests, looked_into);
	tcase_add_loop_test(tests, refused, 0, ARRAY_SIZE(bad));
	tcase_add_test(tests, depth);
	tcase_add_test(tests, replaced);
	return suite_run("json", tests);
}
