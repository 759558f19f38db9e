/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which guest holds which group: open vfio nodes, vmrun's reservations. */
#ifndef VMRUN_SURVEY_GUESTS_H
#define VMRUN_SURVEY_GUESTS_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"
#include "model/journal.h"
#include "survey/holders.h"

/**
 * guests_scan() - Fill each group's holder and held, each device's state, and host.privileged
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @holders:	what every process has open
 * @host:	snapshot with devices and groups
 *
 * A group's node is never opened for this: a second open would fail the guest that is just starting.
 */
void guests_scan(const struct root *root, const struct json *facts, const struct holders *holders,
		 struct host *host);

/**
 * guests_group_held() - Whether a process has the node of a group open now
 * @root:	the host; of a captured one its facts answer
 * @group:	number of the group
 * @ret_what:	for people, who holds it ("guest nas1 (qemu-system-x86, pid 4711)"), or may, newly allocated; NULL where nobody does
 *
 * Return: FACT_UNKNOWN without the privilege to look into other processes, and, with @ret_what, where a process has a node
 * whose group cannot be told, and that may be this one's
 */
enum fact guests_group_held(const struct root *root, int group, char **ret_what);

/** guests_group_pid() - A process that has the node of a group open, as far as that may be seen; 0 for none */
pid_t guests_group_pid(const struct root *root, int group);

/** guests_state_dir() - Where this run's journals are, a path beneath the root: STATE_DIR, or an ordinary user's own */
const char *guests_state_dir(const struct root *root);

/**
 * guests_load_journal() - Read one journal of guests_state_dir()
 * @root:	the host
 * @name:	file name
 * @ret:	filled on success; journal_done()
 * @e:		detail of a failure
 *
 * Return: 0; -errno
 */
int guests_load_journal(const struct root *root, const char *name, struct journal *ret,
			struct err *e);

/** guests_journal_of() - The same, of the run of @guest */
int guests_journal_of(const struct root *root, const char *guest, struct journal *ret,
		      struct err *e);

/** guests_journals() - File names of all journals into @ret (strlist_done()); 0, also where there are none; -errno */
int guests_journals(const struct root *root, struct strlist *ret);

#endif
