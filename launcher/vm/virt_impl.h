/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of virt share: who does what, and how parent and child talk. */
#ifndef VMRUN_VM_VIRT_IMPL_H
#define VMRUN_VM_VIRT_IMPL_H

#include <stddef.h>

#include "vm/virt.h"

/*
 * Theory of operation
 *
 *   virt_choose.c	which connection, and as which user QEMU runs
 *   virt.c		the parent's side: forks the child and listens to it; never calls libvirt
 *   virt_plug.c	the parent's side of what is done to a guest that is there: plug, unplug, describe
 *   virt_child.c	the child's life: give up what it must not have, start, watch, obey
 *   virt_drop.c	what the child gives up: descriptors, signals, user, capabilities
 *   virt_conn.c	a libvirt connection that outlives the daemon's restart; calls libvirt
 *   virt_conn_plug.c	plugging and unplugging through such a connection, and what it knows of a guest
 *   virt_console.c	the guest's console on stdout
 *   virt_session.c	the daemon of the user's session, and what it may lock
 *   virt_embed.c	the root directory of the embedded driver
 *   virt_cache.c	what that driver learned about QEMU, kept
 *   virt_qlog.c	QEMU's last words, and how libvirt says that a guest ended
 *
 * Parent and child exchange whole messages over a SOCK_SEQPACKET pair; the end of one closes it for
 * the other. The child says CONNECTED, then STARTED or FAILED; after STARTED at most NOTEs, and
 * ENDED. The parent only ever says STOP, and to a child that was begun early, once, GO. A child that describes a guest says TEXT, as often as it takes, before STARTED.
 */

/** enum virt_msg_type - what a message says */
enum virt_msg_type {
	VIRT_MSG_CONNECTED, /* libvirt answers */
	VIRT_MSG_STARTED,   /* the guest runs; value of an is-active child: whether it does */
	VIRT_MSG_FAILED,    /* it could not be done: kind, number, text, fix */
	VIRT_MSG_NOTE,	    /* the guest runs on, but a stop request failed: kind, number, text */
	VIRT_MSG_ENDED,	    /* value is an enum virt_end; text what is known beyond it */
	VIRT_MSG_TEXT,	    /* value bytes of a longer text */
	VIRT_MSG_STOP,	    /* parent to child: value is an enum virt_stop */
	VIRT_MSG_GO,	    /* parent to child: start the guest now */
};

/** struct virt_msg - one message; a fixed size, so that a short one is a broken one */
struct virt_msg {
	int type;
	int value;
	union {
		struct err e;
		char text[sizeof(struct err)];
	};
};

/** enum virt_job - what a child is for; VIRT_JOB_READY: to start a guest, once it is told to */
enum virt_job {
	VIRT_JOB_START,
	VIRT_JOB_READY,
	VIRT_JOB_ADOPT,
	VIRT_JOB_ASK,
	VIRT_JOB_PLUG,
	VIRT_JOB_DESCRIBE,
};

/*
 * A daemon answers in a moment or not at all; the embedded driver first looks at QEMU and at guests
 * it may find.
 */
#define VIRT_CONNECT_SECONDS(where) ((where)->embed ? 180 : 30)

/* How long a child may take to end. */
#define VIRT_FAREWELL_SECONDS 3

/** virt_spawn() - Fork a child for @job; NULL where that fails, with @e */
struct virt_guest *virt_spawn(const struct virt_request *request, enum virt_job job, struct err *e);

/**
 * virt_receive() - Next message of a child
 * @guest:	what virt_spawn() returned
 * @seconds:	longest wait; -1 for any time
 * @cancel_fd:	ends the wait when it becomes readable; 0 for none
 * @msg:	the message
 *
 * Return: 0; -ETIMEDOUT; -EINTR; -EPIPE where the child is gone; -errno
 */
int virt_receive(const struct virt_guest *guest, int seconds, int cancel_fd, struct virt_msg *msg);

/** virt_reap() - Close the child's socket, and after @seconds kill it where it has not ended; wait for it */
void virt_reap(struct virt_guest *guest, int seconds);

