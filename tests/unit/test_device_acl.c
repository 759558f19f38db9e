// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of cgroup_device_acl: which nodes of a profile libvirt's daemon would refuse QEMU, and the line that allows them. */
#include "decide/device_acl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit/suite.h"

static int check(const char *conf_text, const char *node, struct err *e)
{
	struct strlist nodes = { 0 };
	struct qemu_conf conf = { 0 };
	int r;

	hostfacts_parse_qemu_conf(conf_text, &conf);
	strlist_add(&nodes, node);
	r = device_acl_check("a.profile", &nodes, &conf, e);
	strlist_done(&nodes);
	qemu_conf_done(&conf);
	return r;
}

START_TEST(nodes)
{
	static const char own[] = "cgroup_device_acl = [ \"/dev/null\", \"/dev/fb0\" ]\n";
	struct err e = { 0 };

	ck_assert_int_eq(check("", "/dev/null", NULL), 0);
	ck_assert_int_eq(check("#cgroup_device_acl = [ ]\n", "/dev/kvm", NULL), 0);
	ck_assert_int_eq(check(own, "/dev/fb0", NULL), 0);
	/* A list of its own replaces the one built in. */
	ck_assert_int_eq(check(own, "/dev/kvm", &e), -EACCES);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_ptr_nonnull(strstr(e.message, "/dev/kvm"));
	ck_assert_ptr_nonnull(
		strstr(e.fix, "cgroup_device_acl = [ \"/dev/null\", \"/dev/fb0\", \"/dev/kvm\" ]"));
	ck_assert_int_eq(check("", "/dev/fb0", &e), -EACCES);
	ck_assert_ptr_nonnull(strstr(e.fix, "\"/dev/ptmx\", \"/dev/kvm\", \"/dev/fb0\" ]"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("device_acl");

	tcase_add_test(tests, nodes);
	return suite_run("device_acl", tests);
}
