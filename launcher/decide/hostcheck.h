/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this host ready for guests that own devices: one table of named checks, pure. */
#ifndef VMRUN_DECIDE_HOSTCHECK_H
#define VMRUN_DECIDE_HOSTCHECK_H

#include "model/host.h"
#include "survey/hostfacts.h"

/** enum hostcheck_result - of one check, in order of weight */
enum hostcheck_result { HOSTCHECK_PASS, HOSTCHECK_NOTE, HOSTCHECK_WARN, HOSTCHECK_FAIL };

/** hostcheck_result_name() - "PASS", "NOTE", "WARN", "FAIL" */
const char *hostcheck_result_name(enum hostcheck_result result);

/**
 * struct hostcheck - what a check found
 * @code:	stable code of the check, as vmrun(8) has it
 * @topic:	"QEMU" for those virt-host-validate(1) has too, with its titles; else whose
 *		matter it is
 * @title:	what is looked for
 * @result:	how it came out; what could not be measured is a note
 * @measured:	it could be measured
 * @message:	what was found, one line; NULL where there is nothing to say
 * @fix:	what mends it on this host; never NULL for WARN and FAIL
 */
struct hostcheck {
	const char *code, *topic, *title;
	enum hostcheck_result result;
	bool measured;
	char *message, *fix;
};

/** struct hostchecks - all of them, in the order of the table */
struct hostchecks {
	struct hostcheck *item;
	size_t count;
};

/**
 * hostcheck_run() - Apply every check
 * @host:	the snapshot
 * @facts:	what else is known of the host
 * @ret:	filled; hostchecks_done()
 */
void hostcheck_run(const struct host *host, const struct hostfacts *facts, struct hostchecks *ret);

/** hostcheck_worst() - The gravest result of @checks */
enum hostcheck_result hostcheck_worst(const struct hostchecks *checks);

/** hostchecks_done() - Release what @checks owns */
void hostchecks_done(struct hostchecks *checks);

/**
 * hostcheck_severity() - The gravest result the check @code may have; HOSTCHECK_PASS for a code
 * there is none of
 */
enum hostcheck_result hostcheck_severity(const char *code);

/** hostcheck_wanted_nodes() - Add the nodes that QEMU opens of its own accord, and vfio's container, to @ret */
void hostcheck_wanted_nodes(struct strlist *ret);

#endif
