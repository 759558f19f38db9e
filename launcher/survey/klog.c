// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's log of this boot: what only it tells. */
#include "survey/klog.h"

#include <string.h>
#include <sys/klog.h>

#include "base/cleanup.h"

#define LOG_SIZE_MAX (64 * 1024 * 1024)

/* Actions of syslog(2); the C library has no names for them. */
#define SYSLOG_ACTION_READ_ALL 3
#define SYSLOG_ACTION_SIZE_BUFFER 10

void klog_parse(const char *text, struct klog *ret)
{
	*ret = (struct klog){
		.readable = true,
		/* The banner is the first line of every boot (init/version.c). */
		.complete = strstr(text, "Linux version ") != NULL,
		/* Out-of-tree "Enable overrides for missing ACS capabilities", pcie_acs_override_setup(). */
		.acs_override = strstr(text, "PCIe ACS overrides enabled") != NULL,
		/* Proxmox VE's patch and those like it: "Intel-IOMMU: assuming all RMRRs are relaxable…" */
		.rmrr_relaxed = strstr(text, "assuming all RMRRs are relaxable") != NULL,
	};
}

static char *read_log(void)
{
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
		text = read_log();
	else if (root_read(root, "dmesg", LOG_SIZE_MAX, &text, NULL) < 0)
		text = NULL;
	if (text)
		klog_parse(text, &host->klog);
}
