// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: may this device be handed over, by a table of named rules. */
#include "decide/verdict.h"

#include <string.h>

#include "base/cleanup.h"
#include "decide/rules.h"

/*
 * Theory of operation
 *
 * A rule looks at one device of the snapshot and adds findings; it makes no system call and asks nobody. Rules do not know of
 * each other, every one is applied, and the verdict is the worst of what they found. A fact the survey could not
 * measure is neither good nor bad: the rule that needs it says so in findings.unknown.
 */

/** struct rule - what a device must satisfy; @name is for tests and for people who read the table */
struct rule {
	const char *name;
	void (*check)(const struct host *host, const struct device *dev, struct findings *ret);
};

static const struct rule rules[] = {
	{ "iommu", rules_platform_iommu },
	{ "vfio", rules_platform_vfio },
	{ "reserved", rules_reserved },
	{ "remapping", rules_platform_remapping },
	{ "acs", rules_platform_acs },
	{ "chipset", rules_device_chipset },
	{ "dead", rules_device_dead },
	{ "stuck", rules_device_stuck },
	{ "guest", rules_use_guest },
	{ "disks", rules_use_disks },
	{ "net", rules_use_net },
	{ "display", rules_use_display },
	{ "input", rules_use_input },
	{ "process", rules_use_process },
	{ "vfs", rules_device_vfs },
	{ "changed", rules_device_changed },
	{ "reset", rules_device_reset },
	{ "interrupts", rules_device_interrupts },
	{ "bars", rules_device_bars },
	{ "power", rules_device_power },
	{ "experimental", rules_device_experimental },
};

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = { [VERDICT_ASSIGNABLE] = "assignable",
					     [VERDICT_WARNING] = "warning",
					     [VERDICT_REFUSED] = "refused",
					     [VERDICT_BLOCKED] = "blocked" };

	return names[verdict];
}

void verdict_judge(const struct host *host, size_t device, struct findings *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i].check(host, &host->devices[device], ret);
}

void verdict_judge_expected(const struct host *host, size_t device, const struct identity *expected,
			    struct findings *ret)
{
	rules_device_expected(host, &host->devices[device], expected, ret);
}

void verdict_judge_persist(const struct host *host, size_t device, struct findings *ret)
{
	rules_use_needed(host, &host->devices[device], ret);
}

void verdict_judge_release(const struct host *host, size_t device, struct findings *ret)
{
	rules_use_guest(host, &host->devices[device], ret);
	rules_device_stuck(host, &host->devices[device], ret);
}

void verdict_judge_host(const struct host *host, struct findings *ret)
{
	rules_platform_remapping(host, NULL, ret);
	rules_platform_acs(host, NULL, ret);
}

/* What holds for the whole group or host is the device's own finding already. */
static bool of_all(enum finding_code code)
{
	return code == FINDING_IN_USE_GUEST || code == FINDING_NO_VFIO ||
	       code == FINDING_NO_INTERRUPT_REMAPPING || code == FINDING_ACS_OVERRIDE;
}

/* What is wrong with a sibling, the first @count of @own, as findings of @device. */
static void add_sibling(const struct host *host, size_t device, size_t sibling,
			const struct findings *own, size_t count, struct findings *ret)
{
	for (size_t i = 0; i < count; i++) {
		const struct finding *cause = &own->item[i];
		struct finding *finding;

		/* That the group is held or has no IOMMU is the device's own finding already. */
		if (cause->severity < SEVERITY_REFUSE || of_all(cause->code))
			continue;
		finding = findings_add(ret, FINDING_SIBLING, cause->severity, (int)device,
				       mem_printf("%s in the same group: %s: %s",
						  PCIADDR_STR(&host->devices[sibling].addr),
						  finding_code_name(cause->code), cause->message),
				       mem_strdup(cause->fix));
		finding->cause = (int)sibling;
		finding->cause_code = cause->code;
		finding->predicted = cause->predicted;
	}
}

void verdict_judge_siblings(const struct host *host, size_t device, struct findings *ret)
{
	const struct group *group = host_group(host, &host->devices[device]);

	if (!group || device_is_bridge(&host->devices[device]))
		return;
	for (size_t i = 0; i < group->device_count; i++) {
		size_t sibling = group->devices[i];
		struct findings own = { 0 };

		if (sibling == device || device_is_bridge(&host->devices[sibling]))
			continue;
		verdict_judge(host, sibling, &own);
		add_sibling(host, device, sibling, &own, own.count, ret);
		findings_done(&own);
	}
}

/* A function with something in its own findings that its siblings must know: @count of them. */
struct cause {
	size_t device, count;
};

/* Every member was judged once; the few that have causes are put down to all the others. */
static void judge_group(const struct host *host, const struct group *group,
			struct findings *findings)
{
	_cleanup_free_ struct cause *causes = NULL;
	size_t count = 0;

	for (size_t i = 0; i < group->device_count; i++) {
		size_t device = group->devices[i];

		if (!device_is_bridge(&host->devices[device]) &&
		    verdict_of(&findings[device]) >= VERDICT_REFUSED)
			*mem_append(&causes, &count) =
				(struct cause){ device, findings[device].count };
	}
	for (size_t i = 0; i < group->device_count; i++)
		for (size_t k = 0;
		     k < count && !device_is_bridge(&host->devices[group->devices[i]]); k++)
			if (causes[k].device != group->devices[i])
				add_sibling(host, group->devices[i], causes[k].device,
					    &findings[causes[k].device], causes[k].count,
					    &findings[group->devices[i]]);
}

void verdict_judge_all(const struct host *host, struct findings *ret)
{
	for (size_t i = 0; i < host->device_count; i++)
		verdict_judge(host, i, &ret[i]);
	for (size_t i = 0; i < host->group_count; i++)
		judge_group(host, &host->groups[i], ret);
}

enum verdict verdict_of(const struct findings *findings)
{
	enum severity worst = SEVERITY_INFO;

	for (size_t i = 0; i < findings->count; i++)
		if (findings->item[i].severity > worst)
			worst = findings->item[i].severity;
	switch (worst) {
	case SEVERITY_INFO:
		return VERDICT_ASSIGNABLE;
	case SEVERITY_WARN:
		return VERDICT_WARNING;
	case SEVERITY_REFUSE:
		return VERDICT_REFUSED;
	case SEVERITY_BLOCK:
		break;
	}
	return VERDICT_BLOCKED;
}

void verdict_accept(struct findings *findings, int device, const struct strlist *codes)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->item[i];

		/* Who takes a card's finding takes it where the card is a sibling, too. */
		if (finding->severity != SEVERITY_REFUSE ||
		    (device >= 0 && finding->device != device) ||
		    (!strlist_has(codes, finding_code_name(finding->code)) &&
		     !strlist_has(codes, finding_code_name(finding->cause_code))))
			continue;
		finding->severity = SEVERITY_WARN;
		finding->accepted = true;
	}
}
