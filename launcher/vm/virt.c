// SPDX-License-Identifier: GPL-2.0-or-later
/* The parent's side of a guest's life: forks the child that calls libvirt, and listens to it. */
#include "vm/virt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "vm/virt_impl.h"

#define ASK_SECONDS 10

/* How long an interrupted start may take to be taken back. */
#define TAKE_BACK_SECONDS 60

#define FOREVER (-1)

/**
 * struct virt_guest - a guest and the child that watches it
 * @name:	its name, for messages
 * @pid:	child, or 0 once it is reaped
 * @fd:		our end of the pair
 * @end:	what became of the guest
 * @e:		what is known about it
 */
struct virt_guest {
	char *name;
	pid_t pid;
	int fd;
	enum virt_end end;
	struct err e;
};

struct virt_guest *virt_spawn(const struct virt_request *request, enum virt_job job, struct err *e)
{
	struct virt_guest *guest;
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		err_sys(e, errno, NULL, "cannot create a socket pair");
		return NULL;
	}
	pid = fork();
	if (pid < 0) {
		err_sys(e, errno, NULL, "cannot create a process");
		close(pair[0]);
		close(pair[1]);
		return NULL;
	}
	if (pid == 0)
		virt_child_main(pair[1], request, job);
	close(pair[1]);
	guest = mem_zalloc(sizeof(*guest));
	*guest =
		(struct virt_guest){ .name = mem_strdup(request->name), .pid = pid, .fd = pair[0] };
	return guest;
}

/*
 * It may have been taken over by a guest that broke out, for it runs as QEMU's user: what it sends is only believed to be a
 * message, and made printable.
 */
