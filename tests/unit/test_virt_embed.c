// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of libvirt's embedded driver: its directory, and a guest of firmware only that really runs. */
#include <glob.h>
#include <sys/resource.h>

#include "guest.h"

#define UUID "5a1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

/* Locked memory asked for: a number that is no default. */
#define MEMLOCK (1234ULL << 20)

#define OTHER_UUID "6b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

static const char domain[] =
	"<domain type='qemu'><name>firmware</name><uuid>" UUID "</uuid>"
	"<memory unit='MiB'>64</memory><vcpu>1</vcpu>"
	"<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>"
	"<on_poweroff>destroy</on_poweroff><on_crash>destroy</on_crash>"
	"<devices><serial type='pty'/><video><model type='none'/></video>"
	"<memballoon model='none'/></devices></domain>";

/* --- without libvirt --------------------------------------------------------------- */

START_TEST(removal_follows_no_link)
{
	char *dir = new_dir();
	_cleanup_free_ char *embed = mem_printf("%s/vmrun/embed/g", dir);
	_cleanup_free_ char *kept = mem_printf("%s/outside/kept", dir);
	_cleanup_free_ char *outside = mem_printf("%s/outside", dir);
	_cleanup_free_ char *link = mem_printf("%s/lib/link", embed);
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	put_file(dir, "outside/kept", "x");
	put_file(dir, "vmrun/embed/g/lib/qemu/domain-1-g/master-key.aes", "x");
	put_file(dir, "vmrun/embed/other/file", "x");
	ck_assert_int_eq(symlink(outside, link), 0);
	assert_ok(virt_embed_remove(&root, embed, &e));
	ck_assert_int_lt(access(embed, F_OK), 0);
	ck_assert_int_eq(access(kept, F_OK), 0);
	/* There is none any more: fine. */
	assert_ok(virt_embed_remove(&root, embed, &e));

	/* A link in the place of the directory goes, what it leads to stays. */
	ck_assert_int_eq(symlink(outside, embed), 0);
	assert_ok(virt_embed_remove(&root, embed, &e));
	ck_assert_int_eq(access(kept, F_OK), 0);
	/* A directory that the user named is the user's. */
	assert_ok(virt_embed_remove(&root, outside, &e));
	ck_assert_int_eq(access(kept, F_OK), 0);
	root_close(&root);
	remove_dir(dir);
}
END_TEST

START_TEST(removal_is_bounded)
{
	char *dir = new_dir();
	_cleanup_free_ char *embed = mem_printf("%s/vmrun/embed/g", dir);
	struct err e = { 0 };
	struct root root;

	assert_ok(root_open("/", &root, &e));
	put_file(dir, "vmrun/embed/g/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/file", "x");
	ck_assert_int_eq(virt_embed_remove(&root, embed, &e), -ELOOP);
	ck_assert_str_eq(e.subject, embed);
	root_close(&root);
	remove_dir(dir);
}
END_TEST

