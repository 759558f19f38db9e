/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that grows. */
#ifndef VMRUN_BASE_TEXT_H
#define VMRUN_BASE_TEXT_H

#include <stddef.h>

/**
 * struct text - bytes being put together; all zero is the empty text
 * @bytes:	@len bytes and a NUL after them; NULL while nothing was added
 * @len:	number of bytes
 */
struct text {
	char *bytes;
	size_t len;
};

/** text_add() - Append @len bytes */
void text_add(struct text *text, const char *bytes, size_t len);

/** text_addf() - Append a formatted string */
void text_addf(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** text_take() - What was put together, "" where that is nothing; free(); @text is empty then */
char *text_take(struct text *text);

/** text_done() - Release what @text owns and make it empty */
void text_done(struct text *text);

#define _cleanup_text_ _cleanup_(text_done)

#endif
