// SPDX-License-Identifier: GPL-2.0-or-later
/* What is asked for by attach and detach: as a profile of its own, and among the devices a guest has. */
#include "decide/hotplug.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

int hotplug_profile(const struct hotplug *want, struct profile *ret, struct err *e)
{
	struct profile profile = { .file = mem_strdup(HOTPLUG_FILE),
				   .origin = PROFILE_BY_HAND,
				   .name = mem_strdup(want->name),
				   .uuid = mem_strdup(want->uuid),
				   .numa = NUMA_ANY,
				   .memory_bytes = want->memory_bytes };

	for (size_t i = 0; i < want->count; i++) {
		struct profile_pci *pci;
		struct selector selector;

		if (selector_parse(want->words[i], &selector, e) < 0) {
			profile_done(&profile);
			return -EINVAL;
		}
		pci = mem_append(&profile.pci, &profile.pci_count);
		pci->id = mem_strdup(want->words[i]);
		pci->line = (unsigned int)profile.pci_count;
		pci->count = 1;
		pci->siblings = SIBLINGS_BIND;
		pci->functions = FUNCTIONS_LISTED;
		pci->after = want->after;
		*mem_append(&pci->selectors, &pci->selector_count) = selector;
	}
	*ret = profile;
	return 0;
}

static int none_matches(const struct journal *journal, const char *word, struct err *e)
{
	_cleanup_free_ char *has = NULL;
	struct strlist names = { 0 };

	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].attach)
			strlist_add(&names, PCIADDR_STR(&journal->devices[i].addr));
	has = strlist_join(&names, " ");
	strlist_done(&names);
	err_set(e, ERR_NO_DEVICE, ENODEV, journal->guest, "it has no device that matches %s",
		STR_SHOWN(word));
	return has[0] ? err_fix(e, "it has %s", has)
		      : err_fix(e, "it has none of the host's PCI devices");
}

int hotplug_find(const struct journal *journal, const struct host *host, char *const *words,
		 size_t count, bool *named, struct err *e)
{
	for (size_t w = 0; w < count; w++) {
		struct selector selector;
		bool any = false;

		if (selector_parse(words[w], &selector, e) < 0)
			return -EINVAL;
		for (size_t i = 0; i < journal->device_count; i++) {
			const struct device *dev = host_find(host, &journal->devices[i].addr);

			if (!journal->devices[i].attach || !dev ||
			    !selector_matches(&selector, dev))
				continue;
			named[i] = any = true;
		}
		selector_done(&selector);
		if (!any)
			return none_matches(journal, words[w], e);
	}
	return 0;
}

int hotplug_after(const char *text, enum pci_after *ret, struct err *e)
{
	if (!strcmp(text, "host"))
		*ret = AFTER_HOST;
	else if (!strcmp(text, "pool"))
		*ret = AFTER_POOL;
	else
		return err_set(e, ERR_USAGE, EINVAL, NULL, "--after is host or pool, not \"%s\"",
			       STR_SHOWN(text));
	return 0;
}
