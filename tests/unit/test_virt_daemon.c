// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of a guest of the system's libvirtd, which is killed and started again: only in the lab. */
#include "guest.h"

#define UUID "7c1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

static const char domain[] = "<domain type='qemu'><name>daemon</name><uuid>" UUID "</uuid>"
			     "<memory unit='MiB'>64</memory><vcpu>1</vcpu>"
			     "<os><type arch='x86_64' machine='q35'>hvm</type></os>"
			     "<on_poweroff>destroy</on_poweroff><on_crash>destroy</on_crash>"
			     "<devices><serial type='pty'/><video><model type='none'/></video>"
			     "<memballoon model='none'/></devices></domain>";

static struct virt_where where;

static void set_up(void)
{
	struct err e = { 0 };
	struct root root;

	unsetenv("VMRUN_URI");
	unsetenv("LIBVIRT_DEFAULT_URI");
	assert_ok(root_open("/", &root, &e));
	assert_ok(virt_choose(&root, NULL, NULL, "daemon", &where, &e));
	ck_assert_str_eq(where.why, "qemu:///system (its socket answers)");
	ck_assert(where.owns_nodes);
	root_close(&root);
}

static void tear_down(void)
{
	virt_where_done(&where);
}

static struct virt_guest *start(const char *xml)
{
	struct virt_request wanted = {
		.where = &where, .name = "daemon", .uuid = UUID, .xml = xml
	};
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	assert_ok(virt_start(&wanted, &guest, &e));
	return guest;
}

static bool active(void)
{
	struct err e = { 0 };
	bool runs = false;

	assert_ok(virt_is_active(&where, "daemon", UUID, &runs, &e));
	return runs;
}

static void shell(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

START_TEST(destroyed)
{
	struct virt_guest *guest, *second = NULL;
	struct virt_request wanted = {
		.where = &where, .name = "daemon", .uuid = UUID, .xml = domain
	};
	struct err e = { 0 };

	ck_assert(!active());
	guest = start(domain);
	ck_assert(active());
	ck_assert_int_eq(virt_start(&wanted, &second, &e), -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	/* By somebody else. */
	shell("virsh -q -c qemu:///system destroy daemon >/dev/null");
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
	ck_assert(!active());
}
END_TEST

START_TEST(daemon_restarted)
{
	struct virt_guest *guest = start(domain);
	struct err e = { 0 };

	shell("kill -9 $(cat /run/libvirtd.pid)");
	ck_assert_int_eq(await_end(guest, 5000, &e), VIRT_RUNNING);
	shell("libvirtd -d");
	ck_assert_int_eq(await_end(guest, 10000, &e), VIRT_RUNNING);
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
}
END_TEST

START_TEST(ended_while_the_daemon_was_away)
{
	struct virt_guest *guest = start(domain);
	struct err e = { 0 };

	shell("kill -9 $(cat /run/libvirtd.pid)");
	shell("kill -9 $(cat /run/libvirt/qemu/daemon.pid)");
	ck_assert_int_eq(await_end(guest, 3000, &e), VIRT_RUNNING);
	shell("libvirtd -d");
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_CRASHED);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	virt_guest_free(guest);
}
END_TEST

/* A daemon that is stopped, not gone: it takes connections and answers nothing. */
START_TEST(daemon_hangs)
{
	struct err e = { 0 };
	bool runs = false;

	shell("kill -STOP $(cat /run/libvirtd.pid)");
	ck_assert_int_eq(virt_is_active(&where, "daemon", UUID, &runs, &e), -ETIMEDOUT);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	shell("kill -CONT $(cat /run/libvirtd.pid)");
	ck_assert(!active());
}
END_TEST

/* Outside the lab the daemon is not ours to kill. */
START_TEST(only_in_the_lab)
{
	ck_assert_ptr_null(getenv("LAB"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("virt_daemon");

	tcase_set_timeout(tests, 600);
	if (!getenv("LAB")) {
		fprintf(stderr,
			"virt_daemon: the system's libvirtd is left alone: not in the lab\n");
		tcase_add_test(tests, only_in_the_lab);
	} else {
		tcase_add_checked_fixture(tests, set_up, tear_down);
		tcase_add_test(tests, destroyed);
		tcase_add_test(tests, daemon_restarted);
		tcase_add_test(tests, ended_while_the_daemon_was_away);
		tcase_add_test(tests, daemon_hangs);
	}
	return suite_run("virt_daemon", tests);
}
