/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts: whether they go through the IOMMU, and who shares a line. */
#ifndef VMRUN_SURVEY_INTERRUPTS_H
#define VMRUN_SURVEY_INTERRUPTS_H

#include "base/root.h"
#include "model/host.h"

/**
 * interrupts_scan() - Fill host.interrupt_remapping and the sharers of each device that has nothing but a line
 * @root:	the host
 * @host:	snapshot with devices
 *
 * The kernel names the interrupt chips of remapped interrupts "IR-…" (proc/interrupts); on other machines than x86
 * PCs the fact stays unknown, for there it means nothing.
 */
void interrupts_scan(const struct root *root, struct host *host);

/**
 * interrupts_parse() - The same from text
 * @text:	content of proc/interrupts
 * @host:	snapshot with devices and their lines
 */
void interrupts_parse(const char *text, struct host *host);

#endif
