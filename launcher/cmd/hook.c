// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun hook: called by libvirt, so that a guest that others start gets the same checks and the same care. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/apply.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "cmd/input.h"
#include "model/domain.h"
#include "survey/guests.h"
#include "survey/processes.h"

/*
 * Theory of operation (https://libvirt.org/hooks.html)
 *
 * libvirt runs the hook and waits for it, without a limit: "prepare begin" before it touches any device, "release end"
 * after it has put its own back, also where prepare was refused. So everything here is bounded in time, nothing is left
 * running that holds libvirt's pipe, and libvirt is never called: what is known of the domain is the XML on standard input.
 * A device with managed='yes' is judged, but libvirt moves it; its siblings, and devices with managed='no', are ours to
 * move. Of a guest that vmrun itself is starting, only the call is noted: it shows that the guest's end will be heard of.
 */

/* The emergency exit, for an administrator whom the hook keeps from starting a guest that he must have. */
#define HOOK_OFF "etc/vmrun/hook.off"

/* How long another run may plan, and the whole call take. What a call cut short has changed, its journal puts back. */
#define LOCK_MS 10000
#define CALL_SECONDS 150

/* How long the guest's last run may take to give its devices back, and how often it is looked whether it has. */
#define ENDING_MS 60000
#define ENDING_POLL_MS 100

/** struct call - one call of the hook */
struct call {
	const struct args *args;
	struct scene scene;
	struct domain domain;
	struct journal journal;
	int lock;
};

static void call_done(struct call *call)
{
	journal_done(&call->journal);
	domain_done(&call->domain);
	scene_close(&call->scene);
	cleanup_close_p(&call->lock);
}

static int read_domain(struct call *call, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int r = input_read("-", DOMAIN_SIZE_MAX, &text, &len, e);

	return r < 0 ? r : domain_parse(text, len, &call->domain, e);
}

static int load_journal(const struct call *call, struct journal *ret, struct err *e)
{
	return guests_journal_of(&call->scene.root, call->args->words[1], ret, e);
}

static bool lives(const struct call *call, const struct journal *journal)
{
	return process_lives(&call->scene.root, journal->pid, journal->started, journal->boot);
}

/*
 * What another run of this guest has left: by the vmrun that is starting it now, which is told that we were called, or by one
 * that is gone, whose end was never heard of. Returns 1 where there is nothing more to do, -EINPROGRESS where one that lives
 * is giving the devices back now.
 */
