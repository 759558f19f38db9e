// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of qemu.conf: read as libvirt 9.0 does, and added to in place. */
#include "model/qemuconf.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/mkinitcpio.h"
#include "unit/suite.h"

/* What virConfReadString() of libvirt 9.0 takes, and the list it then has; refused where @error is set. */
static const struct {
	const char *text, *list, *error;
} reading[] = {
	{ "a = [ \"x\", \"y\" ]\n", "x y", NULL },
	{ "a = [\n \"x\",\n \"y\",\n]\n", "x y", NULL },
	{ "a = [ \"x\" ]\na = [ \"z\" ]\n", "x", NULL },
	{ "a = [ \"x\" ]\r\nb = 1\r\n", "x", NULL },
	{ "a = [ \"x\"\r\n, \"y\" ]\r\n", "x y", NULL },
	{ "a = [ 'x', \"\"\"y\"\"\" ] # c\n", "x y", NULL },
	{ " a=[\"x\"]", "x", NULL },
	{ "a = [ ]\n", "", NULL },
	{ "a = [ \"x\" ] ; b = 2\n", "x", NULL },
	{ "# c\n\n  # d\nb = -1\na = [ \"x\" ]", "x", NULL },
	{ "a = [ \"x\", # c\n \"y\" ]\n", NULL, "f:1: a comment within a list" },
	{ "\na = [ \"x\",\n # c\n \"y\" ]\n", NULL, "f:3: a comment within a list" },
	{ "a = [ \"x\" ] b = 1\n", NULL, "f:1: something behind" },
	{ "a\n= [ \"x\" ]", NULL, "f:1: not KEY" },
	{ "a =\n [ \"x\" ]", NULL, "f:1: a value" },
	{ "a = [ , \"x\" ]\n", NULL, "f:1: a value" },
	{ "a = [ \"x\" \"y\" ]\n", NULL, "f:1: no comma" },
	{ "a = \"x\ny\"\n", NULL, "f:1: a string" },
	{ "a = [ \"x\\\"y\" ]\n", NULL, "f:1: no comma" },
	{ "b = [ \"x\",\n\n", NULL, "f:1: a list does not end" },
	{ "a.b = 1\n", NULL, "f:1: not KEY" },
	{ "9a = 1\n", NULL, "f:1: not KEY" },
	{ "a = [[[[[[[[[[ 1 ]]]]]]]]]]\n", NULL, "f:1: too many" },
};

static void said(const struct err *e, const char *wanted)
{
	_cleanup_free_ char *text = mem_printf("%s: %s", e->subject, e->message);

	ck_assert_msg(!strncmp(text, wanted, strlen(wanted)), "%s", text);
}

