/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's life through libvirt: connect, start, wait, stop. */
#ifndef VMRUN_VM_VIRT_H
#define VMRUN_VM_VIRT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/root.h"
#include "model/pciaddr.h"

/*
 * Theory of operation
 *
 * libvirt starts threads and calls back at any time; the process that changes the host must stay simple. So libvirt is
 * only ever called in a child process, which holds no lock, no journal and no claim of a disk. Parent and child talk over a
 * socket pair. With the embedded driver (qemu:///embed) the child is also the one that gives up privilege: it becomes
 * QEMU's user, with no capability and no_new_privs, before it calls libvirt for the first time.
 *
 * A child whose parent is gone ends without touching the guest: the guest outlives vmrun, and `vmrun recover` or
 * `vmrun stop` finds it again.
 */

/**
 * struct virt_where - the connection a guest is started through
 * @uri:	libvirt URI; for the embedded driver it holds the root directory
 * @why:	how it was chosen, for people: "qemu:///system (its socket answers)"
 * @fallback:	what the system daemon does instead ("does not answer", "refuses us"), where nobody named a connection and the
 *		embedded driver takes its place; else NULL
 * @embed:	root directory of the embedded driver, or NULL where a daemon answers
 * @owns_nodes:	libvirt itself gives QEMU access to /dev/vfio nodes and takes it back (the system daemon)
 * @uid, @gid:	user and group QEMU runs as; meaningful where !@owns_nodes
 * @user:	name of that user, or NULL
 * @limit_known, @limit_bytes: hard limit on locked memory of the session's daemon, where one runs already
 */
struct virt_where {
	char *uri;
	char *why;
	const char *fallback;
	char *embed;
	bool owns_nodes;
	uid_t uid;
	gid_t gid;
	char *user;
	bool limit_known;
	uint64_t limit_bytes;
};

/**
 * virt_choose() - Choose the connection
 * @root:	the host
 * @option:	--connect, or NULL
 * @profile:	the profile's uri, or NULL
 * @guest:	guest's name, names the embedded driver's root
 * @ret:	filled on success; virt_where_done()
 * @e:		ERR_VIRT
 *
 * In this order: @option, @profile, $VMRUN_URI, $LIBVIRT_DEFAULT_URI, qemu:///system where its socket accepts a connection,
 * else the embedded driver. For a captured host, which has no environment and answers nothing, qemu:///system is assumed.
 * Only QEMU on this host is taken (and test:///, which touches no device). Changes nothing.
 *
 * Return: 0; -errno
 */
int virt_choose(const struct root *root, const char *option, const char *profile, const char *guest,
		struct virt_where *ret, struct err *e);

/** virt_where_done() - Release what @where owns */
void virt_where_done(struct virt_where *where);

/**
 * struct virt_request - what to start, or to find again
 * @where:	connection
 * @name:	guest's name
 * @uuid:	guest's UUID
 * @xml:	domain XML to create; NULL to adopt a guest that runs already
 * @memlock_bytes: locked memory QEMU needs (guest RAM + 1 GiB), 0 for a guest without PCI devices; raised for the
 *		embedded driver's child, which fails where it may not be
 * @console:	copy the guest's serial console to stdout (serial=stdio)
 * @cancel_fd:	becomes readable (a signalfd) when the start shall be taken back; 0 for none
 * @plug:	for virt_plug() only
 * @begun:	what virt_begin() returned for this request, or NULL; virt_start() takes it over
 */
struct virt_request {
	const struct virt_where *where;
	const char *name;
	const char *uuid;
	const char *xml;
	uint64_t memlock_bytes;
	bool console;
	int cancel_fd;
	const struct virt_plug *plug;
	struct virt_guest *begun;
};

/* A running guest: the child process that watches it. */
struct virt_guest;

/**
 * virt_begin() - Make a child ready to start a guest, while what the guest needs is still being prepared
 * @request:	what virt_start() will be given, with the XML; what the child knows of it is what it says now
 *
 * The child gives up what it must not have and loads libvirt's library. It says nothing to libvirt before virt_start() has it
 * go on, and ends where virt_guest_free() or the end of this process comes first.
 *
 * Return: the child, for @request->begun or virt_guest_free(); NULL where nothing is gained by one (the embedded driver, whose
 * directory is made at the start), or none can be had, which virt_start() finds out again
 */
struct virt_guest *virt_begin(const struct virt_request *request);

/**
 * virt_start() - Start a guest, or adopt a running one
 * @request:	what to start
 * @ret:	the guest; virt_guest_free()
 * @e:		ERR_VIRT with libvirt's own message (and QEMU's last words where libvirt does not quote them); ERR_BUSY
 *		where a guest of that name or UUID runs already, or another process runs the driver of this root;
 *		ERR_PRIVILEGE where QEMU's user or its locked memory is out of reach
 *
 * A signal whose handler interrupts system calls, or @request->cancel_fd, takes the start back: the guest is destroyed
 * before the return with -EINTR, and the error's kind is ERR_LEFT where that could not be seen.
 *
 * Needs:   for the embedded driver, the privilege to become @where->uid
 * Changes: the embedded driver's root directory (created 0700 for its user; it stays after a failure, for its logs, until
 *          virt_embed_remove()); the domain (transient)
 * Return:  0; -ENOENT where there is no guest to adopt; -EBUSY; -EINTR; -errno
 */
