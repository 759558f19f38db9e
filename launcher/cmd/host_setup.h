/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of vmrun host setup, for its own files only. */
#ifndef VMRUN_CMD_HOST_SETUP_H
#define VMRUN_CMD_HOST_SETUP_H

#include "act/hostfiles.h"
#include "cmd/cmd.h"
#include "decide/hostsetup.h"

/** enum setup_standing - what becomes of a file */
enum setup_standing {
	SETUP_SAME,   /* it is as it is to be */
	SETUP_WRITE,  /* it is written, or written anew */
	SETUP_BACK,   /* it is put back as it was before setup first wrote it */
	SETUP_BY_HAND /* it was changed by hand, and stays so */
};

/**
 * struct setup_item - one file, now and then
 * @path:	with a slash before it
 * @standing:	what becomes of it
 * @why:	the reason, or NULL
 * @now, @then:	what is there, and what is to be; bytes NULL: no file
 * @former, @written: with SETUP_BY_HAND, as it was and as setup wrote it
 */
struct setup_item {
	char *path;
	enum setup_standing standing;
	const char *why;
	struct hostfile_text now, then, former, written;
};

/**
 * struct setup_report - what is or was done
 * @items:	@count files
 * @count:	number of @items
 * @plan:	commands, notes, what could not be found out
 * @effects:	of the files that differ
 * @state:	"shown", "applied", "undone", or "interrupted" by a failure
 * @pending:	an earlier run was interrupted
 */
struct setup_report {
	struct setup_item *items;
	size_t count;
	struct setup_plan *plan;
	unsigned int effects;
	const char *state;
	bool pending;
};

/** setup_report_changes() - Number of files that are written or put back */
size_t setup_report_changes(const struct setup_report *report);

/** setup_report_by_hand() - Number of files that were changed by hand */
size_t setup_report_by_hand(const struct setup_report *report);

/** setup_report_print() - Print it: a diff per file with its reason, commands, notes */
void setup_report_print(const struct setup_report *report);

/** setup_report_json() - Print it as vmrun.hostsetup/1 */
void setup_report_json(const struct setup_report *report);

/** setup_report_done() - Release what @report owns */
void setup_report_done(struct setup_report *report);

#endif
