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

/** verdict_of() - Verdict of a list of findings; info does not count */
enum verdict verdict_of(const struct findings *findings);

/** verdict_accept() - Take refusals of @device whose codes are in @codes down to accepted warnings; device -1 is all */
void verdict_accept(struct findings *findings, int device, const struct strlist *codes);

#endif
