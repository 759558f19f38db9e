// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual functions, on a model of the kernel: made, handed over, removed; and whatever fails, the host is as before. */
#include "act/vfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/apply.h"
#include "act/state.h"
#include "act/undo.h"
#include "base/cleanup.h"
#include "survey/guests.h"
#include "survey/survey.h"
#include "unit/fakekernel.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NIC 0x020000
#define NVME 0x010802
#define USER 4242

/**
 * struct shape - physical functions, functions somebody else has made, and what a guest wants
 * @pf:		@pf_count functions, as they are at first
 * @made:	how many functions the first of them has had made by others
 * @profile:	what asks for them
 */
static const struct shape {
	struct fake_device pf[2];
	size_t pf_count;
	const char *made;
	const char *profile;
} shapes[] = {
	/* All settings, more functions than are wanted, the host's drivers would take them. */
	{ { { "0000:01:00.0", NIC, 10, "igb", NULL, { "igb" }, NULL, 4, true, "ens1", "" } },
	  1,
	  NULL,
	  "[pci \"a\"]\nvf-of=netdev=ens1\nvfs=3\nmac=52:54:00:00:00:0a\nvlan=20\nvlan-qos=3\nspoofchk=no\ntrust=yes\n"
	  "link-state=enable\nmin-rate=100\nmax-rate=1000\n" },
	/* Two sections, one of them of two functions; nothing takes them by itself. */
	{ { { "0000:01:00.0", NIC, 10, "igb", "igb", { "igb" }, NULL, 4, false, "ens1", "" } },
	  1,
	  NULL,
	  "[pci \"a\"]\nvf-of=01:00.0\nmac=52:54:00:00:00:0a\n[pci \"b\"]\nvf-of=01:00.0\ncount=2\nvlan=7\n" },
	/* A drive: no settings; and a card of its own beside it. */
	{ { { "0000:01:00.0", NVME, 10, "nvme", NULL, { "nvme" }, NULL, 2, true, NULL, "" },
	    { "0000:01:01.0", NIC, 11, "e1000e", NULL, { "e1000e" }, NULL, 0, false, NULL, "" } },
	  2,
	  NULL,
	  "[pci \"a\"]\nvf-of=01:00.0\n[pci \"b\"]\naddress=01:01.0\n" },
	/* They exist: their number stays, the settings go back, the host's driver gets it back. */
	{ { { "0000:01:00.0", NIC, 10, "igb", NULL, { "igb" }, NULL, 4, true, "ens1", "" } },
	  1,
	  "3",
	  "[pci \"a\"]\nvf-of=01:00.0\nmac=52:54:00:00:00:0a\nvlan=20\n" },
	/* Two cards make some. */
	{ { { "0000:01:00.0", NIC, 10, "igb", NULL, { "igb" }, NULL, 1, true, "ens1", "" },
	    { "0000:01:01.0", NVME, 11, "nvme", NULL, { "nvme" }, NULL, 0, false, NULL, "" } },
	  2,
	  NULL,
	  "[pci \"a\"]\nvf-of=01:00.0\ntrust=yes\nafter=host\n[pci \"b\"]\naddress=01:01.0\n" },
};

/** struct run - one start, as the verb makes it */
struct run {
	struct fakekernel *kernel;
	struct profile profile;
	struct host host;
	struct plan plan;
	struct journal journal;
};

static void set_up(struct fakekernel *kernel, const struct shape *shape)
{
	fake_set(kernel, shape->pf, shape->pf_count);
	if (!shape->made)
		return;
	ck_assert_int_eq(root_write(&kernel->root, "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs",
				    shape->made),
			 0);
	ck_assert_int_eq(root_write(&kernel->root, "netlink/ens1/vf/0/mac", "02:00:00:00:00:99"),
			 0);
	fake_restart(kernel);
}

static int make_plan(struct run *run, struct err *e)
{
	struct plan_options options = { .uri = "qemu:///embed", .embed = true, .user = "qemu" };

	plan_done(&run->plan);
	host_done(&run->host);
	ck_assert_int_eq(survey_scan(&run->kernel->root, &run->host, e), 0);
	return plan_build(&run->profile, &run->host, &options, &run->plan, e);
}