/* What was learned about QEMU stays when the driver's directory goes, and is there for the next guest. */
START_TEST(cache_stays)
{
	char *dir = new_dir();
	_cleanup_free_ char *embed = mem_printf("%s/vmrun/embed/g", dir);
	_cleanup_free_ char *home = mem_printf("%s/home", dir);
	_cleanup_free_ char *kept = mem_printf("%s/home/vmrun/qemu-%u/learned", dir, geteuid());
	_cleanup_free_ char *seen = mem_printf("%s/cache/learned", embed);
	struct virt_where where = { .embed = embed, .uid = geteuid(), .gid = getegid() };
	struct err e = { 0 };
	struct stat st;
	struct root root;

	assert_ok(root_open("/", &root, &e));
	for (int i = 0; i < 2; i++) {
		setenv("XDG_RUNTIME_DIR", dir, 1);
		setenv("XDG_CACHE_HOME", home, 1);
		assert_ok(virt_embed_prepare(&where, &e));
		assert_ok(virt_embed_fill(embed, &e));
		if (i == 0)
			put_file(dir, "vmrun/embed/g/cache/learned", "x");
		ck_assert_int_eq(access(seen, F_OK), 0);
		assert_ok(virt_embed_remove(&root, embed, &e));
		ck_assert_int_lt(access(embed, F_OK), 0);
		ck_assert_int_eq(access(kept, F_OK), 0);
	}
	/* Its user's alone. */
	kept[strlen(kept) - strlen("/learned")] = '\0';
	ck_assert_int_eq(stat(kept, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	root_close(&root);
	remove_dir(dir);
}
END_TEST

/* Where a directory is the user's own choice, nothing is put elsewhere; a link in the place of ours is not followed. */
START_TEST(cache_nowhere_else)
{
	char *dir = new_dir();
	_cleanup_free_ char *chosen = mem_printf("%s/chosen", dir);
	_cleanup_free_ char *home = mem_printf("%s/home", dir);
	_cleanup_free_ char *link = mem_printf("%s/home/vmrun", dir);
	_cleanup_free_ char *embed = mem_printf("%s/vmrun/embed/g", dir);
	_cleanup_free_ char *cache = mem_printf("%s/cache", embed);
	struct virt_where where = { .embed = chosen, .uid = geteuid(), .gid = getegid() };
	struct err e = { 0 };

	setenv("XDG_RUNTIME_DIR", dir, 1);
	setenv("XDG_CACHE_HOME", home, 1);
	assert_ok(virt_embed_prepare(&where, &e));
	ck_assert_int_lt(access(home, F_OK), 0);
	put_file(dir, "home/file", "x");
	put_file(dir, "elsewhere/file", "x");
	ck_assert_int_eq(symlink("../elsewhere", link), 0);
	where.embed = embed;
	assert_ok(virt_embed_prepare(&where, &e));
	assert_ok(virt_embed_fill(embed, &e));
	ck_assert_int_lt(access(cache, F_OK), 0);
	remove_dir(dir);
}
END_TEST

START_TEST(directory_of_another)
{
	char *dir = new_dir();
	struct virt_where where = { .embed = dir, .uid = geteuid() + 1, .gid = getegid() };
	struct err e = { 0 };

	ck_assert_int_eq(virt_embed_prepare(&where, &e), -EEXIST);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_str_eq(e.subject, dir);
	where.uid = geteuid();
	assert_ok(virt_embed_prepare(&where, &e));
	remove_dir(dir);
}
END_TEST

START_TEST(directory_is_no_link)
{
	char *dir = new_dir();
	_cleanup_free_ char *link = mem_printf("%s/link", dir);
	struct virt_where where = { .embed = link, .uid = geteuid(), .gid = getegid() };
	struct err e = { 0 };

	ck_assert_int_eq(symlink("/tmp", link), 0);
	ck_assert_int_eq(virt_embed_prepare(&where, &e), -ENOTDIR);
	remove_dir(dir);
}
END_TEST

START_TEST(running_by_pid_file)
{
	char *dir = new_dir();
	char text[32];
	bool runs = true;
	pid_t pid;

	ck_assert_int_eq(virt_embed_running(dir, "g", UUID, &runs), 0);
	ck_assert(!runs);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "sleep 60", "-uuid", UUID, (char *)NULL);
		_exit(127);
	}
	snprintf(text, sizeof(text), "%d\n", (int)pid);
	put_file(dir, "run/qemu/g.pid", text);
	for (int i = 0; i < 200 && !runs; i++) {
		usleep(10000);
		ck_assert_int_eq(virt_embed_running(dir, "g", UUID, &runs), 0);
	}
	ck_assert(runs);
	/* The number belongs to another guest's QEMU by now. */
	ck_assert_int_eq(virt_embed_running(dir, "g", OTHER_UUID, &runs), 0);
	ck_assert(!runs);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	runs = true;
	ck_assert_int_eq(virt_embed_running(dir, "g", UUID, &runs), 0);
	ck_assert(!runs);
	put_file(dir, "run/qemu/g.pid", "-1\n");
	ck_assert_int_eq(virt_embed_running(dir, "g", UUID, &runs), -EINVAL);
	remove_dir(dir);
}
END_TEST

