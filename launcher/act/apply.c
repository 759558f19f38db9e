// SPDX-License-Identifier: GPL-2.0-or-later
/* Executing a plan: up to the point where the guest can be started, or all of it where there is no guest. */
#include "act/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/apply_journal.h"
#include "act/bind.h"
#include "act/claim.h"
#include "act/modules.h"
#include "act/mover.h"
#include "act/own.h"
#include "act/state.h"
#include "act/takeover.h"
#include "act/vfnet.h"
#include "base/cleanup.h"
#include "model/journal_move.h"
#include "survey/guests.h"
#include "survey/processes.h"

/*
 * Theory of operation
 *
 * The plan is data, this is the loop over it. The order of its steps is the rule: reserve, so that nobody else takes the
 * groups; journal, so that a crash at any later point can be undone; claim the disks, so that nothing is mounted any more; only
 * then take devices from their drivers. What one step does is idempotent, and undoing starts from the journal alone, never
 * from what this loop believes to have done.
 */

/* A journal of that name is a guest that runs, or one that waits to be recovered: it must not be written over. */
static int refuse_second(const struct root *root, const char *guest, struct err *e)
{
	struct journal other = { 0 };
	struct err unreadable = { 0 };
	int r = guests_journal_of(root, guest, &other, &unreadable);

	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		*e = unreadable;
		return r;
	}
	if (process_lives(root, other.pid, other.started, other.boot)) {
		err_set(e, ERR_BUSY, EBUSY, guest,
			"a guest of this name is run by vmrun (pid %d) already", (int)other.pid);
		err_fix(e, "vmrun stop %s, or give this one another name", guest);
	} else {
		err_set(e, ERR_BUSY, EBUSY, guest,
			"an interrupted run of this guest has not been put back");
		err_fix(e, "vmrun recover");
	}
	journal_done(&other);
	return -EBUSY;
}

/* Groups of the pool that a run which is gone had reserved. */
static int take_over(const struct root *root, const struct plan *plan, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->picks.count; i++) {
		const struct group *group =
			host_group(plan->host, &plan->host->devices[plan->picks.item[i].device]);

		if (group && group->holder && group->holder->yields)
			r = takeover_group(root, group->id, e);
	}
	return r;
}

int apply_reserve(const struct root *root, const struct apply_request *request, struct journal *ret,
		  struct err *e)
{
	struct journal journal = { 0 };
	int r = take_over(root, request->plan, e);

	if (r == 0 && request->plan->goal == PLAN_START)
		r = refuse_second(root, request->plan->profile->name, e);

	if (r < 0)
		return r;
	r = apply_journal_fill(root, request, &journal, e);
	if (r == 0)
		r = state_write_journal(root, &journal, e);
	if (r < 0) {
		/* It may be there all the same, when only flushing it failed. */
		(void)state_remove_journal(root, journal.guest, NULL);
		journal_done(&journal);
		return r;
	}
	*ret = journal;
	return 0;
}

/** struct execution - what the steps share */
struct execution {
	const struct root *root;
	const struct apply_request *request;
	struct journal *journal;
	struct claims claims;
};

static bool node_journalled(const struct journal *journal, const struct journal_node *node)
{
	for (size_t i = 0; i < journal->node_count; i++)
		if (journal->nodes[i].group == node->group &&
		    journal->nodes[i].number == node->number)
			return true;
	return false;
}

/* The owner before the first time is the one to put back. */
static int journal_node(struct execution *execution, struct journal_node *node, struct err *e)
{
	struct journal *journal = execution->journal;
	int r;

	if (node_journalled(journal, node))
		return 0;
	r = own_read(execution->root, node, e);
	if (r < 0)
		return r;
	*mem_append(&journal->nodes, &journal->node_count) = *node;
	return state_write_journal(execution->root, journal, e);
}

static int own_node(struct execution *execution, struct journal_node node, struct err *e)
{
	const struct apply_request *request = execution->request;
	int r = journal_node(execution, &node, e);

	if (r < 0 || request->owns_nodes)
		return r;
	return own_give(execution->root, &node, request->uid, request->gid, e);
}

