// SPDX-License-Identifier: GPL-2.0-or-later
/* The core property, on a model of the kernel: whatever write fails, the host is as before. */
#include "act/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/bind.h"
#include "act/own.h"
#include "act/undo.h"
#include "base/cleanup.h"
#include "survey/guests.h"
#include "survey/survey.h"
#include "unit/fakekernel.h"
#include "unit/made.h"
#include "unit/suite.h"

#define NIC 0x020000
#define HBA 0x010700
#define GPU 0x030000
#define BRIDGE 0x060400
/* Nobody's number, so that a node given away shows. */
#define USER 4242

/* The ways a device can be bound when vmrun comes. */
static const struct fake_device ways[] = {
	{ .class_code = NIC, .driver = "e1000e", .knows = { "e1000e" } },
	{ .class_code = NIC, .knows = { "e1000e" } },
	{ .class_code = NIC },
	{ .class_code = HBA, .driver = "mpt3sas", .override = "mpt3sas", .knows = { "mpt3sas" } },
	{ .class_code = HBA,
	  .driver = "vfio-pci",
	  .override = "vfio-pci",
	  .knows = { "mpt3sas" },
	  .home = "mpt3sas" },
	{ .class_code = NIC, .driver = "vfio-pci", .knows = { "e1000e" } },
	{ .class_code = GPU, .driver = "nvidia", .knows = { "nouveau", "nvidia" } },
	{ .class_code = NIC, .override = "pci-stub", .knows = { "e1000e" } },
	{ .class_code = NIC, .driver = "pci-stub", .override = "pci-stub", .knows = { "e1000e" } },
};

/**
 * struct shape - a host and what a guest wants of it
 * @devices:	@count functions; the first ones are asked for
 * @profile:	what asks for them
 */
struct shape {
	struct fake_device devices[FAKE_DEVICES];
	size_t count;
	char profile[1024];
};

#define SHAPES 40

/* The same numbers on every machine, so that a failure has a name: its shape's. */
static unsigned int next(unsigned int *state, unsigned int below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 16) % below;
}

/*
 * Shape number @index: first one device in each way, then many in groups, with a bridge,
 * siblings and both afters.
 */
static struct shape make_shape(unsigned int index)
{
	unsigned int state = index * 2654435761u + 1, used = 0, groups, bridge = FAKE_DEVICES;
	struct shape shape = { .count = 1 + next(&state, FAKE_DEVICES) };

	groups = 1 + next(&state, FAKE_GROUPS);
	if (index < ARRAY_SIZE(ways))
		shape.count = groups = 1;
	else if (next(&state, 3) == 0)
		bridge = (unsigned int)shape.count - 1;
	for (unsigned int i = 0; i < shape.count; i++) {
		struct fake_device *dev = &shape.devices[i];
		bool asked = i == 0 || next(&state, 3) != 0;

		*dev = index < ARRAY_SIZE(ways) ? ways[index]
						: ways[next(&state, ARRAY_SIZE(ways))];
		if (i == bridge && i > 0)
			*dev = (struct fake_device){ .class_code = BRIDGE };
		dev->group = 10 + (int)next(&state, groups);
		snprintf(dev->address, sizeof(dev->address), "0000:01:%02x.0", i);
		if (asked && dev->class_code != BRIDGE)
			used += (unsigned int)snprintf(shape.profile + used,
						       sizeof(shape.profile) - used,
						       "[pci \"d%u\"]\naddress=%s\nsiblings=%s\n%s",
						       i, dev->address,
						       next(&state, 4) ? "bind" : "attach",
						       next(&state, 2) ? "" : "after=host\n");
	}
	return shape;
}

/** struct run - one start, as the verb makes it */
struct run {
	struct fakekernel *kernel;
	struct profile profile;
	struct host host;
	struct plan plan;
	struct apply_request request;
};

