/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How act/ tells cmd/ what it is doing, without printing. */
#ifndef VMRUN_ACT_PROGRESS_H
#define VMRUN_ACT_PROGRESS_H

#include <stdbool.h>

/**
 * struct progress - listener; any member may be NULL
 * @context:	first argument of the functions
 * @begin:	a step begins: what is done, for people ("bind 0000:01:00.0 nvme -> vfio-pci")
 * @end:	it has ended
 * @step:	a step that ran beside others has ended, after @seconds
 * @wait:	a step that runs beside others takes long: what it waits for, and for how many seconds more
 * @interrupted: asked between steps: the user wants out
 */
struct progress {
	void *context;
	void (*begin)(void *context, const char *what);
	void (*end)(void *context, bool ok);
	void (*step)(void *context, const char *what, double seconds, bool ok);
	void (*wait)(void *context, const char *what, double seconds);
	bool (*interrupted)(void *context);
};

/** progress_begin() - Tell @progress (may be NULL) that @what begins */
static inline void progress_begin(const struct progress *progress, const char *what)
{
	if (progress && progress->begin)
		progress->begin(progress->context, what);
}

/** progress_end() - Tell @progress (may be NULL) that it has ended; returns @r, a 0 or -errno that says how */
static inline int progress_end(const struct progress *progress, int r)
{
	if (progress && progress->end)
		progress->end(progress->context, r == 0);
	return r;
}

/** progress_step() - Tell @progress (may be NULL) of a step that ran beside others */
static inline void progress_step(const struct progress *progress, const char *what, double seconds,
				 bool ok)
{
	if (progress && progress->step)
		progress->step(progress->context, what, seconds, ok);
}

/** progress_wait() - Tell @progress (may be NULL) what a step that runs beside others waits for */
static inline void progress_wait(const struct progress *progress, const char *what, double seconds)
{
	if (progress && progress->wait)
		progress->wait(progress->context, what, seconds);
}

#endif
