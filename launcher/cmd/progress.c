// SPDX-License-Identifier: GPL-2.0-or-later
/* Progress on stderr: one line per step, with its time. */
#include "cmd/progress.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void begin(void *context, const char *what)
{
	struct progress_line *line = context;

	line->began = now();
	snprintf(line->what, sizeof(line->what), "%s", what);
	if (line->terminal && !line->quiet)
		fprintf(stderr, "  %s …", what);
}

static void step(void *context, const char *what, double seconds, bool ok)
{
	const struct progress_line *line = context;

	if (!line->quiet)
		fprintf(stderr, "%s  %-64s %6.2f s%s\n", line->terminal ? "\r\033[K" : "", what,
			seconds, ok ? "" : "  failed");
}

static void end(void *context, bool ok)
{
	const struct progress_line *line = context;

	step(context, line->what, now() - line->began, ok);
}

/* Where lines cannot be redrawn, too: whoever reads the log wants to know why nothing happens. */
static void wait_for(void *context, const char *what, double seconds)
{
	const struct progress_line *line = context;

	if (!line->quiet)
		fprintf(stderr, "%s  waiting, up to %.0f s more, for: %s\n",
			line->terminal ? "\r\033[K" : "", seconds, what);
}

static bool interrupted(void *context)
{
	const struct progress_line *line = context;
	struct pollfd waiting = { .fd = line->signal_fd, .events = POLLIN };

	return line->signal_fd >= 0 && poll(&waiting, 1, 0) > 0;
}

struct progress progress_listener(const struct args *args, int signal_fd,
				  struct progress_line *line)
{
	*line = (struct progress_line){ .quiet = args_has(args, QUIET),
					.terminal = isatty(STDERR_FILENO),
					.signal_fd = signal_fd };
	return (struct progress){ .context = line,
				  .begin = begin,
				  .end = end,
				  .step = step,
				  .wait = wait_for,
				  .interrupted = interrupted };
}

void progress_note(const struct progress_line *line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (line->quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s\n", text);
}
