/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings: the facts that bear on handing a device over. */
#ifndef VMRUN_DECIDE_FINDING_H
#define VMRUN_DECIDE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

/** enum finding_code - stable codes, documented in vmrun(8); finding_code_name() gives their text */
enum finding_code {
	FINDING_NO_IOMMU,
	FINDING_RMRR,
	FINDING_IVMD,
	FINDING_CHIPSET,
	FINDING_DEAD,
	FINDING_NO_VFIO,
	FINDING_IN_USE_GUEST,
	FINDING_IN_USE_DISK,
	FINDING_IN_USE_NET,
	FINDING_IN_USE_DISPLAY,
	FINDING_IN_USE_INPUT,
	FINDING_IN_USE_PROCESS,
	FINDING_SIBLING,
	FINDING_STUCK,
	FINDING_VFS_ACTIVE,
	FINDING_CHANGED,
	FINDING_NO_INTERRUPT_REMAPPING,
	FINDING_ACS_OVERRIDE,
	FINDING_MEMORY,
	FINDING_RMRR_RELAXED,
	FINDING_NO_RESET,
	FINDING_RESET_SHARED,
	FINDING_INTX_SHARED,
	FINDING_NO_INTERRUPT,
	FINDING_BAR_UNASSIGNED,
	FINDING_POWER,
	FINDING_RMRR_RELAXABLE,
	FINDING_LARGE_BAR,
	FINDING_NUMA_REMOTE,
	FINDING_EXPERIMENTAL,
	FINDING_CODE_COUNT
};

/** finding_code_name() - "no-iommu", … */
const char *finding_code_name(enum finding_code code);

/** finding_code_find() - Code with the text @name into @ret; 0 or -ENOENT */
int finding_code_find(const char *name, enum finding_code *ret);

/** finding_code_names() - All texts, FINDING_CODE_COUNT of them, in the order of the enum */
const char *const *finding_code_names(void);

/** enum severity - in order of weight: a refusal can be accepted by its code, a block cannot */
enum severity { SEVERITY_INFO, SEVERITY_WARN, SEVERITY_REFUSE, SEVERITY_BLOCK };

/** severity_name() - "info", "warn", "refuse", "block" */
const char *severity_name(enum severity severity);

/**
 * struct finding - one fact about a device
 * @code:	what kind of fact
 * @severity:	its weight
 * @device:	index into host.devices of the device it is about; -1 for one about the host
 * @cause:	FINDING_SIBLING: index of the sibling, else -1
 * @cause_code:	FINDING_SIBLING: what is the matter with the sibling; else @code
 * @message:	one sentence without full stop
 * @fix:	what to do, with names and values of this host; or NULL where nothing is to be done
 * @predicted:	from the firmware tables, while the IOMMU is off
 * @accepted:	was a refusal that the profile or --accept takes
 */
struct finding {
	enum finding_code code;
	enum severity severity;
	int device;
	int cause;
	enum finding_code cause_code;
	char *message;
	char *fix;
	bool predicted;
	bool accepted;
};

/**
 * struct findings - findings and what could not be measured; all zero is none
 * @item:	@count findings
 * @unknown:	for people, one per fact that was out of reach and how to reach it
 * @needs_privilege: some of @unknown would be known to root
 * @kernel_decides: set by the caller: whether another guest has the group need not be known, as nothing will be bound and the
 *		kernel gives the group to the first who opens it
 */
struct findings {
	struct finding *item;
	size_t count;
	struct strlist unknown;
	bool needs_privilege;
	bool kernel_decides;
};

/** findings_add() - Append a finding; takes ownership of @message and @fix; returns it (valid until the next call) */
struct finding *findings_add(struct findings *findings, enum finding_code code,
			     enum severity severity, int device, char *message, char *fix);

/**
 * findings_unknown() - Say that a fact was out of reach
 * @findings:	receives it
 * @needs_privilege: root would know it
 * @fmt:	printf format: "whether …: why it is not known"
 */
void findings_unknown(struct findings *findings, bool needs_privilege, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** findings_done() - Release what @findings owns */
void findings_done(struct findings *findings);

#endif
