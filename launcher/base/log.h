/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Diagnostics for people who ask for them (-v): what is read and written. */
#ifndef VMRUN_BASE_LOG_H
#define VMRUN_BASE_LOG_H

#include <stdbool.h>

/** log_set_verbose() - Show (or, by default, do not show) debug lines on stderr */
void log_set_verbose(bool verbose);

/** log_debug() - One line on stderr, where verbose; for what a developer wants to see, never for errors */
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
