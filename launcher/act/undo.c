// SPDX-License-Identifier: GPL-2.0-or-later
/* Putting back what a journal records: after a failure, after a guest's end, after a crash. */
#include "act/undo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "act/bind.h"
#include "act/mover.h"
#include "act/own.h"
#include "act/state.h"
#include "act/vfnet.h"
#include "base/cleanup.h"
#include "survey/guests.h"
#include "survey/processes.h"

#define POLL_MS 100

/**
 * struct undoing - what the parts share
 * @moves:	devices that change driver, those of one group together
 * @texts:	what the progress says of each
 * @done:	per device of the journal: it is where it belongs
 * @kept:	per device of the journal: its group's node is not, so that it stays in the journal
 * @first_error, @e: the first failure; later ones show in the journal that stays
 */
struct undoing {
	const struct root *root;
	struct journal *journal;
	enum undo_goal goal;
	const struct progress *progress;
	struct move *moves;
	size_t move_count;
	struct strlist texts;
	bool *done, *kept;
	int first_error;
	struct err *e;
};

static void keep_first(struct undoing *undoing, int r, const struct err *e)
{
	if (r == 0 || undoing->first_error)
		return;
	undoing->first_error = r;
	if (undoing->e)
		*undoing->e = *e;
}

/* Waits until nobody holds the node of @group any more; QEMU may take a moment to be gone after libvirt said so. */
static int wait_free(const struct root *root, int group, int wait_ms, struct err *e)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };

	for (int waited = 0;; waited += POLL_MS) {
		_cleanup_free_ char *what = NULL;

		enum fact held = guests_group_held(root, group, &what);

		if (held == FACT_NO)
			return 0;
		if (!what) {
			err_set(e, ERR_PRIVILEGE, EPERM, NULL,
				"whether a process holds group %d cannot be seen", group);
			return err_fix(e, "run it as root: sudo vmrun recover");
		}
		if (waited >= wait_ms) {
			err_set(e, ERR_BUSY, EBUSY, NULL, "group %d %s held by %s", group,
				held == FACT_YES ? "is" : "may be", what);
			return err_fix(e, "when it has ended: vmrun recover");
		}
		nanosleep(&pause, NULL);
	}
}

/* While the janitor of a stuck device waits, even asking for the device's override would hang. */
static bool stuck(struct undoing *undoing, const struct journal_device *dev, struct err *e)
{
	if (!dev->janitor || !process_lives(undoing->root, dev->janitor, dev->janitor_started,
					    undoing->journal->boot))
		return false;
	err_set(e, ERR_LEFT, ETIMEDOUT, PCIADDR_STR(&dev->addr),
		"it is stuck: its driver does not let go of it, and process %d waits to put it back",
		(int)dev->janitor);
	err_fix(e, "end what uses the device; it is put back by itself then");
	return true;
}

/* Where the goal wants @dev; NULL where it stays with vfio-pci, in the pool. */
static const struct binding *destination(const struct undoing *undoing,
					 const struct journal_device *dev, const char *driver)
{
	if (undoing->goal == UNDO_BEFORE)
		return &dev->before;
	/* Not where the run never came as far as vfio-pci: then the pool is not where it is. */
	return dev->to_pool && driver && !strcmp(driver, dev->driver) ? NULL : &dev->home;
}

static int to_pool(struct undoing *undoing, const struct journal_device *dev, struct err *e)
{
	const struct pool_record record = {
		.vendor = dev->vendor, .device = dev->device, .home = dev->home, .past = dev->past
	};

	/* One that was bound to vfio-pci by others was not put into the pool by us. */
	if (binding_is_vfio(&dev->home))
		return 0;
	return state_write_pool(undoing->root, &dev->addr, &record, e);
}

/* Before the device goes home: its driver there reads them. Where they cannot be put back the journal keeps them. */
static bool restore_settings(struct undoing *undoing, const struct journal_device *dev)
{
	struct err e = { 0 };
	int r;

	if (!dev->vf_before.given)
		return true;
	r = vfnet_restore(undoing->root, &dev->pf, (unsigned int)dev->vf_number, &dev->vf_before,
			  &e);
	keep_first(undoing, r, &e);
	return r == 0;
}

static void plan_device(struct undoing *undoing, size_t index)
{
	const struct journal_device *dev = &undoing->journal->devices[index];
	_cleanup_free_ char *driver = NULL;
	const struct binding *to;
	struct err e = { 0 };
	int r;

	if (stuck(undoing, dev, &e)) {
		keep_first(undoing, -ETIMEDOUT, &e);
		return;
	}
	/* A card that has been pulled out meanwhile needs nothing. */
	if (bind_driver(undoing->root, &dev->addr, &driver) == -ENOENT) {
		undoing->done[index] = true;
		return;
	}
	to = destination(undoing, dev, driver);
	if (to) {
		struct move *move = mem_append(&undoing->moves, &undoing->move_count);

		*move = (struct move){
			.device = dev, .to = to, .timeout_ms = MOVER_RESTORE_MS, .tag = index
		};
		strlist_addf(&undoing->texts, "give back %s -> %s", PCIADDR_STR(&dev->addr),
			     binding_name(to));
		return;
	}
	r = to_pool(undoing, dev, &e);
	undoing->done[index] = r == 0;
	keep_first(undoing, r, &e);
}

