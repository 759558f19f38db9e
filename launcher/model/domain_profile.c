// SPDX-License-Identifier: GPL-2.0-or-later
/* A domain's devices as a profile, so that they are judged and moved like those of any other. */
#include "model/domain.h"

static void add_section(const struct domain_device *device, struct profile *profile)
{
	struct profile_pci *pci = mem_append(&profile->pci, &profile->pci_count);

	pci->id = mem_printf("%s %zu", domain_use_name(device->use), profile->pci_count);
	pci->siblings = SIBLINGS_BIND;
	/* The guest gets what its domain says, and nothing beside it. */
	pci->functions = FUNCTIONS_LISTED;
	pci->after = AFTER_HOST;
	pci->count = 1;
	pci->managed = device->managed;
	for (size_t i = 0; i < device->accept.count; i++)
		strlist_add(&pci->accept, device->accept.item[i]);
	/* Which card was meant when the domain was made, where vmrun recorded that. */
	pci->expect =
		(struct identity){ .known = device->known,
				   .vendor = device->vendor,
				   .device = device->device,
				   .subsystem_known = device->known && (device->subsystem_vendor ||
									device->subsystem_device),
				   .subsystem_vendor = device->subsystem_vendor,
				   .subsystem_device = device->subsystem_device,
				   .serial = mem_strdup(device->serial),
				   .path = mem_strdup(device->path) };
	/* It cannot fail: the address has just been written. */
	(void)selector_parse_as(SELECTOR_ADDRESS, PCIADDR_STR(&device->addr),
				mem_append(&pci->selectors, &pci->selector_count), NULL);
}

void domain_profile(const struct domain *domain, struct profile *ret)
{
	*ret = (struct profile){ .file = mem_printf("domain %s", domain->name),
				 .origin = PROFILE_DOMAIN,
				 .name = mem_strdup(domain->name),
				 .uuid = mem_strdup(domain->uuid),
				 .numa = NUMA_ANY,
				 .memory_bytes = domain->memory_bytes };
	for (size_t i = 0; i < domain->count; i++)
		add_section(&domain->devices[i], ret);
}
