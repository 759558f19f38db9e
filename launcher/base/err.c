// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors as values: filling and wrapping. */
#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A caller's slip in the sign of an errno, or a zero, must not turn a failure into a success. */
static int positive(int number)
{
	return number > 0 ? number : number < 0 && number != INT_MIN ? -number : EIO;
}

static void fill(struct err *e, enum err_kind kind, int number, const char *subject,
		 const char *fmt, va_list ap) __attribute__((format(printf, 5, 0)));

/* The arguments may point into @e itself ("%s, twice", e->message), so it is replaced last. */
static void fill(struct err *e, enum err_kind kind, int number, const char *subject,
		 const char *fmt, va_list ap)
{
	struct err filled = { .kind = kind, .number = number };

	/* An empty name is a culprit, too, and one that nobody would see. */
	snprintf(filled.subject, sizeof(filled.subject), "%s",
		 !subject     ? ""
		 : subject[0] ? subject
			      : "\"\"");
	vsnprintf(filled.message, sizeof(filled.message), fmt, ap);
	*e = filled;
}

int err_set(struct err *e, enum err_kind kind, int number, const char *subject, const char *fmt,
	    ...)
{
	number = positive(number);
	if (e) {
		va_list ap;

		va_start(ap, fmt);
		fill(e, kind, number, subject, fmt, ap);
		va_end(ap);
	}
	return -number;
}

int err_sys(struct err *e, int number, const char *subject, const char *fmt, ...)
{
	number = positive(number);
	if (e) {
		va_list ap;
		size_t used;

		va_start(ap, fmt);
		fill(e, ERR_UNEXPECTED, number, subject, fmt, ap);
		va_end(ap);
		used = strlen(e->message);
		snprintf(e->message + used, sizeof(e->message) - used, ": %s", strerror(number));
	}
	return -number;
}

int err_fix(struct err *e, const char *fmt, ...)
{
	char fix[sizeof(e->fix)];
	va_list ap;

	if (!e)
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(fix, sizeof(fix), fmt, ap);
	va_end(ap);
	memcpy(e->fix, fix, sizeof(fix));
	return -e->number;
}

/* Put @text, or what fits of it, at the end of @buf. */
static void append(char *buf, size_t size, const char *text)
{
	size_t used = strlen(buf), len = strnlen(text, size - 1 - used);

	memcpy(buf + used, text, len);
	buf[used + len] = '\0';
}

void err_wrap(struct err *e, const char *fmt, ...)
{
	char subject[sizeof(e->subject)];
	va_list ap;

	if (!e)
		return;
	va_start(ap, fmt);
	vsnprintf(subject, sizeof(subject), fmt, ap);
	va_end(ap);
	if (e->subject[0]) {
		append(subject, sizeof(subject), ": ");
		append(subject, sizeof(subject), e->subject);
	}
	memcpy(e->subject, subject, sizeof(subject));
}
