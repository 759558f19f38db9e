// SPDX-License-Identifier: GPL-2.0-or-later
/* What a profile owns, released. */
#include <stdlib.h>

#include "model/profile.h"

static void pci_done(struct profile_pci *pci)
{
	for (size_t i = 0; i < pci->selector_count; i++)
		selector_done(&pci->selectors[i]);
	free(pci->selectors);
	free(pci->id);
	strlist_done(&pci->accept);
	identity_done(&pci->expect);
	free(pci->driver);
	if (pci->vf_of)
		selector_done(pci->vf_of);
	free(pci->vf_of);
	free(pci->rom);
}

static void disk_done(struct profile_disk *disk)
{
	free(disk->id);
	free(disk->source);
	free(disk->format);
	free(disk->bus);
	free(disk->device);
	free(disk->cache);
	free(disk->discard);
	free(disk->serial);
}

static void net_done(struct profile_net *net)
{
	free(net->id);
	free(net->source);
	free(net->mac);
	free(net->model);
}

static void devices_done(struct profile *profile)
{
	for (size_t i = 0; i < profile->disk_count; i++)
		disk_done(&profile->disks[i]);
	for (size_t i = 0; i < profile->net_count; i++)
		net_done(&profile->nets[i]);
	for (size_t i = 0; i < profile->share_count; i++) {
		free(profile->shares[i].id);
		free(profile->shares[i].source);
		free(profile->shares[i].target);
	}
	for (size_t i = 0; i < profile->usb_count; i++) {
		free(profile->usbs[i].id);
		free(profile->usbs[i].match);
		free(profile->usbs[i].address);
	}
	free(profile->disks);
	free(profile->nets);
	free(profile->shares);
	free(profile->usbs);
}

void profile_done(struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		pci_done(&profile->pci[i]);
	devices_done(profile);
	for (size_t i = 0; i < profile->pin_count; i++)
		free(profile->pins[i].cpus);
	free(profile->pci);
	free(profile->pins);
	free(profile->file);
	free(profile->dir);
	free(profile->name);
	free(profile->uuid);
	free(profile->description);
	free(profile->xml);
	free(profile->base);
	free(profile->cpu);
	free(profile->nvram);
	free(profile->tpm);
	free(profile->emulator_pin);
	free(profile->clock);
	strlist_done(&profile->boot);
	free(profile->machine);
	free(profile->kernel);
	free(profile->initrd);
	free(profile->cmdline);
	free(profile->video);
	free(profile->serial);
	free(profile->uri);
	strlist_done(&profile->qemu_args);
	strlist_done(&profile->qemu_env);
	strlist_done(&profile->device_nodes);
	*profile = (struct profile){ 0 };
}
