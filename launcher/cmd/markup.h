/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTML from text that is not trusted. */
#ifndef VMRUN_CMD_MARKUP_H
#define VMRUN_CMD_MARKUP_H

#include <stdio.h>

/** markup_text() - Write any bytes as text between tags or in a quoted attribute: visible, escaped */
void markup_text(FILE *out, const char *text);

/** markup_fact() - Write a term and its description for a <dl>; both are escaped */
void markup_fact(FILE *out, const char *term, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