/* The group's node, and where the kernel makes them those of its devices the guest gets. */
static int own_step(struct execution *execution, const struct plan_step *step, struct err *e)
{
	struct journal *journal = execution->journal;
	int r = own_node(execution, (struct journal_node){ .group = step->group, .number = -1 }, e);

	for (size_t i = 0; r == 0 && i < journal->device_count; i++) {
		const struct journal_device *dev = &journal->devices[i];
		int number = dev->attach && dev->group == step->group
				     ? own_number(execution->root, &dev->addr)
				     : -1;

		if (number >= 0)
			r = own_node(execution,
				     (struct journal_node){ .group = step->group,
							    .number = number,
							    .addr = dev->addr },
				     e);
	}
	return r;
}

/* The steps name disks, the claims are made per device: at its first disk. */
static int claim_step(struct execution *execution, const struct plan_step *step, struct err *e)
{
	size_t device = (size_t)step->device;

	for (size_t i = 0; i < execution->claims.count; i++)
		if (execution->claims.item[i].device == device)
			return 0;
	return claim_disks(execution->root, execution->request->plan->host, device,
			   &execution->claims, e);
}

/* What the settings that will change are now, journalled. */
static int note_settings(struct execution *execution, struct journal_device *dev,
			 const struct vf_settings *want, struct err *e)
{
	struct vf_settings now;
	int r = vfnet_read(execution->root, &dev->pf, (unsigned int)dev->vf_number, &now, e);

	for (enum vf_key key = 0; r == 0 && key < VF_KEY_COUNT; key++)
		for (enum vf_key other = 0; vf_has(want, key) && other < VF_KEY_COUNT; other++)
			if (vf_together(key) & 1u << other && vf_has(&now, other) &&
			    !vf_has(&dev->vf_before, other))
				vf_put(&dev->vf_before, other, now.value[other]);
	return r < 0 ? r : state_write_journal(execution->root, execution->journal, e);
}

static int settings_step(struct execution *execution, const struct plan_step *step, struct err *e)
{
	const struct plan *plan = execution->request->plan;
	const struct vf_settings *want = &picks_find(&plan->picks, (size_t)step->device)->want->vf;
	struct journal_device *dev =
		journal_find(execution->journal, &plan->host->devices[step->device].addr);
	int r;

	if (dev->vf_number < 0)
		return err_set(e, ERR_UNEXPECTED, ENODEV, PCIADDR_STR(&dev->addr),
			       "the kernel does not tell which virtual function of %s it is",
			       PCIADDR_STR(&dev->pf));
	r = note_settings(execution, dev, want, e);
	return r < 0 ? r
		     : vfnet_write(execution->root, &dev->pf, (unsigned int)dev->vf_number, want,
				   e);
}

/* The host may have no driver for a device it gets back; a model of the kernel has no modules. */
static int load_step(const struct execution *execution, const struct plan_step *step, struct err *e)
{
	struct err none = { 0 };
	int r = execution->root->write ? 0 : modules_load(execution->root, step->target, &none);

	if (r == 0 || step->device >= 0)
		return 0;
	*e = none;
	return r;
}

static int execute_step(struct execution *execution, const struct plan_step *step, struct err *e)
{
	switch (step->kind) {
	case STEP_VF:
	case STEP_RESERVE:
	case STEP_BIND:
	case STEP_CREATE:
	case STEP_RELEASE:
	case STEP_START:
	case STEP_ATTACH:
	case STEP_DEFINE:
	case STEP_KIND_COUNT:
		break;
	case STEP_CLAIM:
		return claim_step(execution, step, e);
	case STEP_LOAD_MODULE:
		return load_step(execution, step, e);
	case STEP_VF_SET:
		return settings_step(execution, step, e);
	case STEP_OWN:
		return own_step(execution, step, e);
	}
	return 0;
}

static bool moves(const struct plan_step *step)
{
	return step->kind == STEP_BIND || step->kind == STEP_RELEASE;
}

