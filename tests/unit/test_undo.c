// SPDX-License-Identifier: GPL-2.0-or-later
/* The way back, on a model of the kernel: after a failure, after a guest's end, and when it fails itself. */
#include <check.h>

#include "act/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/apply.h"
#include "act/bind.h"
#include "base/cleanup.h"
#include "unit/fakefiles.h"
#include "unit/trial.h"

/* The state that @goal leads to when nothing fails, from a start that went well; free(). */
static char *state_at_goal(struct trial *trial, enum undo_goal goal)
{
	struct journal journal = { 0 };
	struct err e = { 0 };

	trial_start(trial, &journal);
	journal_done(&journal);
	ck_assert_int_eq(trial_recover(trial, goal, &e), 0);
	return fake_state(&trial->kernel);
}

/* One way back whose write number @turn meets @fault; then another try. Whether there is such a write. */
static bool fail_at(struct trial *trial, const char *wanted, enum undo_goal goal, size_t turn,
		    enum fake_fault fault)
{
	struct fakekernel *kernel = &trial->kernel;
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct fake_trap trap;
	int r;

	if (goal == UNDO_AFTER)
		fake_set(kernel, trial->shape.devices, trial->shape.count);
	trial_start(trial, &journal);
	journal_done(&journal);
	fake_arm(kernel, turn, fault);
	r = trial_recover(trial, goal, &e);
	trap = kernel->trap;
	fake_restart(kernel);
	if (r == 0 && !trap.dead)
		trial_expect(trial, wanted, "write %zu of the undo: %s: not noticed", turn,
			     fault_name(fault));
	if (r < 0 && !trap.dead)
		ck_assert_msg(e.kind == ERR_LEFT && e.message[0], "write %zu: %s: kind %d: %s",
			      turn, fault_name(fault), (int)e.kind, e.message);
	e = (struct err){ 0 };
	ck_assert_msg(trial_recover(trial, goal, &e) == 0, "%s: %s", e.subject, e.message);
	trial_expect(trial, wanted, "at the second try after write %zu: %s", turn,
		     fault_name(fault));
	return turn <= trap.writes;
}

/* The way back may fail as well: then it says so, its journal stays, and the next try comes to the end. */
START_TEST(undo_fails)
{
	static const enum fake_fault faults[] = { FAKE_EIO,	FAKE_KILLED, FAKE_STOLEN,
						  FAKE_IGNORED, FAKE_EACCES, FAKE_KILLED_LATE,
						  FAKE_SHORT };
	struct trial trial;
	size_t pairs = 0;

	trial_open(&trial, (unsigned int)_i);
	for (int goal = UNDO_BEFORE; goal <= UNDO_AFTER; goal++) {
		_cleanup_free_ char *wanted = NULL;
		size_t turn = 1;

		fake_set(&trial.kernel, trial.shape.devices, trial.shape.count);
		wanted = state_at_goal(&trial, (enum undo_goal)goal);
		if (goal == UNDO_BEFORE)
			ck_assert_str_eq(wanted, trial.first);
		while (fail_at(&trial, wanted, (enum undo_goal)goal, turn,
			       faults[(turn + (size_t)_i) % ARRAY_SIZE(faults)]))
			turn++;
		pairs += turn - 1;
	}
	printf("# shape %d: the undo fails at each of %zu writes\n", _i, pairs);
	fflush(stdout);
	trial_close(&trial);
}
END_TEST

/* Where each device of the plan belongs, as after= says and its pool record knows. */
static void expect_after(struct trial *trial, const struct fake_device *devices)
{
	for (size_t i = 0; i < trial->plan.picks.count; i++) {
		const struct pick *pick = &trial->plan.picks.item[i];
		const struct fake_device *dev = &devices[pick->device];
		const char *home = dev->home ? dev->home : dev->driver, *wanted = home;
		_cleanup_free_ char *record = mem_printf("run/vmrun/pool-%s.json", dev->address);
		struct binding now = { 0 };
		struct err e = { 0 };

		if (pick->after == AFTER_POOL)
			wanted = "vfio-pci";
		ck_assert_int_eq(bind_read(&trial->kernel.root,
					   &trial->host.devices[pick->device].addr, &now, &e),
				 0);
		ck_assert_msg(now.driver && wanted ? !strcmp(now.driver, wanted)
						   : now.driver == wanted,
			      "%s is with %s, not %s", dev->address,
			      now.driver ? now.driver : "none", wanted ? wanted : "none");
		if (pick->after == AFTER_HOST && !dev->home)
			ck_assert(now.override && dev->override
					  ? !strcmp(now.override, dev->override)
					  : now.override == dev->override);
		ck_assert(root_exists(&trial->kernel.root, record) ==
			  (pick->after == AFTER_POOL && !(home && !strcmp(home, "vfio-pci"))));
		binding_done(&now);
	}
}

/*
 * A guest's end; then a second run, of devices some of which are in the pool now, with
 * everything back to the host.
 */
