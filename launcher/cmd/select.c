// SPDX-License-Identifier: GPL-2.0-or-later
/* The devices a command line means: every word is a selector. */
#include <errno.h>

#include "base/str.h"
#include "cmd/cmd.h"
#include "model/selector.h"

int select_none(const char *word, struct err *e)
{
	err_set(e, ERR_NO_DEVICE, ENODEV, NULL, "no device matches %s", STR_SHOWN(word));
	return err_fix(
		e,
		"`vmrun survey` lists the devices; a device that is bound to vfio-pci has no interface and no disk to be found by");
}

int select_devices(const struct args *args, const struct host *host, bool *shown, struct err *e)
{
	for (size_t i = 0; args->word_count == 0 && i < host->device_count; i++)
		shown[i] = true;
	for (size_t w = 0; w < args->word_count; w++) {
		struct selector selector;
		bool any = false;
		int r = selector_parse(args->words[w], &selector, e);

		if (r < 0)
			return r;
		for (size_t i = 0; i < host->device_count; i++)
			if (selector_matches(&selector, &host->devices[i]))
				any = shown[i] = true;
		selector_done(&selector);
		if (!any)
			return select_none(args->words[w], e);
	}
	return 0;
}
