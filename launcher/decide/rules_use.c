// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about use: what the host, a guest or a process does with a device. */
#include "decide/rules.h"

#include <string.h>

static bool any_on_vfio(const struct host *host, const struct group *group)
{
	for (size_t i = 0; i < group->device_count; i++) {
		const char *driver = host->devices[group->devices[i]].driver;

		if (driver && strstr(driver, "vfio"))
			return true;
	}
	return false;
}

/* What waits to leave vfio-pci, and has a holder still, shows no driver any more. */
static bool any_without_driver(const struct host *host, const struct group *group)
{
	for (size_t i = 0; i < group->device_count; i++)
		if (!host->devices[group->devices[i]].driver)
			return true;
	return false;
}

void rules_use_guest(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);
	const struct holder *holder = group ? group->holder : NULL;

	if (!group || device_is_bridge(dev))
		return;
	if (holder && holder->yields)
		findings_add(
			ret, FINDING_IN_USE_GUEST, SEVERITY_INFO, (int)host_index(host, dev),
			mem_printf(
				"its group %d was reserved by %s; it is in the pool, and free to be taken over",
				group->id, holder->what),
			NULL);
	else if (holder)
		findings_add(ret, FINDING_IN_USE_GUEST, SEVERITY_BLOCK, (int)host_index(host, dev),
			     mem_printf("its group %d is %s %s", group->id,
					holder->reserved ? "reserved by" : "held by", holder->what),
			     holder->stale ? mem_strdup("vmrun recover")
			     : holder->name && holder->reserved
				     ? mem_printf("vmrun stop %s", holder->name)
			     : holder->name	? mem_printf("virsh shutdown %s", holder->name)
			     : holder->reserved ? mem_strdup("try again when it has finished")
						: mem_strdup("end that process"));
	else if (group->held == FACT_UNKNOWN && !ret->kernel_decides && host->privileged &&
		 any_without_driver(host, group))
		findings_unknown(
			ret, false,
			"whether a guest holds group %d: a process has a node of vfio's open whose device is no longer named",
			group->id);
	else if (group->held == FACT_UNKNOWN && !ret->kernel_decides && any_on_vfio(host, group))
		findings_unknown(ret, true,
				 "whether a guest holds group %d: other processes are not visible",
				 group->id);
	if (!holder && !ret->kernel_decides && strlist_has(&host->unmeasured, "reservations"))
		findings_unknown(ret, true, "whether another run of vmrun reserves group %d",
				 group->id);
}

void rules_use_disks(const struct host *host, const struct device *dev, struct findings *ret)
{
	const struct group *group = host_group(host, dev);
	bool named = false;

	/* Of disks a guest has, or is about to have, what the host sees of them says nothing. */
	if (group && group->holder)
		return;
	for (size_t i = 0; i < dev->use_count; i++) {
		const struct use *use = &dev->uses[i];

		if (use->kind != USE_DISK)
			continue;
		named = named || !use->idle;
		findings_add(
			ret, FINDING_IN_USE_DISK, use->idle ? SEVERITY_REFUSE : SEVERITY_BLOCK,
			(int)host_index(host, dev), mem_strdup(use->what),
			mem_strdup(
				use->fix
					? use->fix
					: "find out what uses it: lsblk, /proc/mdstat, zpool status"));
	}
	for (size_t i = 0; !named && i < dev->disk_count; i++)
		if (dev->disks[i].busy == FACT_UNKNOWN)
			findings_unknown(ret, true, "whether %s is in use: it could not be opened",
					 dev->disks[i].node);
}

static void add_needed(const struct host *host, const struct device *dev, const char *what,
		       struct findings *ret)
{
	findings_add(
		ret, FINDING_IN_USE_DISK, SEVERITY_BLOCK, (int)host_index(host, dev),
		mem_printf("%s: the host would not find it at its next start", what),
		mem_strdup(
			"leave it to the host, or take it out of there first; without --persist it can be accepted"));
}

void rules_use_needed(const struct host *host, const struct device *dev, struct findings *ret)
{
	for (size_t i = 0; i < dev->use_count; i++)
		if (dev->uses[i].needed)
			add_needed(host, dev, dev->uses[i].what, ret);
	if (dev->record && dev->record->past.needed)
		add_needed(host, dev, dev->record->past.needed, ret);
	/* With vfio-pci, and by others: nobody has looked at what is on its disks. */
	if (dev->class_code >> 16 == 0x01 && dev->vfio && !dev->record && !dev->persisted)
		findings_add(
			ret, FINDING_IN_USE_DISK, SEVERITY_BLOCK, (int)host_index(host, dev),
			mem_strdup("what is on its disks cannot be seen while vfio-pci has it"),
			mem_printf("vmrun release %s, then bind it again",
				   PCIADDR_STR(&dev->addr)));
}

static void add_uses(const struct host *host, const struct device *dev, enum use_kind kind,
		     enum finding_code code, struct findings *ret)
{
	const struct group *group = host_group(host, dev);

	/* On its way to or from a guest a device is seen half way: its driver without its interfaces, say. */
	if (group && group->holder && !group->holder->stale)
		return;
	for (size_t i = 0; i < dev->use_count; i++)
		if (dev->uses[i].kind == kind)
			findings_add(ret, code, SEVERITY_REFUSE, (int)host_index(host, dev),
				     mem_strdup(dev->uses[i].what), mem_strdup(dev->uses[i].fix));
}

void rules_use_net(const struct host *host, const struct device *dev, struct findings *ret)
{
	add_uses(host, dev, USE_NET, FINDING_IN_USE_NET, ret);
	if (dev->net_unknown)
		findings_unknown(
			ret, !host->privileged,
			"whether %s is in use: netlink or another network namespace could not be asked",
			dev->netdevs.item[0]);
}

/* Without privilege nothing is known of other users' processes; it matters where such devices have their nodes open. */
static bool processes_matter(const struct host *host, const struct device *dev)
{
	return !host->privileged && dev->driver && dev->state == DEVICE_HOST &&
	       !strstr(dev->driver, "vfio");
}

void rules_use_display(const struct host *host, const struct device *dev, struct findings *ret)
{
	add_uses(host, dev, USE_DISPLAY, FINDING_IN_USE_DISPLAY, ret);
	if (dev->kind == KIND_GPU && processes_matter(host, dev))
		findings_unknown(
			ret, true,
			"whether a process draws with it: other processes are not visible");
}

void rules_use_input(const struct host *host, const struct device *dev, struct findings *ret)
{
	add_uses(host, dev, USE_INPUT, FINDING_IN_USE_INPUT, ret);
}

void rules_use_process(const struct host *host, const struct device *dev, struct findings *ret)
{
	add_uses(host, dev, USE_PROCESS, FINDING_IN_USE_PROCESS, ret);
	if (dev->kind == KIND_AUDIO && processes_matter(host, dev))
		findings_unknown(
			ret, true,
			"whether a process plays through it: other processes are not visible");
}
