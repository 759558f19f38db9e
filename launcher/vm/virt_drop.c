// SPDX-License-Identifier: GPL-2.0-or-later
/* What the child gives up before it calls libvirt: descriptors, signals, user, capabilities. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "vm/virt_impl.h"

/*
 * Points a standard stream at /dev/null where it must not be used, or was closed when vmrun was
 * started.
 */
static int stream_null(int fd)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return -errno;
	if (null != fd && dup2(null, fd) < 0)
		return -errno;
	if (null > STDERR_FILENO)
		close(null);
	return 0;
}

/*
 * Default handlers and an empty mask: what the parent set up is about itself. Ignored are the
 * signals of a terminal and of an orderly stop, which may be sent to all processes of a unit: the
 * parent hears them too, and decides.
 */
static int reset_signals(void)
{
	static const int ignored[] = {
		SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTTOU, SIGTTIN
	};
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		if (sigaction(ignored[i], &sa, NULL) < 0)
			return -errno;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

int virt_drop_inherited(int sock, bool console)
{
	int r;

	/* Out of the way of the standard streams, where those were closed. */
	if (sock < VIRT_CHILD_FD) {
		sock = fcntl(sock, F_DUPFD_CLOEXEC, VIRT_CHILD_FD);
		if (sock < 0)
			return -errno;
	}
	r = stream_null(STDIN_FILENO);
	if (!r && (!console || fcntl(STDOUT_FILENO, F_GETFD) < 0))
		r = stream_null(STDOUT_FILENO);
	if (!r && fcntl(STDERR_FILENO, F_GETFD) < 0)
		r = stream_null(STDERR_FILENO);
	if (r)
		return r;
	if (sock != VIRT_CHILD_FD && dup3(sock, VIRT_CHILD_FD, O_CLOEXEC) < 0)
		return -errno;
	closefrom(VIRT_CHILD_FD + 1);
	if (setsid() < 0)
		return -errno;
	return reset_signals();
}

static int set_memlock(const struct rlimit *limit)
{
	BRACKET(MEMLOCK);

	return setrlimit(RLIMIT_MEMLOCK, limit);
}

/*
 * Raises the limit to what QEMU will lock; libvirt in the child can no longer do it, and sees that
 * it need not.
 */
static int raise_memlock(uint64_t bytes, struct err *e)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return err_sys(e, errno, NULL, "cannot read the limit of locked memory");
	if (limit.rlim_max < bytes)
		limit.rlim_max = bytes;
	limit.rlim_cur = limit.rlim_max;
	if (set_memlock(&limit) == 0 || !bytes)
		return 0;
	err_set(e, ERR_PRIVILEGE, EPERM, NULL,
		"the limit of locked memory is too low: QEMU needs %llu MiB for a guest with PCI devices",
		(unsigned long long)(bytes >> 20));
	return err_fix(
		e,
		"raise the hard limit (memlock in /etc/security/limits.conf, or LimitMEMLOCK= of the "
		"unit) to at least %llu KiB",
		(unsigned long long)(bytes >> 10));
}

/* Groups before user: the right to change them goes with it. */
static int change_ids(const struct virt_where *where)
{
	int r;
	BRACKET(USER);

	r = where->user ? initgroups(where->user, where->gid) : setgroups(0, NULL);
	if (r < 0 || setresgid(where->gid, where->gid, where->gid) < 0 ||
	    setresuid(where->uid, where->uid, where->uid) < 0)
		return -errno;
	return 0;
}

static bool ids_are(uid_t uid, gid_t gid)
{
	uid_t r, e, s;
	gid_t gr, ge, gs;

	return !getresuid(&r, &e, &s) && r == uid && e == uid && s == uid &&
	       !getresgid(&gr, &ge, &gs) && gr == gid && ge == gid && gs == gid;
}

int virt_drop_to_user(const struct virt_where *where, uint64_t memlock_bytes, struct err *e)
{
	int r = raise_memlock(memlock_bytes, e);

	/* The bounding set now, while we still may: that goes with the user. */
	if (r == 0)
		r = privs_child(NEED_BIT(USER), e);
	if (r)
		return r;
	if (!ids_are(where->uid, where->gid) || privs_have(NEED_BIT(USER)))
		r = change_ids(where);
	if (r) {
		err_set(e, ERR_PRIVILEGE, -r, NULL, "cannot become QEMU's user %s (uid %u): %s",
			where->user ? where->user : "", where->uid, strerror(-r));
		return r;
	}
	if (!ids_are(where->uid, where->gid))
		return err_set(e, ERR_PRIVILEGE, EPERM, NULL,
			       "the kernel did not make us QEMU's user %u", where->uid);
	r = privs_child(0, e);
	if (r)
		return r;
	/* What this process inherited in its memory is not for other processes of the same user. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, errno, NULL, "cannot forbid tracing");
	umask(077);
	return chdir("/") < 0 ? err_sys(e, errno, NULL, "cannot leave the current directory") : 0;
}

int virt_drop_session(uint64_t memlock_bytes, struct err *e)
{
	/* For a daemon that our connecting starts, and for one that runs; where neither may be, libvirt says what is missing. */
	(void)raise_memlock(memlock_bytes, NULL);
	virt_session_raise(memlock_bytes);
	return privs_keep(PRIVS_NONE, e);
}
