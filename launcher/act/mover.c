// SPDX-License-Identifier: GPL-2.0-or-later
/* Moving many devices between drivers at once: the parent's side. */
#include "act/mover.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/bind.h"
#include "act/mover_child.h"
#include "base/cleanup.h"
#include "base/clock.h"

/**
 * struct worker - the child of one group
 * @fd:		our end of the pair, -1 once it has ended or was left behind
 * @pid:	the child
 * @first, @count: its part of mover.moves
 * @began_ms:	when its current device began
 * @told:	the progress has told that it is waited for
 */
struct worker {
	int fd;
	pid_t pid;
	size_t first, count;
	int64_t began_ms;
	bool told;
};

static void finish(const struct mover *mover, struct move *move, int result, double seconds)
{
	move->result = result;
	move->state = result < 0 ? MOVE_FAILED : MOVE_DONE;
	progress_step(mover->progress, move->what, seconds, result == 0);
}

/** struct inline_move - the unbound function of a move made in this process */
struct inline_move {
	const struct mover *mover;
	size_t tag;
};

static void inline_unbound(void *context)
{
	const struct inline_move *move = context;

	if (move->mover->unbound)
		move->mover->unbound(move->mover->context, move->tag);
}

/* A model of the kernel is in the memory of this process, and does not hang. */
static void run_inline(const struct mover *mover)
{
	int failed = -1;

	for (size_t i = 0; i < mover->count; i++) {
		struct move *move = &mover->moves[i];
		struct inline_move context = { mover, move->tag };
		const struct pciaddr *addr = &move->device->addr;
		int r;

		if (move->device->group == failed)
			continue;
		r = move->to ? bind_restore(mover->root, addr, move->to, &move->e)
			     : bind_vfio(mover->root, addr, move->device->driver, inline_unbound,
					 &context, &move->e);
		finish(mover, move, r, 0);
		if (r < 0)
			failed = move->device->group;
	}
}

static int start_worker(const struct mover *mover, struct worker *worker)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	worker->pid = fork();
	if (worker->pid < 0) {
		int number = errno;

		close(pair[0]);
		close(pair[1]);
		return -number;
	}
	if (worker->pid == 0)
		mover_child_main(mover, worker->first, worker->count, pair[1]);
	close(pair[1]);
	worker->fd = pair[0];
	worker->began_ms = clock_ms();
	return 0;
}

/* The group's moves not yet finished, of which the first is the one under way. */
static struct move *current(const struct mover *mover, const struct worker *worker)
{
	for (size_t i = worker->first; i < worker->first + worker->count; i++)
		if (mover->moves[i].state <= MOVE_RUNNING)
			return &mover->moves[i];
	return NULL;
}

