// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun recover: put back what an interrupted run left. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/privs.h"
#include "act/state.h"
#include "act/vfs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "survey/guests.h"
#include "survey/processes.h"

/**
 * struct recovery - what became of the journals
 * @first:	the gravest error; later ones are printed as notes
 * @restored, @running: runs that were put back, and those that somebody looks after
 * @ended:	runs whose guest libvirt does not have, as run_of() names them
 * @removed:	virtual functions were removed
 */
struct recovery {
	const struct args *args;
	const struct root *root;
	const struct progress *progress;
	const struct progress_line *line;
	struct err first;
	struct strlist restored;
	struct strlist running;
	struct strlist ended;
	bool removed;
};

/* A host left changed outweighs a guest that still runs. */
static void keep(struct recovery *recovery, const struct err *e)
{
	if (!recovery->first.kind || (recovery->first.kind == ERR_BUSY && e->kind != ERR_BUSY))
		recovery->first = *e;
	else
		progress_note(recovery->line, "%s%s%s", e->subject, e->subject[0] ? ": " : "",
			      e->message);
}

/* Whether a process holds a group of the run: then its guest lives, though the vmrun that started it does not. */
static int guest_holds(const struct recovery *recovery, const struct journal *journal,
		       struct err *e)
{
	for (size_t i = 0; i < journal->device_count; i++) {
		_cleanup_free_ char *what = NULL;

		if (journal->devices[i].group < 0 ||
		    guests_group_held(recovery->root, journal->devices[i].group, &what) != FACT_YES)
			continue;
		err_set(e, ERR_BUSY, EBUSY, journal->guest,
			"it still runs: %s is held by %s; nothing of it was touched",
			PCIADDR_STR(&journal->devices[i].addr), what);
		return err_fix(e, "vmrun stop %s, or let it end and run vmrun recover again",
			       journal->guest);
	}
	return 0;
}

static bool looked_after(const struct recovery *recovery, const struct journal *journal)
{
	return process_lives(recovery->root, journal->pid, journal->started, journal->boot);
}

/* A guest may be started anew by another run, and then it is not the one that was asked about. */
static char *run_of(const struct journal *journal)
{
	return mem_printf("%s %d %llu", journal->guest, (int)journal->pid,
			  (unsigned long long)journal->started);
}

/*
 * A vmrun killed while libvirt was just creating its guest leaves one that holds nothing yet; so libvirt is asked, before the
 * host's lock is taken, for it may be waiting for a hook that waits for the lock. Where the connection does not answer,
 * what the processes show has to do.
 */
static void ask_libvirt(struct recovery *recovery, const char *file)
{
	struct journal journal = { 0 };
	struct virt_where where = { 0 };
	bool active = false;

	if (guests_load_journal(recovery->root, file, &journal, NULL) < 0)
		return;
	if (journal.guest_started && !journal.verb && !looked_after(recovery, &journal)) {
		_cleanup_free_ char *run = run_of(&journal);

		if (virt_choose(recovery->root, journal.uri, NULL, journal.guest, &where, NULL) ==
		    0)
			(void)virt_is_active(&where, journal.guest, journal.uuid, &active, NULL);
		if (!active)
			strlist_add(&recovery->ended, run);
	}
	virt_where_done(&where);
	journal_done(&journal);
}

static void ask_about_all(struct recovery *recovery)
{
	struct strlist files;

	if (guests_journals(recovery->root, &files) < 0)
		return;
	for (size_t i = 0; i < files.count; i++)
		ask_libvirt(recovery, files.item[i]);
	strlist_done(&files);
}

/* Whether libvirt has the guest, or nobody asked it about this run: then it began just now. */
static int guest_begins(const struct recovery *recovery, const struct journal *journal,
			struct err *e)
{
	_cleanup_free_ char *run = run_of(journal);

