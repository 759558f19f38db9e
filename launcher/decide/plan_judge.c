// SPDX-License-Identifier: GPL-2.0-or-later
/* The verdict of a plan: what is found about its devices, its memory and what the profile asks of them. */
#include "decide/plan_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/needs.h"
#include "decide/plan_guest.h"
#include "decide/verdict.h"
#include "decide/vfs.h"

/* siblings=refuse: the group may hold nothing but what sections of their own ask for. */
static void refuse_siblings(struct plan *plan, const struct pick *pick)
{
	const struct host *host = plan->host;
	const struct group *group = host_group(host, &host->devices[pick->device]);

	if (!group || pick->role != PICK_ATTACH || pick->want->siblings != SIBLINGS_REFUSE)
		return;
	for (size_t i = 0; i < group->device_count; i++) {
		const struct device *dev = &host->devices[group->devices[i]];
		struct finding *finding;

		if (device_is_bridge(dev) || picks_find(&plan->picks, group->devices[i]))
			continue;
		finding = findings_add(
			&plan->findings, FINDING_SIBLING, SEVERITY_REFUSE, (int)pick->device,
			mem_printf(
				"group %d also holds %s (%s, driver %s), and the profile says siblings = refuse",
				group->id, PCIADDR_STR(&dev->addr), dev->name,
				dev->driver ? dev->driver : "none"),
			mem_printf(
				"say siblings = bind, or move the card to a slot with a group of its own"));
		finding->cause = (int)group->devices[i];
	}
}

/* A driver that a section names must be one that hands devices over. */
static void judge_drivers(struct plan *plan)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const char *name = pick->want->driver;
		_cleanup_free_ char *known = NULL;
		struct strlist names = { 0 };

		if (!name || pick->role != PICK_ATTACH || !strcmp(name, VFIO_DRIVER) ||
		    host_vfio_driver(plan->host, name))
			continue;
		for (size_t j = 0; j < plan->host->vfio_driver_count; j++)
			strlist_add(&names, plan->host->vfio_drivers[j].name);
		known = strlist_join(&names, ", ");
		strlist_done(&names);
		findings_add(
			&plan->findings, FINDING_NO_VFIO, SEVERITY_BLOCK, (int)pick->device,
			mem_printf(
				"the profile says driver = %s, and this kernel has no driver of that name that hands devices over",
				name),
			mem_printf(
				"this kernel has: %s; without the key the one made for the card is taken",
				known));
	}
}

/* Findings of a pick become the plan's, those its section accepts as warnings; releases @own. */
static void take_over(struct plan *plan, const struct pick *pick, struct findings *own)
{
	verdict_accept(own, -1, &pick->want->accept);
	for (size_t i = 0; i < own->count; i++)
		*mem_append(&plan->findings.item, &plan->findings.count) = own->item[i];
	for (size_t i = 0; i < own->unknown.count; i++)
		strlist_addf(&plan->findings.unknown, "%s: %s",
			     PCIADDR_STR(&plan->host->devices[pick->device].addr),
			     own->unknown.item[i]);
	plan->findings.needs_privilege = plan->findings.needs_privilege || own->needs_privilege;
	free(own->item);
	strlist_done(&own->unknown);
}

static void judge_need(struct plan *plan, const struct vf_need *need)
{
	struct findings own = { 0 };

	vfs_judge(plan->host, need, &own);
	take_over(plan, &need->pick, &own);
}

/* What a section expects, the devices it picks are; a sibling may be anything. */
static void judge_expected(const struct plan *plan, const struct pick *pick, struct findings *ret)
{
	if (pick->role == PICK_ATTACH &&
	    (pick->want->expect.known || pick->want->expect.serial || pick->want->expect.path))
		verdict_judge_expected(plan->host, pick->device, &pick->want->expect, ret);
}

void plan_judge(struct plan *plan, const struct plan_options *options)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct group *group =
			host_group(plan->host, &plan->host->devices[pick->device]);
		struct findings own = { 0 };

		own.kernel_decides = options->ordinary && group && !needs_bind(plan->host, group);
		if (plan->goal == PLAN_RELEASE) {
			verdict_judge_release(plan->host, pick->device, &own);
		} else {
			verdict_judge(plan->host, pick->device, &own);
			verdict_judge_siblings(plan->host, pick->device, &own);
			judge_expected(plan, pick, &own);
		}
		take_over(plan, pick, &own);
		refuse_siblings(plan, pick);
	}
	for (size_t i = 0; i < plan->picks.need_count; i++)
		judge_need(plan, &plan->picks.needs[i]);
	if (plan->goal != PLAN_RELEASE)
		judge_drivers(plan);
	/* A guest that has a device already has all its memory pinned. */
	if (plan->goal == PLAN_START || (plan->goal == PLAN_ATTACH && plan->profile->memory_bytes))
		plan_judge_guest(plan, options);
	if (options->accept)
		verdict_accept(&plan->findings, -1, options->accept);
	for (size_t i = 0; options->persist && i < plan->picks.count; i++)
		verdict_judge_persist(plan->host, plan->picks.item[i].device, &plan->findings);
}
