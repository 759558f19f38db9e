/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as values: what failed, on which object, why, and the way out. */
#ifndef VMRUN_BASE_ERR_H
#define VMRUN_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

/*
 * Theory of operation
 *
 * A function that can fail returns 0 or -errno and fills a struct err it was handed. Nothing below cmd/ prints or exits:
 * cmd/ prints the error once, and its kind is the exit status. The object has a fixed size, so that reporting a failure
 * cannot itself fail. Every function here takes a NULL error and then only returns.
 */

/** enum err_kind - what an error means to the caller of the program; the values are the exit statuses of vmrun(8) */
enum err_kind {
	ERR_NONE = 0,
	ERR_UNEXPECTED = 1,
	ERR_USAGE = 2,
	ERR_PROFILE = 3,   /* profile invalid */
	ERR_NO_DEVICE = 4, /* no such device, or ambiguous */
	ERR_REFUSED = 5,   /* not eligible, or in use */
	ERR_PRIVILEGE = 6, /* privilege missing */
	ERR_UNDONE = 7,	   /* failed, everything put back */
	ERR_LEFT = 8,	   /* failed, host left changed or a device stuck */
	ERR_VIRT = 9,	   /* libvirt not reachable, or cannot do it */
	ERR_BUSY = 10,	   /* the only obstacle is another run or guest */
};

/**
 * struct err - one failure
 * @kind:	what it means to the user; ERR_NONE while nothing failed
 * @number:	positive errno
 * @subject:	the object it is about, outermost context first ("storage-vm.profile:14: hba"); may be empty
 * @message:	what happened and why, one line without a full stop
 * @fix:	what to do about it, one line; may be empty
 */
struct err {
	enum err_kind kind;
	int number;
	char subject[256];
	char message[1024];
	char fix[768];
};

/**
 * err_set() - Fill an error
 * @e:		error to fill, or NULL
 * @kind:	its meaning
 * @number:	positive errno that goes with it
 * @subject:	object concerned, or NULL; an empty one is shown as ""
 * @fmt:	printf format of the message
 *
 * Return: -@number
 */
int err_set(struct err *e, enum err_kind kind, int number, const char *subject, const char *fmt,
	    ...) __attribute__((format(printf, 5, 6)));

/**
 * err_sys() - Fill an error of kind ERR_UNEXPECTED whose message ends with the errno's text
 * @e:		error to fill, or NULL
 * @number:	positive errno
 * @subject:	object concerned, or NULL; an empty one is shown as ""
 * @fmt:	printf format of what was attempted ("cannot open")
 *
 * Return: -@number
 */
int err_sys(struct err *e, int number, const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * err_fix() - Say the way out of an error already filled
 * @e:		error, or NULL
 * @fmt:	printf format of the remedy; replaces an earlier one
 *
 * Return: -e->number, or -EINVAL without an error object, so that "return err_fix(…)" works
 */
int err_fix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * err_wrap() - Put context before the subject of an error on its way up
 * @e:		error, or NULL
 * @fmt:	printf format of the context; ": " is added
 */
void err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
