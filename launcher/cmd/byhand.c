// SPDX-License-Identifier: GPL-2.0-or-later
/* Moving devices by hand between host and pool: what bind and release share. */
#include "cmd/byhand.h"

#include <errno.h>

#include "act/apply.h"
#include "act/privs.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/byhand_result.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "cmd/persist.h"
#include "cmd/plan.h"
#include "decide/byhand.h"

#define LOCK_MS 30000

/**
 * struct hand - one piece of work
 * @asked:	per device of the host: how the command line asks for it
 * @left:	devices that were described, and are left alone because they may not be moved
 * @left_kind:	what the exit status says of them; ERR_NONE where there are none
 * @findings:	why they are left, as JSON; NULL without --json
 * @forget:	per file of the persisted pool: release --persist means it
 */
struct hand {
	const struct args *args;
	enum plan_goal goal;
	struct scene scene;
	enum asked *asked;
	struct strlist left;
	enum err_kind left_kind;
	struct json *findings;
	bool *forget;
	struct journal journal;
	int lock, signal_fd;
	struct progress_line line;
	struct progress progress;
};

static void hand_done(struct hand *hand)
{
	free(hand->asked);
	free(hand->forget);
	strlist_done(&hand->left);
	json_free(hand->findings);
	journal_done(&hand->journal);
	cleanup_close_p(&hand->lock);
	cleanup_close_p(&hand->signal_fd);
	scene_close(&hand->scene);
}

/* Whether there is something to release: vfio-pci has the device or its group, or an interrupted run took it. */
static bool away(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	if (dev->vfio || dev->state == DEVICE_STUCK || (group && group->holder))
		return true;
	for (size_t i = 0; group && i < group->device_count; i++)
		if (host->devices[group->devices[i]].vfio)
			return true;
	return false;
}

static void ask_device(struct hand *hand, size_t index, enum asked asked)
{
	const struct host *host = &hand->scene.host;
	const struct device *dev = &host->devices[index];

	if (hand->goal == PLAN_RELEASE && !away(host, dev))
		progress_note(&hand->line, "%s is with the host", PCIADDR_STR(&dev->addr));
	else if (hand->asked[index] < asked)
		hand->asked[index] = asked;
}

static int ask(struct hand *hand, const char *word, struct err *e)
{
	const struct host *host = &hand->scene.host;
	struct selector selector;
	bool any = persist_named(host, word, hand->forget);
	int r = any ? 0 : selector_parse(word, &selector, e);

	if (r < 0 || any)
		return r;
	for (size_t i = 0; i < host->device_count; i++) {
		if (!selector_matches(&selector, &host->devices[i]))
			continue;
		any = true;
		persist_of_device(host, i, hand->forget);
		ask_device(hand, i, byhand_asked(&selector));
	}
	selector_done(&selector);
	return any ? 0 : select_none(word, e);
}

/* The card a named file is about goes, too, where it is there. */
static void ask_forgotten(struct hand *hand)
{
	const struct host *host = &hand->scene.host;

	for (size_t i = 0; hand->forget && i < host->persist_count; i++)
		if (hand->forget[i] && host->persists[i].state == PERSIST_FOUND)
			ask_device(hand, (size_t)host->persists[i].device, ASKED_NAMED);
}

static int ask_all(struct hand *hand, struct err *e)
{
	const struct host *host = &hand->scene.host;
	int r = 0;

	hand->asked = mem_zalloc((host->device_count + 1) * sizeof(*hand->asked));
	if (hand->goal == PLAN_RELEASE && args_has(hand->args, PERSIST))
		hand->forget = mem_zalloc((host->persist_count + 1) * sizeof(*hand->forget));
	for (size_t i = 0; r == 0 && i < hand->args->word_count; i++)
		r = ask(hand, hand->args->words[i], e);
	ask_forgotten(hand);
	return r;
}

static bool persists(const struct hand *hand)
{
	return hand->goal == PLAN_BIND && args_has(hand->args, PERSIST);
}

static int make_plan(struct hand *hand, struct err *e)
{
	const struct plan_options options = { .goal = hand->goal,
					      .accept = &hand->args->accept,
					      .persist = persists(hand) };

	plan_done(&hand->scene.plan);
	profile_done(&hand->scene.profile);
	hand->scene.profile = byhand_profile(&hand->scene.host, hand->asked);
	return plan_build(&hand->scene.profile, &hand->scene.host, &options, &hand->scene.plan, e);
}

/*
 * What was described and may not be moved is said once, and left out of the plan that is made then. Not where it is to be
 * persisted: what holds from now on, people should have named.
 */
