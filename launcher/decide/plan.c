// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan: picks, their verdict, and the steps to the running guest, to the pool, or back from it. */
#include "decide/plan.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "decide/needs.h"
#include "decide/plan_guest.h"
#include "decide/plan_judge.h"
#include "decide/plan_steps.h"
#include "decide/verdict.h"

static const char *const step_names[] = {
	[STEP_RESERVE] = "reserve", [STEP_CLAIM] = "claim",	[STEP_LOAD_MODULE] = "load-module",
	[STEP_BIND] = "bind",	    [STEP_RELEASE] = "release", [STEP_OWN] = "own",
	[STEP_START] = "start",	    [STEP_VF] = "vf",		[STEP_VF_SET] = "vf",
	[STEP_CREATE] = "create",   [STEP_ATTACH] = "attach",	[STEP_DEFINE] = "define",
};
static_assert(ARRAY_SIZE(step_names) == STEP_KIND_COUNT, "a name per step");

const char *plan_step_name(enum plan_step_kind kind)
{
	return step_names[kind];
}

const char *plan_goal_verb(enum plan_goal goal)
{
	static const char *const verbs[] = { [PLAN_START] = "start",
					     [PLAN_BIND] = "bind",
					     [PLAN_RELEASE] = "release",
					     [PLAN_ATTACH] = "attach" };

	return verbs[goal];
}

const char *plan_verdict_name(enum plan_verdict verdict)
{
	static const char *const names[] = {
		[PLAN_GO] = "go", [PLAN_REFUSED] = "refused", [PLAN_UNKNOWN] = "unknown"
	};

	return names[verdict];
}

/* What other functions of the same group find is the same obstacle seen twice, so only that code may stand beside it. */
static bool only_busy(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->item[i].severity >= SEVERITY_REFUSE &&
		    findings->item[i].code != FINDING_IN_USE_GUEST)
			return false;
	return true;
}

static void decide(struct plan *plan)
{
	if (verdict_of(&plan->findings) >= VERDICT_REFUSED) {
		plan->verdict = PLAN_REFUSED;
		plan->busy = only_busy(&plan->findings);
	} else {
		plan->verdict = plan->findings.unknown.count ? PLAN_UNKNOWN : PLAN_GO;
	}
}

const char *plan_vfio_driver(const struct host *host, const struct pick *pick)
{
	const struct device *dev = &host->devices[pick->device];
	/* A sibling is only kept from the host: what the profile pins is for the device it names. */
	const char *pinned = pick->role == PICK_ATTACH ? pick->want->driver : NULL;
	const struct vfio_driver *known = host_vfio_driver(host, pinned);

	if (known)
		return known->name;
	if (pinned)
		return pinned;
	if (dev->vfio)
		return dev->driver;
	return dev->vfio_driver ? dev->vfio_driver : VFIO_DRIVER;
}

/* What an ordinary user takes from the pool stays in the pool, unless the profile says that it must not. */
static void keep_in_pool(struct plan *plan)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		struct pick *pick = &plan->picks.item[i];

		if (pick->role == PICK_SIBLING || pick->want->after == AFTER_DEFAULT)
			pick->after = AFTER_POOL;
	}
}

/* By hand all of a group goes the same way; what a guest leaves behind goes where its profile says. */
static void direct(struct plan *plan)
{
	for (size_t i = 0;
	     (plan->goal == PLAN_BIND || plan->goal == PLAN_RELEASE) && i < plan->picks.count; i++)
		plan->picks.item[i].after = plan->goal == PLAN_BIND ? AFTER_POOL : AFTER_HOST;
}

static int check_accept(const struct strlist *codes, struct err *e)
{
	for (size_t i = 0; codes && i < codes->count; i++) {
		enum finding_code code;
		const char *near;

		if (finding_code_find(codes->item[i], &code) == 0)
			continue;
		near = str_nearest(codes->item[i], finding_code_names(), FINDING_CODE_COUNT);
		err_set(e, ERR_USAGE, EINVAL, NULL, "no finding has the code \"%s\"",
			codes->item[i]);
		return near ? err_fix(e, "did you mean %s?", near) : -EINVAL;
	}
	return 0;
}

/* The embedded driver has no networks, and as an ordinary user may not use QEMU's setuid bridge helper. */
static int check_connection(const struct profile *profile, const struct plan_options *options,
			    struct err *e)
{
	for (size_t i = 0; options->embed && i < profile->net_count; i++) {
		const struct profile_net *net = &profile->nets[i];

		if (net->kind == NET_USER)
			continue;
		err_set(e, ERR_VIRT, EOPNOTSUPP, NULL,
			"%s:%u: %s: %s = %s needs libvirt's daemon, and the guest would be started by its embedded driver",
			profile->file, net->line, net->id,
			net->kind == NET_BRIDGE ? "bridge" : "network", net->source);
		return err_fix(e, "start libvirtd (or virtqemud), or say user = yes");
	}
	return 0;
}

static int check_sections(const struct profile *profile, struct err *e)
{
	for (size_t i = 0; i < profile->pci_count; i++) {
		int r = check_accept(&profile->pci[i].accept, e);

		if (r < 0) {
			e->kind = ERR_PROFILE;
			resolve_wrap(e, profile, &profile->pci[i]);
			return r;
		}
	}
	return 0;
}

int plan_build(const struct profile *profile, const struct host *host,
	       const struct plan_options *options, struct plan *ret, struct err *e)
{
	struct plan plan = { .profile = profile, .host = host, .goal = options->goal };
	int r = check_accept(options->accept, e);

	if (r == 0)
		r = check_sections(profile, e);
	if (r == 0)
		r = resolve(profile, host, &plan.picks, e);
	if (r < 0)
		return r;
	plan.uri = mem_strdup(options->uri);
	if (options->ordinary)
		keep_in_pool(&plan);
	direct(&plan);
	plan_judge(&plan, options);
	decide(&plan);
	plan_steps_build(&plan, options);
	plan.needs = needs_of_plan(&plan, options);
	/* Last, for a device that may not be handed over is the graver obstacle. */
	if (plan.verdict == PLAN_GO && plan.goal == PLAN_START)
		r = plan_check_vga(&plan, e);
	if (r == 0 && plan.verdict == PLAN_GO && plan.goal == PLAN_START)
		r = check_connection(profile, options, e);
	if (plan.verdict == PLAN_GO && r == 0)
		r = picks_check_domains(&plan.picks, host, e);
	if (r < 0) {
		plan_done(&plan);
		return r;
	}
	*ret = plan;
	return 0;
}

void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		free(plan->steps[i].target);
		free(plan->steps[i].from);
		free(plan->steps[i].to);
		free(plan->steps[i].why);
	}
	free(plan->steps);
	free(plan->uri);
	picks_done(&plan->picks);
	findings_done(&plan->findings);
	*plan = (struct plan){ 0 };
}
