// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of PCI addresses: forms taken and refused, text, order. */
#include "model/pciaddr.h"

#include <errno.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static const struct {
	const char *text;
	struct pciaddr addr;
	const char *canonical;
} good[] = {
	{ "0000:05:00.0", { 0, 5, 0, 0 }, "0000:05:00.0" },
	{ "05:00.0", { 0, 5, 0, 0 }, "0000:05:00.0" },
	{ "0:5:0.1", { 0, 5, 0, 1 }, "0000:05:00.1" },
	{ "FF:1F.7", { 0, 0xff, 0x1f, 7 }, "0000:ff:1f.7" },
	{ "10000:e1:00.0", { 0x10000, 0xe1, 0, 0 }, "10000:e1:00.0" },
	{ "ffffffff:ff:1f.7", { 0xffffffff, 0xff, 0x1f, 7 }, "ffffffff:ff:1f.7" },
	{ "00000000:00:00.0", { 0, 0, 0, 0 }, "0000:00:00.0" },
};

START_TEST(taken)
{
	struct pciaddr addr;
	char buf[PCIADDR_STRLEN];

	ck_assert_int_eq(pciaddr_parse(good[_i].text, &addr), 0);
	ck_assert_msg(pciaddr_equal(&addr, &good[_i].addr), "%s is read as %s", good[_i].text,
		      PCIADDR_STR(&addr));
	ck_assert_str_eq(pciaddr_format(&addr, buf), good[_i].canonical);
	ck_assert_int_eq(pciaddr_parse(buf, &addr), 0);
	ck_assert(pciaddr_equal(&addr, &good[_i].addr));
}
END_TEST

static const char *const bad[] = {
	"",	      "05",	      "05:00",		"05:00.",     "05:00.8",
	"05:00.f",    "05:20.0",      "05:00.00",	"05:00.0 ",   " 05:00.0",
	"05:00.0x",   "005:00.0",     "05:000.0",	"0000:05:00", ":05:00.0",
	"0000::00.0", "0000:05:.0",   "0000:05:00.0:",	"0:0:0:0.0",  "123456789:05:00.0",
	"+5:00.0",    "0x5:00.0",     "05:-1.0",	"05.00.0",    "05:00:0",
	"g5:00.0",    "0000:05:00.*", "0000:05:00.0\n",
};

START_TEST(refused)
{
	struct pciaddr addr = { 1, 2, 3, 4 };

	ck_assert_msg(pciaddr_parse(bad[_i], &addr) == -EINVAL, "\"%s\" is taken", bad[_i]);
	ck_assert_msg(pciaddr_equal(&addr, &(struct pciaddr){ 1, 2, 3, 4 }),
		      "\"%s\" changed the result", bad[_i]);
}
END_TEST

START_TEST(sorted)
{
	static const struct pciaddr list[] = {
		{ 0, 0, 0, 0 }, { 0, 0, 0, 7 },	      { 0, 0, 0x1f, 0 },       { 0, 0xff, 0, 0 },
		{ 1, 0, 0, 0 }, { 0x10000, 0, 0, 0 }, { 0xffffffff, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		for (size_t k = 0; k < ARRAY_SIZE(list); k++) {
			int order = pciaddr_compare(&list[i], &list[k]);

			ck_assert_int_eq((order > 0) - (order < 0), (i > k) - (i < k));
			ck_assert_int_eq(pciaddr_equal(&list[i], &list[k]), i == k);
		}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("pciaddr");

	tcase_add_loop_test(tests, taken, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(tests, refused, 0, ARRAY_SIZE(bad));
	tcase_add_test(tests, sorted);
	return suite_run("pciaddr", tests);
}
