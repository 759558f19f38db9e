// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors as values: filling and wrapping. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void fill(struct err *e, enum err_kind kind, int number, const char *subject)
{
	*e = (struct err){ .kind = kind, .number = number };
	snprintf(e->subject, sizeof(e->subject), "%s", subject ? subject : "");
}

int err_set(struct err *e, enum err_kind kind, int number, const char *subject, const char *fmt, ...)
{
	if (e) {
		va_list ap;

		fill(e, kind, number, subject);
		va_start(ap, fmt);
		vsnprintf(e->message, sizeof(e->message), fmt, ap);
		va_end(ap);
	}
	return -number;
}

int err_sys(struct err *e, int number, const char *subject, const char *fmt, ...)
{
	if (e) {
		va_list ap;
		size_t used;

		fill(e, ERR_UNEXPECTED, number, subject);
		va_start(ap, fmt);
		vsnprintf(e->message, sizeof(e->message), fmt, ap);
		va_end(ap);
		used = strlen(e->message);
		snprintf(e->message + used, sizeof(e->message) - used, ": %s", strerror(number));
	}
	return -number;
}

int err_fix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(e->fix, sizeof(e->fix), fmt, ap);
	va_end(ap);
	return -e->number;
}

void err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->subject)];
	va_list ap;
	size_t used;

	if (!e)
		return;
	memcpy(inner, e->subject, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(e->subject, sizeof(e->subject), fmt, ap);
	va_end(ap);
	used = strlen(e->subject);
	if (inner[0])
		snprintf(e->subject + used, sizeof(e->subject) - used, ": %s", inner);
}
