// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun attach: devices for a guest that runs, with the same checks and the same care as a start. */
#include <errno.h>
#include <stdint.h>

#include "act/apply.h"
#include "act/handin.h"
#include "act/privs.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "cmd/plan.h"
#include "cmd/plug.h"
#include "decide/hotplug.h"

/**
 * struct attaching - one call
 * @plug:	the guest
 * @run:	journal of this run, until the devices pass to the guest's
 * @owner:	nobody else sees to the guest's end
 */
struct attaching {
	struct plug plug;
	struct journal run;
	bool owner;
	int signal_fd;
};

static void attaching_done(struct attaching *attaching)
{
	journal_done(&attaching->run);
	plug_close(&attaching->plug);
	cleanup_close_p(&attaching->signal_fd);
}

/* Under the host's lock, so that no other run reserves what this one has found free. */
static int build_plan(struct attaching *attaching, struct err *e)
{
	struct plug *plug = &attaching->plug;
	struct scene *scene = &plug->scene;
	const struct hotplug want = { .name = plug->guest.guest,
				      .uuid = plug->guest.uuid,
				      .memory_bytes = plug->memory_bytes,
				      .words = plug->args->words + 1,
				      .count = plug->args->word_count - 1,
				      .after = plug->after };
	struct plan_options options;
	int r = hotplug_profile(&want, &scene->profile, e);

	if (r == 0 && scene->root.live && privs_have(PRIVS_CHANGE))
		r = state_lock(&scene->root, GUEST_LOCK_MS, &plug->lock, e);
	if (r == 0)
		r = scene_survey(scene, e);
	if (r < 0)
		return r;
	scene_options(plug->args, scene, &options);
	/* A captured host may lack what its connection needs, and the guest's journal names it all the same. */
	if (!scene->where.uri && plug->guest.uri)
		options.uri = plug->guest.uri;
	options.goal = PLAN_ATTACH;
	options.define = plug->config;
	options.define_only = !plug->live;
	return plan_build(&scene->profile, &scene->host, &options, &scene->plan, e);
}

static const struct pciaddr *picked(const struct plan *plan, size_t index)
{
	const struct pick *pick = &plan->picks.item[index];

	return pick->role == PICK_ATTACH ? &plan->host->devices[pick->device].addr : NULL;
}

/* Its own reservation would refuse what the guest has already, as if it were another guest's. */
static int check_own(const struct plug *plug, struct err *e)
{
	const struct plan *plan = &plug->scene.plan;
	const struct journal *guest = &plug->guest;

	/* The definition of a guest that runs need not have what the guest has. */
	if (!plug->live && plug->active)
		return 0;
	for (size_t i = 0; i < plan->picks.count; i++)
		for (size_t j = 0; picked(plan, i) && j < guest->device_count; j++) {
			if (!guest->devices[j].attach ||
			    !pciaddr_equal(&guest->devices[j].addr, picked(plan, i)))
				continue;
			err_set(e, ERR_REFUSED, EALREADY, PCIADDR_STR(picked(plan, i)),
				"guest %s has it already", guest->guest);
			return err_fix(e, "nothing is to be done; vmrun status %s shows it",
				       guest->guest);
		}
	return 0;
}

static int make_plan(struct attaching *attaching, struct err *e)
{
	int r = build_plan(attaching, e);

	return r < 0 ? r : check_own(&attaching->plug, e);
}

/* What the guest has let go of goes back to where it was; what it holds stays with it, and is given back at its end. */
static void take_back(struct attaching *attaching, size_t plugged, struct err *e)
{
	struct plug *plug = &attaching->plug;
	const struct plan *plan = &plug->scene.plan;
	bool left = false;

	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pciaddr *addr = picked(plan, i);
		struct journal back = { 0 };
		struct err undo = { 0 };
		int r = !addr ? 0 : i < plugged ? plug_one(plug, addr, true, &undo) : 0;

		if (addr && r == 0)
			r = handin_leave(&plug->scene.root, plug->guest.guest, addr, &back, &undo);
		if (r == 0 && back.guest)
			r = guest_give_back(&plug->scene.root, &back, UNDO_BEFORE, false,
					    &plug->progress, &undo);
		journal_done(&back);
		if (r < 0)
			progress_note(&plug->line, "%s%s%s", undo.subject,
				      undo.subject[0] ? ": " : "", undo.message);
		left = left || r < 0;
	}
	/* A guest that has nothing of the host needs nobody to look after it. */
	if (attaching->owner && handin_forget(&plug->scene.root, plug->guest.guest, NULL) < 0)
		left = true;
	e->kind = left ? ERR_LEFT : ERR_UNDONE;
	if (left)
		err_fix(e, "vmrun status %s shows what it has; vmrun recover, when it has ended",
			plug->guest.guest);
	else
		progress_note(&plug->line, "everything is as before");
}

static int plug_all(struct attaching *attaching, struct err *e)
{
	const struct plan *plan = &attaching->plug.scene.plan;
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->picks.count; i++) {
		const struct pciaddr *addr = picked(plan, i);

		r = addr ? plug_one(&attaching->plug, addr, false, e) : 0;
		if (r < 0)
			take_back(attaching, i, e);
	}
	return r;
}