	if (!journal->guest_started || journal->verb || strlist_has(&recovery->ended, run))
		return 0;
	err_set(e, ERR_BUSY, EBUSY, journal->guest,
		"it still runs, says %s; nothing of it was touched", journal->uri);
	return err_fix(e, "vmrun stop %s, or let it end and run vmrun recover again",
		       journal->guest);
}

static void recover_one(struct recovery *recovery, const char *file)
{
	struct journal journal = { 0 };
	struct err e = { 0 };
	_cleanup_free_ char *who = NULL;
	int r = guests_load_journal(recovery->root, file, &journal, &e);

	if (r < 0) {
		e.kind = ERR_LEFT;
		keep(recovery, &e);
		return;
	}
	who = journal_who(&journal);
	if (looked_after(recovery, &journal)) {
		progress_note(recovery->line, "%s: vmrun (pid %d) looks after it, left alone", who,
			      (int)journal.pid);
		strlist_add(&recovery->running, who);
		journal_done(&journal);
		return;
	}
	r = guest_holds(recovery, &journal, &e);
	if (r == 0)
		r = guest_begins(recovery, &journal, &e);
	if (r == 0)
		r = guest_give_back(recovery->root, &journal, undo_goal_of(&journal), true,
				    recovery->progress, &e);
	if (r < 0) {
		keep(recovery, &e);
	} else {
		progress_note(recovery->line, "%s: put back", who);
		strlist_add(&recovery->restored, who);
	}
	journal_done(&journal);
}

/* Virtual functions that were made for a guest, by a run that did not come as far as its journal. */
static void recover_functions(struct recovery *recovery)
{
	struct err e = { 0 };
	int r = vfs_collect(recovery->root, recovery->progress, &e);

	recovery->removed = r > 0;
	if (r < 0)
		keep(recovery, &e);
}

static int recover_all(struct recovery *recovery, struct err *e)
{
	struct strlist files;
	int r;

	state_sweep(recovery->root);
	r = guests_journals(recovery->root, &files);
	if (r < 0)
		return err_sys(e, -r, guests_state_dir(recovery->root), "cannot read it");
	for (size_t i = 0; i < files.count; i++)
		recover_one(recovery, files.item[i]);
	recover_functions(recovery);
	if (!files.count && !recovery->removed)
		progress_note(recovery->line, "nothing to recover");
	strlist_done(&files);
	*e = recovery->first;
	return e->kind ? -EIO : 0;
}

/* An ordinary user's own runs take no privilege to recover from; where there are none, it is root's that he meant. */
static int check_privilege(const struct root *root, struct err *e)
{
	struct strlist own = { 0 };
	bool any = privs_ordinary() && guests_journals(root, &own) == 0 && own.count;

	strlist_done(&own);
	return any ? 0 : privs_require(PRIVS_CHANGE, e);
}

static struct json *result(const struct recovery *recovery)
{
	struct json *o = json_new_object();

	json_put_str(o, "schema", "vmrun.recover/1");
	json_put_list(o, "put_back", &recovery->restored);
	json_put_list(o, "left_alone", &recovery->running);
	json_put_bool(o, "functions_removed", recovery->removed);
	return o;
}

static int run_recover(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_close_ int lock = -1;
	struct progress_line line;
	struct progress progress = progress_listener(args, -1, &line);
	struct recovery recovery = {
		.args = args, .root = &scene.root, .progress = &progress, .line = &line
	};
	struct err e = { 0 };
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = check_privilege(&scene.root, &e);
	if (r == 0)
		ask_about_all(&recovery);
	if (r == 0)
		r = state_lock(&scene.root, GUEST_LOCK_MS, &lock, &e);
	if (r == 0)
		r = recover_all(&recovery, &e);
	if (r == 0 && args_has(args, JSON))
		print_json(result(&recovery));
	strlist_done(&recovery.restored);
	strlist_done(&recovery.running);
	strlist_done(&recovery.ended);
	return r < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_recover = {
	.name = "recover",
	.synopsis = "",
	.help = "put back what an interrupted run left",
	.options = OPT(JSON),
	.needs = PRIVS_ALL,
	.run = run_recover,
};
