/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's log of this boot: what only it tells. */
#ifndef VMRUN_SURVEY_KLOG_H
#define VMRUN_SURVEY_KLOG_H

#include "base/root.h"
#include "model/host.h"

/**
 * klog_scan() - Fill host.klog
 * @root:	the host; of a captured one the log is the file "dmesg"
 * @host:	the snapshot
 *
 * Needs:   CAP_SYSLOG where kernel.dmesg_restrict is 1; without it the log is unreadable, which is no error
 */
void klog_scan(const struct root *root, struct host *host);

/** klog_parse() - What @text, a kernel log, tells; @ret is filled */
void klog_parse(const char *text, struct klog *ret);

/** klog_compose() - The least log that tells @klog; newly allocated, NULL where it was not readable */
char *klog_compose(const struct klog *klog);

/** klog_read() - The log of the live host; newly allocated, NULL where it cannot be read */
char *klog_read(void);

#endif
