// SPDX-License-Identifier: GPL-2.0-or-later
/* Diagnostics for people who ask for them (-v): what is read and written. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static bool log_verbose;

void log_set_verbose(bool verbose)
{
	log_verbose = verbose;
}

void log_debug(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (!log_verbose)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, "  | %s\n", line);
}