START_TEST(last_words)
{
	char *dir = new_dir();
	enum virt_end end = VIRT_RUNNING;
	char text[256], small[64];

	virt_qlog_tail(dir, "g", text, sizeof(text));
	ck_assert_str_eq(text, "");
	ck_assert(!virt_qlog_reason(dir, "g", &end));
	put_file(dir, "log/qemu/g.log",
		 "2026-01-01 10:00:00.000+0000: starting up libvirt version: 9.0.0\n"
		 "LC_ALL=C \\\n/usr/bin/qemu-system-x86_64 \\\n-msg timestamp=on\n"
		 "an older run\n"
		 "2026-01-01 10:00:01.000+0000: shutting down, reason=destroyed\n"
		 "2026-01-01 11:00:00.000+0000: starting up libvirt version: 9.0.0\n"
		 "LC_ALL=C \\\n-msg timestamp=on\n"
		 "qemu-system-x86_64: vfio 0000:05:00.0: failed\n\033[31mred\n");
	virt_qlog_tail(dir, "g", text, sizeof(text));
	ck_assert_str_eq(text, "qemu-system-x86_64: vfio 0000:05:00.0: failed; [31mred");
	/* The end in the log is that of the run before. */
	ck_assert(!virt_qlog_reason(dir, "g", &end));
	put_file(dir, "log/qemu/g.log",
		 "2026-01-01 11:00:00.000+0000: starting up libvirt version: 9.0.0\n"
		 "2026-01-01 11:00:01.000+0000: shutting down, reason=crashed\n");
	ck_assert(virt_qlog_reason(dir, "g", &end));
	ck_assert_int_eq(end, VIRT_CRASHED);

	virt_line("start 0123456789012345678901234567890123456789 end that matters", small, 32);
	ck_assert_str_eq(small, "start 01 ... 9 end that matters");
	remove_dir(dir);
}
END_TEST

/* --- a guest that runs ------------------------------------------------------------- */

static struct virt_where where;
static char *top;

/* Why no guest can be run here, or NULL. */
static const char *cannot_run(void)
{
	static const char *const driver[] = {
		"/usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so",
		"/usr/lib64/libvirt/connection-driver/libvirt_driver_qemu.so",
		"/usr/lib/libvirt/connection-driver/libvirt_driver_qemu.so",
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(driver); i++) {
		glob_t matches;

		if (glob(driver[i], 0, NULL, &matches))
			continue;
		found = true;
		globfree(&matches);
	}
	if (!found)
		return "libvirt's QEMU driver is not installed";
	if (access("/usr/bin/qemu-system-x86_64", X_OK) < 0)
		return "qemu-system-x86_64 is not installed";
	return NULL;
}

static void set_up(void)
{
	_cleanup_free_ char *uri = NULL;
	struct err e = { 0 };
	struct root root;

	top = new_dir();
	uri = mem_printf("qemu:///embed?root=%s/vmrun/embed/firmware", top);
	assert_ok(root_open("/", &root, &e));
	assert_ok(virt_choose(&root, uri, NULL, "firmware", &where, &e));
	root_close(&root);
}

