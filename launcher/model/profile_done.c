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
	free(pci->driver);
	if (pci->vf_of)
		selector_done(pci->vf_of);
	free(pci->vf_of);
}

void profile_done(struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		pci_done(&profile->pci[i]);
	for (size_t i = 0; i < profile->disk_count; i++) {
		free(profile->disks[i].id);
		free(profile->disks[i].source);
		free(profile->disks[i].format);
		free(profile->disks[i].bus);
	}
	for (size_t i = 0; i < profile->net_count; i++) {
		free(profile->nets[i].id);
		free(profile->nets[i].source);
	}
	free(profile->pci);
	free(profile->disks);
	free(profile->nets);
	free(profile->file);
	free(profile->dir);
	free(profile->name);
	free(profile->uuid);
	free(profile->machine);
	free(profile->kernel);
	free(profile->initrd);
	free(profile->cmdline);
	free(profile->serial);
	free(profile->uri);
	*profile = (struct profile){ 0 };
}
