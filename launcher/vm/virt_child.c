// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of the child that calls libvirt: start a guest, watch it, obey, end with its parent. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "vm/virt_impl.h"
#include "vm/virt_lib.h"

/*
 * How often the guest's state is asked for, should an event be lost; and how often a lost daemon is
 * tried.
 */
#define LOOK_MS 2000
#define RETRY_MS 1000

/*
 * How long a daemon may be away (an upgrade restarts it) before the guest's state counts as
 * unknown.
 */
#define AWAY_SECONDS 120

/*
 * Nothing can be done about a parent that does not listen; the next look at the socket finds it
 * gone.
 */
static void tell(int sock, enum virt_msg_type type, int value, const struct err *e)
{
	struct virt_msg msg = { .type = type, .value = value };

	if (e)
		msg.e = *e;
	(void)send(sock, &msg, sizeof(msg), MSG_NOSIGNAL);
}

_Noreturn static void fail(int sock, const struct err *e)
{
	tell(sock, VIRT_MSG_FAILED, 0, e);
	_exit(1);
}

/* Everything that is given up, before the first call into libvirt. */
static int drop(const struct virt_request *request, enum virt_job job, struct err *e)
{
	const struct virt_where *where = request->where;
	int r;

	if (where->embed) {
		r = virt_drop_to_user(where, job == VIRT_JOB_START ? request->memlock_bytes : 0, e);
		return r || job == VIRT_JOB_ASK ? r : virt_embed_fill(where->embed, e);
	}
	if (strstr(where->uri, ":///session"))
		return virt_drop_session(request->memlock_bytes, e);
	return privs_child(0, e);
}

/*
 * Whether the guest runs, then the end. The embedded driver is not asked: starting it may take
 * long, or be busy.
 */
_Noreturn static void answer(int sock, const struct virt_request *request)
{
	const struct virt_where *where = request->where;
	struct virt_conn *conn;
	struct err e = { 0 };
	bool active = false;
	int r;

	if (where->embed) {
		r = virt_embed_running(where->embed, request->name, request->uuid, &active);
		if (r)
			err_sys(&e, -r, where->embed, "cannot find out whether %s runs",
				request->name);
	} else {
		r = virt_conn_open(request, &conn, &e);
		if (!r)
			r = virt_conn_active(conn, &active, &e);
	}
	if (r)
		fail(sock, &e);
	tell(sock, VIRT_MSG_STARTED, active, NULL);
	_exit(0);
}

/* The driver of one root directory runs in one process at a time. */
static int check_watcher(const struct virt_request *request, enum virt_job job, struct err *e)
{
	const char *embed = request->where->embed;
	pid_t pid = embed ? virt_embed_watcher(embed) : 0;

	if (!pid)
		return 0;
	if (job == VIRT_JOB_PLUG || job == VIRT_JOB_DESCRIBE) {
		err_set(e, ERR_VIRT, EOPNOTSUPP, request->name,
			"it runs in the embedded driver of process %d, which alone can change it",
			(int)pid);
		return err_fix(
			e, "start guests that are to be changed while they run through libvirtd");
	}
	return err_set(e, ERR_BUSY, EBUSY, request->name,
		       "process %d already runs the embedded driver of %s", (int)pid, embed);
}

/* A guest as libvirt knows it, piece by piece, then the end. */
_Noreturn static void describe(int sock, const struct virt_request *request)
{
	struct virt_conn *conn;
	struct err e = { 0 };
	char *xml = NULL;
	int flags = 0;

	if (check_watcher(request, VIRT_JOB_DESCRIBE, &e) || virt_conn_open(request, &conn, &e) ||
	    virt_conn_describe(conn, &xml, &flags, &e))
		fail(sock, &e);
	for (size_t at = 0, len = strlen(xml); at < len;) {
		struct virt_msg msg = { .type = VIRT_MSG_TEXT };
		size_t size = len - at < sizeof(msg.text) ? len - at : sizeof(msg.text);

		msg.value = (int)size;
		memcpy(msg.text, xml + at, size);
		if (send(sock, &msg, sizeof(msg), MSG_NOSIGNAL) < 0)
			_exit(1);
		at += size;
	}
	tell(sock, VIRT_MSG_STARTED, flags, NULL);
	_exit(0);
}

