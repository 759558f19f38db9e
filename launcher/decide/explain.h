/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error texts of the kernel, QEMU and libvirt → their cause and what to do. */
#ifndef VMRUN_DECIDE_EXPLAIN_H
#define VMRUN_DECIDE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/pciaddr.h"

/*
 * Theory of operation
 *
 * A pattern is a piece of a message as the program that writes it has it, with "*" for what differs
 * from one message to the next (an address, a number, a name). It may stand anywhere in a line, so
 * that timestamps and the prefixes of QEMU, libvirt, the kernel and the journal do not matter; case
 * does not matter, and any run of white space is one blank. Where several rows know a line the
 * first of the table counts: exact causes stand before texts that could mean several things.
 */

#define EXPLAIN_PATTERNS_MAX 6

/**
 * struct explanation - what some texts mean
 * @code:	stable word for it
 * @patterns:	the texts, as above; NULL where there are fewer
 * @cause:	one sentence without full stop
 * @fix:	what to do
 */
struct explanation {
	const char *code;
	const char *patterns[EXPLAIN_PATTERNS_MAX];
	const char *cause;
	const char *fix;
};

/** explain_row() - Row @index of the table, or NULL behind its end */
const struct explanation *explain_row(size_t index);

/** explain_matches() - Whether @pattern is in the @len bytes of @text */
bool explain_matches(const char *pattern, const char *text, size_t len);

/** explain_find() - The explanation of a message, which may have several lines; or NULL */
const struct explanation *explain_find(const char *message);

/* Of a longer line only so many bytes are looked at; no message is longer. */
#define EXPLAIN_LINE_MAX 8192

/* So many lines are kept per explanation; a log repeats itself. */
#define EXPLAIN_LINES_MAX 100

/**
 * struct explained_line - a line that was recognised
 * @number:	its number, from 1
 * @text:	where it begins in the log
 * @len:	bytes of it, without its end
 * @device_known: it names a device
 * @device:	the device it names first
 */
struct explained_line {
	size_t number;
	const char *text;
	size_t len;
	bool device_known;
	struct pciaddr device;
};

/**
 * struct explained - one explanation and the lines it is for
 * @row:	the explanation
 * @lines:	the first @line_count of them
 * @line_count: number of @lines, at most EXPLAIN_LINES_MAX
 * @total:	number of lines it is for
 */
struct explained {
	const struct explanation *row;
	struct explained_line *lines;
	size_t line_count;
	size_t total;
};

/**
 * struct explained_log - what is known of a log
 * @item:	@count explanations, in the order in which the log needs them first
 * @count:	number of @item
 * @lines:	lines the log has
 */
struct explained_log {
	struct explained *item;
	size_t count;
	size_t lines;
};

/**
 * explain_log() - Explain every known line of a log
 * @text:	the log, any bytes; must live as long as @ret
 * @len:	its length
 * @ret:	filled; explained_log_done()
 */
void explain_log(const char *text, size_t len, struct explained_log *ret);

/** explained_log_done() - Release what @log owns */
void explained_log_done(struct explained_log *log);

/**
 * explain_device() - The device a line names first
 * @text:	the line, any bytes
 * @len:	its length
 * @ret:	its address; untouched where there is none
 *
 * Addresses are DDDD:BB:DD.F, and BB:DD.F as QEMU's host= takes it; times of day are none.
 *
 * Return: whether there is one
 */
bool explain_device(const char *text, size_t len, struct pciaddr *ret);

#endif
