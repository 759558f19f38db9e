// SPDX-License-Identifier: GPL-2.0-or-later
/* A run's end: waiting for the guest, asking for it, giving its devices back. Shared by the verbs that run one. */
#include "cmd/guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "act/privs.h"
#include "act/state.h"
#include "act/vfs.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "model/profile.h"
#include "survey/processes.h"

char *guest_named(const char *word)
{
	struct profile profile = { 0 };
	char *name;

	if (!strchr(word, '/') && access(word, F_OK) < 0)
		return mem_strdup(word);
	if (profile_load(word, &profile, NULL) < 0)
		return mem_strdup(word);
	name = mem_strdup(profile.name);
	profile_done(&profile);
	return name;
}

bool guest_needs_root(const struct root *root, const char *guest, int found)
{
	_cleanup_free_ char *path =
		mem_printf(STATE_DIR "/" STATE_GUEST_PREFIX "%s" STATE_SUFFIX, guest);

	return found != -ENOENT ? !privs_ordinary() : privs_ordinary() && root_exists(root, path);
}

int guest_signals(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return err_sys(e, errno, NULL, "cannot block signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(e, errno, NULL, "cannot take signals") : fd;
}

const char *guest_end_text(enum virt_end end)
{
	switch (end) {
	case VIRT_RUNNING:
		return "runs";
	case VIRT_SHUTOFF:
		return "powered off";
	case VIRT_DESTROYED:
		return "was switched off";
	case VIRT_CRASHED:
		return "crashed";
	case VIRT_LOST:
		break;
	}
	return "was lost sight of";
}

/** struct watch - one wait; @deadline is when a guest asked to shut down is switched off, 0 while it was not asked */
struct watch {
	struct virt_guest *guest;
	const struct progress_line *line;
	int64_t deadline;
	bool destroyed;
};

static int destroy(struct watch *watch, struct err *e)
{
	if (watch->destroyed)
		return 0;
	watch->destroyed = true;
	watch->deadline = 0;
	progress_note(watch->line, "switching the guest off");
	return virt_guest_stop(watch->guest, VIRT_DESTROY, e);
}

static int on_signal(struct watch *watch, int signal_fd, struct err *e)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	if (info.ssi_signo == SIGQUIT || watch->deadline || watch->destroyed)
		return destroy(watch, e);
	watch->deadline = clock_ms() + GUEST_SHUTDOWN_MS;
	progress_note(watch->line,
		      "asking the guest to shut down (again: switch it off; by itself after %d s)",
		      GUEST_SHUTDOWN_MS / 1000);
	return virt_guest_stop(watch->guest, VIRT_SHUTDOWN, e);
}

static int time_left(const struct watch *watch)
{
	int64_t left = watch->deadline - clock_ms();

	return !watch->deadline ? -1 : left > 0 ? (int)left : 0;
}

int guest_watch(struct virt_guest *guest, int signal_fd, const struct progress_line *line,
		bool stopping, enum virt_end *ret, struct err *e)
{
	struct watch watch = { .guest = guest,
			       .line = line,
			       .deadline = stopping ? clock_ms() + GUEST_SHUTDOWN_MS : 0 };
	struct pollfd fds[] = { { .fd = virt_guest_fd(guest), .events = POLLIN },
				{ .fd = signal_fd, .events = POLLIN } };

	for (;;) {
		enum virt_end end = VIRT_RUNNING;
		struct err note = { 0 };
		int n = poll(fds, ARRAY_SIZE(fds), time_left(&watch)), r = 0;

		if (n < 0 && errno != EINTR)
			return err_sys(e, errno, NULL, "cannot wait for the guest");
		if (fds[1].revents)
			r = on_signal(&watch, signal_fd, &note);
		else if (n == 0)
			r = destroy(&watch, &note);
		/* Of a guest that is ending just now a request may well fail; its end is what counts. */
		if (r < 0)
			progress_note(line, "%s", note.message);
		if (!fds[0].revents)
			continue;
		virt_guest_poll(guest, &end, e);
		if (end != VIRT_RUNNING) {
			*ret = end;
			return 0;
		}
	}
}

char *guest_stuck_why(const struct root *root, const struct journal_device *dev)
{
	_cleanup_free_ char *stack = process_stack(root, dev->janitor);

	if (!dev->users && !stack)
		return NULL;
	return mem_printf("%s%s%s%s", dev->users ? dev->users : "", dev->users && stack ? "; " : "",
			  stack ? "the kernel is in " : "", stack ? stack : "");
}

char *guest_stuck_users(const struct root *root, const struct journal *journal)
{
	struct strlist all = { 0 };
	char *text;

	for (size_t i = 0; i < journal->device_count; i++) {
		_cleanup_free_ char *why = NULL;

		if (journal->devices[i].janitor)
			why = guest_stuck_why(root, &journal->devices[i]);
		if (why)
			strlist_add(&all, why);
	}
	text = strlist_join(&all, "; ");
	strlist_done(&all);
	return text;
}

static bool has_functions(const struct journal *journal)
{
	for (size_t i = 0; i < journal->device_count; i++)
		if (journal->devices[i].vf_number >= 0)
			return true;
	return false;
}

/* Whether another guest still uses one of them must not change while it is looked up. */
static int remove_functions(const struct root *root, bool locked, const struct progress *progress,
			    struct err *e)
{
	_cleanup_close_ int lock = -1;
	int r = locked ? 0 : state_lock(root, GUEST_LOCK_MS, &lock, e);

	if (r == 0)
		r = vfs_collect(root, progress, e);
	return r < 0 ? r : 0;
}

int guest_give_back(const struct root *root, struct journal *journal, enum undo_goal goal,
		    bool locked, const struct progress *progress, struct err *e)
{
	bool functions = has_functions(journal);
	int r = undo_run(root, journal, goal, GUEST_RELEASE_MS, progress, e);

	if (r == 0 && functions)
		r = remove_functions(root, locked, progress, e);
	if (r == 0 && journal->embed)
		r = virt_embed_remove(root, journal->embed, e);
	return r;
}

void guest_put_back(const struct root *root, struct journal *journal,
		    const struct progress *progress, struct err *e)
{
	struct err undo = { 0 };

	if (guest_give_back(root, journal, UNDO_BEFORE, false, progress, &undo) == 0) {
		if (e->kind != ERR_REFUSED && e->kind != ERR_BUSY)
			e->kind = ERR_UNDONE;
		return;
	}
	e->kind = ERR_LEFT;
	if (undo.number == ETIMEDOUT) {
		_cleanup_free_ char *users = guest_stuck_users(root, journal);

		err_fix(e, "%s%s%s; everything else is as before", users, users[0] ? ": " : "",
			undo.fix);
	} else {
		err_fix(e, "the host is left changed (%s%s%s): vmrun recover", undo.subject,
			undo.subject[0] ? ": " : "", undo.message);
	}
}
