// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of shared work: every element is done once, a part has rising ranges, and signals and files stay with their thread. */
#include "base/split.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define MOST 1000

struct work {
	atomic_int done[MOST];
	atomic_int calls;
	size_t reached[SPLIT_MAX];
};

static void note(void *context, size_t part, size_t begin, size_t end)
{
	struct work *work = context;

	ck_assert_uint_lt(part, SPLIT_MAX);
	ck_assert_uint_le(work->reached[part], begin);
	ck_assert_uint_lt(begin, end);
	work->reached[part] = end;
	work->calls++;
	for (size_t i = begin; i < end; i++)
		work->done[i]++;
}

static const struct {
	size_t count, least;
} rows[] = { { 0, 1 }, { 1, 1 },   { 2, 1 },	  { 3, 2 },
	     { 7, 8 }, { 100, 1 }, { MOST, 333 }, { MOST, (size_t)-1 } };

START_TEST(all_of_it)
{
	struct work *work = calloc(1, sizeof(*work));
	size_t count = rows[_i].count;

	ck_assert_ptr_nonnull(work);
	split_work(count, rows[_i].least, note, work);
	for (size_t i = 0; i < MOST; i++)
		ck_assert_int_eq(work->done[i], i < count);
	ck_assert_int_eq(work->calls > 0, count > 0);
	ck_assert_uint_le((size_t)work->calls, count / rows[_i].least + 1);
	free(work);
}
END_TEST

/** struct meeting - two parts that do one element each, at the same time; @opened: a file that the second leaves open, or -1 */
struct meeting {
	pthread_barrier_t both;
	pthread_t caller;
	bool is_caller[2], gets_signals[2];
	int opened;
};

static void meet(void *context, size_t part, size_t begin, size_t end)
{
	struct meeting *meeting = context;
	sigset_t set;

	ck_assert_uint_lt(part, 2);
	ck_assert_uint_eq(end, begin + 1);
	pthread_barrier_wait(&meeting->both);
	ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, NULL, &set), 0);
	meeting->gets_signals[part] = !sigismember(&set, SIGTERM);
	meeting->is_caller[part] = pthread_equal(meeting->caller, pthread_self());
	if (part)
		meeting->opened = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* With two processors there are two threads; the one that called waits for signals, and no other gets any. */
START_TEST(threads)
{
	struct meeting meeting = { .caller = pthread_self(), .opened = -1 };
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 2) {
		printf("SKIP threads: needs two processors\n");
		return;
	}
	ck_assert_int_eq(pthread_barrier_init(&meeting.both, NULL, 2), 0);
	split_work(2, 1, meet, &meeting);
	ck_assert(meeting.is_caller[0] && !meeting.is_caller[1]);
	ck_assert(meeting.gets_signals[0] && !meeting.gets_signals[1]);
	/* Its files went with it. */
	ck_assert_int_ge(meeting.opened, 0);
	ck_assert_int_lt(fcntl(meeting.opened, F_GETFD), 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("split");

	tcase_add_loop_test(tests, all_of_it, 0, (int)ARRAY_SIZE(rows));
	tcase_add_test(tests, threads);
	return suite_run("split", tests);
}