static char *describe(const struct plan_step *step)
{
	const char *name = plan_step_name(step->kind);

	if (moves(step))
		return mem_printf("%s %s: %s -> %s", name, step->target,
				  step->from ? step->from : "no driver", step->to);
	if (step->kind == STEP_VF_SET)
		return mem_printf("%s %s: %s", name, step->target, step->to);
	if (step->to)
		return mem_printf("%s %s: for %s", name, step->target, step->to);
	return mem_printf("%s %s", name, step->target);
}

static int check_interrupt(const struct execution *execution, const struct plan_step *step,
			   struct err *e)
{
	const struct progress *progress = execution->request->progress;
	_cleanup_free_ char *what = NULL;

	if (!progress || !progress->interrupted || !progress->interrupted(progress->context))
		return 0;
	what = describe(step);
	return err_set(e, ERR_UNDONE, EINTR, NULL, "interrupted before: %s", what);
}

static void on_unbound(void *context, size_t device)
{
	struct execution *execution = context;

	claims_release(&execution->claims, device);
}

/* What a janitor was left behind for is written down, so that nobody else touches the device while it waits. */
static void journal_stuck(struct execution *execution, const struct mover *mover)
{
	for (size_t i = 0; i < mover->count; i++) {
		const struct move *move = &mover->moves[i];
		struct journal_device *dev = journal_find(execution->journal, &move->device->addr);

		if (move->state != MOVE_STUCK ||
		    process_started(execution->root, move->janitor, &dev->janitor_started) < 0)
			continue;
		dev->janitor = move->janitor;
		(void)state_write_journal(execution->root, execution->journal, NULL);
	}
}

static int move_timeout_ms(const struct plan *plan, const struct plan_step *step)
{
	const struct pick *pick = picks_find(&plan->picks, (size_t)step->device);

	if (step->kind == STEP_RELEASE)
		return MOVER_RESTORE_MS;
	return pick && pick->want->unbind_timeout_ms ? (int)pick->want->unbind_timeout_ms
						     : MOVER_BIND_MS;
}

/* All devices in one go: groups beside each other. */
static int move_all(struct execution *execution, const struct plan_step *steps, size_t count,
		    struct err *e)
{
	const struct host *host = execution->request->plan->host;
	struct move *moves = mem_zalloc(count * sizeof(*moves));
	struct mover mover = { .root = execution->root,
			       .journal = execution->journal,
			       .moves = moves,
			       .count = count,
			       .unbound = on_unbound,
			       .context = execution,
			       .progress = execution->request->progress };
	struct strlist texts = { 0 };
	int r;

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *what = describe(&steps[i]);

		strlist_add(&texts, what);
		moves[i].device =
			journal_find(execution->journal, &host->devices[steps[i].device].addr);
		moves[i].to = steps[i].kind == STEP_RELEASE ? &moves[i].device->home : NULL;
		moves[i].tag = (size_t)steps[i].device;
		moves[i].users = moves[i].device->users;
		moves[i].timeout_ms = move_timeout_ms(execution->request->plan, &steps[i]);
	}
	for (size_t i = 0; i < count; i++)
		moves[i].what = texts.item[i];
	r = mover_run(&mover, e);
	if (r < 0)
		journal_stuck(execution, &mover);
	strlist_done(&texts);
	free(moves);
	return r;
}

static int run_step(struct execution *execution, const struct plan_step *step, struct err *e)
{
	const struct progress *progress = execution->request->progress;
	_cleanup_free_ char *what = describe(step);

	progress_begin(progress, what);
	return progress_end(progress, execute_step(execution, step, e));
}

int apply_execute(const struct root *root, const struct apply_request *request,
		  struct journal *journal, struct err *e)
{
	struct execution execution = { .root = root, .request = request, .journal = journal };
	const struct plan *plan = request->plan;
	size_t next = 0;
	int r = 0;

	while (r == 0 && next < plan->step_count && plan->steps[next].kind < STEP_CREATE) {
		const struct plan_step *step = &plan->steps[next];
		size_t count = 1;

		r = check_interrupt(&execution, step, e);
		if (r < 0)
			break;
		while (moves(step) && next + count < plan->step_count &&
		       step[count].kind == step->kind)
			count++;
		r = moves(step) ? move_all(&execution, step, count, e)
				: run_step(&execution, step, e);
		next += count;
	}
	claims_done(&execution.claims);
	return r;
}
