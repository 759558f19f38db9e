// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's log of this boot: what only it tells. */
#include "survey/klog.h"

#include <string.h>
#include <sys/klog.h>

#include "base/bracket.h"
#include "base/cleanup.h"

#define LOG_SIZE_MAX (64 * 1024 * 1024)

/* Actions of syslog(2); the C library has no names for them. */
#define SYSLOG_ACTION_READ_ALL 3
#define SYSLOG_ACTION_SIZE_BUFFER 10

#define BANNER "Linux version "
#define OVERRIDES "PCIe ACS overrides enabled"
#define RELAXED "assuming all RMRRs are relaxable"

void klog_parse(const char *text, struct klog *ret)
{
	*ret = (struct klog){
		.readable = true,
		/* The banner is the first line of every boot (init/version.c). */
		.complete = strstr(text, BANNER) != NULL,
		/* Out-of-tree "Enable overrides for missing ACS capabilities", pcie_acs_override_setup(). */
		.acs_override = strstr(text, OVERRIDES) != NULL,
		/* Proxmox VE's patch and those like it: "Intel-IOMMU: assuming all RMRRs are relaxable…" */
		.rmrr_relaxed = strstr(text, RELAXED) != NULL,
	};
}

char *klog_compose(const struct klog *klog)
{
	if (!klog->readable)
		return NULL;
	return mem_printf("%s%s%s", klog->complete ? BANNER "(the rest was left out)\n" : "",
			  klog->acs_override ? OVERRIDES "\n" : "",
			  klog->rmrr_relaxed ? RELAXED "\n" : "");
}

char *klog_read(void)
{
	BRACKET(LOG);
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	_cleanup_free_ char *text = NULL;
	int len;

	if (size <= 0)
		return NULL;
	text = mem_zalloc((size_t)size + 1);
	len = klogctl(SYSLOG_ACTION_READ_ALL, text, size);
	return len < 0 ? NULL : take_ptr(text);
}

void klog_scan(const struct root *root, struct host *host)
{
	_cleanup_free_ char *text = NULL;

	if (root->live)
		text = klog_read();
	else if (root_read(root, "dmesg", LOG_SIZE_MAX, &text, NULL) < 0)
		text = NULL;
	if (text)
		klog_parse(text, &host->klog);
}
