// SPDX-License-Identifier: GPL-2.0-or-later
/* Text that grows. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

void text_add(struct text *text, const char *bytes, size_t len)
{
	text->bytes = mem_resize(text->bytes, text->len + len + 1, 1);
	if (len)
		memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
	text->bytes[text->len] = '\0';
}

void text_addf(struct text *text, const char *fmt, ...)
{
	_cleanup_free_ char *added = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&added, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	text_add(text, added, (size_t)n);
}

char *text_take(struct text *text)
{
	char *bytes;

	if (!text->bytes)
		text_add(text, "", 0);
	bytes = text->bytes;
	*text = (struct text){ 0 };
	return bytes;
}

void text_done(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}
