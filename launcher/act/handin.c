// SPDX-License-Identifier: GPL-2.0-or-later
/* Handing what was bound for a guest that runs over to the journal of that guest, and taking it out again. */
#include "act/handin.h"

#include <errno.h>
#include <unistd.h>

#include "act/apply_journal.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "model/journal_move.h"
#include "survey/guests.h"
#include "survey/processes.h"

#define LOCK_MS 30000

static void cleanup_journal_p(struct journal *journal)
{
	journal_done(journal);
}

/* The journal of a guest that had no devices; this process looks after it. */
static void new_journal(const struct journal *guest, const struct journal *run, struct journal *ret)
{
	*ret = (struct journal){ .guest = mem_strdup(guest->guest),
				 .uuid = mem_strdup(guest->uuid),
				 .profile = mem_strdup(guest->profile),
				 .uri = mem_strdup(guest->uri),
				 .embed = mem_strdup(guest->embed),
				 .boot = mem_strdup(run->boot),
				 .guest_started = true };
}

int handin_join(const struct root *root, const struct journal *guest, struct journal *run,
		bool *ret_owner, struct err *e)
{
	_cleanup_(cleanup_journal_p) struct journal journal = { 0 };
	_cleanup_close_ int lock = -1;
	int r = state_lock(root, LOCK_MS, &lock, e);
	size_t first;

	if (r == 0)
		r = guests_journal_of(root, guest->guest, &journal, e);
	if (r == -ENOENT) {
		new_journal(guest, run, &journal);
		r = 0;
	}
	if (r < 0)
		return r;
	if (journal.ending)
		return err_set(e, ERR_UNDONE, ESHUTDOWN, guest->guest, "it has just ended");
	*ret_owner = !journal.hooked &&
		     !process_lives(root, journal.pid, journal.started, journal.boot);
	if (*ret_owner) {
		journal.pid = run->pid;
		journal.started = run->started;
	}
	first = journal.device_count;
	journal_join(&journal, run);
	r = state_write_journal(root, &journal, e);
	if (r == 0)
		return state_remove_journal(root, run->guest, e);
	/* Not passed after all. A group is in one journal only. */
	while (journal.device_count > first)
		journal_split(&journal, journal.devices[first].group, run);
	return r;
}

static int split(const struct root *root, struct journal *journal, const struct pciaddr *addr,
		 struct journal *ret, struct err *e)
{
	struct journal_device *dev = journal_find(journal, addr);
	int group = dev ? dev->group : -1, r;

	if (!dev)
		return 0;
	dev->attach = false;
	if (!journal_group_attached(journal, group)) {
		r = apply_journal_by_hand(root, "detach", addr, ret, e);
		if (r < 0)
			return r;
		/* Where it goes is where it would have gone at the guest's end. */
		ret->guest_started = journal->guest_started;
		ret->by_hook = journal->by_hook;
		journal_split(journal, group, ret);
		r = state_write_journal(root, ret, e);
		if (r < 0)
			return r;
	}
	return state_write_journal(root, journal, e);
}

int handin_leave(const struct root *root, const char *guest, const struct pciaddr *addr,
		 struct journal *ret, struct err *e)
{
	_cleanup_(cleanup_journal_p) struct journal journal = { 0 };
	_cleanup_close_ int lock = -1;
	int r;

	*ret = (struct journal){ 0 };
	r = state_lock(root, LOCK_MS, &lock, e);
	if (r == 0)
		r = guests_journal_of(root, guest, &journal, e);
	/* Its end has come meanwhile, and with it went all it had. */
	if (r == -ENOENT || (r == 0 && journal.ending))
		return 0;
	return r < 0 ? r : split(root, &journal, addr, ret, e);
}

int handin_forget(const struct root *root, const char *guest, struct err *e)
{
	_cleanup_(cleanup_journal_p) struct journal journal = { 0 };
	_cleanup_close_ int lock = -1;
	int r = state_lock(root, LOCK_MS, &lock, e);

	if (r == 0)
		r = guests_journal_of(root, guest, &journal, e);
	if (r == -ENOENT)
		return 0;
	if (r < 0 || journal.device_count || journal.pid != getpid())
		return r;
	return state_remove_journal(root, guest, e);
}

bool handin_end(const struct root *root, struct journal *journal)
{
	_cleanup_close_ int lock = -1;
	struct journal now = { 0 };

	/* Who holds the lock for so long must not keep devices from the host. */
	(void)state_lock(root, LOCK_MS, &lock, NULL);
	if (guests_journal_of(root, journal->guest, &now, NULL) < 0)
		return false;
	now.ending = true;
	(void)state_write_journal(root, &now, NULL);
	journal_done(journal);
	*journal = now;
	return true;
}
