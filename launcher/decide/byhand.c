// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices named on a command line rather than in a profile: what of them a plan by hand asks for. */
#include "decide/byhand.h"

enum asked byhand_asked(const struct selector *selector)
{
	switch (selector->kind) {
	case SELECTOR_MATCH:
	case SELECTOR_CLASS:
	case SELECTOR_NAME:
		return ASKED_DESCRIBED;
	case SELECTOR_ADDRESS:
	case SELECTOR_PATH:
	case SELECTOR_SLOT:
	case SELECTOR_DISK:
	case SELECTOR_NETDEV:
	case SELECTOR_KIND_COUNT:
		break;
	}
	return ASKED_NAMED;
}

struct profile byhand_profile(const struct host *host, const enum asked *asked)
{
	struct profile profile = { .file = mem_strdup("command line"), .origin = PROFILE_BY_HAND };

	for (size_t i = 0; i < host->device_count; i++) {
		const char *address = PCIADDR_STR(&host->devices[i].addr);
		struct profile_pci *want;
		struct selector selector;

		if (asked[i] == ASKED_NOT ||
		    selector_parse_as(SELECTOR_ADDRESS, address, &selector, NULL) < 0)
			continue;
		want = mem_append(&profile.pci, &profile.pci_count);
		want->id = mem_strdup(address);
		want->line = (unsigned int)profile.pci_count;
		want->count = 1;
		*mem_append(&want->selectors, &want->selector_count) = selector;
	}
	return profile;
}

static bool refused(const struct plan *plan, size_t device)
{
	for (size_t i = 0; i < plan->findings.count; i++)
		if (plan->findings.item[i].device == (int)device &&
		    plan->findings.item[i].severity >= SEVERITY_REFUSE)
			return true;
	return false;
}

size_t byhand_leave(const struct plan *plan, enum asked *asked)
{
	size_t left = 0;

	for (size_t i = 0; i < plan->picks.count; i++)
		if (asked[plan->picks.item[i].device] == ASKED_NAMED &&
		    refused(plan, plan->picks.item[i].device))
			return 0;
	for (size_t i = 0; i < plan->picks.count; i++) {
		size_t device = plan->picks.item[i].device;

		if (asked[device] != ASKED_DESCRIBED || !refused(plan, device))
			continue;
		asked[device] = ASKED_NOT;
		left++;
	}
	return left;
}