static void run_open(struct run *run, struct fakekernel *kernel, const struct shape *shape)
{
	struct plan_options options = { .uri = "qemu:///embed", .embed = true, .user = "qemu" };
	struct err e = { 0 };

	*run = (struct run){ .kernel = kernel, .profile = made_profile(shape->profile) };
	ck_assert_msg(survey_scan(&kernel->root, &run->host, &e) == 0, "%s", e.message);
	ck_assert_msg(plan_build(&run->profile, &run->host, &options, &run->plan, &e) == 0,
		      "%s: %s", e.subject, e.message);
	for (size_t i = 0; i < run->plan.findings.count; i++)
		ck_assert_msg(run->plan.findings.item[i].severity < SEVERITY_REFUSE, "%s",
			      run->plan.findings.item[i].message);
	ck_assert_int_eq(run->plan.verdict, PLAN_GO);
	run->request = (struct apply_request){
		.plan = &run->plan, .embed = "/run/e", .uid = USER, .gid = USER
	};
	/* Without the right to make device nodes there are none to own. */
	for (size_t i = 0; !kernel->nodes && i < run->plan.step_count; i++)
		if (run->plan.steps[i].kind == STEP_OWN)
			run->plan.steps[i].kind = STEP_RESERVE;
}

static void run_close(struct run *run)
{
	plan_done(&run->plan);
	host_done(&run->host);
	profile_done(&run->profile);
}

static int reserve(struct run *run, struct journal *journal)
{
	struct err e = { 0 };
	int r = apply_reserve(&run->kernel->root, &run->request, journal, &e);

	ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
	/* A success leaves no error behind that somebody prints later. */
	ck_assert_str_eq(e.message, "");
	return r;
}

static int execute(struct run *run, struct journal *journal, struct err *e)
{
	return apply_execute(&run->kernel->root, &run->request, journal, e);
}

/* What a new process does: it knows nothing but the journal on disk. */
static int recover(struct fakekernel *kernel, enum undo_goal goal, struct err *e)
{
	struct journal journal = { 0 };
	int r = guests_load_journal(&kernel->root, STATE_GUEST_PREFIX "made" STATE_SUFFIX, &journal,
				    e);

	ck_assert_msg(r == 0, "%s: %s", e->subject, e->message);
	r = undo_run(&kernel->root, &journal, goal, 0, NULL, e);
	journal_done(&journal);
	return r;
}

static void expect_state(const struct fakekernel *kernel, const char *wanted, const char *when,
			 size_t turn)
{
	_cleanup_free_ char *now = fake_state(kernel);

	ck_assert_msg(!strcmp(now, wanted), "%s %zu: before\n%s\nafter\n%s", when, turn, wanted,
		      now);
}

/* Writes of an undisturbed start. */
static size_t count_writes(struct run *run)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	size_t count;

	fake_arm(run->kernel, 0, FAKE_FAILS);
	reserve(run, &journal);
	ck_assert_msg(execute(run, &journal, &e) == 0, "%s: %s", e.subject, e.message);
	count = run->kernel->writes;
	for (size_t i = 0; i < run->plan.picks.count; i++) {
		struct binding now = { 0 };

		ck_assert_int_eq(bind_read(&run->kernel->root,
					   &run->host.devices[run->plan.picks.item[i].device].addr,
					   &now, &e),
				 0);
		ck_assert_str_eq(now.driver, "vfio-pci");
		binding_done(&now);
	}
	journal_done(&journal);
	return count;
}

/* One start that goes wrong at write @turn, and the way back. */
static void fail_at(struct run *run, const char *first, size_t turn, enum fake_fault fault)
{
	struct journal journal = { 0 };
	struct err e = { 0 };

	fake_arm(run->kernel, turn, fault);
	reserve(run, &journal);
	ck_assert_int_lt(execute(run, &journal, &e), 0);
	ck_assert_str_ne(e.message, "");
	e = (struct err){ 0 };
	if (fault >= FAKE_CRASHES) {
		fake_restart(run->kernel);
		ck_assert_msg(recover(run->kernel, UNDO_BEFORE, &e) == 0, "%s: %s", e.subject,
			      e.message);
	} else {
		ck_assert_msg(undo_run(&run->kernel->root, &journal, UNDO_BEFORE, 0, NULL, &e) == 0,
			      "%s: %s", e.subject, e.message);
	}
	journal_done(&journal);
	expect_state(run->kernel, first, "failed at write", turn);
}

