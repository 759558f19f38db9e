// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of work by hand: what is asked for and left out, and that a bind or release that fails changes nothing. */
#include "decide/byhand.h"

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
#include "unit/fakefiles.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NIC 0x020000
#define HBA 0x010700
#define NVME 0x010802

/* Two groups of the host, one of them with a sibling nobody drives; and two devices others put on vfio-pci, or vmrun. */
static const struct fake_device devices[] = {
	{ .address = "0000:01:00.0",
	  .class_code = HBA,
	  .group = 10,
	  .driver = "mpt3sas",
	  .knows = { "mpt3sas" } },
	{ .address = "0000:01:00.1",
	  .class_code = NIC,
	  .group = 10,
	  .override = "pci-stub",
	  .knows = { "e1000e" } },
	{ .address = "0000:02:00.0",
	  .class_code = NVME,
	  .group = 11,
	  .driver = "nvme",
	  .knows = { "nvme" } },
	{ .address = "0000:03:00.0",
	  .class_code = HBA,
	  .group = 12,
	  .driver = "vfio-pci",
	  .override = "vfio-pci",
	  .knows = { "mpt3sas" },
	  .home = "mpt3sas" },
	{ .address = "0000:04:00.0",
	  .class_code = NIC,
	  .group = 13,
	  .driver = "vfio-pci",
	  .override = "vfio-pci",
	  .knows = { "e1000e" } },
};

/** struct work - one bind or release of every device, as the verbs make it */
struct work {
	struct fakekernel kernel;
	struct host host;
	struct profile profile;
	struct plan plan;
	struct apply_request request;
	char *first;
};

static void work_open(struct work *work, enum plan_goal goal)
{
	enum asked asked[FAKE_DEVICES];
	const struct plan_options options = { .goal = goal };
	struct err e = { 0 };

	*work = (struct work){ 0 };
	fake_open(&work->kernel);
	fake_set(&work->kernel, devices, ARRAY_SIZE(devices));
	work->first = fake_state(&work->kernel);
	ck_assert_int_eq(survey_scan(&work->kernel.root, &work->host, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		asked[i] = work->host.devices[i].vfio == (goal == PLAN_RELEASE) ? ASKED_NAMED
										: ASKED_NOT;
	work->profile = byhand_profile(&work->host, asked);
	ck_assert_int_eq(plan_build(&work->profile, &work->host, &options, &work->plan, &e), 0);
	ck_assert_int_eq(work->plan.verdict, PLAN_GO);
	work->request = (struct apply_request){ .plan = &work->plan };
}

static void work_close(struct work *work)
{
	plan_done(&work->plan);
	profile_done(&work->profile);
	host_done(&work->host);
	fake_close(&work->kernel);
	free(work->first);
}

static void expect_first(const struct work *work, const char *when, size_t turn)
{
	_cleanup_free_ char *now = fake_state(&work->kernel);

	ck_assert_msg(!strcmp(now, work->first), "%s %zu: before\n%s\nafter\n%s", when, turn,
		      work->first, now);
}

static int do_work(struct work *work, struct journal *journal, struct err *e)
{
	int r = apply_reserve(&work->kernel.root, &work->request, journal, e);

	return r < 0 ? r : apply_execute(&work->kernel.root, &work->request, journal, e);
}

/* A new process knows nothing but the journal it finds, if there is one. */
static void recover(struct work *work)
{
	const struct root *root = &work->kernel.root;
	struct strlist files;
	struct err e = { 0 };

	fake_restart(&work->kernel);
	state_sweep(root);
	ck_assert_int_eq(guests_journals(root, &files), 0);
	ck_assert_uint_le(files.count, 1);
	for (size_t i = 0; i < files.count; i++) {
		struct journal journal = { 0 };

		ck_assert_int_eq(guests_load_journal(root, files.item[i], &journal, &e), 0);
		ck_assert_str_eq(journal.verb, plan_goal_verb(work->plan.goal));
		ck_assert_msg(undo_run(root, &journal, UNDO_BEFORE, 0, NULL, &e) == 0, "%s",
			      e.message);
		journal_done(&journal);
	}
	strlist_done(&files);
}

static const enum plan_goal goals[] = { PLAN_BIND, PLAN_RELEASE };

/* One try with a write that goes wrong, and the way back; returns how many writes it made. */
static size_t try_work(struct work *work, size_t turn, enum fake_fault fault)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	size_t writes;
	int r;

	fake_arm(&work->kernel, turn, fault);
	r = do_work(work, &journal, &e);
	writes = work->kernel.trap.writes;
	ck_assert((r < 0) == (e.message[0] != '\0'));
	recover(work);
	journal_done(&journal);
	expect_first(work, fault_name(fault), turn);
	return writes;
}

/* Whatever write fails, or is the last before a crash: everything is where it was, the records of the pool too. */
START_TEST(any_write_fails)
{
	size_t writes, cases = 0;
	struct work work;

	work_open(&work, goals[_i]);
	writes = try_work(&work, 0, FAKE_NONE);
	for (size_t turn = 1; turn <= writes; turn++)
		for (int fault = FAKE_EIO; fault <= FAKE_KILLED_LATE; fault++, cases++)
			try_work(&work, turn, (enum fake_fault)fault);
	printf("# %s: %zu cases of a fault at one of %zu writes\n", plan_goal_verb(goals[_i]),
	       cases, writes);
	ck_assert_uint_gt(writes, 8);
	work_close(&work);
}
END_TEST

/** struct wanted - where a device is after a bind and after a release, and whether the pool has a record of it */
static const struct wanted {
	const char *driver, *override;
	bool recorded;
} wanted[][ARRAY_SIZE(devices)] = {
	{ { "vfio-pci", "vfio-pci", true },
	  { "vfio-pci", "vfio-pci", true },
	  { "vfio-pci", "vfio-pci", true },
	  { "vfio-pci", "vfio-pci", true },
	  { "vfio-pci", "vfio-pci", false } },
	/* One that others put there goes to the driver the kernel finds for it. */
	{ { "mpt3sas", NULL, false },
	  { NULL, "pci-stub", false },
	  { "nvme", NULL, false },
	  { "mpt3sas", NULL, false },
	  { "e1000e", NULL, false } },
};

START_TEST(goes_well)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct work work;

	work_open(&work, goals[_i]);
	ck_assert_msg(do_work(&work, &journal, &e) == 0, "%s", e.message);
	ck_assert_msg(undo_run(&work.kernel.root, &journal, UNDO_AFTER, 0, NULL, &e) == 0, "%s",
		      e.message);
	journal_done(&journal);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		_cleanup_free_ char *record =
			mem_printf("run/vmrun/pool-%s.json", devices[i].address);
		const struct wanted *row = &wanted[_i][i];
		char driver[64], override[64];

		ck_assert_pstr_eq(fake_driver(&work.kernel, devices[i].address, driver),
				  row->driver);
		ck_assert_pstr_eq(fake_override(&work.kernel, devices[i].address, override),
				  row->override);
		ck_assert(root_exists(&work.kernel.root, record) == row->recorded);
	}
	work_close(&work);
}
END_TEST

