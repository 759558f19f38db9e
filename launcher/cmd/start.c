// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun start: from a profile to a running guest, and to the devices given back. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/apply.h"
#include "act/handin.h"
#include "act/images.h"
#include "act/privs.h"
#include "act/state.h"
#include "act/vfs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/guard.h"
#include "cmd/guest.h"
#include "cmd/handover.h"
#include "cmd/plan.h"
#include "cmd/progress.h"
#include "decide/explain.h"
#include "decide/needs.h"
#include "decide/verdict.h"
#include "vm/domxml.h"

/**
 * struct run - one start
 * @scene:	host, profile, connection, plan
 * @journal:	what is reserved and changed; all zero where the guest has no devices
 * @changes:	the plan changes the host
 * @made:	virtual functions were made for it
 */
struct run {
	const struct args *args;
	struct scene scene;
	struct journal journal;
	bool changes;
	bool made;
	int signal_fd;
	struct progress_line line;
	struct progress progress;
};

static void run_done(struct run *run)
{
	journal_done(&run->journal);
	scene_close(&run->scene);
	cleanup_close_p(&run->signal_fd);
}

/* An ordinary user does not see who has a group: the kernel tells his QEMU, which gives it to one process at a time. */
static bool group_taken(const struct err *e)
{
	return strstr(e->message, "/dev/vfio/") && strstr(e->message, strerror(EBUSY));
}

static void explain(struct err *e)
{
	const struct explanation *known = explain_find(e->message);
	size_t used = strlen(e->message);

	if (group_taken(e)) {
		e->kind = ERR_BUSY;
		err_fix(e, "another guest has the device: try again when it has ended");
		return;
	}
	if (!known)
		return;
	snprintf(e->message + used, sizeof(e->message) - used, " (%s)", known->cause);
	err_fix(e, "%s", known->fix);
}

static struct virt_request guest_request(const struct run *run, const char *xml)
{
	const struct profile *profile = &run->scene.profile;

	return (struct virt_request){
		.where = &run->scene.where,
		.name = profile->name,
		.uuid = profile->uuid,
		.xml = xml,
		.memlock_bytes = run->changes ? memory_locked_bytes(profile->memory_bytes) : 0,
		.console = !strcmp(profile->serial, "stdio"),
		.cancel_fd = run->signal_fd,
	};
}

/* Takes over what was begun for @request once libvirt is called. */
static int start_guest(struct run *run, struct virt_request *request, struct virt_guest **ret,
		       struct err *e)
{
	_cleanup_free_ char *what =
		mem_printf("start %s through %s", request->name, run->scene.where.why);
	int r = 0;

	/* Said before the fact: after a crash from here on the guest may have run, and its disks are not the host's to open. */
	run->journal.guest_started = true;
	if (run->changes)
		r = state_write_journal(&run->scene.root, &run->journal, e);
	if (r < 0)
		return r;
	progress_begin(&run->progress, what);
	r = progress_end(&run->progress, virt_start(request, ret, e));
	request->begun = NULL;
	if (r < 0)
		explain(e);
	return r;
}

/* What libvirt said it would let the guest open, and nothing that leads to the host's memory: read back, not believed. */
static void check_guard(const struct run *run)
{
	_cleanup_free_ char *fault = NULL;
	struct guard_view view;

	guard_view_read(&run->scene.root, &run->journal, &view);
	fault = guard_view_fault(&view);
	guard_view_done(&view);
	if (fault)
		progress_note(&run->line, "%s", fault);
}

