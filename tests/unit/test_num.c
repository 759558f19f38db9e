// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of numbers, sizes and booleans: the whole text or nothing. */
#include "base/num.h"

#include <errno.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define UNTOUCHED UINT64_C(0x5a5a5a5a)

static const struct {
	const char *text;
	int base;
	uint64_t max;
	int result;
	uint64_t number;
} numbers[] = {
	{ "0", 10, UINT64_MAX, 0, 0 },
	{ "10", 10, 10, 0, 10 },
	{ "11", 10, 10, -ERANGE, 0 },
	{ "000000000000000000000000000007", 10, 7, 0, 7 },
	{ "18446744073709551615", 10, UINT64_MAX, 0, UINT64_MAX },
	{ "18446744073709551616", 10, UINT64_MAX, -ERANGE, 0 },
	{ "99999999999999999999999", 10, UINT64_MAX, -ERANGE, 0 },
	{ "18446744073709551616x", 10, UINT64_MAX, -EINVAL, 0 },
	{ "", 10, UINT64_MAX, -EINVAL, 0 },
	{ " 1", 10, UINT64_MAX, -EINVAL, 0 },
	{ "1 ", 10, UINT64_MAX, -EINVAL, 0 },
	{ "-1", 10, UINT64_MAX, -EINVAL, 0 },
	{ "+1", 10, UINT64_MAX, -EINVAL, 0 },
	{ "1a", 10, UINT64_MAX, -EINVAL, 0 },
	{ "0x1", 10, UINT64_MAX, -EINVAL, 0 },
	{ "1.5", 10, UINT64_MAX, -EINVAL, 0 },
	{ "ff", 16, 0xff, 0, 0xff },
	{ "0xFf", 16, 0xff, 0, 0xff },
	{ "0XfF", 16, 0xff, 0, 0xff },
	{ "0x", 16, UINT64_MAX, -EINVAL, 0 },
	{ "0x0x1", 16, UINT64_MAX, -EINVAL, 0 },
	{ "fg", 16, UINT64_MAX, -EINVAL, 0 },
	{ "100", 16, 0xff, -ERANGE, 0 },
	{ "ffffffffffffffff", 16, UINT64_MAX, 0, UINT64_MAX },
	{ "10000000000000000", 16, UINT64_MAX, -ERANGE, 0 },
};

START_TEST(number)
{
	uint64_t value = UNTOUCHED;

	ck_assert_int_eq(num_parse(numbers[_i].text, numbers[_i].base, numbers[_i].max, &value),
			 numbers[_i].result);
	ck_assert_uint_eq(value, numbers[_i].result ? UNTOUCHED : numbers[_i].number);
}
END_TEST

static const struct {
	const char *text;
	int result;
	uint64_t bytes;
} sizes[] = {
	{ "0", 0, 0 },
	{ "512", 0, 512 },
	{ "1K", 0, 1024 },
	{ "1k", 0, 1024 },
	{ "512M", 0, UINT64_C(512) << 20 },
	{ "4G", 0, UINT64_C(4) << 30 },
	{ "2t", 0, UINT64_C(2) << 40 },
	{ "16777215T", 0, UINT64_C(16777215) << 40 },
	{ "16777216T", -ERANGE, 0 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "99999999999999999999G", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "G", -EINVAL, 0 },
	{ "4GB", -EINVAL, 0 },
	{ "4GiB", -EINVAL, 0 },
	{ "4 G", -EINVAL, 0 },
	{ "4P", -EINVAL, 0 },
	{ "1.5G", -EINVAL, 0 },
	{ "-1G", -EINVAL, 0 },
	{ "0x10", -EINVAL, 0 },
	{ " 1G", -EINVAL, 0 },
	{ "1G ", -EINVAL, 0 },
};

START_TEST(size)
{
	uint64_t value = UNTOUCHED;

	ck_assert_int_eq(num_parse_size(sizes[_i].text, &value), sizes[_i].result);
	ck_assert_uint_eq(value, sizes[_i].result ? UNTOUCHED : sizes[_i].bytes);
}
END_TEST

static const struct {
	const char *text;
	int result;
	uint64_t ms;
} times[] = {
	{ "10s", 0, 10000 },
	{ "10", 0, 10000 },
	{ "500ms", 0, 500 },
	{ "10 s", 0, 10000 },
	{ "1min 30s", 0, 90000 },
	{ "1min30", 0, 90000 },
	{ "2 hours 1sec 1msec", 0, 7201001 },
	{ "1m", 0, 60000 },
	{ "0", 0, 0 },
	{ "", -EINVAL, 0 },
	{ "s", -EINVAL, 0 },
	{ "-1s", -EINVAL, 0 },
	{ "1.5s", -EINVAL, 0 },
	{ "10 20", -EINVAL, 0 },
	{ "10S", -EINVAL, 0 },
	{ "10d", -EINVAL, 0 },
	{ "1 fortnight of mine", -EINVAL, 0 },
	{ " 10s", -EINVAL, 0 },
	{ "18446744073709551615s", -ERANGE, 0 },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "18446744073709551615ms 1ms", -ERANGE, 0 },
};

START_TEST(span)
{
	uint64_t value = UNTOUCHED;

	ck_assert_int_eq(num_parse_time(times[_i].text, &value), times[_i].result);
	ck_assert_uint_eq(value, times[_i].result ? UNTOUCHED : times[_i].ms);
}
END_TEST

static const struct {
	const char *text;
	int result;
	bool value;
} words[] = {
	{ "yes", 0, true },	    { "on", 0, true },	    { "true", 0, true },
	{ "YES", 0, true },	    { "no", 0, false },	    { "off", 0, false },
	{ "false", 0, false },	    { "Off", 0, false },    { "", -EINVAL, true },
	{ "1", -EINVAL, true },	    { "y", -EINVAL, true }, { "yes ", -EINVAL, true },
	{ "maybe", -EINVAL, true },
};

START_TEST(boolean)
{
	bool value = !words[_i].value, untouched = value;

	ck_assert_int_eq(num_parse_bool(words[_i].text, &value), words[_i].result);
	ck_assert_int_eq(value, words[_i].result ? untouched : words[_i].value);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("num");

	tcase_add_loop_test(tests, number, 0, ARRAY_SIZE(numbers));
	tcase_add_loop_test(tests, size, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tests, span, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(tests, boolean, 0, ARRAY_SIZE(words));
	return suite_run("num", tests);
}
