// SPDX-License-Identifier: GPL-2.0-or-later
/* The core property, on a model of the kernel: whatever write of a start fails, the host is as before. */
#include <check.h>

#include "act/apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "act/own.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "unit/fakefiles.h"
#include "unit/trial.h"

/* Fewer would not be every shape of plan. */
#define PAIRS_WANTED 2000

/**
 * struct tally - what was tried, summed over the processes of the tests
 * @pairs:	pairs of a plan and a write that goes wrong
 * @cases:	the same, times the ways in which it does
 * @nodes:	nodes of groups were among what is written
 */
static struct tally {
	size_t pairs, cases;
	bool nodes;
} * tally;

/* The machine comes up again as if vmrun had never been there; then the first state is made anew. */
static void after_power_cut(struct trial *trial, const char *booted, size_t turn)
{
	struct err e = { 0 };

	fake_power_cut(&trial->kernel);
	ck_assert_int_eq(trial_recover(trial, UNDO_BEFORE, &e), 0);
	trial_expect(trial, booted, "power cut at write %zu", turn);
	fake_set(&trial->kernel, trial->shape.devices, trial->shape.count);
}

/* The way back from a start that failed, or that did not notice: in this process, or in the next. */
static void put_back(struct trial *trial, struct journal *journal, int result,
		     enum fake_fault fault)
{
	struct err e = { 0 };
	int r = 0;

	if (fault_is_end(fault))
		r = trial_recover(trial, UNDO_BEFORE, &e);
	else if (journal->guest)
		r = undo_run(&trial->kernel.root, journal, UNDO_BEFORE, 0, NULL, &e);
	ck_assert_msg(r == 0, "%s: %s", e.subject, e.message);
	ck_assert(result < 0 || !fault_is_end(fault));
}

/* One start whose write number @turn meets @fault, and the way back; whether it can meet it. */
static bool fail_at(struct trial *trial, const char *booted, size_t turn, enum fake_fault fault)
{
	struct fakekernel *kernel = &trial->kernel;
	struct journal journal = { 0 };
	struct err e = { 0 };
	bool struck;
	int r;

	fake_arm(kernel, turn, fault);
	r = apply_reserve(&kernel->root, &trial->request, &journal, &e);
	if (r == 0)
		r = apply_execute(&kernel->root, &trial->request, &journal, &e);
	struck = kernel->trap.struck;
	fake_restart(kernel);
	/* What is not noticed must not matter; what is has a reason. */
	ck_assert_msg(r < 0 || trial_bound(trial), "write %zu: %s: not noticed", turn,
		      fault_name(fault));
	ck_assert((r < 0) == (e.message[0] != '\0'));
	if (struck && (fault == FAKE_POWER || fault == FAKE_POWER_LATE)) {
		after_power_cut(trial, booted, turn);
	} else {
		put_back(trial, &journal, r, fault);
		trial_expect(trial, trial->first, "write %zu: %s", turn, fault_name(fault));
	}
	journal_done(&journal);
	return struck;
}

static size_t count_writes(struct trial *trial)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	size_t count;

	fake_arm(&trial->kernel, 0, FAKE_NONE);
	trial_start(trial, &journal);
	count = trial->kernel.trap.writes;
	fake_restart(&trial->kernel);
	ck_assert_int_eq(trial_recover(trial, UNDO_BEFORE, &e), 0);
	trial_expect(trial, trial->first, "undone without a fault");
	journal_done(&journal);
	return count;
}

/*
 * Whether write @turn of shape @shape meets @fault: the plans of one device have every fault at every
 * write, the others two faults at each, taking turns; with TRIALS=all, all of them do (make soak).
 */
static bool has_its_turn(size_t shape, size_t turn, int fault)
{
	size_t chosen = (shape + 3 * turn) % (FAKE_FAULT_COUNT - 1) + 1;

	return shape < SIMPLE_SHAPES || trials_all() || (size_t)fault == chosen ||
	       (size_t)fault == FAKE_FAULT_COUNT - chosen;
}

START_TEST(any_write_fails)
{
	_cleanup_free_ char *booted = NULL;
	size_t writes, cases = 0;
	struct trial trial;

	trial_open(&trial, (unsigned int)_i);
	fake_power_cut(&trial.kernel);
	booted = fake_state(&trial.kernel);
	fake_set(&trial.kernel, trial.shape.devices, trial.shape.count);
	writes = count_writes(&trial);
	for (size_t turn = 1; turn <= writes; turn++)
		for (int fault = FAKE_NONE + 1; fault < FAKE_FAULT_COUNT; fault++)
			if (has_its_turn((size_t)_i, turn, fault))
				cases += fail_at(&trial, booted, turn, (enum fake_fault)fault);
	tally->pairs += writes;
	tally->cases += cases;
	tally->nodes = trial.kernel.nodes;
	trial_close(&trial);
}
END_TEST

