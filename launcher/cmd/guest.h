/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's end: waiting for the guest, asking for it, giving its devices back. Shared by the verbs that run one. */
#ifndef VMRUN_CMD_GUEST_H
#define VMRUN_CMD_GUEST_H

#include "act/undo.h"
#include "cmd/progress.h"
#include "model/journal.h"
#include "vm/virt.h"

/* How long a guest has to follow its power button before it is switched off, and QEMU to let go of the devices. */
#define GUEST_SHUTDOWN_MS 120000
#define GUEST_RELEASE_MS 15000
/* How long another run may plan before we give up. */
#define GUEST_LOCK_MS 30000

/** guest_named() - Name of the guest that @word means: itself, or what the profile of that path says; newly allocated */
char *guest_named(const char *word);

/**
 * guest_needs_root() - Whether a guest is root's to change: root's journal only root may read, a user's own is his to act on
 * @root:	the live host
 * @guest:	its name
 * @found:	what looking for its journal came to: 0 or -ENOENT
 */
bool guest_needs_root(const struct root *root, const char *guest, int found);

/**
 * guest_signals() - Have the signals that end us arrive at a descriptor instead
 *
 * SIGINT, SIGTERM and SIGHUP ask the guest to shut down, the second of them and SIGQUIT switch it off.
 *
 * Return: descriptor; -errno
 */
int guest_signals(struct err *e);

/**
 * guest_watch() - Wait until a guest has ended
 * @guest:	the guest
 * @signal_fd:	from guest_signals()
 * @line:	for notes
 * @stopping:	it has been asked to shut down already, so that its time runs
 * @ret:	how it ended; never VIRT_RUNNING
 * @e:		what is known of a bad end
 *
 * Return: 0; -errno
 */
int guest_watch(struct virt_guest *guest, int signal_fd, const struct progress_line *line,
		bool stopping, enum virt_end *ret, struct err *e);

/**
 * guest_give_back() - Put a run's devices back and remove what else it left
 * @root:	the live host
 * @journal:	its journal
 * @goal:	where to
 * @locked:	the caller has the host's lock; else it is taken where virtual functions may have to go
 * @progress:	listener, or NULL
 * @e:		detail of a failure
 *
 * Return: 0; -errno
 */
int guest_give_back(const struct root *root, struct journal *journal, enum undo_goal goal,
		    bool locked, const struct progress *progress, struct err *e);

/**
 * guest_put_back() - The way back from a run that failed before its guest ran
 * @root:	the live host
 * @journal:	its journal
 * @progress:	listener, or NULL
 * @e:		what failed; its kind and fix then say whether the way back was found: ERR_UNDONE (a refusal stays one), or
 *		ERR_LEFT and what is left
 */
void guest_put_back(const struct root *root, struct journal *journal,
		    const struct progress *progress, struct err *e);

/**
 * guest_stuck_why() - Why a stuck device is not let go: who uses it, and where in the kernel its unbind waits
 * @root:	the live host
 * @dev:	the device as journalled: who was seen using it before, for by now the kernel has taken its nodes away
 *
 * Return: for people, newly allocated ("sleep (pid 367) has /dev/snd/controlC0 open; the kernel is in snd_card_free < …"); NULL
 * where nothing is known
 */
char *guest_stuck_why(const struct root *root, const struct journal_device *dev);

/** guest_stuck_users() - guest_stuck_why() of all stuck devices of a run; newly allocated, empty where nothing is known */
char *guest_stuck_users(const struct root *root, const struct journal *journal);

/** guest_end_text() - "powered off", "was switched off", … */
const char *guest_end_text(enum virt_end end);

#endif
