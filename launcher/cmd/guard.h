/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a running guest's control group lets it open, as status shows it and start checks it. */
#ifndef VMRUN_CMD_GUARD_H
#define VMRUN_CMD_GUARD_H

#include "base/json.h"
#include "model/journal.h"
#include "survey/guard.h"

/**
 * struct guard_view - one guest's guard
 * @guard:	what was read
 * @allowed, @refused, @unknown: nodes asked about: the guest's own, and those that lead to all of the host's memory
 * @missing:	the guest's own among @refused
 * @open:	the others among @allowed
 */
struct guard_view {
	struct guard guard;
	struct strlist allowed, refused, unknown;
	struct strlist missing, open;
};

/** guard_view_read() - Look at the QEMU that holds a group of @journal; without one everything stays empty; guard_view_done() */
void guard_view_read(const struct root *root, const struct journal *journal,
		     struct guard_view *ret);

/** guard_view_text() - One line for people, newly allocated, or NULL where no QEMU was found */
char *guard_view_text(const struct guard_view *view);

/** guard_view_fault() - What is wrong with it, newly allocated, or NULL */
char *guard_view_fault(const struct guard_view *view);

/** guard_view_json() - As --json has it; null where no QEMU was found */
struct json *guard_view_json(const struct guard_view *view);

/** guard_view_done() - Release what @view owns */
void guard_view_done(struct guard_view *view);

#endif
