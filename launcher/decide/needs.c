// SPDX-License-Identifier: GPL-2.0-or-later
/* What a plan needs that an ordinary user may not do. */
#include "decide/needs.h"

#include "base/cleanup.h"

bool needs_bind(const struct host *host, const struct group *group)
{
	for (size_t i = 0; i < group->device_count; i++) {
		const struct device *dev = &host->devices[group->devices[i]];

		if (!device_is_bridge(dev) && !dev->vfio)
			return true;
	}
	return false;
}

bool needs_own(const struct group *group, const struct plan_options *options)
{
	const struct node *node = &group->node;

	/* libvirt gives QEMU a node of its own and sets the host's to root at the end; only root can put its owner back. */
	if (options->owns_nodes)
		return !options->ordinary;
	if (options->self)
		return node->ours != FACT_YES;
	return !node->known || node->uid != options->uid || (node->mode & 0600) != 0600;
}

static unsigned int needs_of_step(const struct plan_step *step, const struct plan_options *options)
{
	switch (step->kind) {
	case STEP_RESERVE:
		return options->ordinary ? 0
					 : NEED_BIT(WRITE) | NEED_BIT(READ) | NEED_BIT(PROCESSES);
	case STEP_VF:
		return NEED_BIT(WRITE) | NEED_BIT(READ) | NEED_BIT(PROCESSES);
	case STEP_VF_SET:
		return NEED_BIT(NETWORK);
	case STEP_CLAIM:
		return NEED_BIT(READ);
	case STEP_LOAD_MODULE:
		return NEED_BIT(MODULE);
	case STEP_BIND:
	case STEP_RELEASE:
		return NEED_BIT(WRITE) | NEED_BIT(PROCESSES);
	case STEP_OWN:
		return NEED_BIT(NODE) | NEED_BIT(PROCESSES);
	case STEP_CREATE:
		return options->embed && !options->self ? NEED_BIT(NODE) : 0;
	case STEP_START:
	case STEP_ATTACH:
		return options->embed && !options->self ? NEED_BIT(USER) | NEED_BIT(MEMLOCK) : 0;
	case STEP_DEFINE:
	case STEP_KIND_COUNT:
		break;
	}
	return 0;
}

unsigned int needs_of_plan(const struct plan *plan, const struct plan_options *options)
{
	unsigned int needs = 0;

	for (size_t i = 0; i < plan->step_count; i++)
		needs |= needs_of_step(&plan->steps[i], options);
	/* Not by default, but the profile may say so. */
	for (size_t i = 0; i < plan->picks.count; i++)
		if (plan->picks.item[i].after == AFTER_HOST)
			needs |= NEED_BIT(WRITE) | NEED_BIT(PROCESSES);
	return needs;
}

char *needs_text(const struct plan *plan)
{
	const struct plan_options none = { .ordinary = true, .self = true };
	struct strlist steps = { 0 };
	char *text;

	for (size_t i = 0; i < plan->step_count; i++)
		if (needs_of_step(&plan->steps[i], &none))
			strlist_addf(&steps, "%s %s", plan_step_name(plan->steps[i].kind),
				     plan->steps[i].target);
	for (size_t i = 0; i < plan->picks.count; i++)
		if (plan->picks.item[i].after == AFTER_HOST)
			strlist_addf(
				&steps, "give %s back to the host",
				PCIADDR_STR(&plan->host->devices[plan->picks.item[i].device].addr));
	text = strlist_join(&steps, ", ");
	strlist_done(&steps);
	return text;
}
