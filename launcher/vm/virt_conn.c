// SPDX-License-Identifier: GPL-2.0-or-later
/* A libvirt connection that outlives the daemon's restart, and the guest seen through it. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "vm/virt_conn.h"
#include "vm/virt_lib.h"

/*
 * Theory of operation
 *
 * libvirt's event loop runs in a thread of its own, because calls into libvirt block. Its callbacks
 * only note what happened and write to an eventfd; everything else is done by the main thread,
 * which asks libvirt itself before it believes a note: an event may be late, or lost with a
 * connection.
 */

/*
 * A daemon that does not answer for PERIOD * COUNT seconds is taken for dead, and the connection
 * closed.
 */
#define KEEPALIVE_PERIOD 5
#define KEEPALIVE_COUNT 5

/* No event of the guest's end has come. */
#define NO_EVENT (-1)

static void silent(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

static void wake(const struct virt_conn *conn)
{
	uint64_t one = 1;

	if (write(conn->news, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is readable already */
}

static void on_lifecycle(virConnectPtr c, virDomainPtr dom, int event, int detail, void *opaque)
{
	struct virt_conn *conn = opaque;
	char uuid[VIR_UUID_STRING_BUFLEN];

	(void)c;
	if (event != VIR_DOMAIN_EVENT_STOPPED || virt_lib.virDomainGetUUIDString(dom, uuid) < 0 ||
	    strcasecmp(uuid, conn->request->uuid) != 0)
		return;
	atomic_store(&conn->stopped, detail);
	wake(conn);
}

/*
 * virConnectDomainEventRegisterAny() takes every callback as this type; the two must not be cast
 * into each other.
 */
static virConnectDomainEventGenericCallback lifecycle_callback(void)
{
	return VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle);
}

static void on_close(virConnectPtr c, int reason, void *opaque)
{
	struct virt_conn *conn = opaque;

	(void)c;
	(void)reason;
	atomic_store(&conn->closed, true);
	wake(conn);
}

static void *run_events(void *unused)
{
	(void)unused;
	while (virt_lib.virEventRunDefaultImpl() >= 0)
		;
	return NULL;
}

int virt_conn_error(const struct virt_conn *conn, enum err_kind kind, int number, struct err *e)
{
	const char *text = virt_lib.virGetLastErrorMessage();
	bool vague = strstr(text, "onitor") || strstr(text, "unexpectedly");
	char line[sizeof(((struct err *)NULL)->message)], tail[512] = "";

	/* libvirt usually quotes QEMU; where it does not, "closed the monitor" helps nobody. */
	if (vague && !strstr(text, "qemu-system"))
		virt_qlog_tail(conn->request->where->embed, conn->request->name, tail,
			       sizeof(tail));
	if (tail[0]) {
		_cleanup_free_ char *both = mem_printf("%s; QEMU said: %s", text, tail);

		virt_line(both, line, sizeof(line));
	} else {
		virt_line(text, line, sizeof(line));
	}
	return err_set(e, kind, number, conn->request->name, "%s", line);
}

/* Connects and asks to be told of ends; 0 or -ECONNREFUSED with libvirt's error set. */
static int connect_once(struct virt_conn *conn)
{
	conn->conn = virt_lib.virConnectOpen(conn->request->where->uri);
	if (!conn->conn)
		return -ECONNREFUSED;
	atomic_store(&conn->closed, false);
	/* Drivers without a daemon have neither of these two. */
	(void)virt_lib.virConnectSetKeepAlive(conn->conn, KEEPALIVE_PERIOD, KEEPALIVE_COUNT);
	(void)virt_lib.virConnectRegisterCloseCallback(conn->conn, on_close, conn, NULL);
	if (virt_lib.virConnectDomainEventRegisterAny(conn->conn, NULL,
						      VIR_DOMAIN_EVENT_ID_LIFECYCLE,
						      lifecycle_callback(), conn, NULL) < 0)
		return -ECONNREFUSED;
	return 0;
}

int virt_conn_open(const struct virt_request *request, struct virt_conn **ret, struct err *e)
{
	struct virt_conn *conn = mem_zalloc(sizeof(*conn));
	pthread_t thread;
	int r;

	conn->request = request;
	atomic_init(&conn->stopped, NO_EVENT);
	conn->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	*ret = conn;
	if (conn->news < 0)
		return err_sys(e, errno, NULL, "cannot create an eventfd");
	r = virt_lib_load(e);
	if (r < 0)
		return r;
	virt_lib.virSetErrorFunc(NULL, silent);
	if (virt_lib.virInitialize() < 0 || virt_lib.virEventRegisterDefaultImpl() < 0)
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	r = pthread_create(&thread, NULL, run_events, NULL);
	if (r)
		return err_sys(e, r, NULL, "cannot start a thread");
	r = connect_once(conn);
	if (!r)
		return 0;
	virt_conn_error(conn, ERR_VIRT, -r, e);
	if (e)
		err_wrap(e, "%s", request->where->uri);
	if (request->where->embed)
		err_fix(e,
			"is libvirt's QEMU driver installed (libvirt-daemon-driver-qemu)? its own log is "
			"%s/log/libvirt.log",
			request->where->embed);
	return r;
}

int virt_conn_news(const struct virt_conn *conn)
{
	return conn->news;
}

/* Whether libvirt's last error only says that there is no such guest. */
static bool no_domain(void)
{
	return virt_lib.virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
}

int virt_conn_active(struct virt_conn *conn, bool *ret, struct err *e)
{
	virDomainPtr found[2] = {
		virt_lib.virDomainLookupByUUIDString(conn->conn, conn->request->uuid),
		NULL,
	};
	int active = 0;

	if (!found[0] && !no_domain())
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	found[1] = virt_lib.virDomainLookupByName(conn->conn, conn->request->name);
	if (!found[1] && !no_domain())
		active = -1;
	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		if (found[i] && active == 0)
			active = virt_lib.virDomainIsActive(found[i]);
	}
	if (active < 0)
		virt_conn_error(conn, ERR_VIRT, EIO, e);
	for (size_t i = 0; i < ARRAY_SIZE(found); i++)
		if (found[i])
			virt_lib.virDomainFree(found[i]);
	if (active < 0)
		return -EIO;
	*ret = active;
	return 0;
}

/* Starts what is paused only for the console to be there in time. */
static int resume(struct virt_conn *conn, struct err *e)
{
	int r = virt_console_start(conn, e);

	if (!r && virt_lib.virDomainResume(conn->domain) < 0)
		r = virt_conn_error(conn, ERR_VIRT, EIO, e);
	if (r)
		(void)virt_lib.virDomainDestroy(conn->domain);
	return r;
}

int virt_conn_create(struct virt_conn *conn, struct err *e)
{
	unsigned int flags = VIR_DOMAIN_START_VALIDATE;
	bool active;
	int r = virt_conn_active(conn, &active, e);

	if (r)
		return r;
	if (active)
		return err_set(e, ERR_BUSY, EBUSY, conn->request->name,
			       "a guest of this name or UUID runs already");
	if (conn->request->console)
		flags |= VIR_DOMAIN_START_PAUSED;
	conn->domain = virt_lib.virDomainCreateXML(conn->conn, conn->request->xml, flags);
	if (conn->domain)
		return conn->request->console ? resume(conn, e) : 0;
	/* Somebody else started it since we looked. */
	if (strstr(virt_lib.virGetLastErrorMessage(), "already active"))
		return virt_conn_error(conn, ERR_BUSY, EBUSY, e);
	return virt_conn_error(conn, ERR_VIRT, EIO, e);
}

int virt_conn_adopt(struct virt_conn *conn, struct err *e)
{
	int active;

	conn->domain = virt_lib.virDomainLookupByUUIDString(conn->conn, conn->request->uuid);
	if (!conn->domain && !no_domain())
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	active = conn->domain ? virt_lib.virDomainIsActive(conn->domain) : 0;
	if (active < 0)
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	if (!active)
		return err_set(e, ERR_VIRT, ENOENT, conn->request->name, "no such guest runs");
	return conn->request->console ? virt_console_start(conn, e) : 0;
}

/* Replaces a broken connection by a new one, and the guest's handle with it. */
static enum virt_seen reconnect(struct virt_conn *conn)
{
	if (conn->domain)
		virt_lib.virDomainFree(conn->domain);
	conn->domain = NULL;
	if (conn->conn)
		virt_lib.virConnectClose(conn->conn);
	conn->conn = NULL;
	if (connect_once(conn))
		return VIRT_SEEN_AWAY;
	conn->domain = virt_lib.virDomainLookupByUUIDString(conn->conn, conn->request->uuid);
	if (conn->domain)
		return VIRT_SEEN_RUNNING;
	return no_domain() ? VIRT_SEEN_ENDED : VIRT_SEEN_AWAY;
}

/*
 * How the guest ended: by the event, else by QEMU's log; what remains is an end of which nothing is
 * known.
 */
static void tell_end(struct virt_conn *conn, enum virt_end *ret, struct err *e)
{
	const struct virt_request *request = conn->request;
	int detail = atomic_load(&conn->stopped);
	char tail[512];

	*ret = VIRT_SHUTOFF;
	if (detail == VIR_DOMAIN_EVENT_STOPPED_DESTROYED)
		*ret = VIRT_DESTROYED;
	else if (detail == VIR_DOMAIN_EVENT_STOPPED_CRASHED ||
		 detail == VIR_DOMAIN_EVENT_STOPPED_FAILED)
		*ret = VIRT_CRASHED;
	else if (detail == NO_EVENT && !virt_qlog_reason(request->where->embed, request->name, ret))
		err_set(e, ERR_VIRT, ECONNRESET, request->name,
			"ended while libvirt could not tell how");
	if (*ret != VIRT_CRASHED)
		return;
	virt_qlog_tail(request->where->embed, request->name, tail, sizeof(tail));
	err_set(e, ERR_VIRT, ECONNRESET, request->name, "%s%s",
		detail == VIR_DOMAIN_EVENT_STOPPED_CRASHED ? "the guest panicked"
							   : "QEMU ended by itself or was killed",
		tail[0] ? "; its last words: " : "");
	if (e)
		strncat(e->message, tail, sizeof(e->message) - strlen(e->message) - 1);
}

/* What libvirt says now about the guest of a connection that works. */
static enum virt_seen ask_state(struct virt_conn *conn)
{
	int state = 0, reason = 0;

	if (virt_lib.virDomainGetState(conn->domain, &state, &reason, 0) < 0)
		return no_domain() ? VIRT_SEEN_ENDED : VIRT_SEEN_AWAY;
	if (state != VIR_DOMAIN_SHUTOFF)
		return VIRT_SEEN_RUNNING;
	/* Only a guest that is defined, too, is still there to be asked. */
	if (atomic_load(&conn->stopped) == NO_EVENT && reason == VIR_DOMAIN_SHUTOFF_DESTROYED)
		atomic_store(&conn->stopped, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
	return VIRT_SEEN_ENDED;
}

enum virt_seen virt_conn_look(struct virt_conn *conn, enum virt_end *ret, struct err *e)
{
	int before = atomic_load(&conn->stopped);
	enum virt_seen seen;
	uint64_t count;

	if (read(conn->news, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return VIRT_SEEN_AWAY;
	if (!conn->conn || !conn->domain || atomic_load(&conn->closed) ||
	    virt_lib.virConnectIsAlive(conn->conn) == 0)
		seen = reconnect(conn);
	else
		seen = ask_state(conn);
	switch (seen) {
	case VIRT_SEEN_RUNNING:
		/* An event of an earlier guest of this UUID; one that came meanwhile is kept. */
		(void)atomic_compare_exchange_strong(&conn->stopped, &before, NO_EVENT);
		conn->missing = 0;
		break;
	case VIRT_SEEN_ENDED:
		/* The event that says how may still be under way. */
		if (atomic_load(&conn->stopped) == NO_EVENT && conn->missing++ == 0)
			return VIRT_SEEN_RUNNING;
		tell_end(conn, ret, e);
		break;
	case VIRT_SEEN_AWAY:
		break;
	}
	return seen;
}

int virt_conn_stop(struct virt_conn *conn, enum virt_stop how, struct err *e)
{
	int r;

	if (!conn->domain)
		return err_set(e, ERR_VIRT, ENOTCONN, conn->request->name,
			       "cannot be asked to end while libvirt does not answer");
	if (how == VIRT_SHUTDOWN)
		r = virt_lib.virDomainShutdown(conn->domain);
	else if (conn->destroying)
		r = virt_lib.virDomainDestroy(conn->domain);
	else
		r = virt_lib.virDomainDestroyFlags(conn->domain, VIR_DOMAIN_DESTROY_GRACEFUL);
	conn->destroying = conn->destroying || how == VIRT_DESTROY;
	/* It may have ended by itself meanwhile. */
	if (r < 0 && !no_domain() && virt_lib.virGetLastErrorCode() != VIR_ERR_OPERATION_INVALID)
		return virt_conn_error(conn, ERR_VIRT, EIO, e);
	return 0;
}
