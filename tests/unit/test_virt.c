// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of a guest's life, with libvirt's test driver in place of QEMU. */
#include <sys/prctl.h>

#include "guest.h"

#define UUID "0b1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

/* The guest that runs in libvirt's test driver from the start. */
#define THEIR_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f"

static const char domain[] = "<domain type='test'><name>mine</name><uuid>" UUID "</uuid>"
			     "<memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>";

static char uri[] = "test:///default", missing_uri[] = "test:///nonexistent/file";
static struct virt_where where = { .uri = uri, .owns_nodes = true };

static struct virt_request request(const char *xml)
{
	return (struct virt_request){ .where = &where, .name = "mine", .uuid = UUID, .xml = xml };
}

static struct virt_guest *start(void)
{
	struct virt_request wanted = request(domain);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	assert_ok(virt_start(&wanted, &guest, &e));
	ck_assert_ptr_nonnull(guest);
	return guest;
}

START_TEST(destroyed)
{
	struct virt_guest *guest = start();
	enum virt_end end;
	struct err e = { 0 };

	ck_assert_int_eq(virt_guest_poll(guest, &end, &e), 0);
	ck_assert_int_eq(end, VIRT_RUNNING);
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	ck_assert_int_eq(e.kind, ERR_NONE);
	/* The answer stays the same. */
	ck_assert_int_eq(await_end(guest, 50, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

/* Begun early, it does nothing until it is told to; then it is like any other. */
START_TEST(begun)
{
	struct virt_request wanted = request(domain);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	wanted.begun = virt_begin(&wanted);
	ck_assert_ptr_nonnull(wanted.begun);
	assert_ok(virt_start(&wanted, &guest, &e));
	ck_assert_ptr_eq(guest, wanted.begun);
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(begun_in_vain)
{
	struct virt_request wanted = request(domain);

	virt_guest_free(virt_begin(&wanted));
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

/* One that died meanwhile is an error like any other. */
START_TEST(begun_and_killed)
{
	struct virt_request wanted = request(domain);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };
	siginfo_t info;

	wanted.begun = virt_begin(&wanted);
	ck_assert_ptr_nonnull(wanted.begun);
	ck_assert_int_eq(kill(child_of(getpid()), SIGKILL), 0);
	ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_lt(virt_start(&wanted, &guest, &e), 0);
	ck_assert_ptr_null(guest);
	ck_assert_msg(strstr(e.message, "died"), "%s", e.message);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(shut_down)
{
	struct virt_guest *guest = start();
	struct err e = { 0 };

	assert_ok(virt_guest_stop(guest, VIRT_SHUTDOWN, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_SHUTOFF);
	virt_guest_free(guest);
}
END_TEST

START_TEST(refused_by_libvirt)
{
	struct virt_request wanted = request("<domain type='test'><name>mine</name><misspelt/>"
					     "<memory>65536</memory><os><type>hvm</type></os>"
					     "</domain>");
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	ck_assert_int_lt(virt_start(&wanted, &guest, &e), 0);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_str_eq(e.subject, "mine");
	/* libvirt's own words: the schema is what refuses it. */
	ck_assert_msg(strstr(e.message, "misspelt"), "%s", e.message);
	ck_assert_ptr_null(guest);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(no_such_driver)
{
	struct virt_where nowhere = { .uri = missing_uri };
	struct virt_request wanted = request(domain);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	wanted.where = &nowhere;
	ck_assert_int_lt(virt_start(&wanted, &guest, &e), 0);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_msg(strstr(e.message, "nonexistent"), "%s", e.message);
}
END_TEST

START_TEST(busy)
{
	struct virt_request wanted = request(domain);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	wanted.name = "test";
	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	wanted.name = "mine";
	wanted.uuid = THEIR_UUID;
	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -EBUSY);
}
END_TEST

START_TEST(adopted)
{
	struct virt_request wanted = request(NULL);
	struct virt_guest *guest = NULL;
	struct err e = { 0 };

	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -ENOENT);
	wanted.name = "test";
	wanted.uuid = THEIR_UUID;
	assert_ok(virt_start(&wanted, &guest, &e));
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
}
END_TEST

START_TEST(active)
{
	struct virt_where nowhere = { .uri = missing_uri };
	struct err e = { 0 };
	bool runs = false;

	assert_ok(virt_is_active(&where, "test", THEIR_UUID, &runs, &e));
	ck_assert(runs);
	assert_ok(virt_is_active(&where, "test", UUID, &runs, &e));
	ck_assert(runs);
	assert_ok(virt_is_active(&where, "mine", UUID, &runs, &e));
	ck_assert(!runs);
	runs = true;
	ck_assert_int_lt(virt_is_active(&nowhere, "mine", UUID, &runs, &e), 0);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert(runs);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(watcher_killed)
{
	struct virt_guest *guest = start();
	struct err e = { 0 };

	ck_assert_int_eq(kill(child_of(getpid()), SIGKILL), 0);
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_LOST);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	ck_assert_int_lt(virt_guest_stop(guest, VIRT_DESTROY, &e), 0);
	virt_guest_free(guest);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

/* What a Ctrl-C, a closed terminal or a stopped unit sends to every process must not end the watcher. */
START_TEST(watcher_ignores_signals)
{
	static const int sig[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	struct virt_guest *guest = start();
	pid_t child = child_of(getpid());
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(sig); i++)
		ck_assert_int_eq(kill(child, sig[i]), 0);
	ck_assert_int_ne(getsid(child), getsid(0));
	ck_assert_int_eq(await_end(guest, 300, &e), VIRT_RUNNING);
	assert_ok(virt_guest_stop(guest, VIRT_DESTROY, &e));
	ck_assert_int_eq(await_end(guest, PATIENCE_MS, &e), VIRT_DESTROYED);
	virt_guest_free(guest);
}
END_TEST

/* Locks, the journal and claims of disks must end with the parent. */
START_TEST(watcher_holds_nothing)
{
	char path[] = "/tmp/vmrunXXXXXX";
	int fd = mkstemp(path), high = fcntl(fd, F_DUPFD, 200);
	struct virt_guest *guest = start();
	pid_t child = child_of(getpid());
	_cleanup_free_ char *dir = mem_printf("/proc/%d/fd", (int)child);
	_cleanup_free_ char *status = read_proc(child, "status");
	_cleanup_closedir_ DIR *fds = opendir(dir);
	struct dirent *entry;
	char target[256];

	ck_assert_int_ge(high, 200);
	ck_assert_ptr_nonnull(fds);
	while ((entry = readdir(fds))) {
		ssize_t n = readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		ck_assert_str_ne(target, path);
		if (!strcmp(entry->d_name, "0") || !strcmp(entry->d_name, "1"))
			ck_assert_str_eq(target, "/dev/null");
	}
	ck_assert_ptr_nonnull(strstr(status, "CapPrm:\t0000000000000000\n"));
	ck_assert_ptr_nonnull(strstr(status, "CapEff:\t0000000000000000\n"));
	ck_assert_ptr_nonnull(strstr(status, "NoNewPrivs:\t1\n"));
	virt_guest_free(guest);
	close(fd);
	close(high);
	unlink(path);
}
END_TEST

START_TEST(watcher_ends_with_its_parent)
{
	pid_t parent, orphan;
	int status, ready[2];
	char byte;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(pipe(ready), 0);
	parent = fork();
	if (parent == 0) {
		start();
		_exit(write(ready[1], "x", 1) != 1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(waitpid(parent, &status, 0), parent);
	alarm(PATIENCE_MS / 1000);
	orphan = waitpid(-1, &status, 0);
	ck_assert_int_gt(orphan, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(ready[0]);
}
END_TEST

static void on_signal(int sig)
{
	(void)sig;
}

/* A daemon that takes the connection and says nothing more. */
START_TEST(interrupted)
{
	struct virt_request wanted = request(domain);
	struct sigaction sa = { .sa_handler = on_signal };
	struct virt_guest *guest = NULL;
	struct virt_where mute;
	int cancel[2];
	_cleanup_free_ char *fifo_uri = NULL;
	char *dir = new_dir();
	struct err e = { 0 };

	/* A file that is never written to an end: the test driver reads it. */
	_cleanup_free_ char *fifo = mem_printf("%s/fifo", dir);

	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	fifo_uri = mem_printf("test://%s", fifo);
	mute = (struct virt_where){ .uri = fifo_uri };
	wanted.where = &mute;
	ck_assert_int_eq(sigaction(SIGALRM, &sa, NULL), 0);
	alarm(1);
	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -EINTR);
	ck_assert_str_eq(e.message, "interrupted");
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	/* And by a descriptor, for who blocks signals. */
	ck_assert_int_eq(pipe(cancel), 0);
	ck_assert_int_eq(write(cancel[1], "x", 1), 1);
	wanted.cancel_fd = cancel[0];
	ck_assert_int_eq(virt_start(&wanted, &guest, &e), -EINTR);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
	remove_dir(dir);
}
END_TEST

START_TEST(described)
{
	struct virt_description found = { 0 };
	struct err e = { 0 };

	assert_ok(virt_describe(&where, "test", &found, &e));
	ck_assert_msg(strstr(found.xml, "<uuid>" THEIR_UUID "</uuid>"), "%s", found.xml);
	ck_assert_msg(strstr(found.xml, "</domain>"), "all of it: %s", found.xml);
	ck_assert(found.active && found.persistent);
	virt_description_done(&found);
	ck_assert_int_eq(virt_describe(&where, "tset", &found, &e), -ENOENT);
	ck_assert_int_eq(e.kind, ERR_NO_DEVICE);
	ck_assert_msg(strstr(e.fix, "did you mean test?"), "%s", e.fix);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

/* libvirt's test driver has no hot plug of the host's devices: only what is looked at before. */
START_TEST(plug)
{
	const struct virt_plug detach = {
		.detach = true, .addr = { 0, 1, 0, 0 }, .live = "<hostdev/>", .timeout_ms = 100
	};
	struct err e = { 0 };

	ck_assert_int_eq(virt_plug(&where, "mine", UUID, &detach, &e), -ENOENT);
	ck_assert_int_eq(e.kind, ERR_VIRT);
	/* What a guest does not have, it has let go of. */
	assert_ok(virt_plug(&where, "test", THEIR_UUID, &detach, &e));
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("virt");

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, destroyed);
	tcase_add_test(tests, begun);
	tcase_add_test(tests, begun_in_vain);
	tcase_add_test(tests, begun_and_killed);
	tcase_add_test(tests, shut_down);
	tcase_add_test(tests, refused_by_libvirt);
	tcase_add_test(tests, no_such_driver);
	tcase_add_test(tests, busy);
	tcase_add_test(tests, adopted);
	tcase_add_test(tests, active);
	tcase_add_test(tests, watcher_killed);
	tcase_add_test(tests, watcher_ignores_signals);
	tcase_add_test(tests, watcher_holds_nothing);
	tcase_add_test(tests, watcher_ends_with_its_parent);
	tcase_add_test(tests, interrupted);
	tcase_add_test(tests, described);
	tcase_add_test(tests, plug);
	return suite_run("virt", tests);
}