/* The guest runs: until it ends, and its devices are where they belong. */
static int stay(struct run *run, struct virt_guest *guest, struct err *e)
{
	const char *name = run->scene.profile.name;
	enum virt_end end = VIRT_LOST;
	struct err undo = { 0 };
	char why[HANDOVER_WHY];
	int r;

	if (handover(run->args, &run->scene, &run->journal, why)) {
		progress_note(&run->line, "guest %s runs%s", name,
			      run->changes ? "; libvirt's hook gives its devices back when it ends"
					   : "");
		check_guard(run);
		return 0;
	}
	progress_note(&run->line, "guest %s runs; staying until it ends, %s", name, why);
	check_guard(run);
	/* What is left to do is to give the devices back. */
	(void)privs_keep((run->scene.plan.needs & (PRIVS_CHANGE | NEED_BIT(NETWORK))) |
				 NEED_BIT(BOUNDING),
			 NULL);
	r = guest_watch(guest, run->signal_fd, &run->line, false, &end, e);
	progress_note(&run->line, "guest %s %s", name, guest_end_text(r < 0 ? VIRT_LOST : end));
	/* Others may have given it devices meanwhile, or taken some from it. */
	if (run->changes)
		(void)handin_end(&run->scene.root, &run->journal);
	if (run->changes && guest_give_back(&run->scene.root, &run->journal, UNDO_AFTER, false,
					    &run->progress, &undo) < 0) {
		*e = undo;
		e->kind = ERR_LEFT;
		err_fix(e, "vmrun recover, when nothing holds the device any more");
		return -EIO;
	}
	if (end == VIRT_SHUTOFF || end == VIRT_DESTROYED)
		return 0;
	e->kind = run->changes ? ERR_UNDONE : ERR_VIRT;
	e->number = EIO;
	if (!e->message[0])
		snprintf(e->message, sizeof(e->message), "the guest %s", guest_end_text(end));
	err_wrap(e, "%s", name);
	return -EIO;
}

/* After vfs_make(), while no journal names the functions; says so in @e where they cannot be removed. */
static void remove_functions(struct run *run, struct err *e)
{
	struct err undo = { 0 };

	if (!run->made)
		return;
	if (vfs_collect(&run->scene.root, &run->progress, &undo) >= 0) {
		if (e->kind == ERR_UNEXPECTED)
			e->kind = ERR_UNDONE;
		return;
	}
	e->kind = ERR_LEFT;
	err_fix(e, "the host is left changed (%s%s%s): vmrun recover", undo.subject,
		undo.subject[0] ? ": " : "", undo.message);
}

static int launch(struct run *run, const char *xml, int *lock, struct err *e)
{
	struct apply_request request = {
		.plan = &run->scene.plan,
		.embed = run->scene.where.embed,
		.owns_nodes = run->scene.where.owns_nodes,
		.uid = run->scene.where.uid,
		.gid = run->scene.where.gid,
		.progress = &run->progress,
	};
	struct virt_request wanted = guest_request(run, xml);
	struct virt_guest *guest = NULL;
	/* The system daemon gives QEMU its files itself. */
	bool own = run->scene.where.embed && run->scene.where.uid != geteuid();
	struct strlist images = { 0 };
	int r = 0;

	if (run->changes) {
		r = apply_reserve(&run->scene.root, &request, &run->journal, e);
		if (r < 0) {
			remove_functions(run, e);
			return r;
		}
		cleanup_close_p(lock);
		*lock = -1;
		wanted.begun = virt_begin(&wanted);
		r = apply_execute(&run->scene.root, &request, &run->journal, e);
	}
	if (r == 0)
		r = images_create(&run->scene.profile, own ? run->scene.where.uid : (uid_t)-1,
				  own ? run->scene.where.gid : (gid_t)-1, &images, e);
	if (r == 0)
		r = start_guest(run, &wanted, &guest, e);
	virt_guest_free(wanted.begun);
	/* A guest of which it is not known whether it runs may write to its image. */
	if (r < 0 && e->kind != ERR_LEFT)
		images_remove(&images);
	strlist_done(&images);
	if (r < 0) {
		if (run->changes)
			guest_put_back(&run->scene.root, &run->journal, &run->progress, e);
		if (run->changes && e->kind != ERR_LEFT)
			progress_note(&run->line, "everything is as before");
		return r;
	}
	r = stay(run, guest, e);
	virt_guest_free(guest);
	return r;
}

/*
 * Survey and plan under the host's lock, so that no other run reserves what this one has found free. Who may not change the host
 * has nothing to lock yet: he shall learn what is missing first.
 */
static int prepare(struct run *run, int *lock, struct err *e)
{
	const struct args *args = run->args;
	int r = scene_open(args, true, &run->scene, e);

	if (r == 0 && run->scene.profile.pci_count > 0 && privs_have(PRIVS_CHANGE))
		r = state_lock(&run->scene.root, GUEST_LOCK_MS, lock, e);
	if (r == 0)
		r = scene_survey(&run->scene, e);
	if (r == 0)
		r = scene_plan(args, &run->scene, e);
	run->changes = run->scene.plan.picks.count > 0 || run->scene.plan.picks.need_count > 0;
	return r;
}

