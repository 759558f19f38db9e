// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal of a run before its first change: whose it is, and where every device is and belongs. */
#include "act/apply_journal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "act/bind.h"
#include "base/cleanup.h"
#include "survey/processes.h"

/* Who uses a device that is handed over all the same; NULL for nobody. Guests are found by what they hold. */
static char *users_of(const struct device *dev)
{
	struct strlist users = { 0 };
	char *text = NULL;

	for (size_t i = 0; i < dev->use_count; i++)
		if (dev->uses[i].kind != USE_GUEST)
			strlist_add(&users, dev->uses[i].what);
	if (users.count)
		text = strlist_join(&users, "; ");
	strlist_done(&users);
	return text;
}

/* What the host sees of a device while its own driver has it. */
static struct past past_of(const struct device *dev)
{
	struct past past = { 0 };

	for (size_t i = 0; i < dev->disk_count; i++)
		strlist_add(&past.disks, dev->disks[i].node);
	for (size_t i = 0; i < dev->netdevs.count; i++)
		strlist_add(&past.netdevs, dev->netdevs.item[i]);
	for (size_t i = 0; i < dev->use_count && !past.needed; i++)
		if (dev->uses[i].needed)
			past.needed = mem_strdup(dev->uses[i].what);
	return past;
}

/* A device from the pool belongs where it was before it came there; who put it there may not have said. */
static void find_home(const struct plan *plan, const struct device *dev,
		      struct journal_device *entry)
{
	if (dev->persisted && !dev->record &&
	    (!entry->before.driver || binding_is_vfio(&entry->before))) {
		/* Taken at the host's start, before a driver had it. */
		entry->home.probe = true;
	} else if (!binding_is_vfio(&entry->before)) {
		entry->home = binding_copy(&entry->before);
		entry->past = past_of(dev);
	} else if (dev->record) {
		entry->home = binding_copy(&dev->record->home);
		entry->past = past_copy(&dev->record->past);
	} else if (plan->goal == PLAN_RELEASE) {
		entry->home.probe = true;
	} else {
		entry->home = binding_copy(&entry->before);
	}
}

static int journal_device(const struct root *root, const struct plan *plan, const struct pick *pick,
			  struct journal *journal, struct err *e)
{
	const struct device *dev = &plan->host->devices[pick->device];
	struct journal_device *entry = mem_append(&journal->devices, &journal->device_count);
	const struct group *group = host_group(plan->host, dev);
	int r;

	entry->addr = dev->addr;
	entry->group = group ? group->id : -1;
	entry->vendor = dev->vendor;
	entry->device = dev->device;
	entry->driver = mem_strdup(plan_vfio_driver(plan->host, pick));
	entry->users = users_of(dev);
	entry->to_pool = pick->after == AFTER_POOL;
	entry->attach = pick->role == PICK_ATTACH;
	entry->vf_number = dev->physfn >= 0 ? dev->vf_number : -1;
	if (dev->physfn >= 0)
		entry->pf = plan->host->devices[dev->physfn].addr;
	r = bind_read(root, &dev->addr, &entry->before, e);
	if (r == 0)
		find_home(plan, dev, entry);
	return r;
}

/* No guest can be called so, for its name would begin with a dot; and no other run is. */
static void name_work_by_hand(const char *verb, const struct pciaddr *addr, struct journal *journal)
{
	journal->verb = mem_strdup(verb);
	journal->guest = mem_printf(".%s-%d-%llu%s%s", journal->verb, (int)journal->pid,
				    (unsigned long long)journal->started, addr ? "-" : "",
				    addr ? PCIADDR_STR(addr) : "");
	journal->uuid = mem_strdup("");
	journal->uri = mem_strdup("");
}

static void name_guest(const struct apply_request *request, struct journal *journal)
{
	const struct plan *plan = request->plan;

	journal->guest = mem_strdup(plan->profile->name);
	journal->uuid = mem_strdup(plan->profile->uuid);
	journal->profile = mem_strdup(plan->profile->file);
	journal->uri = mem_strdup(plan->uri);
	journal->embed = mem_strdup(request->embed);
}

/* Which process, of which boot, puts @journal down. */
static int name_process(const struct root *root, struct journal *journal, struct err *e)
{
	char boot[64];
	int r = process_boot_id(root, boot, sizeof(boot));

	journal->pid = getpid();
	if (r == 0)
		r = process_started(root, journal->pid, &journal->started);
	if (r < 0)
		return err_sys(e, -r, "/proc",
			       "cannot tell this process and boot apart from others");
	journal->boot = mem_strdup(boot);
	return 0;
}

int apply_journal_by_hand(const struct root *root, const char *verb, const struct pciaddr *addr,
			  struct journal *journal, struct err *e)
{
	int r = name_process(root, journal, e);

	name_work_by_hand(verb, addr, journal);
	return r;
}

int apply_journal_fill(const struct root *root, const struct apply_request *request,
		       struct journal *journal, struct err *e)
{
	const struct plan *plan = request->plan;
	int r = name_process(root, journal, e);

	/* Also where that is not known: by its name the journal is removed. */
	if (plan->goal == PLAN_START)
		name_guest(request, journal);
	else
		name_work_by_hand(plan_goal_verb(plan->goal), NULL, journal);
	journal->by_hook = journal->hooked = request->by_hook;
	for (size_t i = 0; r == 0 && i < plan->picks.count; i++)
		r = journal_device(root, plan, &plan->picks.item[i], journal, e);
	return r;
}