/* As cmd/start.c: make what is lacking, look again, reserve, execute. */
static int start(struct run *run, struct err *e)
{
	const struct root *root = &run->kernel->root;
	struct apply_request request = { .plan = &run->plan, .uid = USER, .gid = USER };
	int r = make_plan(run, e);

	ck_assert_msg(r == 0, "%s: %s", e->subject, e->message);
	ck_assert_int_eq(run->plan.verdict, PLAN_GO);
	if (run->plan.picks.need_count) {
		r = vfs_make(root, &run->plan, NULL, e);
		if (r < 0)
			return r;
		r = make_plan(run, e);
		ck_assert_msg(r == 0, "%s: %s", e->subject, e->message);
		ck_assert_int_eq(run->plan.verdict, PLAN_GO);
		ck_assert_uint_eq(run->plan.picks.need_count, 0);
	}
	for (size_t i = 0; !run->kernel->nodes && i < run->plan.step_count; i++)
		if (run->plan.steps[i].kind == STEP_OWN)
			run->plan.steps[i].kind = STEP_RESERVE;
	r = apply_reserve(root, &request, &run->journal, e);
	return r < 0 ? r : apply_execute(root, &request, &run->journal, e);
}

/* What a new process does, as cmd/recover.c: all it knows is on disk. */
static int put_back(struct fakekernel *kernel, enum undo_goal goal, struct err *e)
{
	struct journal journal = { 0 };
	int r = guests_load_journal(&kernel->root, STATE_GUEST_PREFIX "made" STATE_SUFFIX, &journal,
				    e);

	if (r == 0)
		r = undo_run(&kernel->root, &journal, goal, 0, NULL, e);
	journal_done(&journal);
	if (r < 0 && r != -ENOENT)
		return r;
	r = vfs_collect(&kernel->root, NULL, e);
	return r < 0 ? r : 0;
}

static void run_done(struct run *run)
{
	plan_done(&run->plan);
	host_done(&run->host);
	journal_done(&run->journal);
	profile_done(&run->profile);
}

static void expect_state(const struct fakekernel *kernel, const char *wanted, const char *when,
			 size_t turn)
{
	_cleanup_free_ char *now = fake_state(kernel);

	ck_assert_msg(!strcmp(now, wanted), "%s %zu: before\n%s\nafter\n%s", when, turn, wanted,
		      now);
}

START_TEST(made_and_removed)
{
	struct fakekernel kernel;
	struct run run = { .kernel = &kernel, .profile = made_profile(shapes[0].profile) };
	_cleanup_free_ char *first = NULL, *during = NULL;
	struct err e = { 0 };

	fake_open(&kernel);
	set_up(&kernel, &shapes[0]);
	first = fake_state(&kernel);
	ck_assert_msg(start(&run, &e) == 0, "%s: %s", e.subject, e.message);
	during = fake_state(&kernel);
	ck_assert_msg(strstr(during, "functions 3 autoprobe 1"), "%s", during);
	ck_assert_msg(strstr(during, "0000:01:10.0 driver vfio-pci override vfio-pci"), "%s",
		      during);
	ck_assert_msg(
		strstr(during,
		       "  mac 52:54:00:00:00:0a\n  vlan 20\n  vlan-qos 3\n  spoofchk off\n  trust on\n"
		       "  link-state enable\n  min-rate 100\n  max-rate 1000"),
		"%s", during);
	/* No driver of the host has ever had them. */
	ck_assert_msg(strstr(during, "0000:01:10.1 driver - override -"), "%s", during);
	/* While a guest has one, nothing is removed. */
	ck_assert_int_eq(vfs_collect(&kernel.root, NULL, &e), 0);
	expect_state(&kernel, during, "collected while in use", 0);
	ck_assert_int_eq(put_back(&kernel, UNDO_AFTER, &e), 0);
	expect_state(&kernel, first, "after the guest", 0);
	run_done(&run);
	fake_close(&kernel);
}
END_TEST