/* The shapes are all the shapes there are: each of these must be among them. */
START_TEST(every_shape_of_plan)
{
	enum {
		MANY_GROUPS,
		SIBLING,
		ALL_ATTACHED,
		POOL,
		NO_DRIVER,
		ON_VFIO,
		OF_POOL,
		BRIDGED,
		KINDS
	};
	size_t seen[KINDS] = { 0 };

	for (unsigned int index = 0; index < SHAPES; index++) {
		struct trial trial;

		trial_open(&trial, index);
		for (size_t i = 0; i < trial.plan.picks.count; i++) {
			const struct pick *pick = &trial.plan.picks.item[i];
			const struct fake_device *dev = &trial.shape.devices[pick->device];

			seen[MANY_GROUPS] += dev->group != trial.shape.devices[0].group;
			seen[SIBLING] += pick->role == PICK_SIBLING;
			seen[ALL_ATTACHED] += strstr(trial.shape.profile, "attach") != NULL;
			seen[POOL] += pick->after == AFTER_POOL;
			seen[NO_DRIVER] += !dev->driver;
			seen[ON_VFIO] += dev->driver && !strcmp(dev->driver, "vfio-pci") &&
					 !dev->home;
			seen[OF_POOL] += dev->home != NULL;
			seen[BRIDGED] += trial.shape.devices[trial.shape.count - 1].class_code ==
					 0x060400;
		}
		trial_close(&trial);
	}
	for (int kind = 0; kind < KINDS; kind++)
		ck_assert_msg(seen[kind] > 9, "kind %d: %zu times", kind, seen[kind]);
}
END_TEST

/* What the guest gets is QEMU's, the nodes of devices as that of their group; a sibling's stays root's. */
START_TEST(nodes_are_given)
{
	size_t given = 0, kept = 0;

	for (unsigned int index = 0; index < SHAPES; index++) {
		struct journal journal = { 0 };
		struct trial trial;

		trial_open(&trial, index);
		trial_start(&trial, &journal);
		for (size_t i = 0; trial.kernel.nodes && i < journal.device_count; i++) {
			int n = own_number(&trial.kernel.root, &journal.devices[i].addr);
			struct stat st;

			ck_assert_int_eq(stat(fake_at(&trial.kernel, "dev/vfio/%d",
						      journal.devices[i].group),
					      &st),
					 0);
			ck_assert_uint_eq(st.st_uid, USER);
			ck_assert_int_eq(n >= 0, trial.kernel.own_nodes);
			if (n < 0)
				continue;
			ck_assert_int_eq(
				stat(fake_at(&trial.kernel, "dev/vfio/devices/vfio%d", n), &st), 0);
			ck_assert_uint_eq(st.st_uid, journal.devices[i].attach ? USER : 0);
			given += journal.devices[i].attach;
			kept += !journal.devices[i].attach;
		}
		tally->nodes = trial.kernel.nodes;
		journal_done(&journal);
		trial_close(&trial);
	}
	ck_assert(!tally->nodes || (given > 9 && kept > 0));
}
END_TEST

START_TEST(twice_is_once)
{
	_cleanup_free_ char *applied = NULL;
	struct journal journal = { 0 };
	struct err e = { 0 };
	struct trial trial;

	trial_open(&trial, (unsigned int)_i);
	trial_start(&trial, &journal);
	applied = fake_state(&trial.kernel);
	ck_assert_int_eq(apply_execute(&trial.kernel.root, &trial.request, &journal, &e), 0);
	trial_expect(&trial, applied, "applied twice");
	/* A second run of the guest is refused while the first one's journal is there. */
	ck_assert_int_eq(apply_reserve(&trial.kernel.root, &trial.request, &(struct journal){ 0 },
				       &e),
			 -EBUSY);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	trial_expect(&trial, applied, "refused a second time");
	journal_done(&journal);
	trial_close(&trial);
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

	for (unsigned int index = 0; index < SHAPES; index++) {
		_cleanup_free_ char *now = NULL;
		struct journal journal = { 0 };
		struct err e = { 0 };
		struct trial trial;

		trial_open(&trial, index);
		fake_arm(&trial.kernel, 0, FAKE_NONE);
		trial_start(&trial, &journal);
		undo_in_reverse(&trial.kernel);
		fake_restart(&trial.kernel);
		/* The journal is not what this is about, nor nodes: the real thing puts them back. */
		for (size_t i = 0; i < journal.node_count; i++)
			ck_assert_int_eq(own_restore(&trial.kernel.root, &journal.nodes[i], &e), 0);
		ck_assert_int_eq(state_remove_journal(&trial.kernel.root, "made", &e), 0);
		now = fake_state(&trial.kernel);
		seen += trial.kernel.logged > 0 && strcmp(trial.first, now);
		moved += trial.kernel.logged > 0;
		journal_done(&journal);
		trial_close(&trial);
	}
	ck_assert_uint_gt(seen, moved / 2);
	printf("# undoing raw writes in reverse is seen in %zu of %zu shapes\n", seen, moved);
}
END_TEST

/* Last, when the others have counted. */
START_TEST(enough)
{
	printf("# %zu pairs of a plan and a write that goes wrong, %zu trials: 0 differences\n",
	       tally->pairs, tally->cases);
	/* Without the right to make device nodes there is less to write. */
	if (tally->nodes)
		ck_assert_uint_ge(tally->pairs, PAIRS_WANTED);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("apply");
	int shapes = trials_few() ? FEW_SHAPES : SHAPES;

	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (tally == MAP_FAILED)
		return EXIT_FAILURE;
	tcase_add_loop_test(tests, any_write_fails, 0, shapes);
	tcase_add_test(tests, every_shape_of_plan);
	tcase_add_test(tests, nodes_are_given);
	tcase_add_loop_test(tests, twice_is_once, 0, shapes);
	tcase_add_test(tests, a_broken_undo_is_seen);
	if (!trials_few())
		tcase_add_test(tests, enough);
	return trials_main(tests, "apply");
}