/* Tells how many pairs there were: the output of the test is kept. */
static void report(const char *what, unsigned int shape, size_t pairs)
{
	printf("# shape %u: %zu pairs of plan and failing write (%s)\n", shape, pairs, what);
	fflush(stdout);
}

START_TEST(any_write_fails)
{
	struct shape shape = make_shape((unsigned int)_i);
	_cleanup_free_ char *first = NULL;
	struct fakekernel kernel;
	size_t writes, pairs = 0;
	struct err e = { 0 };
	struct run run;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	first = fake_state(&kernel);
	run_open(&run, &kernel, &shape);
	writes = count_writes(&run);
	fake_restart(&kernel);
	ck_assert_int_eq(recover(&kernel, UNDO_BEFORE, &e), 0);
	expect_state(&kernel, first, "undone without a failure", 0);
	for (int fault = FAKE_FAILS; fault <= FAKE_CRASHES_LATE; fault++)
		for (size_t turn = 1; turn <= writes; turn++, pairs++)
			fail_at(&run, first, turn, (enum fake_fault)fault);
	report("fails, fails late, crashes, crashes late", (unsigned int)_i, pairs);
	run_close(&run);
	fake_close(&kernel);
}
END_TEST

/*
 * The way back may fail as well: then it says so, its journal stays, and the next try comes to
 * the end.
 */
START_TEST(undo_fails)
{
	struct shape shape = make_shape((unsigned int)_i);
	_cleanup_free_ char *first = NULL;
	struct fakekernel kernel;
	bool failed = true;
	size_t pairs = 0;
	struct run run;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	first = fake_state(&kernel);
	run_open(&run, &kernel, &shape);
	for (size_t turn = 1; failed; turn++, pairs++) {
		struct journal journal = { 0 };
		struct err e = { 0 };

		fake_restart(&kernel);
		reserve(&run, &journal);
		ck_assert_int_eq(execute(&run, &journal, &e), 0);
		journal_done(&journal);
		fake_arm(&kernel, turn, pairs % 2 ? FAKE_CRASHES : FAKE_FAILS);
		failed = recover(&kernel, UNDO_BEFORE, &e) < 0;
		ck_assert(failed == (kernel.writes >= turn) || !failed);
		if (failed) {
			fake_restart(&kernel);
			ck_assert_msg(recover(&kernel, UNDO_BEFORE, &e) == 0, "%s: %s", e.subject,
				      e.message);
		}
		expect_state(&kernel, first, "undone, at the second try after write", turn);
	}
	report("undo fails", (unsigned int)_i, pairs);
	run_close(&run);
	fake_close(&kernel);
}
END_TEST

START_TEST(twice_is_once)
{
	struct shape shape = make_shape((unsigned int)_i);
	_cleanup_free_ char *first = NULL, *applied = NULL;
	struct journal journal = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };
	struct run run;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	first = fake_state(&kernel);
	run_open(&run, &kernel, &shape);
	reserve(&run, &journal);
	ck_assert_int_eq(execute(&run, &journal, &e), 0);
	applied = fake_state(&kernel);
	journal.node_count = 0;
	ck_assert_int_eq(execute(&run, &journal, &e), 0);
	expect_state(&kernel, applied, "applied twice", 0);
	/* A second run of the guest is refused while the first one's journal is there. */
	ck_assert_int_eq(apply_reserve(&kernel.root, &run.request, &(struct journal){ 0 }, &e),
			 -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	journal_done(&journal);
	run_close(&run);
	fake_close(&kernel);
}
END_TEST