/* One message of the parent; its end is ours, and the guest stays as it is. */
static void obey(int sock, struct virt_conn *conn)
{
	struct virt_msg msg;
	struct err e = { 0 };
	ssize_t n = recv(sock, &msg, sizeof(msg), 0);

	if (n < 0 && errno == EINTR)
		return;
	if (n != (ssize_t)sizeof(msg) || msg.type != VIRT_MSG_STOP)
		_exit(0);
	if (virt_conn_stop(conn, (enum virt_stop)msg.value, &e))
		tell(sock, VIRT_MSG_NOTE, 0, &e);
}

static time_t now(void)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Until the guest or the parent ends. */
_Noreturn static void watch(int sock, struct virt_conn *conn, const char *name)
{
	struct pollfd fds[] = {
		{ .fd = sock, .events = POLLIN },
		{ .fd = virt_conn_news(conn), .events = POLLIN },
	};
	time_t away_since = 0;
	int timeout = LOOK_MS;

	for (;;) {
		enum virt_end end = VIRT_LOST;
		struct err e = { 0 };
		enum virt_seen seen;

		if (poll(fds, ARRAY_SIZE(fds), timeout) < 0 && errno != EINTR)
			_exit(1);
		if (fds[0].revents)
			obey(sock, conn);
		seen = virt_conn_look(conn, &end, &e);
		timeout = seen == VIRT_SEEN_AWAY ? RETRY_MS : LOOK_MS;
		if (seen == VIRT_SEEN_RUNNING)
			away_since = 0;
		else if (seen == VIRT_SEEN_AWAY && !away_since)
			away_since = now();
		if (seen == VIRT_SEEN_AWAY && now() - away_since >= AWAY_SECONDS) {
			err_set(&e, ERR_VIRT, ENOTCONN, name,
				"libvirt has not answered for %d seconds", AWAY_SECONDS);
			seen = VIRT_SEEN_ENDED;
		}
		if (seen == VIRT_SEEN_ENDED) {
			virt_console_finish();
			tell(sock, VIRT_MSG_ENDED, (int)end, &e);
			_exit(0);
		}
	}
}

/*
 * Loading libvirt takes as long as binding a few devices does, and is done meanwhile. Nothing is said to its daemon yet: a
 * connection wants to be kept alive. A parent that ends without a word has given the guest up.
 */
static void wait_until_told(int sock)
{
	struct virt_msg msg;
	ssize_t n;

	/* A failure is met again, and reported, when the connection is opened. */
	(void)virt_lib_load(NULL);
	do
		n = recv(sock, &msg, sizeof(msg), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(msg) || msg.type != VIRT_MSG_GO)
		_exit(0);
}

_Noreturn void virt_child_main(int sock, const struct virt_request *request, enum virt_job job)
{
	struct virt_conn *conn = NULL;
	struct err e = { 0 };
	int r = virt_drop_inherited(sock, request->console);

	if (r) {
		err_sys(&e, -r, NULL, "cannot detach from vmrun");
		fail(sock, &e);
	}
	sock = VIRT_CHILD_FD;
	if (drop(request, job, &e))
		fail(sock, &e);
	if (job == VIRT_JOB_ASK)
		answer(sock, request);
	if (job == VIRT_JOB_DESCRIBE)
		describe(sock, request);
	if (job == VIRT_JOB_READY)
		wait_until_told(sock);
	if (check_watcher(request, job, &e) || virt_conn_open(request, &conn, &e))
		fail(sock, &e);
	tell(sock, VIRT_MSG_CONNECTED, 0, NULL);
	if (job == VIRT_JOB_PLUG)
		r = virt_conn_plug(conn, &e);
	else if (job == VIRT_JOB_ADOPT)
		r = virt_conn_adopt(conn, &e);
	else
		r = virt_conn_create(conn, &e);
	if (r)
		fail(sock, &e);
	tell(sock, VIRT_MSG_STARTED, 1, NULL);
	if (job == VIRT_JOB_PLUG)
		_exit(0);
	watch(sock, conn, request->name);
}
