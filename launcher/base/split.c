// SPDX-License-Identifier: GPL-2.0-or-later
/* Work on many alike things, shared out among the processors. */
#include "base/split.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

/* So many ranges for each part: whoever has a busier processor does fewer of them. */
#define RANGES_PER_PART 8

/** struct work - what is shared out, @range elements at a time, from @next on */
struct work {
	split_fn *fn;
	void *context;
	size_t count, range;
	atomic_size_t next;
};

struct part {
	pthread_t thread;
	bool started;
	struct work *work;
	size_t number;
};

static void do_ranges(const struct part *part)
{
	struct work *work = part->work;
	size_t begin;

	while ((begin = atomic_fetch_add(&work->next, work->range)) < work->count)
		work->fn(work->context, part->number, begin,
			 begin + work->range < work->count ? begin + work->range : work->count);
}

static void *run(void *argument)
{
	/*
	 * With a table of files of its own the kernel needs no lock for each file that is opened and closed here. Where it cannot
	 * be had, they share one.
	 */
	(void)unshare(CLONE_FILES);
	do_ranges(argument);
	return NULL;
}

static size_t processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
}

static size_t parts_for(size_t count, size_t least)
{
	size_t worth = count / least, most = worth < 2 ? 1 : processors();

	if (most > SPLIT_MAX)
		most = SPLIT_MAX;
	return worth < most ? worth + !worth : most;
}

static size_t range_for(size_t count, size_t parts, size_t least)
{
	size_t range = count / (parts * RANGES_PER_PART);

	if (parts == 1)
		return count + !count;
	return range > least ? range : least;
}

void split_work(size_t count, size_t least, split_fn *fn, void *context)
{
	size_t parts = parts_for(count, least);
	struct work work = { .fn = fn,
			     .context = context,
			     .count = count,
			     .range = range_for(count, parts, least) };
	struct part part[SPLIT_MAX] = { 0 };
	sigset_t all, before;

	/* Signals are for the thread that waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (size_t i = 0; i < parts; i++) {
		part[i] = (struct part){ .work = &work, .number = i };
		part[i].started = i && pthread_create(&part[i].thread, NULL, run, &part[i]) == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* The first part is for this thread, and what no other could be had for is left to those there are. */
	do_ranges(&part[0]);
	for (size_t i = 1; i < parts; i++)
		if (part[i].started)
			pthread_join(part[i].thread, NULL);
}
