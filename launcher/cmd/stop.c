// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun stop: end a guest and see its devices put where they belong. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>

#include "act/handin.h"
#include "act/privs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "survey/guests.h"
#include "survey/processes.h"

#define POLL_MS 100

static int find_journal(const struct root *root, const char *guest, struct journal *ret,
			struct err *e)
{
	int r = guests_journal_of(root, guest, ret, e);

	if (r != -ENOENT)
		return r;
	err_set(e, ERR_NO_DEVICE, ENOENT, guest, "vmrun runs no guest of this name with devices");
	return err_fix(e, "virsh list shows libvirt's guests");
}

static bool journal_gone(const struct root *root, const char *guest)
{
	_cleanup_free_ char *path = mem_printf("%s/" STATE_GUEST_PREFIX "%s" STATE_SUFFIX,
					       guests_state_dir(root), guest);

	return !root_exists(root, path);
}

static int send_signal(int pidfd, int number)
{
	BRACKET(SIGNAL);

	return pidfd_send_signal(pidfd, number, NULL, 0);
}

/* The vmrun that started the guest ends it: it knows the connection and gives the devices back. */
static int ask_owner(const struct root *root, const struct journal *journal, bool force,
		     struct err *e)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	const int longest = GUEST_SHUTDOWN_MS + 2 * GUEST_RELEASE_MS;
	_cleanup_close_ int pidfd = pidfd_open(journal->pid, 0);

	/* Looked at again now that the descriptor is tied to one process, whatever the number means later. */
	if (pidfd < 0 || !process_lives(root, journal->pid, journal->started, journal->boot))
		return -ESRCH;
	if (send_signal(pidfd, force ? SIGQUIT : SIGTERM) < 0)
		return err_sys(e, errno, journal->guest, "cannot ask pid %d to end it",
			       (int)journal->pid);
	for (int waited = 0; waited < longest; waited += POLL_MS) {
		if (journal_gone(root, journal->guest))
			return 0;
		if (!process_lives(root, journal->pid, journal->started, journal->boot))
			break;
		nanosleep(&pause, NULL);
	}
	if (journal_gone(root, journal->guest))
		return 0;
	err_set(e, ERR_LEFT, EIO, journal->guest,
		"it was asked to end, but its devices are not back");
	return err_fix(e, "see what the vmrun that started it (pid %d) says; vmrun recover",
		       (int)journal->pid);
}

/* The vmrun that started the guest is gone: find the guest, end it, and do what that one would have done. */
static int end_orphan(const struct args *args, const struct root *root, struct journal *journal,
		      struct err *e)
{
	struct virt_where where = { 0 };
	struct virt_guest *guest = NULL;
	struct progress_line line;
	_cleanup_close_ int signal_fd = guest_signals(e);
	struct progress progress = progress_listener(args, -1, &line);
	enum virt_end end;
	int r = signal_fd < 0 ? signal_fd
			      : virt_choose(root, journal->uri, NULL, journal->guest, &where, e);

	if (r == 0) {
		struct virt_request request = { .where = &where,
						.name = journal->guest,
						.uuid = journal->uuid };

		r = virt_start(&request, &guest, e);
	}
	if (r == 0) {
		r = virt_guest_stop(guest, args_has(args, FORCE) ? VIRT_DESTROY : VIRT_SHUTDOWN, e);
		if (r == 0)
			r = guest_watch(guest, signal_fd, &line, !args_has(args, FORCE), &end, e);
		virt_guest_free(guest);
	}
	virt_where_done(&where);
	if (r < 0 && r != -ENOENT)
		return r;
	/* libvirt's hook has been there already, where libvirt calls it. */
	if (journal_gone(root, journal->guest))
		return 0;
	(void)handin_end(root, journal);
	return guest_give_back(root, journal, undo_goal_of(journal), false, &progress, e);
}

static struct json *result(const char *guest)
{
	struct json *o = json_new_object();

	json_put_str(o, "schema", "vmrun.stop/1");
	json_put_str(o, "guest", guest);
	return o;
}

static int run_stop(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ char *guest = guest_named(args->words[0]);
	struct journal journal = { 0 };
	struct err e = { 0 };
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = find_journal(&scene.root, guest, &journal, &e);
	/* That there is no such guest anybody may know. */
	if (guest_needs_root(&scene.root, guest, r) && privs_require(PRIVS_CHANGE, &e) < 0)
		r = -EPERM;
	if (r == 0) {
		r = ask_owner(&scene.root, &journal, args_has(args, FORCE), &e);
		if (r == -ESRCH)
			r = end_orphan(args, &scene.root, &journal, &e);
	}
	journal_done(&journal);
	if (r == 0 && args_has(args, JSON))
		print_json(result(guest));
	return r < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_stop = {
	.name = "stop",
	.synopsis = "GUEST",
	.help = "shut a guest down, wait, put its devices where they belong",
	.options = OPT(JSON) | OPT(FORCE),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_ALL,
	.run = run_stop,
};
