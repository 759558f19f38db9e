// SPDX-License-Identifier: GPL-2.0-or-later
/* Work on many alike things, shared out among the processors. */
#include "base/split.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

struct part {
	pthread_t thread;
	bool started;
	split_fn *fn;
	void *context;
	size_t number, begin, end;
};

static void *run(void *argument)
{
	const struct part *part = argument;

	part->fn(part->context, part->number, part->begin, part->end);
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

void split_work(size_t count, size_t least, split_fn *fn, void *context)
{
	size_t parts = parts_for(count, least);
	struct part part[SPLIT_MAX];
	sigset_t all, before;

	/* Signals are for the thread that waits for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (size_t i = 0; i < parts; i++) {
		part[i] = (struct part){ .fn = fn,
					 .context = context,
					 .number = i,
					 .begin = count * i / parts,
					 .end = count * (i + 1) / parts };
		part[i].started = i && pthread_create(&part[i].thread, NULL, run, &part[i]) == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* The first part is for this thread, and so is what no other could be had for. */
	for (size_t i = 0; i < parts; i++)
		if (!part[i].started)
			run(&part[i]);
	for (size_t i = 0; i < parts; i++)
		if (part[i].started)
			pthread_join(part[i].thread, NULL);
}
