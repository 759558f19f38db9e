// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a plan, in their order: to the running guest, to the pool, or back from it. */
#include "decide/plan_steps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/needs.h"

static struct plan_step *add_step(struct plan *plan, enum plan_step_kind kind, char *target)
{
	struct plan_step *step = mem_append(&plan->steps, &plan->step_count);

	*step = (struct plan_step){ .kind = kind, .target = target, .device = -1, .group = -1 };
	return step;
}

/* Whether there is nothing to do: it is with that driver already. */
static bool is_bound(const struct plan *plan, const struct pick *pick)
{
	const struct device *dev = &plan->host->devices[pick->device];

	return dev->driver && !strcmp(dev->driver, plan_vfio_driver(plan->host, pick));
}

/* Whether it is left to us to bind @pick, and to claim its disks before. */
static bool is_ours(const struct plan *plan, const struct pick *pick)
{
	if (pick->want->managed && pick->role == PICK_ATTACH)
		return false;
	return !is_bound(plan, pick);
}

/* Whether the group has a node by the time its devices are bound: libvirt makes one by binding its own, later. */
static bool has_node(const struct plan *plan, const struct group *group)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];

		if (host_group(plan->host, &plan->host->devices[pick->device]) == group &&
		    (is_bound(plan, pick) || is_ours(plan, pick)))
			return true;
	}
	return false;
}

static bool first_of_group(const struct plan *plan, size_t index)
{
	int group = plan->host->devices[plan->picks.item[index].device].group;

	for (size_t i = 0; i < index; i++)
		if (plan->host->devices[plan->picks.item[i].device].group == group)
			return false;
	return group >= 0;
}

static char *group_members(const struct plan *plan, const struct group *group)
{
	struct strlist names = { 0 };
	char *text;

	for (size_t i = 0; i < group->device_count; i++)
		if (picks_find(&plan->picks, group->devices[i]))
			strlist_add(&names,
				    PCIADDR_STR(&plan->host->devices[group->devices[i]].addr));
	text = strlist_join(&names, " ");
	strlist_done(&names);
	return text;
}

static void add_group_steps(struct plan *plan, enum plan_step_kind kind,
			    const struct plan_options *options)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct group *group =
			host_group(plan->host, &plan->host->devices[plan->picks.item[i].device]);
		struct plan_step *step;

		if (!group || !first_of_group(plan, i) ||
		    (kind == STEP_OWN && (!has_node(plan, group) || !needs_own(group, options))))
			continue;
		if (kind == STEP_RESERVE) {
			step = add_step(plan, kind, mem_printf("group %d", group->id));
			step->why = group_members(plan, group);
		} else {
			step = add_step(plan, kind, mem_printf("/dev/vfio/%d", group->id));
			step->to = mem_strdup(options->owns_nodes ? "libvirt" : options->user);
			step->why =
				options->owns_nodes
					? mem_printf(
						  "%s gives it to QEMU; its owner is put back at the end",
						  options->uri)
					: mem_printf("QEMU runs as %s",
						     options->user ? options->user : "you");
		}
		step->group = group->id;
	}
}

static bool has_step(const struct plan *plan, enum plan_step_kind kind, const char *target)
{
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].kind == kind && !strcmp(plan->steps[i].target, target))
			return true;
	return false;
}

static bool is_registered(const struct host *host, const char *driver)
{
	const struct vfio_driver *known = host_vfio_driver(host, driver);

	return known ? known->registered : host->vfio_registered;
}

static void add_module_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const char *driver = plan_vfio_driver(plan->host, &plan->picks.item[i]);

		if (!is_registered(plan->host, driver) && !has_step(plan, STEP_LOAD_MODULE, driver))
			add_step(plan, STEP_LOAD_MODULE, mem_strdup(driver))->why =
				mem_strdup("it is not loaded");
	}
}

static void add_device_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct device *dev = &plan->host->devices[pick->device];

		for (size_t j = 0; j < dev->disk_count && is_ours(plan, pick); j++) {
			struct plan_step *step =
				add_step(plan, STEP_CLAIM, mem_strdup(dev->disks[j].node));

			step->device = (int)pick->device;
			step->why = mem_strdup("nothing may mount it any more");
		}
	}
	add_module_steps(plan);
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct device *dev = &plan->host->devices[pick->device];
		struct plan_step *step;

		if (!is_ours(plan, pick))
			continue;
		step = add_step(plan, STEP_BIND, mem_strdup(PCIADDR_STR(&dev->addr)));
		step->device = (int)pick->device;
		step->from = mem_strdup(dev->driver);
		step->to = mem_strdup(plan_vfio_driver(plan->host, pick));
		step->why = pick->role == PICK_ATTACH
				    ? mem_strdup(plan->goal == PLAN_BIND ? "as asked"
									 : "the guest gets it")
				    : mem_printf("sibling in group %d",
						 host_group(plan->host, dev)->id);
	}
}

/* What sections will set for functions of @pf that do not exist yet. */
static void add_need_settings(struct plan *plan, const struct device *pf)
{
	for (size_t i = 0; i < plan->profile->pci_count; i++) {
		const struct profile_pci *want = &plan->profile->pci[i];
		struct plan_step *step;

		if (!want->vf_of || !want->vf.given || !selector_matches(want->vf_of, pf))
			continue;
		step = add_step(plan, STEP_VF_SET,
				mem_printf("%s: %u of the virtual functions of %s", want->id,
					   want->count, PCIADDR_STR(&pf->addr)));
		step->to = vf_describe(&want->vf);
	}
}