/* Where each device of the plan belongs, as after= says and its pool record knows. */
static void expect_after(struct run *run, const struct fake_device *devices)
{
	for (size_t i = 0; i < run->plan.picks.count; i++) {
		const struct pick *pick = &run->plan.picks.item[i];
		const struct fake_device *dev = &devices[pick->device];
		const char *home = dev->home ? dev->home : dev->driver, *wanted = home;
		_cleanup_free_ char *record = mem_printf("run/vmrun/pool-%s.json", dev->address);
		struct binding now = { 0 };
		struct err e = { 0 };

		if (pick->after == AFTER_POOL)
			wanted = "vfio-pci";
		ck_assert_int_eq(bind_read(&run->kernel->root,
					   &run->host.devices[pick->device].addr, &now, &e),
				 0);
		ck_assert_msg(now.driver && wanted ? !strcmp(now.driver, wanted)
						   : now.driver == wanted,
			      "%s is with %s, not %s", dev->address,
			      now.driver ? now.driver : "none", wanted ? wanted : "none");
		if (pick->after == AFTER_HOST && !dev->home)
			ck_assert(now.override && dev->override
					  ? !strcmp(now.override, dev->override)
					  : now.override == dev->override);
		ck_assert(root_exists(&run->kernel->root, record) ==
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
	struct shape shape = make_shape((unsigned int)_i);
	struct journal journal = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };
	struct run run;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	for (int round = 0; round < 2; round++) {
		run_open(&run, &kernel, &shape);
		for (size_t i = 0; round == 1 && i < run.plan.picks.count; i++)
			run.plan.picks.item[i].after = AFTER_HOST;
		reserve(&run, &journal);
		ck_assert_int_eq(execute(&run, &journal, &e), 0);
		ck_assert_int_eq(undo_run(&kernel.root, &journal, UNDO_AFTER, 0, NULL, &e), 0);
		journal_done(&journal);
		expect_after(&run, shape.devices);
		ck_assert(!root_exists(&kernel.root, "run/vmrun/guest-made.json"));
		run_close(&run);
	}
	fake_close(&kernel);
}
END_TEST

/*
 * The undo that suggests itself: each raw write in reverse. It leaves devices with vfio-pci,
 * for it probes while the override still stands; the comparison above must see that.
 */
static void undo_in_reverse(struct fakekernel *kernel)
{
	for (size_t i = kernel->logged; i-- > 0;) {
		struct fake_write row = kernel->log[i];
		char address[32];

		if (sscanf(row.path, "sys/bus/pci/devices/%31[^/]/driver_override", address) == 1 &&
		    strstr(row.path, "override"))
			root_write(&kernel->root, row.path, row.before[0] ? row.before : "\n");
		else if (strstr(row.path, "unbind"))
			root_write(&kernel->root, "sys/bus/pci/drivers_probe", row.value);
	}
}

START_TEST(a_broken_undo_is_seen)
{
	size_t seen = 0, moved = 0;
	struct fakekernel kernel;

	fake_open(&kernel);
	for (unsigned int index = 0; index < SHAPES; index++) {
		struct shape shape = make_shape(index);
		_cleanup_free_ char *first = NULL, *now = NULL;
		struct journal journal = { 0 };
		struct err e = { 0 };
		struct run run;

		fake_set(&kernel, shape.devices, shape.count);
		first = fake_state(&kernel);
		run_open(&run, &kernel, &shape);
		reserve(&run, &journal);
		fake_arm(&kernel, 0, FAKE_FAILS);
		ck_assert_int_eq(execute(&run, &journal, &e), 0);
		undo_in_reverse(&kernel);
		/*
		 * The journal is not what this is about, nor nodes: they are put back by the
		 * real thing.
		 */
		for (size_t i = 0; i < journal.node_count; i++)
			ck_assert_int_eq(own_restore(&kernel.root, &journal.nodes[i], &e), 0);
		unlinkat(kernel.root.fd, "run/vmrun/guest-made.json", 0);
		now = fake_state(&kernel);
		seen += kernel.logged > 0 && strcmp(first, now);
		moved += kernel.logged > 0;
		journal_done(&journal);
		run_close(&run);
	}
	ck_assert_uint_gt(seen, moved / 2);
	printf("# undoing raw writes in reverse is seen in %zu of %zu shapes\n", seen, moved);
	fake_close(&kernel);
}
END_TEST

/*
 * A driver that does not take its device back is a failure of the undo, with the device named
 * and the journal kept.
 */
START_TEST(driver_refuses)
{
	struct shape shape = make_shape(0);
	struct journal journal = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };
	struct run run;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	run_open(&run, &kernel, &shape);
	reserve(&run, &journal);
	ck_assert_int_eq(execute(&run, &journal, &e), 0);
	kernel.refuses = "e1000e";
	ck_assert_int_lt(undo_run(&kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), 0);
	ck_assert_int_eq(e.kind, ERR_LEFT);
	ck_assert_str_eq(e.subject, "0000:01:00.0");
	ck_assert_ptr_nonnull(strstr(e.message, "its driver e1000e did not take it back"));
	ck_assert(root_exists(&kernel.root, "run/vmrun/guest-made.json"));
	journal_done(&journal);
	kernel.refuses = NULL;
	ck_assert_int_eq(recover(&kernel, UNDO_BEFORE, &e), 0);
	run_close(&run);
	fake_close(&kernel);
}
END_TEST