START_TEST(after_the_guest)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct trial trial;

	trial_open(&trial, (unsigned int)_i);
	for (int round = 0; round < 2; round++) {
		trial_plan(&trial);
		for (size_t i = 0; round == 1 && i < trial.plan.picks.count; i++)
			trial.plan.picks.item[i].after = AFTER_HOST;
		trial_start(&trial, &journal);
		ck_assert_int_eq(undo_run(&trial.kernel.root, &journal, UNDO_AFTER, 0, NULL, &e),
				 0);
		journal_done(&journal);
		expect_after(&trial, trial.shape.devices);
		ck_assert(!root_exists(&trial.kernel.root, "run/vmrun/guest-made.json"));
	}
	trial_close(&trial);
}
END_TEST

/*
 * A driver that does not take its device back is a failure of the undo, with the device named
 * and the journal kept.
 */
START_TEST(driver_refuses)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct trial trial;

	trial_open(&trial, 0);
	trial_start(&trial, &journal);
	trial.kernel.refuses = "e1000e";
	ck_assert_int_lt(undo_run(&trial.kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), 0);
	ck_assert_int_eq(e.kind, ERR_LEFT);
	ck_assert_str_eq(e.subject, "0000:01:00.0");
	ck_assert_ptr_nonnull(strstr(e.message, "its driver e1000e did not take it back"));
	ck_assert(root_exists(&trial.kernel.root, "run/vmrun/guest-made.json"));
	journal_done(&journal);
	trial.kernel.refuses = NULL;
	ck_assert_int_eq(trial_recover(&trial, UNDO_BEFORE, &e), 0);
	trial_expect(&trial, trial.first, "the driver takes it again");
	trial_close(&trial);
}
END_TEST

/* vfio-pci may refuse a device, too: then it is not left without a driver. */
START_TEST(vfio_refuses)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct trial trial;

	trial_open(&trial, 0);
	trial.kernel.refuses = "vfio-pci";
	ck_assert_int_eq(apply_reserve(&trial.kernel.root, &trial.request, &journal, &e), 0);
	ck_assert_int_eq(apply_execute(&trial.kernel.root, &trial.request, &journal, &e), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.message, "vfio-pci did not take it (driver now: none)"));
	ck_assert_int_eq(undo_run(&trial.kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), 0);
	trial_expect(&trial, trial.first, "vfio-pci refused");
	journal_done(&journal);
	trial_close(&trial);
}
END_TEST

/* Fills a file of the machine that says which boot this is, or when a process began. */
static void say(struct trial *trial, const char *path, const char *text)
{
	fake_put(fake_at(&trial->kernel, "%s", path), text);
}

/*
 * A run whose process lives keeps its guest's name; one whose process is gone, or is another of that number, or was of
 * an earlier boot, is an interrupted one: that is said, and it can be put back.
 */
START_TEST(stale_journals)
{
	static const char *const boots[] = { "b007", "b007", "b008" };
	static const unsigned int starts[] = { 4242, 4243, 4242 };
	_cleanup_free_ char *stat = mem_printf("proc/%d/stat", (int)getpid());
	struct journal journal = { 0 }, other = { 0 };
	struct err e = { 0 };
	struct trial trial;

	trial_open(&trial, 0);
	trial_start(&trial, &journal);
	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		_cleanup_free_ char *line =
			mem_printf("%d (test) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 %u 0",
				   (int)getpid(), starts[i]);

		say(&trial, "proc/sys/kernel/random/boot_id", boots[i]);
		say(&trial, stat, line);
		e = (struct err){ 0 };
		ck_assert_int_eq(apply_reserve(&trial.kernel.root, &trial.request, &other, &e),
				 -EBUSY);
		ck_assert_int_eq(e.kind, ERR_BUSY);
		ck_assert_msg(strstr(e.message, i ? "an interrupted run" : "is run by vmrun (pid"),
			      "%s", e.message);
	}
	ck_assert_int_eq(trial_recover(&trial, UNDO_BEFORE, &e), 0);
	trial_expect(&trial, trial.first, "a journal of an earlier boot");
	journal_done(&journal);
	trial_close(&trial);
}
END_TEST

/* A group that somebody holds is not touched at all. */
START_TEST(held)
{
	_cleanup_free_ char *bound = NULL;
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct trial trial;
	FILE *facts;

	trial_open(&trial, 0);
	trial_start(&trial, &journal);
	bound = fake_state(&trial.kernel);
	facts = fdopen(openat(trial.kernel.root.fd, "facts.json", O_WRONLY | O_TRUNC), "w");
	ck_assert_ptr_nonnull(facts);
	fprintf(facts,
		"{\"schema\":\"vmrun.facts/1\",\"privileged\":true,"
		"\"holders\":[{\"group\":%d,\"pid\":99,\"guest\":\"made\"}]}",
		trial.shape.devices[0].group);
	fclose(facts);
	ck_assert_int_eq(undo_run(&trial.kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_ptr_nonnull(strstr(e.message, "is held by guest made (pid 99)"));
	trial_expect(&trial, bound, "held");
	journal_done(&journal);
	trial_close(&trial);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("undo");
	int shapes = trials_all() ? SHAPES : trials_few() ? FEW_SHAPES : SHAPES / 3;

	tcase_add_loop_test(tests, undo_fails, 0, shapes);
	tcase_add_loop_test(tests, after_the_guest, 0, shapes);
	tcase_add_test(tests, driver_refuses);
	tcase_add_test(tests, vfio_refuses);
	tcase_add_test(tests, stale_journals);
	tcase_add_test(tests, held);
	return trials_main(tests, "undo");
}
