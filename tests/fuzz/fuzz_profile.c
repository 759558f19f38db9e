// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: profiles. What is taken holds what profile.h promises; what is not leaves nothing behind. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the other layers build on. */
static bool keeps_promises(const struct profile *p)
{
	bool good = p->name && *p->name && strlen(p->uuid) == 36 && p->memory_bytes &&
		    p->memory_bytes % (1024 * 1024) == 0 && p->vcpus && p->machine && p->serial;

	good = good && (!p->kernel || p->kernel[0] == '/') && (!p->initrd || p->initrd[0] == '/');
	good = good && (p->kernel || !p->initrd) && (p->kernel || !p->cmdline);
	for (size_t i = 0; good && i < p->pci_count; i++)
		good = p->pci[i].id && p->pci[i].line && p->pci[i].selector_count &&
		       p->pci[i].count;
	for (size_t i = 0; good && i < p->disk_count; i++)
		good = p->disks[i].id && p->disks[i].source[0] == '/' && p->disks[i].format &&
		       p->disks[i].bus;
	for (size_t i = 0; good && i < p->net_count; i++)
		good = p->nets[i].id && (p->nets[i].kind == NET_USER) == !p->nets[i].source;
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile profile, untouched;
	struct err e = { 0 };

	memset(&profile, 0x5a, sizeof(profile));
	memcpy(&untouched, &profile, sizeof(profile));
	if (profile_parse((const char *)data, size, "fuzz.profile", "/srv/vm", &profile, &e) == 0) {
		if (!keeps_promises(&profile))
			abort();
		profile_done(&profile);
		return 0;
	}
	if (memcmp(&profile, &untouched, sizeof(profile)) || e.kind != ERR_PROFILE ||
	    !e.message[0] || strncmp(e.subject, "fuzz.profile", 12))
		abort();
	return 0;
}