/* vfio-pci may refuse, too; and a group somebody holds is not touched at all. */
START_TEST(vfio_refuses_and_held)
{
	struct shape shape = make_shape(0);
	_cleanup_free_ char *first = NULL, *bound = NULL;
	struct journal journal = { 0 };
	struct fakekernel kernel;
	struct err e = { 0 };
	struct run run;
	FILE *facts;

	fake_open(&kernel);
	fake_set(&kernel, shape.devices, shape.count);
	first = fake_state(&kernel);
	run_open(&run, &kernel, &shape);
	kernel.refuses = "vfio-pci";
	reserve(&run, &journal);
	ck_assert_int_eq(execute(&run, &journal, &e), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.message, "vfio-pci did not take it (driver now: none)"));
	ck_assert_int_eq(undo_run(&kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), 0);
	journal_done(&journal);
	expect_state(&kernel, first, "vfio-pci refused", 0);

	kernel.refuses = NULL;
	reserve(&run, &journal);
	ck_assert_int_eq(execute(&run, &journal, &e), 0);
	bound = fake_state(&kernel);
	facts = fdopen(openat(kernel.root.fd, "facts.json", O_WRONLY | O_TRUNC), "w");
	ck_assert_ptr_nonnull(facts);
	fprintf(facts,
		"{\"schema\":\"vmrun.facts/1\",\"privileged\":true,"
		"\"holders\":[{\"group\":%d,\"pid\":99,\"guest\":\"made\"}]}",
		shape.devices[0].group);
	fclose(facts);
	ck_assert_int_eq(undo_run(&kernel.root, &journal, UNDO_BEFORE, 0, NULL, &e), -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	ck_assert_ptr_nonnull(strstr(e.message, "is held by guest made (pid 99)"));
	expect_state(&kernel, bound, "held", 0);
	journal_done(&journal);
	run_close(&run);
	fake_close(&kernel);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("apply");
	/*
	 * In memory where there is such a place: every journal is flushed to disk, thousands of
	 * times here.
	 */
	char dir[] = "/dev/shm/vmrun-apply.XXXXXX";
	bool in_memory = mkdtemp(dir) && setenv("TMPDIR", dir, 1) == 0;
	int status;

	tcase_set_timeout(tests, 30);
	tcase_add_loop_test(tests, any_write_fails, 0, SHAPES);
	tcase_add_loop_test(tests, undo_fails, 0, SHAPES);
	tcase_add_loop_test(tests, twice_is_once, 0, SHAPES);
	tcase_add_loop_test(tests, after_the_guest, 0, SHAPES);
	tcase_add_test(tests, a_broken_undo_is_seen);
	tcase_add_test(tests, driver_refuses);
	tcase_add_test(tests, vfio_refuses_and_held);
	status = suite_run("apply", tests);
	if (in_memory)
		fake_remove(dir);
	return status;
}