static int leave_out(struct hand *hand, struct err *e)
{
	const struct plan *plan = &hand->scene.plan;
	const size_t count = hand->scene.host.device_count;
	_cleanup_free_ enum asked *before = mem_zalloc((count + 1) * sizeof(*before));

	if (plan->verdict != PLAN_REFUSED || persists(hand))
		return 0;
	for (size_t i = 0; i < count; i++)
		before[i] = hand->asked[i];
	if (!byhand_leave(plan, hand->asked))
		return 0;
	hand->left_kind = (enum err_kind)report_refusal(hand->args, plan);
	if (args_has(hand->args, JSON))
		hand->findings = findings_json(plan->host, &plan->findings);
	for (size_t i = 0; i < count; i++)
		if (before[i] != hand->asked[i])
			strlist_add(&hand->left, PCIADDR_STR(&plan->host->devices[i].addr));
	return make_plan(hand, e);
}

/* Survey and plan under the host's lock, so that no other run reserves what this one has found free. */
static int open_host(struct hand *hand, struct err *e)
{
	int r = scene_open(hand->args, false, &hand->scene, e);

	if (r == 0 && privs_have(PRIVS_CHANGE))
		r = state_lock(&hand->scene.root, LOCK_MS, &hand->lock, e);
	return r < 0 ? r : scene_survey(&hand->scene, e);
}

static int prepare(struct hand *hand, struct err *e)
{
	int r = open_host(hand, e);

	if (r == 0)
		r = ask_all(hand, e);
	return r < 0 ? r : make_plan(hand, e);
}

/* Also where udev's rule has moved the device already, and only the record is missing of where it belongs. */
static bool changes_any(const struct plan *plan)
{
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].kind == STEP_BIND || plan->steps[i].kind == STEP_RELEASE)
			return true;
	for (size_t i = 0; plan->goal == PLAN_BIND && i < plan->picks.count; i++) {
		const struct device *dev = &plan->host->devices[plan->picks.item[i].device];

		if (dev->persisted && dev->vfio && !dev->record)
			return true;
	}
	return false;
}

/* As a start does, but for the guest: what has been moved stays, and leaves the journal for the records of the pool. */
static int execute(struct hand *hand, struct err *e)
{
	const struct apply_request request = { .plan = &hand->scene.plan,
					       .progress = &hand->progress };
	const struct root *root = &hand->scene.root;
	int r = apply_reserve(root, &request, &hand->journal, e);

	if (r < 0)
		return r;
	cleanup_close_p(&hand->lock);
	hand->lock = -1;
	r = apply_execute(root, &request, &hand->journal, e);
	if (r == 0 && persists(hand))
		r = persist_picks(root, &hand->scene.plan, e);
	if (r < 0) {
		guest_put_back(root, &hand->journal, &hand->progress, e);
		if (e->kind != ERR_LEFT)
			progress_note(&hand->line, "everything is as before");
		return r;
	}
	return undo_run(root, &hand->journal, UNDO_AFTER, 0, NULL, e);
}

static void note_idle(const struct hand *hand)
{
	const struct picks *picks = &hand->scene.plan.picks;

	for (size_t i = 0; i < picks->count; i++)
		if (picks->item[i].role == PICK_ATTACH)
			progress_note(
				&hand->line, "%s is in the pool",
				PCIADDR_STR(&hand->scene.host.devices[picks->item[i].device].addr));
}

/* What remains of a release, moved or not: files that say the devices are to be taken again, and who is told of them. */
static int forget(const struct hand *hand, struct err *e)
{
	const struct plan *plan = &hand->scene.plan;

	for (size_t i = 0; i < plan->picks.count && hand->goal == PLAN_RELEASE; i++) {
		const struct device *dev = &plan->host->devices[plan->picks.item[i].device];

		persist_of_device(plan->host, plan->picks.item[i].device, hand->forget);
		if (!hand->forget && dev->persisted)
			progress_note(
				&hand->line,
				"%s is persisted: the host's next start takes it again (--persist)",
				PCIADDR_STR(&dev->addr));
	}
	return hand->forget ? persist_forget(&hand->scene.root, plan->host, hand->forget, e) : 0;
}