/* Whether a device was with a vfio driver before the run, is, and shall be: whoever holds its group may go on holding it. */
static bool untouched(const struct undoing *undoing, const struct journal_device *dev)
{
	_cleanup_free_ char *driver = NULL;
	const struct binding *to;

	if (dev->janitor || bind_driver(undoing->root, &dev->addr, &driver) < 0 || !driver ||
	    !binding_is_vfio(&dev->before) || strcmp(driver, dev->before.driver))
		return false;
	to = destination(undoing, dev, driver);
	return binding_is_vfio(to ? to : &dev->home);
}

static bool group_untouched(const struct undoing *undoing, int group)
{
	const struct journal *journal = undoing->journal;

	/* By hand a device leaves vfio-pci, and may have come half way: its override is gone first. */
	if (journal->verb)
		return false;
	for (size_t i = 0; i < journal->node_count; i++)
		if (journal->nodes[i].group == group)
			return false;
	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].group == group && !untouched(undoing, &journal->devices[i]))
			return false;
	return true;
}

static void plan_group(struct undoing *undoing, int group, int wait_ms)
{
	const struct journal *journal = undoing->journal;
	bool rest = group_untouched(undoing, group);
	struct err e = { 0 };
	int r = group < 0 || rest ? 0 : wait_free(undoing->root, group, wait_ms, &e);

	keep_first(undoing, r, &e);
	if (r < 0)
		return;
	for (size_t i = 0; rest && i < journal->device_count; i++)
		if (journal->devices[i].group == group)
			undoing->done[i] = true;
	if (rest)
		return;
	for (size_t i = 0; r == 0 && i < journal->node_count; i++)
		if (journal->nodes[i].group == group)
			r = own_restore(undoing->root, &journal->nodes[i], &e);
	keep_first(undoing, r, &e);
	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].group == group) {
			undoing->kept[i] = r < 0 ||
					   !restore_settings(undoing, &journal->devices[i]);
			plan_device(undoing, i);
		}
}

static bool seen_before(const struct journal *journal, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (journal->devices[i].group == journal->devices[index].group)
			return true;
	return false;
}

static void note_janitor(struct undoing *undoing, const struct move *move)
{
	struct journal_device *dev = &undoing->journal->devices[move->tag];

	if (process_started(undoing->root, move->janitor, &dev->janitor_started) == 0)
		dev->janitor = move->janitor;
}

static void move_all(struct undoing *undoing)
{
	struct mover mover = { .root = undoing->root,
			       .journal = undoing->journal,
			       .moves = undoing->moves,
			       .count = undoing->move_count,
			       .progress = undoing->progress };
	struct err e = { 0 };

	for (size_t i = 0; i < mover.count; i++)
		mover.moves[i].what = undoing->texts.item[i];
	keep_first(undoing, mover_run(&mover, &e), &e);
	for (size_t i = 0; i < mover.count; i++) {
		const struct move *move = &mover.moves[i];
		int r = 0;

		if (move->state == MOVE_STUCK)
			note_janitor(undoing, move);
		if (move->state != MOVE_DONE)
			continue;
		if (undoing->goal == UNDO_AFTER)
			r = state_remove_pool(undoing->root, &move->device->addr, &e);
		undoing->done[move->tag] = r == 0;
		keep_first(undoing, r, &e);
	}
}

/* What is where it belongs leaves the journal; with the last device goes the journal. */
static void shrink_journal(struct undoing *undoing)
{
	struct journal *journal = undoing->journal;
	struct err e = { 0 };
	int r;

	for (size_t i = journal->device_count; i-- > 0;)
		if (undoing->done[i] && !undoing->kept[i])
			journal_forget(journal, i);
	if (journal->device_count)
		r = state_write_journal(undoing->root, journal, &e);
	else
		r = state_remove_journal(undoing->root, journal->guest, &e);
	keep_first(undoing, r, &e);
}

int undo_run(const struct root *root, struct journal *journal, enum undo_goal goal, int wait_ms,
	     const struct progress *progress, struct err *e)
{
	struct undoing undoing = { .root = root,
				   .journal = journal,
				   .goal = goal,
				   .progress = progress,
				   .done = mem_zalloc((journal->device_count + 1) * sizeof(bool)),
				   .kept = mem_zalloc((journal->device_count + 1) * sizeof(bool)),
				   .e = e };

	for (size_t i = 0; i < journal->device_count; i++)
		if (!seen_before(journal, i))
			plan_group(&undoing, journal->devices[i].group, wait_ms);
	move_all(&undoing);
	shrink_journal(&undoing);
	free(undoing.moves);
	free(undoing.done);
	free(undoing.kept);
	strlist_done(&undoing.texts);
	if (undoing.first_error && e && e->kind == ERR_UNEXPECTED)
		e->kind = ERR_LEFT;
	return undoing.first_error;
}
