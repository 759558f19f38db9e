// SPDX-License-Identifier: GPL-2.0-or-later
/* Taking over what an interrupted run had reserved from the pool. */
#include "act/takeover.h"

#include "act/own.h"
#include "act/state.h"
#include "survey/guests.h"
#include "survey/processes.h"

static int take_from(const struct root *root, struct journal *journal, int group, struct err *e)
{
	bool found = false;

	for (size_t i = journal->device_count; i-- > 0;)
		if (journal->devices[i].group == group) {
			journal_forget(journal, i);
			found = true;
		}
	for (size_t i = 0; found && i < journal->node_count; i++)
		if (journal->nodes[i].group == group) {
			int r = own_restore(root, &journal->nodes[i], e);

			if (r < 0)
				return r;
		}
	if (!found)
		return 0;
	/* An embedded driver's directory is `vmrun recover`'s to remove: the journal says where it is. */
	return journal->device_count || journal->embed
		       ? state_write_journal(root, journal, e)
		       : state_remove_journal(root, journal->guest, e);
}

int takeover_group(const struct root *root, int group, struct err *e)
{
	struct strlist files;
	int r = guests_journals(root, &files);

	if (r < 0)
		return err_sys(e, -r, "/" STATE_DIR, "cannot read it");
	for (size_t i = 0; r == 0 && i < files.count; i++) {
		struct journal journal = { 0 };

		r = guests_load_journal(root, files.item[i], &journal, e);
		if (r == 0 && !journal.hooked &&
		    !process_lives(root, journal.pid, journal.started, journal.boot))
			r = take_from(root, &journal, group, e);
		journal_done(&journal);
	}
	strlist_done(&files);
	return r;
}
