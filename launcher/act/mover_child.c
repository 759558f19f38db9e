// SPDX-License-Identifier: GPL-2.0-or-later
/* The child that moves the devices of one group, and may stay behind as janitor. */
#include "act/mover_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "act/bind.h"
#include "act/privs.h"
#include "act/state.h"
#include "base/cleanup.h"
#include "survey/guests.h"

/* How long a janitor waits for the host's lock: other runs plan under it, and none for long. */
#define JANITOR_LOCK_MS 300000

/** struct turn - one device's turn */
struct turn {
	const struct mover *mover;
	int sock;
	size_t index;
};

/* Descriptors the child keeps, in the places where it keeps them. */
enum { CHILD_SOCK = 3, CHILD_ROOT = 4 };

/*
 * Standard streams lead nowhere, for a reader of our output must not wait for a janitor. The others are closed without
 * looking what they are: whatever the parent holds is not ours to hold.
 */
static int drop_descriptors(const struct root *root, int sock)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), high_sock, high_root;

	if (null < 0)
		return -errno;
	high_sock = fcntl(sock, F_DUPFD_CLOEXEC, 16);
	high_root = fcntl(root->fd, F_DUPFD_CLOEXEC, 16);
	if (high_sock < 0 || high_root < 0)
		return -errno;
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	if (dup3(high_sock, CHILD_SOCK, O_CLOEXEC) < 0 ||
	    dup3(high_root, CHILD_ROOT, O_CLOEXEC) < 0)
		return -errno;
	closefrom(CHILD_ROOT + 1);
	return 0;
}

static bool tell(const struct turn *turn, enum mover_word kind, int result, const struct err *e)
{
	struct mover_message message = { .kind = kind, .index = turn->index, .result = result };

	if (e)
		message.e = *e;
	return send(turn->sock, &message, sizeof(message), MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(message);
}

/* Takes the device from the journal that says it is stuck; where nothing else is in it, the journal goes. */
static void clean_journal(const struct root *root, const struct journal *run,
			  const struct pciaddr *addr)
{
	_cleanup_close_ int lock = -1;

	if (state_lock(root, JANITOR_LOCK_MS, &lock, NULL) == 0)
		(void)state_forget_device(root, run, addr, NULL);
}

static bool lists(const struct journal *journal, const struct pciaddr *addr)
{
	for (size_t i = 0; i < journal->device_count; i++)
		if (pciaddr_equal(&journal->devices[i].addr, addr))
			return true;
	return false;
}

/*
 * Whether another run has reserved the device since: where vmrun was killed and recovered while its child was on its way, and
 * the next start came. What that run or its guest has must not be taken away.
 */
static bool taken_over(const struct root *root, const struct journal *run,
		       const struct journal_device *dev)
{
	_cleanup_free_ char *holder = NULL;
	struct strlist names;
	bool taken = dev->group >= 0 && guests_group_held(root, dev->group, &holder) == FACT_YES;

	if (taken || guests_journals(root, &names) < 0)
		return taken;
	for (size_t i = 0; i < names.count && !taken; i++) {
		struct journal other = { 0 };

		if (guests_load_journal(root, names.item[i], &other, NULL) == 0)
			taken = lists(&other, &dev->addr) &&
				(other.pid != run->pid || other.started != run->started);
		journal_done(&other);
	}
	strlist_done(&names);
	return taken;
}

/*
 * The parent has given up on us, or is gone. Nobody hears us any more; what is left to do is to put the device back. Only a
 * way to vfio-pci is taken back: a way home is simply gone to its end.
 */
_Noreturn static void be_janitor(const struct turn *turn)
{
	const struct move *move = &turn->mover->moves[turn->index];
	const struct binding *to = move->to ? move->to : &move->device->before;
	const struct root *root = turn->mover->root;

	if (!taken_over(root, turn->mover->journal, move->device) &&
	    bind_restore(root, &move->device->addr, to, NULL) == 0) {
		if (move->to && !binding_is_vfio(to))
			(void)state_remove_pool(root, &move->device->addr, NULL);
		clean_journal(root, turn->mover->journal, &move->device->addr);
	}
	_exit(0);
}

static void on_unbound(void *context)
{
	const struct turn *turn = context;
	struct mover_message answer;

	if (!tell(turn, MOVER_UNBOUND, 0, NULL) ||
	    recv(turn->sock, &answer, sizeof(answer), 0) != (ssize_t)sizeof(answer))
		be_janitor(turn);
}

static int take_turn(struct turn *turn)
{
	const struct move *move = &turn->mover->moves[turn->index];
	const struct root *root = turn->mover->root;
	struct err e = { 0 };
	int r;

	if (!tell(turn, MOVER_BEGIN, 0, NULL))
		_exit(0);
	r = move->to ? bind_restore(root, &move->device->addr, move->to, &e)
		     : bind_vfio(root, &move->device->addr, move->device->driver, on_unbound, turn,
				 &e);
	if (!tell(turn, MOVER_RESULT, r, &e))
		be_janitor(turn);
	return r;
}

_Noreturn void mover_child_main(const struct mover *mover, size_t first, size_t count, int sock)
{
	struct root root = *mover->root;
	struct mover own = *mover;
	struct turn turn = { .mover = &own, .sock = CHILD_SOCK };

	/* Signals stay blocked as the parent has them: a Ctrl-C is the parent's to answer. */
	if (drop_descriptors(mover->root, sock) < 0 || setsid() < 0 ||
	    privs_child(PRIVS_CHANGE, NULL) < 0)
		_exit(1);
	root.fd = CHILD_ROOT;
	own.root = &root;
	for (turn.index = first; turn.index < first + count; turn.index++)
		if (take_turn(&turn) < 0)
			break;
	_exit(0);
}
