// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun plan: everything start would do, and why. */
#include "cmd/plan.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/guestfiles.h"

static struct json *pick_json(const struct plan *plan, const struct pick *pick)
{
	const struct device *dev = &plan->host->devices[pick->device];
	const struct group *group = host_group(plan->host, dev);
	struct json *o = json_new_object();

	json_put_str(o, "id", pick->want->id);
	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	json_put_str(o, "role", pick_role_name(pick->role));
	if (group)
		json_put_int(o, "group", group->id);
	else
		json_put(o, "group", NULL);
	json_put_str(o, "after", pick->after == AFTER_POOL ? "pool" : "host");
	return o;
}

static struct json *need_json(const struct plan *plan, const struct vf_need *need)
{
	struct json *o = json_new_object();

	json_put_str(o, "id", need->pick.want->id);
	json_put_str(o, "pf", PCIADDR_STR(&plan->host->devices[need->pick.device].addr));
	json_put_int(o, "wanted", need->wanted);
	json_put_int(o, "make", need->count);
	return o;
}

static struct json *step_json(const struct plan_step *step)
{
	struct json *o = json_new_object();

	json_put_str(o, "step", plan_step_name(step->kind));
	json_put_str(o, "target", step->target);
	json_put_str(o, "from", step->from);
	json_put_str(o, "to", step->to);
	json_put_str(o, "why", step->why);
	return o;
}

static struct json *plan_json(const struct plan *plan, const struct strlist *missing)
{
	struct json *o = json_new_object(), *picks = json_new_array(), *steps = json_new_array(),
		    *vfs = json_new_array();

	json_put_str(o, "schema", "vmrun.plan/1");
	json_put_str(o, "verb", plan_goal_verb(plan->goal));
	json_put_str(o, "profile", plan->goal == PLAN_START ? plan->profile->file : NULL);
	json_put_str(o, "guest", plan->profile->name);
	json_put_str(o, "uri", plan->uri);
	json_put_str(o, "verdict", plan_verdict_name(plan->verdict));
	for (size_t i = 0; i < plan->picks.count; i++)
		json_add(picks, pick_json(plan, &plan->picks.item[i]));
	json_put(o, "picks", picks);
	for (size_t i = 0; i < plan->picks.need_count; i++)
		json_add(vfs, need_json(plan, &plan->picks.needs[i]));
	json_put(o, "vfs", vfs);
	for (size_t i = 0; i < plan->step_count; i++)
		json_add(steps, step_json(&plan->steps[i]));
	json_put(o, "steps", steps);
	json_put(o, "findings", findings_json(plan->host, &plan->findings));
	json_put_list(o, "unmeasured", &plan->findings.unknown);
	json_put_list(o, "missing", missing);
	return o;
}

static void print_pick(const struct plan *plan, const struct pick *pick)
{
	const struct device *dev = &plan->host->devices[pick->device];
	const struct group *group = host_group(plan->host, dev);
	char number[24] = "no group";

	if (group)
		snprintf(number, sizeof(number), "group %d", group->id);
	printf("  %-8s %s  %-8s  %-9s after: %-4s  %s\n", pick->want->id, PCIADDR_STR(&dev->addr),
	       pick_role_name(pick->role), number, pick->after == AFTER_POOL ? "pool" : "host",
	       dev->name);
}

static void print_need(const struct plan *plan, const struct vf_need *need)
{
	const struct device *pf = &plan->host->devices[need->pick.device];

	printf("  %-8s %u of the virtual functions that %s will make  %s\n", need->pick.want->id,
	       need->wanted, PCIADDR_STR(&pf->addr), pf->name);
}

static void print_step(size_t number, const struct plan_step *step)
{
	printf("  %2zu. %-11s %s", number, plan_step_name(step->kind), step->target);
	if (step->kind == STEP_VF_SET)
		printf(": %s", step->to);
	else if (step->from || step->kind == STEP_BIND || step->kind == STEP_RELEASE)
		printf(": %s -> %s", step->from ? step->from : "no driver", step->to);
	else if (step->to)
		printf(": for %s", step->to);
	printf("%s%s%s\n", step->why ? " (" : "", step->why ? step->why : "", step->why ? ")" : "");
}

static void print_notes(const struct plan *plan)
{
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.item[i];

		if (finding->severity < SEVERITY_REFUSE)
			printf("  %-14s %s %s: %s%s\n", finding_code_name(finding->code),
			       severity_name(finding->severity),
			       PCIADDR_STR(&plan->host->devices[finding->device].addr),
			       finding->message, finding->accepted ? " (accepted)" : "");
	}
}

/* It is no reason to refuse: who writes the profile may make them later, and libvirt looks for them anyway. */
static void print_missing(const struct strlist *missing)
{
	if (missing->count)
		printf("\nnot there, and the guest is started from it:\n");
	for (size_t i = 0; i < missing->count; i++)
		printf("  %s\n", missing->item[i]);
}

static void print_text(const struct plan *plan, const struct strlist *missing)
{
	if (plan->goal == PLAN_START)
		printf("guest %s from %s through %s: ", plan->profile->name, plan->profile->file,
		       plan->uri);
	else if (plan->goal == PLAN_ATTACH)
		printf("attach to guest %s through %s: ", plan->profile->name, plan->uri);
	else
		printf("%s by hand: ", plan_goal_verb(plan->goal));
	printf("%s\n\ndevices:\n", plan_verdict_name(plan->verdict));
	for (size_t i = 0; i < plan->picks.count; i++)
		print_pick(plan, &plan->picks.item[i]);
	for (size_t i = 0; i < plan->picks.need_count; i++)
		print_need(plan, &plan->picks.needs[i]);
	if (!plan->picks.count && !plan->picks.need_count)
		printf("  none\n");
	print_notes(plan);
	printf("\n%s:\n", plan->verdict == PLAN_GO	  ? "steps"
			  : plan->verdict == PLAN_REFUSED ? "steps, were it not refused"
							  : "steps, were it known to be possible");
	for (size_t i = 0; i < plan->step_count; i++)
		print_step(i + 1, &plan->steps[i]);
	print_missing(missing);
	fflush(stdout);
}

void plan_print(const struct args *args, const struct plan *plan, const struct strlist *missing)
{
	if (args_has(args, JSON))
		print_json(plan_json(plan, missing));
	else
		print_text(plan, missing);
}

int plan_show(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_(strlist_done) struct strlist missing = { 0 };
	struct err e = { 0 };
	int r = scene_open(args, true, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0)
		r = scene_plan(args, &scene, &e);
	if (r < 0)
		return report_error(args, &e);
	/* A captured host has no files of guests. */
	if (scene.root.live)
		guestfiles_missing(&scene.profile, &missing);
	plan_print(args, &scene.plan, &missing);
	return scene.plan.verdict == PLAN_GO ? ERR_NONE : report_refusal(args, &scene.plan);
}

const struct command command_plan = {
	.name = "plan",
	.synopsis = "PROFILE",
	.help = "everything start would do, and why; changes nothing",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(CONNECT) | OPT(ACCEPT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = plan_show,
};