/* What is described and may not be moved is left out; what is named stands in the way of all. */
START_TEST(left_out)
{
	struct host host = made_host();
	enum asked asked[3] = { ASKED_DESCRIBED, ASKED_DESCRIBED, ASKED_NOT };
	const struct plan_options options = { .goal = PLAN_BIND };
	struct profile profile;
	struct plan plan;
	struct err e = { 0 };

	made_device(&host, "01:00.0", NVME, "nvme", 11);
	made_disk(&host, "nvme0n1", FACT_NO, NULL);
	made_device(&host, "02:00.0", NVME, "nvme", 12);
	made_disk(&host, "nvme1n1", FACT_YES, "/dev/nvme1n1 is mounted on /srv");
	made_device(&host, "03:00.0", NIC, "e1000e", 13);
	profile = byhand_profile(&host, asked);
	ck_assert_int_eq(plan_build(&profile, &host, &options, &plan, &e), 0);
	ck_assert_int_eq(plan.verdict, PLAN_REFUSED);
	asked[1] = ASKED_NAMED;
	ck_assert_uint_eq(byhand_leave(&plan, asked), 0);
	ck_assert_int_eq(asked[0], ASKED_DESCRIBED);
	asked[1] = ASKED_DESCRIBED;
	ck_assert_uint_eq(byhand_leave(&plan, asked), 1);
	ck_assert_int_eq(asked[0], ASKED_DESCRIBED);
	ck_assert_int_eq(asked[1], ASKED_NOT);
	plan_done(&plan);
	profile_done(&profile);
	host_done(&host);
}
END_TEST

static const struct asked_case {
	const char *selector;
	enum asked asked;
} asked_cases[] = {
	{ "01:00.0", ASKED_NAMED },
	{ "01:00.*", ASKED_NAMED },
	{ "path=0000/0/1c.0/00.0", ASKED_NAMED },
	{ "slot=2", ASKED_NAMED },
	{ "disk=/dev/sda", ASKED_NAMED },
	{ "netdev=eth0", ASKED_NAMED },
	{ "class=nvme", ASKED_DESCRIBED },
	{ "name=intel", ASKED_DESCRIBED },
	{ "8086:1533", ASKED_DESCRIBED },
};

