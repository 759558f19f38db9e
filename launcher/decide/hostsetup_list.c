// SPDX-License-Identifier: GPL-2.0-or-later
/* Early binding: which devices, each by what it is and where it sits; and why others are left out. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "decide/hostsetup_parts.h"
#include "decide/verdict.h"

/*
 * Theory of operation
 *
 * The persisted pool comes first: an identity that `vmrun bind --persist` wrote is all a device needs to be bound early,
 * and a card of other ids in its place is left alone. Then come devices that a profile picks from the host and leaves in
 * the pool. What host check is to find again is in the last word of a line.
 */

/**
 * struct early_list - the list as it grows
 * @in, @plan, @modules: as setup_early_list() has them
 * @text:	its lines
 * @listed:	per device of the host
 */
struct early_list {
	const struct setup_in *in;
	struct setup_plan *plan;
	struct strlist *modules;
	struct text text;
	bool *listed;
};

/* What does not forbid binding a device at the next start, though it forbids a guest now. */
static bool passes_with_time(enum finding_code code)
{
	return code == FINDING_IN_USE_GUEST || code == FINDING_NO_VFIO ||
	       code == FINDING_NO_INTERRUPT_REMAPPING || code == FINDING_MEMORY;
}

/*
 * Why a device may not be bound early, newly allocated; NULL where it may. What could not be measured may be a root disk.
 */
static char *objection(const struct host *host, size_t device, const struct strlist *accept)
{
	const struct device *dev = &host->devices[device];
	struct findings findings = { 0 };
	char *why = dev->path ? NULL : mem_strdup("its place is not known");

	verdict_judge(host, device, &findings);
	verdict_judge_siblings(host, device, &findings);
	verdict_accept(&findings, (int)device, accept);
	for (size_t i = 0; i < findings.count && !why; i++) {
		const struct finding *finding = &findings.item[i];

		if ((finding->severity == SEVERITY_BLOCK || finding->severity == SEVERITY_REFUSE) &&
		    !passes_with_time(finding->code))
			why = mem_strdup(finding->message);
	}
	if (!why && findings.unknown.count && dev->driver && strcmp(dev->driver, "vfio-pci") != 0)
		why = mem_printf("%s could not be measured; run it as root",
				 findings.unknown.item[0]);
	findings_done(&findings);
	return why;
}

/* A line of the list, and the host's driver that has to come later. @last is the line's last word, or "". */
static void add_device(struct early_list *list, size_t device, const char *whose, const char *last)
{
	const struct device *dev = &list->in->host->devices[device];
	const char *module = list->in->setup->modules[device];

	text_addf(&list->text, "# %s, %s\n%s %04x:%04x %04x:%04x %s%s\n", dev->name, whose,
		  dev->path, dev->vendor, dev->device, dev->subsystem_vendor, dev->subsystem_device,
		  list->in->options->user ? list->in->options->user : "-", last);
	list->listed[device] = true;
	list->plan->early++;
	if (module && strcmp(module, "vfio_pci") != 0 && !strlist_has(list->modules, module))
		strlist_add(list->modules, module);
}

static bool objected(struct early_list *list, size_t device, const struct strlist *accept)
{
	_cleanup_free_ char *why = objection(list->in->host, device, accept);

	if (why)
		setup_note(list->plan, "%s is not bound early: %s",
			   PCIADDR_STR(&list->in->host->devices[device].addr), why);
	return why != NULL;
}

/* What the persisted pool names and is not there to be bound: it is said, and its place is left alone. */
static void note_absent(struct early_list *list, const struct persist *persist)
{
	setup_note(list->plan, "%s of the persisted pool is not bound early: %s%s%s", persist->file,
		   persist_state_name(persist->state), persist->what ? ": " : "",
		   persist->what ? persist->what : "");
}

static void list_persisted(struct early_list *list)
{
	const struct host *host = list->in->host;
	const struct strlist none = { 0 };

	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];
		_cleanup_free_ char *whose =
			mem_printf("persisted in /" PERSIST_DIR "/%s", persist->file);

		if (persist->state != PERSIST_FOUND)
			note_absent(list, persist);
		else if (!list->listed[persist->device] &&
			 !objected(list, (size_t)persist->device, &none))
			add_device(list, (size_t)persist->device, whose, " " EARLY_OF_POOL);
	}
}

static void list_picks(struct early_list *list, size_t profile)
{
	const struct picks *picks = &list->in->options->picks[profile];
	_cleanup_free_ char *whose =
		mem_printf("for %s", list->in->options->profiles[profile].name);

	for (size_t k = 0; k < picks->count; k++) {
		const struct pick *pick = &picks->item[k];
		const struct device *dev = &list->in->host->devices[pick->device];

		if (pick->after != AFTER_POOL || list->listed[pick->device])
			continue;
		if (pick->want->from == FROM_POOL)
			setup_note(
				list->plan,
				"%s is in the pool for now: `vmrun bind --persist %s` has it bound early, and "
				"%s takes whichever is free",
				PCIADDR_STR(&dev->addr), PCIADDR_STR(&dev->addr),
				list->in->options->profiles[profile].name);
		else if (!objected(list, pick->device, &pick->want->accept))
			add_device(list, pick->device, whose, "");
	}
}

/* Whether anything is to be bound early; the groups have to be known, or a sibling may be the host's. */
static bool groups_known(struct early_list *list)
{
	const struct setup_options *options = list->in->options;

	if (list->in->host->iommu_enabled)
		return true;
	for (size_t i = 0; i < options->profile_count; i++)
		if (options->picks[i].count)
			setup_note(
				list->plan,
				"%s: nothing is bound early while the groups are not known; after the reboot, run "
				"vmrun host setup --apply once more",
				options->profiles[i].name);
	if (list->in->host->persist_count)
		setup_note(
			list->plan,
			"the persisted pool is not bound early while the groups are not known; after the reboot, "
			"run vmrun host setup --apply once more");
	return false;
}

void setup_early_list(const struct setup_in *in, struct setup_plan *plan, struct strlist *modules)
{
	struct early_list list = { .in = in, .plan = plan, .modules = modules };

	if (!groups_known(&list))
		return;
	list.listed = mem_zalloc((in->host->device_count + 1) * sizeof(*list.listed));
	list_persisted(&list);
	for (size_t i = 0; i < in->options->profile_count; i++)
		list_picks(&list, i);
	if (plan->early)
		setup_file(
			plan, EARLY_LIST, 0644,
			mem_printf(
				"# Written by vmrun host setup: devices that vfio-pci gets before the host's drivers load.\n"
				"# PATH VENDOR:DEVICE SUBVENDOR:SUBDEVICE USER; vmrun.pool=off on the kernel command "
				"line passes over it.\n%s",
				list.text.bytes),
			"%zu device%s for guests, by place and ids, bound early", plan->early,
			plan->early == 1 ? "" : "s");
	free(list.listed);
	text_done(&list.text);
}
