// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings: their names and their list. */
#include "decide/finding.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static const char *const code_names[] = {
	[FINDING_NO_IOMMU] = "no-iommu",
	[FINDING_RMRR] = "rmrr",
	[FINDING_IVMD] = "ivmd",
	[FINDING_CHIPSET] = "chipset",
	[FINDING_DEAD] = "dead",
	[FINDING_NO_VFIO] = "no-vfio",
	[FINDING_IN_USE_GUEST] = "in-use-guest",
	[FINDING_IN_USE_DISK] = "in-use-disk",
	[FINDING_IN_USE_NET] = "in-use-net",
	[FINDING_IN_USE_DISPLAY] = "in-use-display",
	[FINDING_IN_USE_INPUT] = "in-use-input",
	[FINDING_IN_USE_PROCESS] = "in-use-process",
	[FINDING_SIBLING] = "sibling",
	[FINDING_STUCK] = "stuck",
	[FINDING_VFS_ACTIVE] = "vfs-active",
	[FINDING_CHANGED] = "changed",
	[FINDING_NO_INTERRUPT_REMAPPING] = "no-interrupt-remapping",
	[FINDING_ACS_OVERRIDE] = "acs-override",
	[FINDING_MEMORY] = "memory",
	[FINDING_RMRR_RELAXED] = "rmrr-relaxed",
	[FINDING_NO_RESET] = "no-reset",
	[FINDING_RESET_SHARED] = "reset-shared",
	[FINDING_INTX_SHARED] = "intx-shared",
	[FINDING_NO_INTERRUPT] = "no-interrupt",
	[FINDING_BAR_UNASSIGNED] = "bar-unassigned",
	[FINDING_POWER] = "power",
	[FINDING_RMRR_RELAXABLE] = "rmrr-relaxable",
	[FINDING_LARGE_BAR] = "large-bar",
	[FINDING_NUMA_REMOTE] = "numa-remote",
	[FINDING_EXPERIMENTAL] = "experimental",
};
static_assert(ARRAY_SIZE(code_names) == FINDING_CODE_COUNT, "a name per code");

const char *finding_code_name(enum finding_code code)
{
	return code_names[code];
}

const char *const *finding_code_names(void)
{
	return code_names;
}

int finding_code_find(const char *name, enum finding_code *ret)
{
	for (int code = 0; code < FINDING_CODE_COUNT; code++)
		if (!strcmp(name, code_names[code])) {
			*ret = (enum finding_code)code;
			return 0;
		}
	return -ENOENT;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = { [SEVERITY_INFO] = "info",
					     [SEVERITY_WARN] = "warn",
					     [SEVERITY_REFUSE] = "refuse",
					     [SEVERITY_BLOCK] = "block" };

	return names[severity];
}

struct finding *findings_add(struct findings *findings, enum finding_code code,
			     enum severity severity, int device, char *message, char *fix)
{
	struct finding *finding = mem_append(&findings->item, &findings->count);

	*finding = (struct finding){ .code = code,
				     .severity = severity,
				     .device = device,
				     .cause = -1,
				     .cause_code = code,
				     .message = message,
				     .fix = fix };
	return finding;
}

void findings_unknown(struct findings *findings, bool needs_privilege, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strlist_add(&findings->unknown, text);
	findings->needs_privilege = findings->needs_privilege || needs_privilege;
}

void findings_done(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->item[i].message);
		free(findings->item[i].fix);
	}
	free(findings->item);
	strlist_done(&findings->unknown);
	*findings = (struct findings){ 0 };
}