/* The plan may be executed. */
static int carry_out(struct hand *hand, struct err *e)
{
	bool changes = changes_any(&hand->scene.plan);
	int r;

	r = changes || args_has(hand->args, PERSIST)
		    ? privs_require(PRIVS_CHANGE | hand->scene.plan.needs, e)
		    : 0;
	if (r < 0)
		return r;
	if (!changes) {
		note_idle(hand);
		r = persists(hand) ? persist_picks(&hand->scene.root, &hand->scene.plan, e) : 0;
		return r < 0 ? r : forget(hand, e);
	}
	hand->signal_fd = guest_signals(e);
	if (hand->signal_fd < 0)
		return hand->signal_fd;
	hand->progress = progress_listener(hand->args, hand->signal_fd, &hand->line);
	r = execute(hand, e);
	return r < 0 ? r : forget(hand, e);
}

int byhand_run(const struct args *args, enum plan_goal goal)
{
	_cleanup_(hand_done) struct hand hand = {
		.args = args, .goal = goal, .scene = SCENE_INIT, .lock = -1, .signal_fd = -1
	};
	struct err e = { 0 };

	hand.progress = progress_listener(args, -1, &hand.line);
	if (prepare(&hand, &e) < 0 || leave_out(&hand, &e) < 0)
		return report_error(args, &e);
	if (args_has(args, DRY_RUN))
		plan_print(args, &hand.scene.plan, &(struct strlist){ 0 });
	if (hand.scene.plan.verdict != PLAN_GO)
		return args_has(args, DRY_RUN) ? report_refusal(args, &hand.scene.plan)
					       : report_refused(args, &hand.scene.plan);
	if (args_has(args, DRY_RUN))
		return hand.left_kind;
	if (carry_out(&hand, &e) < 0)
		return report_error(args, &e);
	if (args_has(args, JSON))
		print_json(byhand_result(&hand.scene.plan, &hand.left, take_ptr(hand.findings)));
	return hand.left_kind;
}

/* What is there and free of what is persisted is asked for; what is in use is left, and said. */
static int ask_persisted(struct hand *hand, struct err *e)
{
	const struct host *host = &hand->scene.host;

	hand->asked = mem_zalloc((host->device_count + 1) * sizeof(*hand->asked));
	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (persist->state == PERSIST_FOUND)
			hand->asked[persist->device] = ASKED_DESCRIBED;
		if (persist_report(&hand->line, host, persist))
			hand->left_kind = ERR_REFUSED;
	}
	return privs_require(PRIVS_CHANGE, e) < 0
		       ? -EPERM
		       : persist_prepare(&hand->scene.root, host, &hand->line, e);
}

/* Cards that a rule of udev took in an initramfs, where it could not see that they are others. */
static int give_strangers_back(struct hand *hand, struct err *e)
{
	const struct host *host = &hand->scene.host;
	bool any = false;
	int r;

	for (size_t i = 0; i < host->device_count; i++)
		hand->asked[i] = ASKED_NOT;
	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];
		const struct device *dev = persist->device < 0 ? NULL
							       : &host->devices[persist->device];

		if (persist->state != PERSIST_CHANGED || !dev->vfio || dev->state != DEVICE_POOL ||
		    dev->record)
			continue;
		hand->asked[persist->device] = ASKED_DESCRIBED;
		any = true;
	}
	if (!any)
		return 0;
	hand->goal = PLAN_RELEASE;
	journal_done(&hand->journal);
	r = hand->lock < 0 ? state_lock(&hand->scene.root, LOCK_MS, &hand->lock, e) : 0;
	if (r == 0)
		r = make_plan(hand, e);
	if (r == 0)
		r = leave_out(hand, e);
	return r < 0 || hand->scene.plan.verdict != PLAN_GO ? r : execute(hand, e);
}

int byhand_apply(const struct args *args)
{
	_cleanup_(hand_done) struct hand hand = {
		.args = args, .goal = PLAN_BIND, .scene = SCENE_INIT, .lock = -1, .signal_fd = -1
	};
	struct err e = { 0 };

	hand.progress = progress_listener(args, -1, &hand.line);
	if (open_host(&hand, &e) < 0)
		return report_error(args, &e);
	if (persist_is_off(&hand.scene.host)) {
		progress_note(&hand.line,
			      "nothing is taken: the kernel command line says " PERSIST_OFF);
		return ERR_NONE;
	}
	if (ask_persisted(&hand, &e) < 0 || make_plan(&hand, &e) < 0 || leave_out(&hand, &e) < 0)
		return report_error(args, &e);
	if (hand.scene.plan.verdict != PLAN_GO)
		return report_refused(args, &hand.scene.plan);
	if (carry_out(&hand, &e) < 0 || give_strangers_back(&hand, &e) < 0)
		return report_error(args, &e);
	return hand.left_kind;
}
