// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun export: the devices of a profile in the words of other systems. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "cmd/cmd.h"

/* How many devices of the host one guest of Proxmox VE may have (qm(1), hostpci[n]). */
#define PROXMOX_DEVICES 16

/* The function a card is told by, where several of its functions go to the guest together; NULL for none. */
static const struct pick *card_of(const struct plan *plan, const struct pick *pick)
{
	const struct pciaddr *addr = &plan->host->devices[pick->device].addr;

	for (const struct pick *other = plan->picks.item; other < pick; other++)
		if (other->role == PICK_ATTACH && other->want == pick->want &&
		    pciaddr_same_slot(&plan->host->devices[other->device].addr, addr))
			return other;
	return NULL;
}

static bool is_whole(const struct plan *plan, const struct pick *pick)
{
	for (size_t i = 0; i < plan->picks.count; i++)
		if (plan->picks.item[i].role == PICK_ATTACH &&
		    card_of(plan, &plan->picks.item[i]) == pick)
			return true;
	return false;
}

/* OpenNebula, VM template: PCI with the address on the host, as onehost shows it. */
static int print_opennebula(const struct plan *plan, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct device *dev = &plan->host->devices[plan->picks.item[i].device];

		if (plan->picks.item[i].role != PICK_ATTACH)
			continue;
		if (dev->addr.domain)
			return err_set(e, ERR_PROFILE, EOPNOTSUPP, PCIADDR_STR(&dev->addr),
				       "OpenNebula has no form for a PCI domain other than 0");
		printf("# %s: %04x:%04x class %04x\nPCI = [\n  SHORT_ADDRESS = \"%02x:%02x.%x\" ]\n",
		       plan->picks.item[i].want->id, dev->vendor, dev->device, dev->class_code >> 8,
		       dev->addr.bus, dev->addr.dev, dev->addr.fn);
	}
	return 0;
}

/* KubeVirt gives devices out by their ids: what is permitted on the cluster, under a name, and what the guest asks for by it. */
static void print_kubevirt_name(const struct device *dev)
{
	printf("vmrun.local/%s-%04x-%04x", device_kind_name(dev->kind), dev->vendor, dev->device);
}

static bool same_ids_before(const struct plan *plan, size_t index)
{
	const struct device *dev = &plan->host->devices[plan->picks.item[index].device];

	for (size_t i = 0; i < index; i++) {
		const struct device *other = &plan->host->devices[plan->picks.item[i].device];

		if (plan->picks.item[i].role == PICK_ATTACH && other->vendor == dev->vendor &&
		    other->device == dev->device)
			return true;
	}
	return false;
}

static int print_kubevirt(const struct plan *plan, struct err *e)
{
	(void)e;
	printf("apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata:\n  name: kubevirt\n  namespace: kubevirt\nspec:\n"
	       "  configuration:\n    permittedHostDevices:\n      pciHostDevices:\n");
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct device *dev = &plan->host->devices[plan->picks.item[i].device];

		if (plan->picks.item[i].role != PICK_ATTACH || same_ids_before(plan, i))
			continue;
		printf("      - pciVendorSelector: \"%04X:%04X\"\n        resourceName: ",
		       dev->vendor, dev->device);
		print_kubevirt_name(dev);
		printf("\n");
	}
	printf("---\napiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata:\n  name: %s\nspec:\n  template:\n    spec:\n"
	       "      domain:\n        devices:\n          hostDevices:\n",
	       plan->profile->name);
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct device *dev = &plan->host->devices[plan->picks.item[i].device];

		if (plan->picks.item[i].role != PICK_ATTACH)
			continue;
		printf("          - name: %s%zu\n            deviceName: ",
		       device_kind_name(dev->kind), i);
		print_kubevirt_name(dev);
		printf("\n");
	}
	return 0;
}

/* Proxmox VE, /etc/pve/qemu-server/VMID.conf: hostpci[n]; an address without a function is the card with all of them. */
static int print_proxmox(const struct plan *plan, struct err *e)
{
	unsigned int number = 0;

	if (profile_is_pcie(plan->profile))
		printf("machine: q35\n");
	for (size_t i = 0; i < plan->picks.count; i++) {
		const struct pick *pick = &plan->picks.item[i];
		const struct pciaddr *addr = &plan->host->devices[pick->device].addr;

		if (pick->role != PICK_ATTACH || card_of(plan, pick))
			continue;
		if (number == PROXMOX_DEVICES)
			return err_set(e, ERR_PROFILE, E2BIG, plan->profile->file,
				       "Proxmox VE takes %d devices", PROXMOX_DEVICES);
		printf("hostpci%u: %04x:%02x:%02x", number++, addr->domain, addr->bus, addr->dev);
		if (!is_whole(plan, pick))
			printf(".%x", addr->fn);
		if (profile_is_pcie(plan->profile))
			printf(",pcie=1");
		if (pick->want->rom && !strcmp(pick->want->rom, "off"))
			printf(",rombar=0");
		else if (pick->want->rom)
			printf(",romfile=%s", strrchr(pick->want->rom, '/') + 1);
		printf("%s\n", pick->want->vga ? ",x-vga=1" : "");
	}
	return 0;
}

static int run_export(const struct args *args)
{
	static const struct {
		const char *name;
		int (*print)(const struct plan *plan, struct err *e);
	} systems[] = {
		{ "opennebula", print_opennebula },
		{ "kubevirt", print_kubevirt },
		{ "proxmox", print_proxmox },
	};
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	struct err e = { 0 };
	size_t system = 0;
	int r = 0;

	while (system < ARRAY_SIZE(systems) &&
	       (!args->to || strcmp(systems[system].name, args->to)))
		system++;
	if (system == ARRAY_SIZE(systems))
		r = err_set(&e, ERR_USAGE, EINVAL, NULL,
			    "export wants --to opennebula, kubevirt or proxmox%s%s",
			    args->to ? ", not " : "", args->to ? STR_SHOWN(args->to) : "");
	if (r == 0)
		r = scene_open(args, true, &scene, &e);
	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0)
		r = resolve(&scene.profile, &scene.host, &scene.plan.picks, &e);
	scene.plan.profile = &scene.profile;
	scene.plan.host = &scene.host;
	if (r == 0)
		r = systems[system].print(&scene.plan, &e);
	return r < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_export = {
	.name = "export",
	.synopsis = "PROFILE",
	.help = "the devices of a profile in the words of another system",
	.options = OPT(SYSROOT) | OPT(TO),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_export,
};
