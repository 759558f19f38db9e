// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: the XML of domains, as libvirt's hook gets it, and the profile made of it. */
#include "model/domain.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile profile;
	struct domain domain;
	struct err e = { 0 };
	int r = domain_parse((const char *)data, size, &domain, &e);

	must((r < 0) == (e.message[0] != '\0'));
	if (r < 0)
		return 0;
	must(domain.name && domain.name[0]);
	domain_profile(&domain, &profile);
	must(profile.pci_count == domain.count);
	for (size_t i = 0; i < profile.pci_count; i++) {
		must(profile.pci[i].selector_count == 1);
		must(pciaddr_equal(&profile.pci[i].selectors[0].addr, &domain.devices[i].addr));
	}
	profile_done(&profile);
	domain_done(&domain);
	return 0;
}