/* The same transaction as a start's; from the moment the devices are the guest's, its end gives them back. */
static int execute(struct attaching *attaching, struct err *e)
{
	struct plug *plug = &attaching->plug;
	const struct root *root = &plug->scene.root;
	const struct apply_request request = {
		.plan = &plug->scene.plan,
		.owns_nodes = plug->scene.where.owns_nodes,
		.uid = plug->scene.where.uid,
		.gid = plug->scene.where.gid,
		.progress = &plug->progress,
	};
	int r = apply_reserve(root, &request, &attaching->run, e);

	if (r < 0)
		return r;
	cleanup_close_p(&plug->lock);
	plug->lock = -1;
	r = apply_execute(root, &request, &attaching->run, e);
	if (r == 0)
		r = handin_join(root, &plug->guest, &attaching->run, &attaching->owner, e);
	if (r == 0)
		return plug_all(attaching, e);
	guest_put_back(root, &attaching->run, &plug->progress, e);
	if (e->kind != ERR_LEFT)
		progress_note(&plug->line, "everything is as before");
	return r;
}

/* Only the definition: nothing changes hands before the guest's next start. */
static int define(struct attaching *attaching, struct err *e)
{
	const struct plan *plan = &attaching->plug.scene.plan;
	int r = 0;

	cleanup_close_p(&attaching->plug.lock);
	attaching->plug.lock = -1;
	for (size_t i = 0; r == 0 && i < plan->picks.count; i++) {
		const struct pciaddr *addr = picked(plan, i);

		r = addr ? plug_one(&attaching->plug, addr, false, e) : 0;
	}
	return r;
}

/* A guest that had no device of the host has nobody who would give these back: until it ends, that is this process. */
static int stay(struct attaching *attaching, struct err *e)
{
	struct plug *plug = &attaching->plug;
	const struct virt_request request = { .where = &plug->scene.where,
					      .name = plug->guest.guest,
					      .uuid = plug->guest.uuid };
	struct virt_guest *guest = NULL;
	enum virt_end end = VIRT_LOST;
	int r = virt_start(&request, &guest, e);

	progress_note(&plug->line, "staying until guest %s ends, to give its devices back",
		      plug->guest.guest);
	if (r == 0)
		r = guest_watch(guest, attaching->signal_fd, &plug->line, false, &end, e);
	virt_guest_free(guest);
	/* It may have ended in between; of one that is lost sight of, nothing is touched that is held. */
	if (r < 0 && r != -ENOENT) {
		e->kind = ERR_LEFT;
		err_fix(e,
			"the guest runs and keeps the device; vmrun recover gives it back when it has ended");
		return r;
	}
	progress_note(&plug->line, "guest %s %s", plug->guest.guest, guest_end_text(end));
	if (!handin_end(&plug->scene.root, &plug->guest))
		return 0;
	return guest_give_back(&plug->scene.root, &plug->guest, UNDO_AFTER, false, &plug->progress,
			       e);
}

static int carry_out(struct attaching *attaching, struct err *e)
{
	struct plug *plug = &attaching->plug;
	const unsigned int needs = plug->live ? plug->scene.plan.needs : 0;
	int r = privs_require(needs, e);

	if (r == 0)
		r = plug_check_driver(plug, e);
	if (r == 0 && plug->live && plug->lock < 0)
		r = state_lock(&plug->scene.root, GUEST_LOCK_MS, &plug->lock, e);
	if (r < 0)
		return r;
	attaching->signal_fd = guest_signals(e);
	if (attaching->signal_fd < 0)
		return attaching->signal_fd;
	plug->progress = progress_listener(plug->args, attaching->signal_fd, &plug->line);
	r = privs_keep(needs | NEED_BIT(BOUNDING), e);
	if (r < 0)
		return r;
	return plug->live ? execute(attaching, e) : define(attaching, e);
}

static void print_result(const struct attaching *attaching)
{
	const struct plan *plan = &attaching->plug.scene.plan;
	struct strlist devices = { 0 };

	for (size_t i = 0; i < plan->picks.count; i++)
		if (picked(plan, i))
			strlist_add(&devices, PCIADDR_STR(picked(plan, i)));
	print_json(plug_result(&attaching->plug, "vmrun.attach/1", &devices));
	strlist_done(&devices);
}

/* What keeps the run from its first step is said in place of the steps, as the run would. */
static int show(const struct attaching *attaching, struct err *e)
{
	const struct plug *plug = &attaching->plug;
	const struct plan *plan = &plug->scene.plan;
	int r = 0;

	if (plan->verdict == PLAN_GO)
		r = plug_check_driver(plug, e);
	if (r == 0 && plan->verdict == PLAN_GO)
		r = plug_check_definition(plug, e);
	if (r < 0)
		return report_error(plug->args, e);
	plan_print(plug->args, plan, &(struct strlist){ 0 });
	return plan->verdict == PLAN_GO ? ERR_NONE : report_refusal(plug->args, plan);
}

static int run_attach(const struct args *args)
{
	_cleanup_(attaching_done) struct attaching attaching = { .plug = PLUG_INIT(args),
								 .signal_fd = -1 };
	const struct plan *plan = &attaching.plug.scene.plan;
	struct err e = { 0 };

	if (plug_open(&attaching.plug, &e) < 0 || make_plan(&attaching, &e) < 0)
		return report_error(args, &e);
	if (args_has(args, DRY_RUN))
		return show(&attaching, &e);
	if (plan->verdict != PLAN_GO)
		return report_refused(args, plan);
	if (carry_out(&attaching, &e) < 0)
		return report_error(args, &e);
	if (args_has(args, JSON))
		print_result(&attaching);
	if (attaching.owner && stay(&attaching, &e) < 0)
		return report_error(args, &e);
	return ERR_NONE;
}

const struct command command_attach = {
	.name = "attach",
	.synopsis = "GUEST SELECTOR…",
	.help = "hand devices over to a guest that runs",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(CONNECT) | OPT(DRY_RUN) | OPT(ACCEPT) |
		   OPT(LIVE) | OPT(CONFIG) | OPT(TIMEOUT) | OPT(AFTER),
	.min_words = 2,
	.max_words = SIZE_MAX,
	.needs = PRIVS_ALL,
	.run = run_attach,
};
