// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the choice of the libvirt connection. */
#include <pwd.h>

#include "guest.h"

/* Not set up by a test: what the machine's own environment says. */
static void clear(void)
{
	unsetenv("VMRUN_URI");
	unsetenv("LIBVIRT_DEFAULT_URI");
}

static void choose(const struct root *root, const char *option, const char *profile,
		   struct virt_where *ret)
{
	struct err e = { 0 };

	assert_ok(virt_choose(root, option, profile, "guest", ret, &e));
}

START_TEST(who_names_it_first)
{
	struct virt_where where;
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	setenv("VMRUN_URI", "test:///own", 1);
	setenv("LIBVIRT_DEFAULT_URI", "test:///theirs", 1);
	choose(&root, "test:///option", "test:///profile", &where);
	ck_assert_str_eq(where.uri, "test:///option");
	ck_assert_str_eq(where.why, "test:///option (--connect)");
	virt_where_done(&where);
	choose(&root, NULL, "test:///profile", &where);
	ck_assert_str_eq(where.why, "test:///profile (the profile's uri)");
	virt_where_done(&where);
	choose(&root, NULL, NULL, &where);
	ck_assert_str_eq(where.why, "test:///own (VMRUN_URI)");
	virt_where_done(&where);
	setenv("VMRUN_URI", "", 1);
	choose(&root, NULL, NULL, &where);
	ck_assert_str_eq(where.why, "test:///theirs (LIBVIRT_DEFAULT_URI)");
	virt_where_done(&where);
	root_close(&root);
}
END_TEST

START_TEST(session_is_ours)
{
	struct virt_where where;
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	choose(&root, "qemu:///session", NULL, &where);
	ck_assert(!where.owns_nodes);
	ck_assert_ptr_null(where.embed);
	ck_assert_uint_eq(where.uid, geteuid());
	ck_assert_uint_eq(where.gid, getegid());
	virt_where_done(&where);
	root_close(&root);
}
END_TEST

START_TEST(only_this_host)
{
	static const char *const other[] = {
		"qemu+ssh://host/system", "qemu://host/system", "xen:///system",
		"qemu:///elsewhere",	  "qemu:///systemd",	"nonsense",
	};
	struct virt_where where = { 0 };
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	for (size_t i = 0; i < ARRAY_SIZE(other); i++) {
		ck_assert_int_eq(virt_choose(&root, other[i], NULL, "guest", &where, &e), -EINVAL);
		ck_assert_int_eq(e.kind, ERR_VIRT);
		ck_assert_str_eq(e.subject, other[i]);
		ck_assert_ptr_nonnull(strstr(e.fix, "qemu:///system"));
		ck_assert_ptr_null(where.uri);
	}
	root_close(&root);
}
END_TEST

START_TEST(captured_host)
{
	struct virt_where where;
	struct err e = { 0 };
	struct root root;
	char *dir = new_dir();

	assert_ok(root_open(dir, &root, &e));
	setenv("VMRUN_URI", "test:///here", 1);
	choose(&root, NULL, NULL, &where);
	ck_assert_str_eq(where.uri, "qemu:///system");
	ck_assert(where.owns_nodes);
	virt_where_done(&where);

	put_file(dir, "etc/libvirt/qemu.conf", "#dynamic_ownership = 0\nuser = \"root\"\n");
	choose(&root, NULL, NULL, &where);
	ck_assert(where.owns_nodes);
	virt_where_done(&where);
	root_close(&root);
	remove_dir(dir);
}
END_TEST

START_TEST(nodes_are_ours)
{
	static const struct {
		const char *conf, *user;
		unsigned int uid, gid;
	} table[] = {
		{ "dynamic_ownership = 0\n", "libvirt-qemu", 64055, 107 },
		{ "dynamic_ownership=0\nuser = \"vm\"\n", "vm", 900, 901 },
		{ " dynamic_ownership = 0 # why\nuser = \"+900\"\n", "vm", 900, 901 },
		{ "dynamic_ownership = 0\nuser = \"root\"\n", "root", 0, 0 },
		{ "dynamic_ownership = 0\nuser = \"nobody knows\"\n", "libvirt-qemu", 64055, 107 },
		{ "dynamic_ownership = 0\nusers = \"vm\"\n", "libvirt-qemu", 64055, 107 },
	};
	struct virt_where where;
	struct err e = { 0 };
	struct root root;
	char *dir = new_dir();

	assert_ok(root_open(dir, &root, &e));
	put_file(dir, "etc/passwd",
		 "root:x:0:0:root:/root:/bin/sh\nvm:x:900:901::/:/bin/false\n"
		 "libvirt-qemu:x:64055:107::/var/lib/libvirt:/usr/sbin/nologin\n");
	put_file(dir, "etc/libvirt/qemu.conf", table[_i].conf);
	choose(&root, "qemu:///system", NULL, &where);
	ck_assert(!where.owns_nodes);
	ck_assert_str_eq(where.user, table[_i].user);
	ck_assert_uint_eq(where.uid, table[_i].uid);
	ck_assert_uint_eq(where.gid, table[_i].gid);
	virt_where_done(&where);
	root_close(&root);
	remove_dir(dir);
}
END_TEST