/* Functions made for one guest serve the next, too; the last one's end removes them. */
START_TEST(shared)
{
	struct fakekernel kernel;
	struct run run = { .kernel = &kernel, .profile = made_profile(shapes[0].profile) };
	struct run second = { .kernel = &kernel,
			      .profile = made_profile("[pci \"x\"]\nvf-of=01:00.0\nafter=host\n") };
	_cleanup_free_ char *first = NULL, *during = NULL;
	struct journal journal = { 0 };
	struct err e = { 0 };

	fake_open(&kernel);
	set_up(&kernel, &shapes[0]);
	first = fake_state(&kernel);
	ck_assert_int_eq(start(&run, &e), 0);
	free(second.profile.name);
	second.profile.name = mem_strdup("second");
	ck_assert_msg(start(&second, &e) == 0, "%s: %s", e.subject, e.message);
	ck_assert_int_eq(pciaddr_compare(&second.journal.devices[0].addr,
					 &run.journal.devices[0].addr) > 0,
			 1);
	ck_assert_int_eq(put_back(&kernel, UNDO_AFTER, &e), 0);
	during = fake_state(&kernel);
	ck_assert_msg(strstr(during, "functions 3"), "%s", during);
	ck_assert_int_eq(guests_load_journal(&kernel.root, "guest-second.json", &journal, &e), 0);
	ck_assert_int_eq(undo_run(&kernel.root, &journal, UNDO_AFTER, 0, NULL, &e), 0);
	ck_assert_int_eq(vfs_collect(&kernel.root, NULL, &e), 1);
	expect_state(&kernel, first, "after both guests", 0);
	journal_done(&journal);
	run_done(&run);
	run_done(&second);
	fake_close(&kernel);
}
END_TEST

