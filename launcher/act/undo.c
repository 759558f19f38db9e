// SPDX-License-Identifier: GPL-2.0-or-later
/* Putting back what a journal records: after a failure, after a guest's end, after a crash. */
#include "act/undo.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "act/bind.h"
#include "act/own.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "survey/guests.h"

#define POLL_MS 100

/** struct undoing - what the parts share; @first_error keeps the first failure, later ones are counted */
struct undoing {
	const struct root *root;
	const struct journal *journal;
	enum undo_goal goal;
	const struct progress *progress;
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

		switch (guests_group_held(root, group, &what)) {
		case FACT_NO:
			return 0;
		case FACT_YES:
			if (waited < wait_ms)
				break;
			err_set(e, ERR_BUSY, EBUSY, NULL, "group %d is held by %s", group, what);
			return err_fix(e, "when it has ended: vmrun recover");
		case FACT_UNKNOWN:
			err_set(e, ERR_PRIVILEGE, EPERM, NULL, "whether a process holds group %d cannot be seen", group);
			return err_fix(e, "run it as root: sudo vmrun recover");
		}
		nanosleep(&pause, NULL);
	}
}

static bool on_vfio(const struct binding *binding)
{
	return binding->driver && !strcmp(binding->driver, "vfio-pci");
}

static int to_pool(struct undoing *undoing, const struct journal_device *dev, struct err *e)
{
	/* One that was bound to vfio-pci by others was not put into the pool by us. */
	if (on_vfio(&dev->home))
		return 0;
	return state_write_pool(undoing->root, &dev->addr, &dev->home, e);
}

static int put_back(struct undoing *undoing, const struct journal_device *dev, struct err *e)
{
	const struct binding *to = undoing->goal == UNDO_BEFORE ? &dev->before : &dev->home;
	_cleanup_free_ char *what = NULL;
	int r;

	what = mem_printf("give back %s -> %s", PCIADDR_STR(&dev->addr), to->driver ? to->driver : "no driver");
	progress_begin(undoing->progress, what);
	r = bind_restore(undoing->root, &dev->addr, to, e);
	if (r == 0 && undoing->goal == UNDO_AFTER)
		r = state_remove_pool(undoing->root, &dev->addr, e);
	return progress_end(undoing->progress, r);
}

static void undo_device(struct undoing *undoing, const struct journal_device *dev)
{
	struct binding now = { 0 };
	struct err e = { 0 };
	int r;

	/* A card that has been pulled out meanwhile needs nothing. */
	if (bind_read(undoing->root, &dev->addr, &now, &e) == -ENOENT)
		return;
	/* Not where the run never came as far as vfio-pci: then the pool is not where it is. */
	if (undoing->goal == UNDO_AFTER && dev->to_pool && on_vfio(&now))
		r = to_pool(undoing, dev, &e);
	else
		r = put_back(undoing, dev, &e);
	binding_done(&now);
	keep_first(undoing, r, &e);
}

static void undo_group(struct undoing *undoing, int group, int wait_ms)
{
	const struct journal *journal = undoing->journal;
	struct err e = { 0 };
	int r = group < 0 ? 0 : wait_free(undoing->root, group, wait_ms, &e);

	keep_first(undoing, r, &e);
	if (r < 0)
		return;
	for (size_t i = 0; i < journal->node_count; i++)
		if (journal->nodes[i].group == group)
			keep_first(undoing, own_restore(undoing->root, &journal->nodes[i], &e), &e);
	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].group == group)
			undo_device(undoing, &journal->devices[i]);
}

static bool seen_before(const struct journal *journal, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (journal->devices[i].group == journal->devices[index].group)
			return true;
	return false;
}

int undo_run(const struct root *root, const struct journal *journal, enum undo_goal goal, int wait_ms,
	     const struct progress *progress, struct err *e)
{
	struct undoing undoing = {
		.root = root, .journal = journal, .goal = goal, .progress = progress, .e = e
	};

	for (size_t i = 0; i < journal->device_count; i++)
		if (!seen_before(journal, i))
			undo_group(&undoing, journal->devices[i].group, wait_ms);
	if (undoing.first_error) {
		if (e && e->kind == ERR_UNEXPECTED)
			e->kind = ERR_LEFT;
		return undoing.first_error;
	}
	return state_remove_journal(root, journal->guest, e);
}