/** virt_no_answer() - What a virt_receive() that returned @r came to, as an error */
int virt_no_answer(const struct virt_request *request, int r, struct err *e);

/* The child's end of the pair, always this descriptor: nothing above it stays open. */
#define VIRT_CHILD_FD 3

/** virt_child_main() - Life of the child, from just after fork(2) with its end of the pair */
_Noreturn void virt_child_main(int sock, const struct virt_request *request, enum virt_job job);

/**
 * virt_drop_inherited() - Give up what the child has from its parent but must not keep
 * @sock:	its end of the pair; becomes VIRT_CHILD_FD
 * @console:	stdout stays what it was; else it leads nowhere, as stdin always does
 *
 * Closes every other descriptor (locks, the journal, claims of disks), leaves the terminal's
 * session so that Ctrl-C reaches the parent only, and puts signals to their defaults, but for those
 * that would end or stop it.
 *
 * Return: 0; -errno, and then the child must end
 */
int virt_drop_inherited(int sock, bool console);

/**
 * virt_drop_to_user() - Become QEMU's user, for good
 * @where:	connection to the embedded driver
 * @memlock_bytes: locked memory QEMU needs, 0 for none
 * @e:		ERR_PRIVILEGE
 *
 * Should:  raise the limit of locked memory first, while it may; read back ids, capabilities and
 * no_new_privs
 * Mustn't: call libvirt, or go on where one of them is not as wanted
 * Return:  0; -EPERM or -errno
 */
int virt_drop_to_user(const struct virt_where *where, uint64_t memlock_bytes, struct err *e);

/**
 * virt_session_limit() - Hard limit on locked memory of the session's daemon, under which its guests' QEMU runs
 * @root:	the live host
 * @ret:	bytes, UINT64_MAX for none
 *
 * Return: process id of the daemon; 0 where none runs, or it cannot be told
 */
pid_t virt_session_limit(const struct root *root, uint64_t *ret);

/** virt_session_raise() - Raise that limit to @bytes where it is lower and we may (prlimit(2)) */
void virt_session_raise(uint64_t bytes);

/**
 * virt_drop_session() - Give up all capabilities before the session's daemon is called, which our connecting may start
 * @memlock_bytes: locked memory QEMU needs, for a daemon started so; raised where it may be
 * @e:		detail of a failure
 *
 * That daemon lives on for others: what a program that root starts gets anyway (the bounding set) stays, and it may gain
 * privileges.
 *
 * Return: 0; -EPERM
 */
int virt_drop_session(uint64_t memlock_bytes, struct err *e);

/**
 * virt_embed_prepare() - Create the root directory of the embedded driver, for its user, where
 * there is none
 * @where:	connection to the embedded driver
 * @e:		detail of a failure
 *
 * Needs:   CAP_CHOWN where the user is another one
 * Changes: the directory, and vmrun's own directories above it (0711)
 * Return:  0; -EEXIST where something else is in its place; -errno
 */
int virt_embed_prepare(const struct virt_where *where, struct err *e);

/**
 * virt_cache_prepare() - Create the directory in which the embedded driver keeps what it learned about QEMU
 * @where:	connection to the embedded driver
 *
 * Needs:   CAP_CHOWN where the user is another one
 * Changes: /var/cache/vmrun/qemu-UID, or the same below an ordinary user's cache; where that fails, nothing is kept
 */
void virt_cache_prepare(const struct virt_where *where);

/** virt_cache_link() - In the child, as QEMU's user: make "cache" in @root, which is @embed, lead there, if it can */
void virt_cache_link(const char *embed, int root);

/**
 * virt_embed_fill() - In the child, as QEMU's user: give the driver its configuration and environment
 * @embed:	root directory
 * @e:		detail of a failure
 *
 * Changes: files in the root; all environment variables
 * Return:  0; -errno
 */
int virt_embed_fill(const char *embed, struct err *e);

/**
 * virt_embed_watcher() - Process that has the embedded driver of this root directory running
 * @embed:	root directory
 *
 * Return: its process id; 0 where there is none
 */
pid_t virt_embed_watcher(const char *embed);