int virt_receive(const struct virt_guest *guest, int seconds, int cancel_fd, struct virt_msg *msg)
{
	struct pollfd fds[] = {
		{ .fd = guest->fd, .events = POLLIN },
		{ .fd = cancel_fd > 0 ? cancel_fd : -1, .events = POLLIN },
	};
	struct virt_msg raw;
	ssize_t n;
	int r = poll(fds, ARRAY_SIZE(fds), seconds == FOREVER ? -1 : seconds * 1000);

	if (r < 0)
		return -errno;
	if (r == 0)
		return -ETIMEDOUT;
	if (!fds[0].revents)
		return -EINTR;
	n = recv(guest->fd, &raw, sizeof(raw), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	if (n != (ssize_t)sizeof(raw))
		return -EPIPE;
	*msg = (struct virt_msg){ .type = raw.type, .value = raw.value };
	if (raw.type == VIRT_MSG_TEXT) {
		memcpy(msg->text, raw.text, sizeof(msg->text));
		return 0;
	}
	raw.e.subject[sizeof(raw.e.subject) - 1] = '\0';
	raw.e.message[sizeof(raw.e.message) - 1] = '\0';
	raw.e.fix[sizeof(raw.e.fix) - 1] = '\0';
	virt_line(raw.e.subject, msg->e.subject, sizeof(msg->e.subject));
	virt_line(raw.e.message, msg->e.message, sizeof(msg->e.message));
	virt_line(raw.e.fix, msg->e.fix, sizeof(msg->e.fix));
	msg->e.number = raw.e.number > 0 && raw.e.number < 4096 ? raw.e.number : EIO;
	msg->e.kind = ERR_VIRT;
	if (raw.e.kind == ERR_BUSY || raw.e.kind == ERR_PRIVILEGE || raw.e.kind == ERR_UNEXPECTED ||
	    raw.e.kind == ERR_NO_DEVICE || raw.e.kind == ERR_UNDONE)
		msg->e.kind = raw.e.kind;
	return 0;
}

/* The child ends by itself when its socket is closed; it is killed where it does not. */
void virt_reap(struct virt_guest *guest, int seconds)
{
	struct pollfd pfd = { .fd = guest->fd };
	pid_t r;

	if (!guest->pid)
		return;
	(void)shutdown(guest->fd, SHUT_WR);
	if (seconds == 0 || poll(&pfd, 1, seconds * 1000) == 0)
		(void)kill(guest->pid, SIGKILL);
	do
		r = waitpid(guest->pid, NULL, 0);
	while (r < 0 && errno == EINTR);
	guest->pid = 0;
}

int virt_no_answer(const struct virt_request *request, int r, struct err *e)
{
	if (r == -ETIMEDOUT) {
		err_set(e, ERR_VIRT, ETIMEDOUT, request->where->uri, "libvirt does not answer");
		return err_fix(e, "is its daemon hanging? try: virsh -c %s list",
			       request->where->uri);
	}
	if (r == -EINTR)
		return err_set(e, ERR_UNEXPECTED, EINTR, request->name, "interrupted");
	return err_set(e, ERR_UNEXPECTED, EPIPE, request->name,
		       "the process that calls libvirt died");
}

/*
 * A signal came while the guest was being started: it shall not run. Waits until it is known not
 * to.
 */
static int take_back(const struct virt_request *request, struct virt_guest *guest, struct err *e)
{
	time_t until = time(NULL) + TAKE_BACK_SECONDS;
	struct virt_msg msg;
	int r;

	r = virt_guest_stop(guest, VIRT_DESTROY, NULL);
	while (!r && time(NULL) < until) {
		r = virt_receive(guest, 1, 0, &msg);
		if (!r && (msg.type == VIRT_MSG_FAILED || msg.type == VIRT_MSG_ENDED))
			return virt_no_answer(request, -EINTR, e);
		if (r == -EINTR || r == -ETIMEDOUT)
			r = 0;
	}
	err_set(e, ERR_LEFT, EINTR, request->name,
		"interrupted, and libvirt does not say whether the guest runs");
	return -EINTR;
}

/* Waits for STARTED; 0, or the failure. */
static int await_start(const struct virt_request *request, struct virt_guest *guest, struct err *e)
{
	int seconds = VIRT_CONNECT_SECONDS(request->where);
	struct virt_msg msg;
	int r = virt_receive(guest, seconds, request->cancel_fd, &msg);

	if (!r && msg.type == VIRT_MSG_CONNECTED) {
		r = virt_receive(guest, FOREVER, request->cancel_fd, &msg);
		if (r == -EINTR)
			return take_back(request, guest, e);
	}
	if (r)
		return virt_no_answer(request, r, e);
	if (msg.type == VIRT_MSG_STARTED)
		return 0;
	if (e)
		*e = msg.e;
	return -msg.e.number;
}

struct virt_guest *virt_begin(const struct virt_request *request)
{
	return request->where->embed ? NULL : virt_spawn(request, VIRT_JOB_READY, NULL);
}

/* The child that was begun, told to go on; or a new one. */
static struct virt_guest *spawn(const struct virt_request *request, enum virt_job job,
				struct err *e)
{
	struct virt_msg go = { .type = VIRT_MSG_GO };

	if (!request->begun)
		return virt_spawn(request, job, e);
	/* One that is gone is missed when nothing comes from it. */
	(void)send(request->begun->fd, &go, sizeof(go), MSG_NOSIGNAL);
	return request->begun;
}

int virt_start(const struct virt_request *request, struct virt_guest **ret, struct err *e)
{
	enum virt_job job = request->xml ? VIRT_JOB_START : VIRT_JOB_ADOPT;
	struct virt_guest *guest;
	int r;

	if (request->where->embed && job == VIRT_JOB_START) {
		r = virt_embed_prepare(request->where, e);
		if (r)
			return r;
	}
	if (request->where->embed && job == VIRT_JOB_ADOPT &&
	    access(request->where->embed, F_OK) < 0)
		return err_set(e, ERR_VIRT, ENOENT, request->name, "no such guest runs");
	guest = spawn(request, job, e);
	if (!guest)
		return -EAGAIN;
	r = await_start(request, guest, e);
	if (r) {
		/* Where it does not answer by now, it will not do so in time. */
		virt_reap(guest, r == -ETIMEDOUT || r == -EINTR ? 0 : VIRT_FAREWELL_SECONDS);
		virt_guest_free(guest);
		return r;
	}
	*ret = guest;
	return 0;
}

int virt_guest_stop(struct virt_guest *guest, enum virt_stop how, struct err *e)
{
	struct virt_msg msg = { .type = VIRT_MSG_STOP, .value = (int)how };

	if (send(guest->fd, &msg, sizeof(msg), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return err_sys(e, errno, guest->name,
			       "cannot reach the process that watches the guest");
	return 0;
}

int virt_guest_fd(const struct virt_guest *guest)
{
	return guest->fd;
}

int virt_guest_poll(struct virt_guest *guest, enum virt_end *ret, struct err *e)
{
	struct virt_msg msg;
	int r = -EAGAIN;

	while (guest->end == VIRT_RUNNING && (r = virt_receive(guest, 0, 0, &msg)) == 0) {
		if (msg.type == VIRT_MSG_ENDED) {
			guest->end = VIRT_LOST;
			if (msg.value > VIRT_RUNNING && msg.value <= VIRT_LOST)
				guest->end = (enum virt_end)msg.value;
			guest->e = msg.e.message[0] ? msg.e : (struct err){ 0 };
		} else if (msg.type == VIRT_MSG_NOTE && e) {
			*e = msg.e;
		}
	}
	if (guest->end == VIRT_RUNNING && r == -EPIPE) {
		guest->end = VIRT_LOST;
		err_set(&guest->e, ERR_VIRT, EPIPE, guest->name,
			"the process that watched the guest died");
	}
	*ret = guest->end;
	if (e && guest->end != VIRT_RUNNING && guest->e.kind != ERR_NONE)
		*e = guest->e;
	return 0;
}

int virt_is_active(const struct virt_where *where, const char *name, const char *uuid, bool *ret,
		   struct err *e)
{
	struct virt_request request = { .where = where, .name = name, .uuid = uuid };
	struct virt_guest *guest = virt_spawn(&request, VIRT_JOB_ASK, e);
	struct virt_msg msg;
	int r;

	if (!guest)
		return -EAGAIN;
	do
		r = virt_receive(guest, ASK_SECONDS, 0, &msg);
	while (r == -EINTR);
	virt_reap(guest, r ? 0 : VIRT_FAREWELL_SECONDS);
	virt_guest_free(guest);
	if (r)
		return virt_no_answer(&request, r, e);
	if (msg.type != VIRT_MSG_STARTED) {
		if (e)
			*e = msg.e;
		return -msg.e.number;
	}
	*ret = msg.value != 0;
	return 0;
}

void virt_guest_free(struct virt_guest *guest)
{
	if (!guest)
		return;
	virt_reap(guest, VIRT_FAREWELL_SECONDS);
	close(guest->fd);
	free(guest->name);
	free(guest);
}