/* Of a function that does not exist yet its physical one is all that has a name. */
static void add_need_steps(struct plan *plan)
{
	const struct host *host = plan->host;

	for (size_t i = 0; i < plan->picks.need_count; i++) {
		const struct vf_need *need = &plan->picks.needs[i];
		const struct device *pf = &host->devices[need->pick.device];
		struct plan_step *step =
			add_step(plan, STEP_VF, mem_strdup(PCIADDR_STR(&pf->addr)));

		step->device = (int)need->pick.device;
		step->from = mem_strdup("0");
		step->to = mem_printf("%u", need->count);
		step->why = mem_printf(
			"it has no virtual functions; the guest gets %u, judged once they exist, before anything is bound",
			need->wanted);
		step = add_step(plan, STEP_BIND,
				mem_printf("%u of the virtual functions of %s", need->wanted,
					   PCIADDR_STR(&pf->addr)));
		step->to =
			mem_strdup(need->pick.want->driver ? need->pick.want->driver : VFIO_DRIVER);
		step->why = mem_strdup("the guest gets them");
		add_need_settings(plan, pf);
	}
}

/* What the host sets for a virtual function, once it has left the host's driver: that would set it up anew. */
static void add_setting_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct device *dev = &plan->host->devices[pick->device];
		struct plan_step *step;

		if (pick->role != PICK_ATTACH || !pick->want->vf.given)
			continue;
		step = add_step(plan, STEP_VF_SET, mem_strdup(PCIADDR_STR(&dev->addr)));
		step->device = (int)pick->device;
		step->to = vf_describe(&pick->want->vf);
		step->why = mem_printf("set through %s, put back at the end",
				       PCIADDR_STR(&plan->host->devices[dev->physfn].addr));
	}
}

static void add_image_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->profile->disk_count; i++) {
		const struct profile_disk *disk = &plan->profile->disks[i];

		if (disk->size_bytes)
			add_step(plan, STEP_CREATE, mem_strdup(disk->source))->why =
				mem_printf("%s of %" PRIu64 " MiB, where there is none",
					   disk->format, disk->size_bytes >> 20);
	}
}

/* "pci:v00001000d00000072sv…": what modules say they are for (file2alias.c, do_pci_entry()). */
static char *modalias(const struct device *dev)
{
	return mem_printf("pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", dev->vendor, dev->device,
			  dev->subsystem_vendor, dev->subsystem_device,
			  dev->class_code >> 16 & 0xff, dev->class_code >> 8 & 0xff,
			  dev->class_code & 0xff);
}

/* A driver that was never asked for since the start, as that of a device taken before its turn, has no module loaded. */
static void add_release_steps(struct plan *plan)
{
	static const struct binding unknown = { .probe = true };

	for (int load = 1; load >= 0; load--)
		for (size_t i = 0; i < plan->picks.count; i++) {
			const struct device *dev = &plan->host->devices[plan->picks.item[i].device];
			const struct binding *home = dev->record ? &dev->record->home : &unknown;
			struct plan_step *step;

			if (!dev->vfio || (load && !home->driver && !home->probe))
				continue;
			step = add_step(plan, load ? STEP_LOAD_MODULE : STEP_RELEASE,
					load ? modalias(dev) : mem_strdup(PCIADDR_STR(&dev->addr)));
			step->device = (int)plan->picks.item[i].device;
			if (load) {
				step->why = mem_printf("the driver of %s, if there is one",
						       PCIADDR_STR(&dev->addr));
				continue;
			}
			step->from = mem_strdup(dev->driver);
			step->to = mem_strdup(binding_name(home));
			step->why = mem_strdup(dev->record
						       ? "it was there before"
						       : "who put it into the pool did not say");
		}
}

static void add_plug_steps(struct plan *plan, enum plan_step_kind kind,
			   const struct plan_options *options)
{
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		struct plan_step *step;

		if (pick->role != PICK_ATTACH)
			continue;
		step = add_step(plan, kind,
				mem_strdup(PCIADDR_STR(&plan->host->devices[pick->device].addr)));
		step->device = (int)pick->device;
		step->to = mem_strdup(plan->profile->name);
		step->why = kind == STEP_DEFINE ? mem_strdup("from its next start")
						: mem_printf("plugged in through %s", options->uri);
	}
}

void plan_steps_build(struct plan *plan, const struct plan_options *options)
{
	struct plan_step *step;

	if (options->define_only) {
		add_plug_steps(plan, STEP_DEFINE, options);
		return;
	}
	add_need_steps(plan);
	if (plan->picks.count) {
		add_group_steps(plan, STEP_RESERVE, options);
		if (plan->goal == PLAN_RELEASE)
			add_release_steps(plan);
		else
			add_device_steps(plan);
		if (plan->goal == PLAN_START)
			add_setting_steps(plan);
	}
	if (plan->goal != PLAN_START && plan->goal != PLAN_ATTACH)
		return;
	if (plan->picks.count)
		add_group_steps(plan, STEP_OWN, options);
	if (plan->goal == PLAN_ATTACH) {
		add_plug_steps(plan, STEP_ATTACH, options);
		if (options->define)
			add_plug_steps(plan, STEP_DEFINE, options);
		return;
	}
	add_image_steps(plan);
	step = add_step(plan, STEP_START, mem_strdup(plan->profile->name));
	step->why = mem_printf("through %s", options->uri);
}
