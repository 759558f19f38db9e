/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts: may this device be handed over, by a table of named rules. */
#ifndef VMRUN_DECIDE_VERDICT_H
#define VMRUN_DECIDE_VERDICT_H

#include "decide/finding.h"
#include "model/host.h"

/** enum verdict - the worst finding, as a word */
enum verdict { VERDICT_ASSIGNABLE, VERDICT_WARNING, VERDICT_REFUSED, VERDICT_BLOCKED };

/** verdict_name() - "assignable", "warning", "refused", "blocked" */
const char *verdict_name(enum verdict verdict);

/**
 * verdict_judge() - Apply every rule to one device
 * @host:	the snapshot
 * @device:	index into host.devices
 * @ret:	findings are appended; findings_done()
 *
 * Only what is wrong with the device itself; its siblings are judged by verdict_judge_siblings().
 */
void verdict_judge(const struct host *host, size_t device, struct findings *ret);

/**
 * verdict_judge_siblings() - One "sibling" finding per other function of the group that may not be handed over
 * @host:	the snapshot
 * @device:	index into host.devices
 * @ret:	findings are appended, with the severity of their cause
 */
void verdict_judge_siblings(const struct host *host, size_t device, struct findings *ret);

/** verdict_judge_expected() - Whether device @device is the card that @expected says; findings are appended to @ret */
void verdict_judge_expected(const struct host *host, size_t device, const struct identity *expected,
			    struct findings *ret);

/**
 * verdict_judge_persist() - What keeps a device from being taken at every start of the host
 * @host:	the snapshot
 * @device:	index into host.devices
 * @ret:	findings are appended, none of which can be accepted
 */
void verdict_judge_persist(const struct host *host, size_t device, struct findings *ret);

/**
 * verdict_judge_release() - What keeps a device from going back from vfio-pci to the host
 * @host:	the snapshot
 * @device:	index into host.devices
 * @ret:	findings are appended
 *
 * Only that a guest has its group, or that it is stuck: whatever else is the matter with it, the host may have it back.
 */
void verdict_judge_release(const struct host *host, size_t device, struct findings *ret);

/**
 * verdict_judge_all() - Both for every device, each rule applied to each device once
 * @host:	the snapshot
 * @ret:	one per device, empty; findings_done() each
 */
void verdict_judge_all(const struct host *host, struct findings *ret);

/**
 * verdict_judge_host() - What bears on every device alike
 * @host:	the snapshot
 * @ret:	findings are appended, about device -1
 */
void verdict_judge_host(const struct host *host, struct findings *ret);

/**
 * struct memory_need - memory a guest with passed-through devices takes: all of it is pinned from the start
 * @bytes:	guest memory
 * @page_bytes:	size of the hugepages it is to come from, 0 for ordinary pages
 * @node:	NUMA node it is to come from, -1 for any
 * @limited:	QEMU is started by this user, under the limit on locked memory this process has
 * @limit_known, @limit_bytes: or under this one, of a daemon that runs already
 */
struct memory_need {
	uint64_t bytes;
	uint64_t page_bytes;
	int node;
	bool limited;
	bool limit_known;
	uint64_t limit_bytes;
};

/**
 * memory_locked_bytes() - Memory that QEMU has to be allowed to lock for a guest with passed-through devices
 * @guest_bytes: guest memory
 *
 * As libvirt reckons it (qemuDomainGetMemLockLimitBytes()): the guest's memory, and 1 GiB for what QEMU maps of the devices.
 */
uint64_t memory_locked_bytes(uint64_t guest_bytes);

/**
 * verdict_judge_memory() - Whether the host has the memory
 * @host:	the snapshot
 * @need:	what the guest wants
 * @device:	device the finding is put down to, -1 for none
 * @ret:	findings are appended
 */
void verdict_judge_memory(const struct host *host, const struct memory_need *need, int device,
			  struct findings *ret);

/** verdict_of() - Verdict of a list of findings; info does not count */
enum verdict verdict_of(const struct findings *findings);

/** verdict_accept() - Take refusals of @device whose codes are in @codes down to accepted warnings; device -1 is all */
void verdict_accept(struct findings *findings, int device, const struct strlist *codes);

#endif
