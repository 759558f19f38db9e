// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: /etc/default/grub, loader entries, /etc/kernel/cmdline, mkinitcpio.conf, changed in place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/grubdefault.h"
#include "model/linediff.h"
#include "model/loaderentry.h"
#include "model/mkinitcpio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef int edit_fn(const char *text, size_t len, const char *file,
		    const struct kernel_param *params, size_t count, char **ret, struct err *e);

static const char *const off[] = { "off", NULL };
static const struct kernel_param params[] = { { "intel_iommu", "on", off },
					      { "iommu", "pt", off } };

static void must(int condition)
{
	if (!condition)
		abort();
}

/* Refused with a reason, or changed; and what was changed is not changed again. */
static void try_edit(edit_fn *edit, const char *text, size_t len)
{
	_cleanup_free_ char *got = NULL, *again = NULL, *diff = NULL;
	struct err e = { 0 };

	if (edit(text, len, "f", params, ARRAY_SIZE(params), &got, &e) < 0) {
		must(e.message[0] && e.subject[0]);
		return;
	}
	must(edit(got, strlen(got), "f", params, ARRAY_SIZE(params), &again, &e) == 0);
	must(!strcmp(got, again));
	diff = linediff_unified("a", text, len, "b", got, strlen(got));
	must((*diff == '\0') == (len == strlen(got) && !memcmp(text, got, len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *got = NULL, *again = NULL;
	const char *text = (const char *)data;
	struct err e = { 0 };

	try_edit(grubdefault_edit, text, size);
	try_edit(loaderentry_edit, text, size);
	try_edit(kernelcmdline_edit, text, size);
	if (mkinitcpio_add_hook(text, size, "f", "vmrun", &got, &e) == 0) {
		must(mkinitcpio_add_hook(got, strlen(got), "f", "vmrun", &again, &e) == 0);
		must(!strcmp(got, again));
	}
	return 0;
}
