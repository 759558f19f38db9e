/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal of a run before its first change: whose it is, and where every device is and belongs. */
#ifndef VMRUN_ACT_APPLY_JOURNAL_H
#define VMRUN_ACT_APPLY_JOURNAL_H

#include "act/apply.h"

/**
 * apply_journal_fill() - Write down in memory what a plan is about to change
 * @root:	the live host
 * @request:	what will be executed
 * @journal:	all zero; filled, its guest also on failure; journal_done()
 * @e:		detail of a failure
 *
 * Return: 0; -errno
 */
int apply_journal_fill(const struct root *root, const struct apply_request *request,
		       struct journal *journal, struct err *e);

/**
 * apply_journal_by_hand() - Begin the journal of work by hand that no plan describes
 * @root:	the live host
 * @verb:	the verb
 * @addr:	the device, where one run may have several such journals at once; or NULL
 * @journal:	all zero; receives its name and process, its name also on failure; journal_done()
 * @e:		detail of a failure
 *
 * Return: 0; -errno
 */
int apply_journal_by_hand(const struct root *root, const char *verb, const struct pciaddr *addr,
			  struct journal *journal, struct err *e);

#endif
