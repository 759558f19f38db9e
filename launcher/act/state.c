// SPDX-License-Identifier: GPL-2.0-or-later
/* State on disk under /run/vmrun: the host's lock, journals, pool records. */
#include "act/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "survey/guests.h"
#include "survey/processes.h"

#define LOCK_POLL_MS 50

static int open_directory(const struct root *root, struct err *e)
{
	int fd;

	if (mkdirat(root->fd, STATE_DIR, 0711) < 0 && errno != EEXIST)
		return err_set(e, errno == EACCES || errno == EPERM ? ERR_PRIVILEGE : ERR_UNEXPECTED, errno,
			       "/" STATE_DIR, "cannot create it: %s", strerror(errno));
	fd = root_openat(root, STATE_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return err_set(e, fd == -EACCES ? ERR_PRIVILEGE : ERR_UNEXPECTED, -fd, "/" STATE_DIR,
			       "cannot open it: %s", strerror(-fd));
	return fd;
}

struct lock_search {
	const char *path;
	pid_t pid;
};

static void see_directory(void *context, pid_t pid, const char *target)
{
	struct lock_search *search = context;

	if (!strcmp(target, search->path))
		search->pid = pid;
}

static int lock_busy(const struct root *root, struct err *e)
{
	struct lock_search search = { .path = "/" STATE_DIR };
	_cleanup_free_ char *name = NULL;

	processes_walk(root, see_directory, &search);
	name = search.pid ? process_name(root, search.pid) : NULL;
	if (name)
		err_set(e, ERR_BUSY, EAGAIN, NULL, "the host is being planned for by %s (pid %d)", name, (int)search.pid);
	else
		err_set(e, ERR_BUSY, EAGAIN, NULL, "the host is being planned for by another run");
	return err_fix(e, "try again when it has finished");
}

int state_lock(const struct root *root, int timeout_ms, int *ret, struct err *e)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
	_cleanup_close_ int fd = open_directory(root, e);

	if (fd < 0)
		return fd;
	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += LOCK_POLL_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(e, errno, "/" STATE_DIR, "cannot lock it");
		if (waited >= timeout_ms)
			return lock_busy(root, e);
		nanosleep(&pause, NULL);
	}
	*ret = take_fd(fd);
	return 0;
}

/*
 * Replaces @name by @text: a new file, flushed, renamed over the old one, and the directory flushed. The new file is named
 * after this process, for another one may be replacing the same file, and so that state_sweep() can tell who left it.
 */
static int replace_file(const struct root *root, const char *name, const char *text, struct err *e)
{
	_cleanup_close_ int dir = open_directory(root, e), fd = -1;
	_cleanup_free_ char *temporary = mem_printf(".%s.%d", name, (int)getpid());
	size_t len = strlen(text);
	ssize_t n;

	if (dir < 0)
		return dir;
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, name, "cannot create it in /" STATE_DIR);
	n = write(fd, text, len);
	if (n >= 0 && (size_t)n != len)
		errno = ENOSPC;
	if (n < 0 || (size_t)n != len || fsync(fd) < 0 || renameat(dir, temporary, dir, name) < 0 || fsync(dir) < 0) {
		int number = errno;

		unlinkat(dir, temporary, 0);
		return err_sys(e, number, name, "cannot write it in /" STATE_DIR);
	}
	return 0;
}

static int remove_file(const struct root *root, const char *name, struct err *e)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", STATE_DIR, name);

	if (unlinkat(root->fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, path, "cannot remove it");
	return 0;
}

void state_sweep(const struct root *root)
{
	struct strlist names;

	if (root_list(root, STATE_DIR, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *dot = strrchr(names.item[i], '.');
		uint64_t pid, started;

		if (names.item[i][0] != '.' || num_parse(dot + 1, 10, INT_MAX, &pid) < 0)
			continue;
		/* A process of another boot may have had the number of a living one: then the next sweep takes it. */
		if ((pid_t)pid == getpid() || process_started(root, (pid_t)pid, &started) == -ENOENT)
			(void)remove_file(root, names.item[i], NULL);
	}
	strlist_done(&names);
}

static char *guest_file(const char *guest)
{
	return mem_printf(STATE_GUEST_PREFIX "%s" STATE_SUFFIX, guest);
}

static char *pool_file(const struct pciaddr *addr)
{
	return mem_printf(STATE_POOL_PREFIX "%s" STATE_SUFFIX, PCIADDR_STR(addr));
}

int state_write_journal(const struct root *root, const struct journal *journal, struct err *e)
{
	_cleanup_free_ char *name = guest_file(journal->guest);
	_cleanup_free_ char *text = journal_text(journal);

	return replace_file(root, name, text, e);
}

int state_remove_journal(const struct root *root, const char *guest, struct err *e)
{
	_cleanup_free_ char *name = guest_file(guest);

	return remove_file(root, name, e);
}

int state_forget_device(const struct root *root, const struct journal *run, const struct pciaddr *addr, struct err *e)
{
	_cleanup_free_ char *name = guest_file(run->guest);
	struct journal journal = { 0 };
	bool found = false;
	int r = guests_load_journal(root, name, &journal, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = journal.device_count; i-- > 0;)
		if (journal.pid == run->pid && journal.started == run->started &&
		    pciaddr_equal(&journal.devices[i].addr, addr)) {
			journal_forget(&journal, i);
			found = true;
		}
	if (found)
		r = journal.device_count ? state_write_journal(root, &journal, e) :
					   state_remove_journal(root, run->guest, e);
	journal_done(&journal);
	return r;
}

int state_write_pool(const struct root *root, const struct pciaddr *addr, const struct binding *home, struct err *e)
{
	_cleanup_free_ char *name = pool_file(addr);
	_cleanup_free_ char *text = pool_text(addr, home);

	return replace_file(root, name, text, e);
}

int state_read_pool(const struct root *root, const struct pciaddr *addr, struct binding *ret, struct err *e)
{
	_cleanup_free_ char *name = pool_file(addr);
	_cleanup_free_ char *path = mem_printf("%s/%s", STATE_DIR, name);
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(root, path, STATE_SIZE_MAX, &text, &len);

	if (r < 0)
		return err_sys(e, -r, path, "cannot read");
	r = pool_parse(text, len, ret, e);
	if (r < 0)
		err_wrap(e, "/%s", path);
	return r;
}

int state_remove_pool(const struct root *root, const struct pciaddr *addr, struct err *e)
{
	_cleanup_free_ char *name = pool_file(addr);

	return remove_file(root, name, e);
}
