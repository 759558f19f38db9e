// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of shared work: every element is done once, the parts follow each other, and signals stay with their thread. */
#include "base/split.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define MOST 1000

struct work {
	atomic_int done[MOST];
	size_t part[MOST];
	pthread_t thread[MOST];
	atomic_int calls;
	bool open[SPLIT_MAX];
};

static void note(void *context, size_t part, size_t begin, size_t end)
{
	struct work *work = context;
	sigset_t set;

	ck_assert_uint_lt(part, SPLIT_MAX);
	ck_assert_int_eq(pthread_sigmask(SIG_SETMASK, NULL, &set), 0);
	work->open[part] = !sigismember(&set, SIGTERM);
	work->calls++;
	for (size_t i = begin; i < end; i++) {
		work->done[i]++;
		work->part[i] = part;
		work->thread[i] = pthread_self();
	}
}

static const struct {
	size_t count, least;
} rows[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 2 }, { 7, 8 }, { 100, 1 }, { MOST, 333 }, { MOST, (size_t)-1 } };

START_TEST(all_of_it)
{
	struct work *work = calloc(1, sizeof(*work));
	size_t count = rows[_i].count;

	ck_assert_ptr_nonnull(work);
	split_work(count, rows[_i].least, note, work);
	for (size_t i = 0; i < MOST; i++)
		ck_assert_int_eq(work->done[i], i < count);
	for (size_t i = 1; i < count; i++)
		ck_assert(work->part[i] == work->part[i - 1] || work->part[i] == work->part[i - 1] + 1);
	ck_assert_int_ge(work->calls, 1);
	ck_assert_uint_le((size_t)work->calls, count / rows[_i].least + 1);
	free(work);
}
END_TEST

/* With two processors there are two threads; the one that called waits for signals, and no other gets any. */
START_TEST(threads)
{
	struct work *work = calloc(1, sizeof(*work));
	cpu_set_t set;

	ck_assert_ptr_nonnull(work);
	split_work(MOST, 1, note, work);
	ck_assert(pthread_equal(work->thread[0], pthread_self()));
	ck_assert(work->open[0]);
	for (size_t i = 1; i < SPLIT_MAX; i++)
		ck_assert(!work->open[i]);
	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1)
		ck_assert(!pthread_equal(work->thread[MOST - 1], pthread_self()));
	free(work);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("split");

	tcase_add_loop_test(tests, all_of_it, 0, (int)ARRAY_SIZE(rows));
	tcase_add_test(tests, threads);
	return suite_run("split", tests);
}