/* A number that others have changed meanwhile is theirs. */
START_TEST(not_ours_any_more)
{
	struct fakekernel kernel;
	struct run run = { .kernel = &kernel, .profile = made_profile(shapes[0].profile) };
	_cleanup_free_ char *now = NULL;
	struct err e = { 0 };

	fake_open(&kernel);
	set_up(&kernel, &shapes[0]);
	ck_assert_int_eq(start(&run, &e), 0);
	ck_assert_int_eq(undo_run(&kernel.root, &run.journal, UNDO_AFTER, 0, NULL, &e), 0);
	ck_assert_int_eq(
		root_write(&kernel.root, "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "0"), 0);
	ck_assert_int_eq(
		root_write(&kernel.root, "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "2"), 0);
	ck_assert_int_eq(vfs_collect(&kernel.root, NULL, &e), 1);
	now = fake_state(&kernel);
	ck_assert_msg(strstr(now, "functions 2") && !strstr(now, "vfs-"), "%s", now);
	run_done(&run);
	fake_close(&kernel);
}
END_TEST

/* Every write goes wrong in every way a running machine has; a power cut leaves no functions. */
START_TEST(any_write_fails)
{
	static const enum fake_fault faults[] = { FAKE_EIO, FAKE_SHORT, FAKE_IGNORED, FAKE_KILLED,
						  FAKE_KILLED_LATE };
	const struct shape *shape = &shapes[_i];
	_cleanup_free_ char *first = NULL;
	struct fakekernel kernel;
	size_t pairs = 0;
	struct err e = { 0 };

	fake_open(&kernel);
	set_up(&kernel, shape);
	first = fake_state(&kernel);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		bool struck = true;

		for (size_t turn = 1; struck; turn++, pairs++) {
			struct run run = { .kernel = &kernel,
					   .profile = made_profile(shape->profile) };

			fake_arm(&kernel, turn, faults[i]);
			(void)start(&run, &e);
			struck = kernel.trap.struck || kernel.trap.writes >= turn;
			fake_restart(&kernel);
			state_sweep(&kernel.root);
			ck_assert_msg(put_back(&kernel, UNDO_BEFORE, &e) == 0,
				      "%s, turn %zu: %s: %s", fault_name(faults[i]), turn,
				      e.subject, e.message);
			expect_state(&kernel, first, fault_name(faults[i]), turn);
			run_done(&run);
		}
	}
	printf("# functions %d: %zu pairs of plan and failing write\n", _i, pairs);
	fflush(stdout);
	fake_close(&kernel);
}
END_TEST

/* The way back fails as well; the next try comes to the end. */
START_TEST(undo_fails)
{
	const struct shape *shape = &shapes[_i];
	_cleanup_free_ char *first = NULL;
	struct fakekernel kernel;
	bool failed = true;
	struct err e = { 0 };

	fake_open(&kernel);
	set_up(&kernel, shape);
	first = fake_state(&kernel);
	for (size_t turn = 1; failed; turn++) {
		struct run run = { .kernel = &kernel, .profile = made_profile(shape->profile) };

		ck_assert_int_eq(start(&run, &e), 0);
		fake_arm(&kernel, turn, turn % 2 ? FAKE_EIO : FAKE_KILLED_LATE);
		(void)put_back(&kernel, UNDO_BEFORE, &e);
		failed = kernel.trap.struck;
		fake_restart(&kernel);
		state_sweep(&kernel.root);
		ck_assert_msg(put_back(&kernel, UNDO_BEFORE, &e) == 0, "%s: %s", e.subject,
			      e.message);
		expect_state(&kernel, first, "undone at the second try after write", turn);
		run_done(&run);
	}
	fake_close(&kernel);
}
END_TEST

static const struct refusal {
	const char *profile;
	const char *driver;
	const char *made;
	const char *message;
} refusals[] = {
	{ "vf-of=01:00.0\nvfs=5\n", "igb", NULL,
	  "5 virtual functions wanted, 0000:01:00.0 can make 4" },
	{ "vf-of=01:00.0\n", NULL, NULL, "has no driver, and so cannot make virtual functions" },
	{ "vf-of=01:00.0\n", "vfio-pci", NULL,
	  "is with vfio-pci, and so cannot make virtual functions" },
	{ "vf-of=02:00.0\n", "igb", NULL, "no device matches vf-of=02:00.0" },
	{ "vf-of=01:01.0\n", "igb", NULL, "which has no SR-IOV" },
	{ "vf-of=01:00.0\ncount=3\n", "igb", "2", "3 devices wanted, only 2 match vf-of=01:00.0" },
	{ "vf-of=01:00.0\nvfs=3\n[pci \"b\"]\nvf-of=01:00.0\nvfs=2\n", "igb", NULL,
	  "vfs = 2, and section \"a\" says vfs = 3 of the same card" },
	{ "address=01:00.0\n[pci \"b\"]\nvf-of=01:00.0\n", "igb", NULL,
	  "gives 0000:01:00.0 itself to the guest" },
};

START_TEST(refused)
{
	const struct refusal *row = &refusals[_i];
	_cleanup_free_ char *text = mem_printf("[pci \"a\"]\n%s", row->profile);
	struct fake_device devices[] = {
		{ "0000:01:00.0",
		  NIC,
		  10,
		  row->driver,
		  NULL,
		  { "igb" },
		  NULL,
		  4,
		  false,
		  "ens1",
		  "" },
		{ "0000:01:01.0", NIC, 11, "e1000e", NULL, { "e1000e" }, NULL, 0, false, NULL, "" }
	};
	struct fakekernel kernel;
	struct run run = { .kernel = &kernel, .profile = made_profile(text) };
	struct err e = { 0 };

	fake_open(&kernel);
	fake_set(&kernel, devices, 2);
	if (row->made)
		ck_assert_int_eq(root_write(&kernel.root,
					    "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs",
					    row->made),
				 0);
	ck_assert_int_lt(make_plan(&run, &e), 0);
	ck_assert_int_eq(e.kind, ERR_NO_DEVICE);
	ck_assert_msg(strstr(e.message, row->message), "%s", e.message);
	ck_assert_str_ne(e.fix, "");
	run_done(&run);
	fake_close(&kernel);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("vfs");
	char dir[] = "/dev/shm/vmrun-vfs.XXXXXX";
	bool in_memory = mkdtemp(dir) && setenv("TMPDIR", dir, 1) == 0;
	int status;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, made_and_removed);
	tcase_add_test(tests, shared);
	tcase_add_test(tests, not_ours_any_more);
	tcase_add_loop_test(tests, any_write_fails, 0, ARRAY_SIZE(shapes));
	tcase_add_loop_test(tests, undo_fails, 0, ARRAY_SIZE(shapes));
	tcase_add_loop_test(tests, refused, 0, ARRAY_SIZE(refusals));
	status = suite_run("vfs", tests);
	if (in_memory)
		fake_remove(dir);
	return status;
}