/* What the plan needs is there; @lock, where it could not be taken before, is taken. */
static int authorize(struct run *run, int *lock, struct err *e)
{
	const struct plan *plan = &run->scene.plan;
	int r = privs_require(plan->needs, e);

	if (r < 0) {
		_cleanup_free_ char *steps = needs_text(plan);

		err_wrap(e, "%s", steps);
		if (privs_ordinary())
			err_fix(e,
				"run it as root: sudo vmrun …; or have root put the devices into the pool and hand you their "
				"nodes, and choose qemu:///session or the embedded driver");
		return r;
	}
	if (run->changes && *lock < 0)
		r = state_lock(&run->scene.root, GUEST_LOCK_MS, lock, e);
	return r;
}

/*
 * Functions that had to be made are surveyed and judged like any other device, and the plan is made anew with them. Where
 * it does not come to a journal that names them, they go again.
 */
static int make_functions(struct run *run, struct err *e)
{
	struct scene *scene = &run->scene;
	int r;

	run->made = true;
	r = vfs_make(&scene->root, &scene->plan, &run->progress, e);
	if (r < 0)
		return r;
	scene_forget(scene);
	r = scene_survey(scene, e);
	if (r == 0)
		r = scene_plan(run->args, scene, e);
	if (r == 0 && scene->plan.picks.need_count) {
		err_set(e, ERR_UNEXPECTED, ENODEV, NULL,
			"virtual functions were made, and are not there any more");
		return -ENODEV;
	}
	return r;
}

/*
 * The plan as it can be executed; an exit status where there is none. The last survey is over then, and no privilege is kept
 * but what the plan needs.
 */
static int complete(struct run *run)
{
	const struct plan *plan = &run->scene.plan;
	struct err e = { 0 };
	int status, r = plan->picks.need_count ? make_functions(run, &e) : 0;

	if (r == 0 && plan->verdict == PLAN_GO)
		r = privs_keep(
			plan->needs | NEED_BIT(BOUNDING) | NEED_BIT(MEMLOCK) | NEED_BIT(GUARD), &e);
	if (r < 0) {
		remove_functions(run, &e);
		return report_error(run->args, &e);
	}
	if (plan->verdict == PLAN_GO)
		return ERR_NONE;
	status = report_refused(run->args, plan);
	e.kind = (enum err_kind)status;
	remove_functions(run, &e);
	return e.kind == ERR_LEFT ? report_error(run->args, &e) : status;
}

static int run_start(const struct args *args)
{
	_cleanup_(run_done) struct run run = { .args = args, .scene = SCENE_INIT, .signal_fd = -1 };
	struct err e = { 0 };
	_cleanup_close_ int lock = -1;
	_cleanup_free_ char *xml = NULL;
	int status;

	if (args_has(args, WAIT) && args_has(args, NO_WAIT)) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "--wait and --no-wait exclude each other");
		return report_error(args, &e);
	}
	if (args_has(args, DRY_RUN))
		return plan_show(args);
	if (prepare(&run, &lock, &e) < 0)
		return report_error(args, &e);
	if (run.scene.plan.verdict != PLAN_GO)
		return report_refused(args, &run.scene.plan);
	if (authorize(&run, &lock, &e) < 0 || handover_check(args, &run.scene, run.changes, &e) < 0)
		return report_error(args, &e);
	run.signal_fd = guest_signals(&e);
	if (run.signal_fd < 0)
		return report_error(args, &e);
	run.progress = progress_listener(args, run.signal_fd, &run.line);
	status = complete(&run);
	if (status != ERR_NONE)
		return status;
	xml = domxml_build(&run.scene.profile, &run.scene.host, &run.scene.plan.picks);
	return launch(&run, xml, &lock, &e) < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_start = {
	.name = "start",
	.synopsis = "PROFILE",
	.help = "hand the devices over, start the guest, give the devices back",
	.options = OPT(JSON) | OPT(CONNECT) | OPT(DRY_RUN) | OPT(WAIT) | OPT(NO_WAIT) | OPT(ACCEPT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_ALL,
	.run = run_start,
};