START_TEST(reads)
{
	const char *text = reading[_i].text;
	_cleanup_qemuconf_ struct qemuconf conf = { 0 };
	_cleanup_free_ char *joined = NULL;
	struct strlist list = { 0 };
	struct err e = { 0 };
	int r = qemuconf_scan(text, strlen(text), "f", &conf, &e);

	if (reading[_i].error) {
		ck_assert_int_lt(r, 0);
		said(&e, reading[_i].error);
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
	ck_assert(qemuconf_strings(qemuconf_find(&conf, "a"), &list));
	joined = strlist_join(&list, " ");
	ck_assert_str_eq(joined, reading[_i].list);
	strlist_done(&list);
}
END_TEST

static const struct {
	const char *before, *after, *error;
} adding[] = {
	{ "a = [ \"x\", \"y\" ]\n", "a = [ \"x\", \"y\" ]\n", NULL },
	{ "a = [ 'y', 'x' ]\n", "a = [ 'y', 'x' ]\n", NULL },
	{ "a = [ \"x\" ] # c\n", "a = [ \"x\", \"y\" ] # c\n", NULL },
	{ "# c\na = [\n    \"q\", \"x\"\n]\nb = 1\n",
	  "# c\na = [\n    \"q\", \"x\",\n    \"y\"\n]\nb = 1\n", NULL },
	{ "a = [\n\t\"q\",\n]\n", "a = [\n\t\"q\",\n\t\"x\", \"y\",\n]\n", NULL },
	{ "a = [\r\n  \"x\"\r\n]\r\n", "a = [\r\n  \"x\",\r\n  \"y\"\r\n]\r\n", NULL },
	{ "a = []\n", "a = [ \"x\", \"y\"]\n", NULL },
	{ "a = [ \"y\" ]\na = [ \"z\" ]\n", "a = [ \"y\", \"x\" ]\na = [ \"z\" ]\n", NULL },
	{ "", "a = [\n    \"n\", \"x\", \"y\"\n]\n", NULL },
	{ "b = 1", "b = 1\na = [\n    \"n\", \"x\", \"y\"\n]\n", NULL },
	{ "b = 1\na = \"x\"\n", NULL, "f:2: a is no list of strings" },
	{ "a = [ \"x\", 1 ]\n", NULL, "f:1: a is no list of strings" },
	{ "a = [ \"x\", # c\n \"y\" ]\n", NULL, "f:1: a comment within a list" },
};

START_TEST(adds)
{
	const char *before = adding[_i].before;
	_cleanup_free_ char *got = NULL, *again = NULL;
	struct strlist wanted = { 0 }, fresh = { 0 };
	struct err e = { 0 };
	int r;

	strlist_add(&wanted, "x");
	strlist_add(&wanted, "y");
	strlist_add(&fresh, "n");
	strlist_add(&fresh, "x");
	r = qemuconf_add(before, strlen(before), "f", "a", &wanted, &fresh, &got, &e);
	if (adding[_i].error) {
		ck_assert_int_lt(r, 0);
		said(&e, adding[_i].error);
	} else {
		ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
		ck_assert_str_eq(got, adding[_i].after);
		ck_assert_int_eq(
			qemuconf_add(got, strlen(got), "f", "a", &wanted, &fresh, &again, &e), 0);
		ck_assert_str_eq(again, got);
	}
	strlist_done(&wanted);
	strlist_done(&fresh);
}
END_TEST

static const struct {
	const char *before, *after, *error;
} hooks[] = {
	{ "HOOKS=(base udev autodetect)\n", "HOOKS=(base vmrun udev autodetect)\n", NULL },
	{ "HOOKS=(systemd sd-vconsole)\n", "HOOKS=(vmrun systemd sd-vconsole)\n", NULL },
	{ "# HOOKS=(udev)\nHOOKS=(\n  base # c udev\n  udev\n)\n",
	  "# HOOKS=(udev)\nHOOKS=(\n  base # c udev\n  vmrun udev\n)\n", NULL },
	{ "HOOKS=\"base udev\"\n", "HOOKS=\"base vmrun udev\"\n", NULL },
	{ "HOOKS=(base vmrun udev)\n", "HOOKS=(base vmrun udev)\n", NULL },
	{ "HOOKS=(base udev)\nHOOKS+=(x)\n", "HOOKS=(base vmrun udev)\nHOOKS+=(x)\n", NULL },
	{ "HOOKS=(udev)\nHOOKS=(systemd)\n", "HOOKS=(udev)\nHOOKS=(vmrun systemd)\n", NULL },
	{ "HOOKS=(base)\n", NULL, "f: its HOOKS have neither" },
	{ "MODULES=()\n", NULL, "f: its HOOKS have neither" },
	{ "HOOKS=(base udev\n", NULL, "f:1: an array does not end" },
	{ "if x; then HOOKS=(udev); fi\n", NULL, "f:1: HOOKS is set within" },
};

START_TEST(mkinitcpio)
{
	const char *before = hooks[_i].before;
	_cleanup_free_ char *got = NULL;
	struct err e = { 0 };
	int r = mkinitcpio_add_hook(before, strlen(before), "f", "vmrun", &got, &e);

	if (hooks[_i].error) {
		ck_assert_int_lt(r, 0);
		said(&e, hooks[_i].error);
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
	ck_assert_str_eq(got, hooks[_i].after);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("qemuconf");

	tcase_add_loop_test(tests, reads, 0, ARRAY_SIZE(reading));
	tcase_add_loop_test(tests, adds, 0, ARRAY_SIZE(adding));
	tcase_add_loop_test(tests, mkinitcpio, 0, ARRAY_SIZE(hooks));
	return suite_run("qemuconf", tests);
}
