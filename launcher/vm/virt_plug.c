// SPDX-License-Identifier: GPL-2.0-or-later
/* The parent's side of what is done to a guest that is there: plug a device in, take it out, describe the guest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "model/domain.h"
#include "vm/virt_impl.h"

/* libvirt itself waits some seconds for a guest, and half a minute for another of its callers. */
#define PLUG_SECONDS 60

/* Describing takes no longer than asking whether a guest runs. */
#define DESCRIBE_SECONDS 10

/** struct text - a text that arrives in pieces */
struct text {
	char *buf;
	size_t len;
};

static int append(struct text *text, const struct virt_msg *msg)
{
	if (msg->value < 0 || (size_t)msg->value > sizeof(msg->text) ||
	    text->len + (size_t)msg->value > DOMAIN_SIZE_MAX)
		return -EPIPE;
	text->buf = mem_resize(text->buf, text->len + (size_t)msg->value + 1, 1);
	memcpy(text->buf + text->len, msg->text, (size_t)msg->value);
	text->len += (size_t)msg->value;
	text->buf[text->len] = '\0';
	return 0;
}

/* Until STARTED; its value, or the failure. */
static int await(const struct virt_request *request, struct virt_guest *guest, int seconds,
		 struct text *text, struct err *e)
{
	int patience = VIRT_CONNECT_SECONDS(request->where), r;
	struct virt_msg msg;

	for (;;) {
		do
			r = virt_receive(guest, patience, 0, &msg);
		while (r == -EINTR);
		if (r == 0 && msg.type == VIRT_MSG_TEXT && text)
			r = append(text, &msg);
		else if (r == 0 && msg.type == VIRT_MSG_CONNECTED)
			patience = seconds;
		else if (r == 0)
			break;
		if (r)
			return virt_no_answer(request, r, e);
	}
	if (msg.type == VIRT_MSG_STARTED)
		return msg.value;
	if (e)
		*e = msg.e;
	return -msg.e.number;
}

static int run(const struct virt_request *request, enum virt_job job, int seconds,
	       struct text *text, struct err *e)
{
	struct virt_guest *guest = virt_spawn(request, job, e);
	int r;

	if (!guest)
		return -EAGAIN;
	r = await(request, guest, seconds, text, e);
	/* Where it does not answer by now, it will not do so in time. */
	virt_reap(guest, r < 0 ? 0 : VIRT_FAREWELL_SECONDS);
	virt_guest_free(guest);
	return r;
}

int virt_plug(const struct virt_where *where, const char *name, const char *uuid,
	      const struct virt_plug *plug, struct err *e)
{
	const struct virt_request request = {
		.where = where, .name = name, .uuid = uuid, .plug = plug
	};
	int r = run(&request, VIRT_JOB_PLUG, PLUG_SECONDS + plug->timeout_ms / 1000, NULL, e);

	return r < 0 ? r : 0;
}

/* No guest was ever started in this directory; one that was made up for want of a daemon is no place to look for one. */
static int unknown_guest(const struct virt_where *where, const char *name, struct err *e)
{
	if (!where->fallback)
		return err_set(e, ERR_NO_DEVICE, ENOENT, name, "%s knows no guest of this name",
			       where->uri);
	err_set(e, ERR_VIRT, ECONNREFUSED, name,
		"qemu:///system %s, and vmrun has no journal of this guest", where->fallback);
	return err_fix(e, "%s; or name the connection that has it: --connect URI",
		       strcmp(where->fallback, "refuses us")
			       ? "start its daemon: systemctl start libvirtd (or virtqemud)"
			       : "run it as root, or as a member of libvirt's group");
}

int virt_describe(const struct virt_where *where, const char *name, struct virt_description *ret,
		  struct err *e)
{
	const struct virt_request request = { .where = where, .name = name, .uuid = "" };
	struct text text = { 0 };
	int flags;

	if (where->embed && access(where->embed, F_OK) < 0)
		return unknown_guest(where, name, e);
	flags = run(&request, VIRT_JOB_DESCRIBE, DESCRIBE_SECONDS, &text, e);

	if (flags < 0 || !text.buf) {
		free(text.buf);
		return flags < 0 ? flags : virt_no_answer(&request, -EPIPE, e);
	}
	*ret = (struct virt_description){ .xml = text.buf,
					  .active = (flags & VIRT_IS_ACTIVE) != 0,
					  .persistent = (flags & VIRT_IS_PERSISTENT) != 0 };
	return 0;
}

void virt_description_done(struct virt_description *description)
{
	free(description->xml);
	*description = (struct virt_description){ 0 };
}