static void end_worker(struct worker *worker)
{
	close(worker->fd);
	worker->fd = -1;
	while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The child died with its work undone, which only a bug or a kill explains. */
static void lost_worker(const struct mover *mover, struct worker *worker)
{
	struct move *move = current(mover, worker);

	end_worker(worker);
	if (!move)
		return;
	err_set(&move->e, ERR_UNEXPECTED, EPIPE, PCIADDR_STR(&move->device->addr),
		"the process that moves it died");
	finish(mover, move, -EPIPE, (double)(clock_ms() - worker->began_ms) / 1000);
}

static void hear(const struct mover *mover, struct worker *worker)
{
	struct mover_message message;
	ssize_t n = recv(worker->fd, &message, sizeof(message), 0);
	struct move *move;

	if (n < 0 && errno == EINTR)
		return;
	if (n != (ssize_t)sizeof(message) || message.index >= mover->count) {
		lost_worker(mover, worker);
		return;
	}
	move = &mover->moves[message.index];
	switch (message.kind) {
	case MOVER_BEGIN:
		move->state = MOVE_RUNNING;
		worker->began_ms = clock_ms();
		worker->told = false;
		break;
	case MOVER_UNBOUND:
		if (mover->unbound)
			mover->unbound(mover->context, move->tag);
		(void)send(worker->fd, &message, sizeof(message), MSG_NOSIGNAL);
		break;
	case MOVER_RESULT:
		move->e = message.e;
		finish(mover, move, message.result, (double)(clock_ms() - worker->began_ms) / 1000);
		if (message.result < 0 || !current(mover, worker))
			end_worker(worker);
		break;
	}
}

/* Past the deadline: the child becomes the janitor, which it learns from the closed socket. */
static void leave_behind(const struct mover *mover, struct worker *worker)
{
	struct move *move = current(mover, worker);

	close(worker->fd);
	worker->fd = -1;
	if (!move)
		return;
	move->state = MOVE_STUCK;
	move->result = -ETIMEDOUT;
	move->janitor = worker->pid;
	err_set(&move->e, ERR_LEFT, ETIMEDOUT, PCIADDR_STR(&move->device->addr),
		"its driver has not let go of it in %g s; process %d waits and will put it back",
		move->timeout_ms / 1000.0, (int)worker->pid);
	progress_step(mover->progress, move->what, move->timeout_ms / 1000.0, false);
}

/* Milliseconds until @worker has to be looked at again; its device may be told of, or left to it, now. */
static int64_t look_at(const struct mover *mover, struct worker *worker)
{
	const struct move *move = current(mover, worker);
	int64_t took = clock_ms() - worker->began_ms, left = move ? move->timeout_ms - took : 0;

	if (left <= 0) {
		leave_behind(mover, worker);
		return INT32_MAX;
	}
	if (took >= MOVER_NEWS_MS && !worker->told) {
		worker->told = true;
		progress_wait(mover->progress, move->users ? move->users : move->what,
			      (double)left / 1000);
	}
	return worker->told || left < MOVER_NEWS_MS - took ? left : MOVER_NEWS_MS - took;
}

static void serve(const struct mover *mover, struct worker *workers, size_t count)
{
	_cleanup_free_ struct pollfd *fds = mem_zalloc((count + 1) * sizeof(*fds));

	for (;;) {
		int64_t wait = INT32_MAX;
		bool any = false;

		for (size_t i = 0; i < count; i++) {
			int64_t next = workers[i].fd >= 0 ? look_at(mover, &workers[i]) : INT32_MAX;

			fds[i] = (struct pollfd){ .fd = workers[i].fd, .events = POLLIN };
			any = any || workers[i].fd >= 0;
			wait = next < wait ? next : wait;
		}
		if (!any)
			return;
		if (poll(fds, count, (int)wait) <= 0)
			continue;
		for (size_t i = 0; i < count; i++)
			if (workers[i].fd >= 0 && fds[i].revents)
				hear(mover, &workers[i]);
	}
}

/* Stable, so that the devices of a group keep their order; there are few. */
static void sort_by_group(const struct mover *mover)
{
	for (size_t i = 1; i < mover->count; i++) {
		struct move move = mover->moves[i];
		size_t j = i;

		for (; j > 0 && mover->moves[j - 1].device->group > move.device->group; j--)
			mover->moves[j] = mover->moves[j - 1];
		mover->moves[j] = move;
	}
}

/* One worker per run of moves of the same group. */
static size_t divide(const struct mover *mover, struct worker *workers)
{
	size_t count = 0;

	for (size_t i = 0; i < mover->count; i++) {
		if (i == 0 || mover->moves[i].device->group != mover->moves[i - 1].device->group)
			workers[count++] = (struct worker){ .fd = -1, .first = i };
		workers[count - 1].count++;
	}
	return count;
}

static void run_workers(const struct mover *mover)
{
	_cleanup_free_ struct worker *workers = mem_zalloc((mover->count + 1) * sizeof(*workers));
	size_t count = divide(mover, workers);

	for (size_t i = 0; i < count; i++) {
		struct move *move = &mover->moves[workers[i].first];
		int r = start_worker(mover, &workers[i]);

		if (r == 0)
			continue;
		err_sys(&move->e, -r, PCIADDR_STR(&move->device->addr),
			"cannot start a process to move it");
		finish(mover, move, r, 0);
	}
	serve(mover, workers, count);
}

int mover_run(struct mover *mover, struct err *e)
{
	const struct move *first = NULL;

	for (size_t i = 0; i < mover->count; i++)
		mover->moves[i].state = MOVE_WAITING;
	sort_by_group(mover);
	if (mover->root->write)
		run_inline(mover);
	else
		run_workers(mover);
	/* A stuck device outweighs a failed one: it decides what can be promised. */
	for (size_t i = 0; i < mover->count; i++) {
		const struct move *move = &mover->moves[i];

		if (move->result < 0 &&
		    (!first || (first->state != MOVE_STUCK && move->state == MOVE_STUCK)))
			first = move;
	}
	if (!first)
		return 0;
	if (e)
		*e = first->e;
	return first->result;
}