/* Runs in the test program itself: whatever a test did, no guest is left running. */
static void tear_down(void)
{
	_cleanup_free_ char *pid_file = mem_printf("%s/run/qemu/firmware.pid", where.embed);
	_cleanup_fclose_ FILE *file = fopen(pid_file, "r");
	bool runs = false;
	int pid;

	if (!virt_embed_running(where.embed, "firmware", UUID, &runs) && runs && file &&
	    fscanf(file, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	virt_where_done(&where);
	remove_dir(top);
}

/* Whether the limit of locked memory is ours to raise: containers often forbid it even to root. */
static bool can_raise(void)
{
	struct rlimit limit, raised = { .rlim_cur = MEMLOCK, .rlim_max = MEMLOCK };
	bool can;

	ck_assert_int_eq(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
	if (limit.rlim_max >= MEMLOCK)
		return true;
	can = setrlimit(RLIMIT_MEMLOCK, &raised) == 0;
	return can && setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
}

static struct virt_request request(const char *xml)
{
	return (struct virt_request){
		.where = &where,
		.name = "firmware",
		.uuid = UUID,
		.xml = xml,
		.memlock_bytes = can_raise() ? MEMLOCK : 0,
	};
}

static struct virt_guest *start(const char *xml)
{
	struct virt_request wanted = request(xml);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	assert_ok(virt_start(&wanted, &guest, &e));
	return guest;
}

static pid_t qemu_pid(void)
{
	_cleanup_free_ char *path = mem_printf("%s/run/qemu/firmware.pid", where.embed);
	_cleanup_fclose_ FILE *file = fopen(path, "r");
	int pid;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%d", &pid), 1);
	return pid;
}

/* A process is QEMU's user's, for good: neither a capability nor a way to one. */
static void assert_powerless(pid_t pid)
{
	static const char *const line[] = {
		"CapInh:\t0000000000000000\n",
		"CapPrm:\t0000000000000000\n",
		"CapEff:\t0000000000000000\n",
		"CapAmb:\t0000000000000000\n",
		"NoNewPrivs:\t1\n",
	};
	_cleanup_free_ char *status = read_proc(pid, "status");
	_cleanup_free_ char *uid =
		mem_printf("Uid:\t%u\t%u\t%u\t%u\n", where.uid, where.uid, where.uid, where.uid);
	_cleanup_free_ char *gid =
		mem_printf("Gid:\t%u\t%u\t%u\t%u\n", where.gid, where.gid, where.gid, where.gid);

	ck_assert_msg(strstr(status, uid) && strstr(status, gid), "%s", status);
	for (size_t i = 0; i < ARRAY_SIZE(line); i++)
		ck_assert_msg(strstr(status, line[i]), "no %s in %s", line[i], status);
	if (geteuid() == 0) {
		ck_assert_uint_ne(where.uid, 0);
		ck_assert_msg(strstr(status, "CapBnd:\t0000000000000000\n"), "%s", status);
	}
}

static void assert_active(bool expected)
{
	bool runs = !expected;
	struct err e = { 0 };

	assert_ok(virt_is_active(&where, "firmware", UUID, &runs, &e));
	ck_assert_int_eq(runs, expected);
}

START_TEST(started_watched_destroyed)
{
	struct virt_request wanted = request(domain);
	struct virt_guest *guest, *second = NULL;
	struct rlimit limit;
	struct err e = { 0 };
	struct root root;

	assert_active(false);
	guest = start(domain);
	assert_powerless(child_of(getpid()));
	assert_powerless(qemu_pid());
	if (can_raise()) {
		ck_assert_int_eq(prlimit(qemu_pid(), RLIMIT_MEMLOCK, NULL, &limit), 0);
		ck_assert_uint_ge(limit.rlim_cur, MEMLOCK);
	}
	assert_active(true);
	/* One process at a time runs the driver. */
	ck_assert_int_eq(virt_start(&wanted, &second, &e), -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
	assert_active(false);
	assert_ok(root_open("/", &root, &e));
	assert_ok(virt_embed_remove(&root, where.embed, &e));
	ck_assert_int_lt(access(where.embed, F_OK), 0);
	assert_active(false);
	root_close(&root);
}
END_TEST

START_TEST(outlives_us_and_is_found_again)
{
	struct virt_request wanted = request(NULL);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };
	pid_t qemu;

	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -ENOENT);
	guest = start(domain);
	qemu = qemu_pid();
	virt_guest_free(guest);
	assert_active(true);
	guest = start(NULL);
	ck_assert_int_eq(qemu_pid(), qemu);
	ck_assert_int_eq(kill(qemu, SIGKILL), 0);
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_CRASHED);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	virt_guest_free(guest);
	assert_active(false);
}
END_TEST

START_TEST(refused_by_qemu)
{
	static const char without_kernel[] =
		"<domain type='qemu'><name>firmware</name><uuid>" UUID "</uuid>"
		"<memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type>"
		"<kernel>/nonexistent/kernel</kernel></os></domain>";
	struct virt_request wanted = request(without_kernel);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	ck_assert_int_lt(virt_start(&wanted, &guest, &e), 0);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_msg(strstr(e.message, "/nonexistent/kernel"), "%s", e.message);
	assert_active(false);
}
END_TEST

/* As suite_run(), for two cases of which @more may be NULL. */
static int run_both(const char *name, TCase *tests, TCase *more)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, tests);
	if (more)
		suite_add_tcase(suite, more);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(void)
{
	TCase *tests = tcase_create("virt_embed"), *guests = NULL;
	const char *why_not = cannot_run();

	tcase_add_test(tests, removal_follows_no_link);
	tcase_add_test(tests, removal_is_bounded);
	tcase_add_test(tests, directory_of_another);
	tcase_add_test(tests, cache_stays);
	tcase_add_test(tests, cache_nowhere_else);
	tcase_add_test(tests, directory_is_no_link);
	tcase_add_test(tests, running_by_pid_file);
	tcase_add_test(tests, last_words);
	if (why_not) {
		fprintf(stderr, "virt_embed: no guest is run: %s\n", why_not);
	} else {
		guests = tcase_create("guests");
		tcase_set_timeout(guests, 600);
		tcase_add_unchecked_fixture(guests, set_up, tear_down);
		tcase_add_test(guests, started_watched_destroyed);
		tcase_add_test(guests, outlives_us_and_is_found_again);
		tcase_add_test(guests, refused_by_qemu);
	}
	return run_both("virt_embed", tests, guests);
}