/**
 * virt_embed_running() - Whether QEMU of a guest of the embedded driver runs; asks no libvirt
 * @embed:	root directory
 * @name:	guest's name
 * @uuid:	its UUID
 * @ret:	the answer
 *
 * Return: 0; -errno where it could not be read
 */
int virt_embed_running(const char *embed, const char *name, const char *uuid, bool *ret);

/**
 * virt_qlog_tail() - Last lines of QEMU's log of a guest, as one line
 * @embed:	root directory of the embedded driver, or NULL for the system daemon
 * @name:	guest's name
 * @buf:	result, terminated; empty where there is nothing to read
 * @size:	size of @buf
 */
void virt_qlog_tail(const char *embed, const char *name, char *buf, size_t size);

/**
 * virt_qlog_reason() - How a guest ended, as libvirt wrote into QEMU's log
 * @embed:	root directory of the embedded driver, or NULL for the system daemon
 * @name:	guest's name
 * @ret:	how it ended, where the log says so
 *
 * Return: whether it does
 */
bool virt_qlog_reason(const char *embed, const char *name, enum virt_end *ret);

/**
 * virt_line() - A text of several lines as one line of printable characters
 * @text:	the text
 * @buf:	result, terminated; what does not fit goes from its middle
 * @size:	size of @buf, at least 32
 */
void virt_line(const char *text, char *buf, size_t size);

/* A connection to libvirt and the guest watched through it. */
struct virt_conn;

/** enum virt_seen - what a look at the guest told */
enum virt_seen {
	VIRT_SEEN_RUNNING,
	VIRT_SEEN_ENDED, /* and how */
	VIRT_SEEN_AWAY,	 /* the connection does not answer now */
};

/** virt_conn_open() - Connect; @ret is released by the end of the process; 0 or -errno */
int virt_conn_open(const struct virt_request *request, struct virt_conn **ret, struct err *e);

/** virt_conn_news() - Descriptor that becomes readable when libvirt reported something */
int virt_conn_news(const struct virt_conn *conn);

/** virt_conn_active() - Whether a guest of that name or UUID runs, into @ret; 0 or -errno */
int virt_conn_active(struct virt_conn *conn, bool *ret, struct err *e);

/** virt_conn_create() - Start the request's guest; 0, or -errno with ERR_VIRT, ERR_BUSY */
int virt_conn_create(struct virt_conn *conn, struct err *e);

/** virt_conn_adopt() - Find the request's guest, which runs already; 0, -ENOENT or -errno */
int virt_conn_adopt(struct virt_conn *conn, struct err *e);

/**
 * virt_conn_look() - Look at the guest: what was reported, and what libvirt says now
 * @conn:	connection
 * @ret:	how it ended, for VIRT_SEEN_ENDED
 * @e:		for an end that was no orderly one, what is known
 *
 * Connects again where the connection broke and a daemon answers, and finds the guest by its UUID.
 */
enum virt_seen virt_conn_look(struct virt_conn *conn, enum virt_end *ret, struct err *e);

/** virt_conn_stop() - Ask the guest to end; a second VIRT_DESTROY kills QEMU; 0 or -errno */
int virt_conn_stop(struct virt_conn *conn, enum virt_stop how, struct err *e);

/** virt_conn_plug() - Do what request->plug says; 0 or -errno */
int virt_conn_plug(struct virt_conn *conn, struct err *e);

/**
 * virt_conn_describe() - What libvirt knows of the guest called request->name
 * @conn:	connection
 * @xml:	its definition, or where it has none what runs; free()
 * @flags:	VIRT_IS_ACTIVE and VIRT_IS_PERSISTENT as they hold
 * @e:		ERR_NO_DEVICE where there is no such guest, with the nearest name
 *
 * Return: 0; -ENOENT; -errno
 */
int virt_conn_describe(struct virt_conn *conn, char **xml, int *flags, struct err *e);

#define VIRT_IS_ACTIVE 1
#define VIRT_IS_PERSISTENT 2

/** virt_console_start() - Copy the guest's console to stdout, in a thread; 0 or -errno */
int virt_console_start(struct virt_conn *conn, struct err *e);

/** virt_console_finish() - Give the last output up to a second to arrive */
void virt_console_finish(void);

#endif