int virt_start(const struct virt_request *request, struct virt_guest **ret, struct err *e);

/** enum virt_stop - how to ask a guest to end: its power button, or at once */
enum virt_stop { VIRT_SHUTDOWN, VIRT_DESTROY };

/**
 * virt_guest_stop() - Ask for the end of a guest
 * @guest:	the guest
 * @how:	its power button, or at once; a second VIRT_DESTROY kills QEMU where the first, orderly one did not help
 * @e:		detail of a failure
 *
 * Does not wait; where libvirt refuses the request, virt_guest_poll() tells.
 *
 * Return: 0; -errno where the child is gone
 */
int virt_guest_stop(struct virt_guest *guest, enum virt_stop how, struct err *e);

/** virt_guest_fd() - Descriptor that becomes readable when virt_guest_poll() has news */
int virt_guest_fd(const struct virt_guest *guest);

/** enum virt_end - how a guest ended */
enum virt_end {
	VIRT_RUNNING,	/* it has not */
	VIRT_SHUTOFF,	/* the guest powered off */
	VIRT_DESTROYED, /* it was asked to by VIRT_DESTROY or by somebody else (virsh destroy) */
	VIRT_CRASHED,	/* the guest panicked, or QEMU was killed or failed */
	VIRT_LOST, /* the child or the connection died and the guest's state could not be found out */
};

/**
 * virt_guest_poll() - What became of a guest
 * @guest:	the guest
 * @ret:	its state
 * @e:		for VIRT_CRASHED and VIRT_LOST, what is known; for VIRT_RUNNING, why a stop request failed; else as it was
 *
 * A guest that ended while libvirt was away, and of whose end nothing is recorded, is VIRT_SHUTOFF with @e filled.
 *
 * Return: 0
 */
int virt_guest_poll(struct virt_guest *guest, enum virt_end *ret, struct err *e);

/**
 * virt_is_active() - Whether a guest runs
 * @where:	connection
 * @name:	guest's name
 * @uuid:	its UUID
 * @ret:	the answer
 * @e:		ERR_VIRT where the connection does not answer
 *
 * Takes at most ten seconds. Of the embedded driver the process of QEMU itself is looked for, so that it is no matter
 * whether another process runs the driver, or none.
 *
 * Return: 0; -errno
 */
int virt_is_active(const struct virt_where *where, const char *name, const char *uuid, bool *ret,
		   struct err *e);

/**
 * virt_embed_remove() - Remove the root directory of an embedded driver whose guest has ended
 * @root:	the host
 * @embed:	absolute path; where virt_choose() did not name it itself (…/vmrun/embed/ID), it is the user's and stays
 * @e:		detail of a failure
 *
 * Needs:   CAP_DAC_OVERRIDE where it belongs to another user
 * Changes: the directory and all below it; follows no link and leaves no file system
 * Return:  0, also where there is none; -errno
 */
int virt_embed_remove(const struct root *root, const char *embed, struct err *e);

/**
 * struct virt_plug - one device to plug into a guest, or to take out of it
 * @detach:	take it out
 * @addr:	its address on the host
 * @live:	XML of the device for the guest that runs, or NULL to leave that one alone
 * @config:	XML of the device for the guest's definition, or NULL to leave that alone
 * @timeout_ms:	how long the guest may take to let go of it
 */
struct virt_plug {
	bool detach;
	struct pciaddr addr;
	const char *live, *config;
	int timeout_ms;
};

/**
 * virt_plug() - Plug a device of the host into a guest, or have the guest give it up and wait until it has
 * @where:	connection
 * @name:	guest's name, for messages
 * @uuid:	guest's UUID
 * @plug:	what is to be done; a device that is not there any more is taken for detached
 * @e:		ERR_VIRT; ERR_UNDONE where the guest does not let go in time: then it keeps the device
 *
 * The definition is changed first, for that can be taken back; it is, where the guest that runs then refuses.
 *
 * Return: 0; -ENOENT where no such guest runs; -EOPNOTSUPP where it has no definition to change, or another process runs the
 * embedded driver; -ETIMEDOUT; -errno
 */
int virt_plug(const struct virt_where *where, const char *name, const char *uuid,
	      const struct virt_plug *plug, struct err *e);

/**
 * struct virt_description - what libvirt knows of a guest
 * @xml:	its definition, or where it has none what runs; as virsh dumpxml writes it, without passwords
 * @active:	it runs
 * @persistent:	it has a definition
 */
struct virt_description {
	char *xml;
	bool active, persistent;
};

/**
 * virt_describe() - What libvirt knows of a guest
 * @where:	connection
 * @name:	its name
 * @ret:	filled on success; virt_description_done()
 * @e:		ERR_NO_DEVICE where there is no such guest, naming the nearest; ERR_VIRT, also where only the system daemon, which
 *		is not there, could know it
 *
 * Return: 0; -ENOENT; -errno
 */
int virt_describe(const struct virt_where *where, const char *name, struct virt_description *ret,
		  struct err *e);

/** virt_description_done() - Release what @description owns */
void virt_description_done(struct virt_description *description);

/** virt_guest_free() - End the child (not the guest) and release @guest; NULL is fine */
void virt_guest_free(struct virt_guest *guest);

#endif
