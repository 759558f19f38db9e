/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel: release, command line, what it offers for handing devices over. */
#ifndef VMRUN_SURVEY_KERNEL_H
#define VMRUN_SURVEY_KERNEL_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/**
 * kernel_scan() - Fill host.kernel, cmdline, cpu_vendor, vfio, kvm, unsafe_interrupts and denylist_off
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @host:	snapshot
 */
void kernel_scan(const struct root *root, const struct json *facts, struct host *host);

#endif
