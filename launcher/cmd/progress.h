/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Progress on stderr: one line per step, with its time. */
#ifndef VMRUN_CMD_PROGRESS_H
#define VMRUN_CMD_PROGRESS_H

#include "act/progress.h"
#include "cmd/cmd.h"

/** struct progress_line - the step under way */
struct progress_line {
	bool quiet;
	bool terminal;
	int signal_fd;
	double began;
	char what[256];
};

/**
 * progress_listener() - A listener that prints to stderr
 * @args:	command line (--quiet)
 * @signal_fd:	descriptor that becomes readable when the user wants out, or -1
 * @line:	its state, must outlive the listener
 */
struct progress progress_listener(const struct args *args, int signal_fd,
				  struct progress_line *line);

/** progress_note() - A line of its own that is no step */
void progress_note(const struct progress_line *line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