static int meet_journal(struct call *call, struct err *e)
{
	struct journal journal = { 0 };
	int r = load_journal(call, &journal, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (!lives(call, &journal)) {
		r = undo_run(&call->scene.root, &journal, undo_goal_of(&journal), 0, NULL, e);
	} else if (call->domain.uuid && !strcmp(journal.uuid, call->domain.uuid) &&
		   (journal.ending || journal.released)) {
		r = err_set(e, ERR_BUSY, EINPROGRESS, call->args->words[1],
			    "process %d still gives back the devices of its last run",
			    (int)journal.pid);
		err_fix(e, "start it again in a moment; vmrun status shows what is held");
	} else if (call->domain.uuid && !strcmp(journal.uuid, call->domain.uuid)) {
		journal.hooked = true;
		r = state_write_journal(&call->scene.root, &journal, e);
		r = r < 0 ? r : 1;
	}
	journal_done(&journal);
	return r;
}

/* Takes the lock, and meets what is left of the last run once nobody works on it any more; as meet_journal(). */
static int settle(struct call *call, struct err *e)
{
	int64_t deadline = clock_ms() + ENDING_MS;

	for (;;) {
		int r = state_lock(&call->scene.root, LOCK_MS, &call->lock, e);

		if (r == 0)
			r = meet_journal(call, e);
		if (r != -EINPROGRESS || clock_ms() >= deadline)
			return r;
		cleanup_close_p(&call->lock);
		call->lock = -1;
		(void)poll(NULL, 0, ENDING_POLL_MS);
	}
}

static int make_plan(struct call *call, struct err *e)
{
	const struct plan_options options = { .uri = "qemu:///system", .owns_nodes = true };
	int r = scene_survey(&call->scene, e);

	return r < 0 ? r
		     : plan_build(&call->scene.profile, &call->scene.host, &options,
				  &call->scene.plan, e);
}

static int execute(struct call *call, struct err *e)
{
	const struct apply_request request = { .plan = &call->scene.plan,
					       .by_hook = true,
					       .owns_nodes = true };
	const struct root *root = &call->scene.root;
	int r = apply_reserve(root, &request, &call->journal, e);

	if (r < 0)
		return r;
	cleanup_close_p(&call->lock);
	call->lock = -1;
	r = apply_execute(root, &request, &call->journal, e);
	if (r == 0) {
		call->journal.guest_started = true;
		r = state_write_journal(root, &call->journal, e);
	}
	if (r < 0)
		guest_put_back(root, &call->journal, NULL, e);
	return r;
}

static int prepare(struct call *call)
{
	bool live = call->scene.root.live;
	struct err e = { 0 };
	int r = read_domain(call, &e);

	if (r == 0 && !call->domain.count)
		return ERR_NONE;
	/* Of a captured host it is only said whether the guest might start there. */
	if (r == 0 && live)
		r = settle(call, &e);
	if (r > 0)
		return ERR_NONE;
	if (r == 0) {
		domain_profile(&call->domain, &call->scene.profile);
		r = make_plan(call, &e);
	}
	if (r == 0 && call->scene.plan.verdict != PLAN_GO)
		return report_refusal(call->args, &call->scene.plan);
	if (r == 0 && live)
		r = execute(call, &e);
	return r < 0 ? report_error(call->args, &e) : ERR_NONE;
}

/* The end of a guest that a vmrun looks after is that one's; it may be about to leave just now, and is told. */
static int see_to_end(struct call *call, struct err *e)
{
	int r = load_journal(call, &call->journal, e);

	/* None: prepare was refused, or there was nothing to do. */
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (!lives(call, &call->journal))
		return guest_give_back(&call->scene.root, &call->journal,
				       undo_goal_of(&call->journal), true, NULL, e);
	call->journal.released = true;
	return state_write_journal(&call->scene.root, &call->journal, e);
}

static int release(struct call *call)
{
	struct err e = { 0 };
	int r = 0;

	if (!call->scene.root.live)
		return ERR_NONE;
	if (root_exists(&call->scene.root, STATE_DIR))
		r = state_lock(&call->scene.root, LOCK_MS, &call->lock, &e);
	if (r == 0)
		r = see_to_end(call, &e);
	return r < 0 ? report_error(call->args, &e) : ERR_NONE;
}

/* What is not in this table needs nothing; of "reconnect", a failure would kill the guest. */
static const struct {
	const char *operation, *sub_operation;
	int (*run)(struct call *call);
} operations[] = {
	{ "prepare", "begin", prepare },
	{ "release", "end", release },
};

static int run_hook(const struct args *args)
{
	_cleanup_(call_done) struct call call = { .args = args, .scene = SCENE_INIT, .lock = -1 };
	struct err e = { 0 };

	if (strcmp(args->words[0], "qemu")) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "vmrun is a hook for \"qemu\", not for \"%s\"",
			args->words[0]);
		return report_error(args, &e);
	}
	closefrom(STDERR_FILENO + 1);
	alarm(CALL_SECONDS);
	if (scene_open(args, false, &call.scene, &e) < 0)
		return report_error(args, &e);
	if (root_exists(&call.scene.root, HOOK_OFF))
		return ERR_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (!strcmp(args->words[2], operations[i].operation) &&
		    !strcmp(args->words[3], operations[i].sub_operation))
			return operations[i].run(&call);
	return ERR_NONE;
}

const struct command command_hook = {
	.name = "hook",
	.synopsis = "qemu NAME OP SUBOP [EXTRA]",
	.help = "for libvirt: check and move the devices of a guest that others start",
	.options = OPT(SYSROOT),
	.min_words = 4,
	.max_words = 5,
	.needs = PRIVS_ALL,
	.run = run_hook,
};