START_TEST(embedded_never_as_root)
{
	struct virt_where where = { 0 };
	struct err e = { 0 };
	struct root root;
	char *dir = new_dir();

	assert_ok(root_open(dir, &root, &e));
	put_file(dir, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	put_file(dir, "etc/libvirt/qemu.conf", "user = \"root\"\n");
	if (geteuid() == 0) {
		ck_assert_int_eq(virt_choose(&root, "qemu:///embed?root=/run/x", NULL, "guest",
					     &where, &e),
				 -ENOENT);
		ck_assert_int_eq(e.kind, ERR_PRIVILEGE);
		ck_assert_ptr_nonnull(strstr(e.fix, "libvirt-daemon-system"));
	} else {
		choose(&root, "qemu:///embed?root=/run/x", NULL, &where);
		ck_assert_str_eq(where.embed, "/run/x");
		ck_assert_uint_eq(where.uid, geteuid());
		virt_where_done(&where);
	}
	root_close(&root);
	remove_dir(dir);
}
END_TEST

START_TEST(embedded_root_is_checked)
{
	static const struct {
		const char *uri;
		int r;
	} table[] = {
		{ "qemu:///embed?root=relative", -EINVAL },
		{ "qemu:///embed?root=/a%20b", -EINVAL },
		{ "qemu:///embed?root=/a&x=y", -EINVAL },
		{ "qemu:///embed?root=/a/../b", -EINVAL },
		{ "qemu:///embed?root=/" /* 60 characters have no room for a socket */
		  "123456789012345678901234567890123456789012345678901234567890",
		  -ENAMETOOLONG },
		{ "qemu:///embed", -EINVAL },
	};
	struct virt_where where = { 0 };
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	ck_assert_int_eq(virt_choose(&root, table[_i].uri, NULL, "guest", &where, &e), table[_i].r);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	root_close(&root);
}
END_TEST

/* Whether the system daemon answers is the machine's business; without one it is the embedded driver. */
START_TEST(embedded_by_default)
{
	static const struct {
		const char *guest, *id;
	} table[] = {
		{ "nas1", "nas1" },
		{ "a-guest_with-16c", "a-guest_with-16c" },
		{ "a-guest-with-a-long-name", NULL },
		{ "../../etc", NULL },
		{ ".", NULL },
		{ "two words", NULL },
	};
	struct virt_where where;
	struct err e = { 0 };
	struct root root;
	const char *id;

	assert_ok(root_open("/", &root, &e));
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	if (geteuid() == 0 && !getpwnam("libvirt-qemu") && !getpwnam("qemu"))
		return;
	assert_ok(virt_choose(&root, NULL, NULL, table[_i].guest, &where, &e));
	if (where.embed) {
		id = strrchr(where.embed, '/') + 1;
		if (table[_i].id)
			ck_assert_str_eq(id, table[_i].id);
		ck_assert_uint_le(strlen(id), 16);
		ck_assert_int_ne(strcmp(id, "."), 0);
		ck_assert_int_eq(strncmp(where.embed,
					 geteuid() ? "/run/user/1000/vmrun/embed/"
						   : "/run/vmrun/embed/",
					 strlen(where.embed) - strlen(id)),
				 0);
		ck_assert_int_eq(strncmp(where.uri, "qemu:///embed?root=/run/", 24), 0);
	} else {
		ck_assert_str_eq(where.why, "qemu:///system (its socket answers)");
	}
	virt_where_done(&where);
	root_close(&root);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("virt_choose");

	tcase_add_checked_fixture(tests, clear, NULL);
	tcase_add_test(tests, who_names_it_first);
	tcase_add_test(tests, session_is_ours);
	tcase_add_test(tests, only_this_host);
	tcase_add_test(tests, captured_host);
	tcase_add_loop_test(tests, nodes_are_ours, 0, 6);
	tcase_add_test(tests, embedded_never_as_root);
	tcase_add_loop_test(tests, embedded_root_is_checked, 0, 6);
	tcase_add_loop_test(tests, embedded_by_default, 0, 6);
	return suite_run("virt_choose", tests);
}