START_TEST(names_and_descriptions)
{
	struct selector selector;

	ck_assert_int_eq(selector_parse(asked_cases[_i].selector, &selector, NULL), 0);
	ck_assert_int_eq(byhand_asked(&selector), asked_cases[_i].asked);
	selector_done(&selector);
}
END_TEST

/* Whose run it was is gone: what it had from the pool is free to whoever wants it next, and its journal goes. */
START_TEST(stale_reservations)
{
	const struct plan_options options = {
		.goal = PLAN_START, .uri = "qemu:///embed", .embed = true, .user = "q"
	};
	struct profile profile = made_profile("[pci \"p\"]\nclass=hba\nfrom=pool\npick=any\n");
	struct journal journal = { 0 };
	struct host host = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };
	struct plan plan;

	fake_open(&kernel);
	fake_set(&kernel, devices, ARRAY_SIZE(devices));
	for (int round = 0; round < 2; round++) {
		struct apply_request request = { .plan = &plan };

		ck_assert_int_eq(survey_scan(&kernel.root, &host, &e), 0);
		ck_assert_int_eq(plan_build(&profile, &host, &options, &plan, &e), 0);
		ck_assert_int_eq(plan.verdict, PLAN_GO);
		ck_assert_uint_eq(plan.picks.count, 1);
		ck_assert_str_eq(PCIADDR_STR(&host.devices[plan.picks.item[0].device].addr),
				 "0000:03:00.0");
		ck_assert_msg(apply_reserve(&kernel.root, &request, &journal, &e) == 0, "%s",
			      e.message);
		plan_done(&plan);
		host_done(&host);
		if (round == 1)
			break;
		/* While it lives, its reservation holds. */
		ck_assert_int_eq(survey_scan(&kernel.root, &host, &e), 0);
		ck_assert_int_eq(plan_build(&profile, &host, &options, &plan, &e), 0);
		ck_assert(plan.verdict == PLAN_REFUSED && plan.busy);
		plan_done(&plan);
		host_done(&host);
		journal.pid = 1;
		ck_assert_int_eq(unlinkat(kernel.root.fd, "run/vmrun/guest-made.json", 0), 0);
		free(journal.guest);
		journal.guest = mem_strdup("gone");
		ck_assert_int_eq(state_write_journal(&kernel.root, &journal, &e), 0);
		journal_done(&journal);
	}
	ck_assert(!root_exists(&kernel.root, "run/vmrun/guest-gone.json"));
	ck_assert(root_exists(&kernel.root, "run/vmrun/guest-made.json"));
	ck_assert(root_exists(&kernel.root, "run/vmrun/pool-0000:03:00.0.json"));
	journal_done(&journal);
	profile_done(&profile);
	fake_close(&kernel);
}
END_TEST

static const struct from_case {
	const char *from;
	const char *address;
} from_cases[] = {
	{ "pool", "0000:03:00.0" },
	{ "host", "0000:01:00.0" },
};

START_TEST(from_host_or_pool)
{
	_cleanup_free_ char *text =
		mem_printf("[pci \"p\"]\nclass=hba\nfrom=%s\n", from_cases[_i].from);
	struct profile profile = made_profile(text),
		       none = made_profile("[pci \"p\"]\nclass=gpu\nfrom=pool\n");
	struct picks picks = { 0 };
	struct host host = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };

	fake_open(&kernel);
	fake_set(&kernel, devices, ARRAY_SIZE(devices));
	ck_assert_int_eq(survey_scan(&kernel.root, &host, &e), 0);
	ck_assert_int_eq(resolve(&profile, &host, &picks, &e), 0);
	ck_assert_str_eq(PCIADDR_STR(&host.devices[picks.item[0].device].addr),
			 from_cases[_i].address);
	picks_done(&picks);
	ck_assert_int_eq(resolve(&none, &host, &picks, &e), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.message, "from=pool"));
	ck_assert_ptr_nonnull(strstr(e.fix, "vmrun bind"));
	host_done(&host);
	profile_done(&profile);
	profile_done(&none);
	fake_close(&kernel);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("byhand");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, any_write_fails, 0, (int)ARRAY_SIZE(goals));
	tcase_add_loop_test(tests, goes_well, 0, (int)ARRAY_SIZE(goals));
	tcase_add_test(tests, left_out);
	tcase_add_loop_test(tests, names_and_descriptions, 0, (int)ARRAY_SIZE(asked_cases));
	tcase_add_test(tests, stale_reservations);
	tcase_add_loop_test(tests, from_host_or_pool, 0, (int)ARRAY_SIZE(from_cases));
	return suite_run("byhand", tests);
}
