/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a recorded host is nobody else's business, by the file it is in. */
#ifndef VMRUN_SURVEY_PRIVATE_H
#define VMRUN_SURVEY_PRIVATE_H

#include "base/tree.h"
#include "model/redact.h"

/** enum private_part - what may stay although it is private; ids are serials, addresses, names */
enum private_part { PRIVATE_CMDLINE = 1, PRIVATE_IDS = 2, PRIVATE_LOG = 4 };

/**
 * private_redact() - Reduce and replace in a recorded tree
 * @tree:	the tree; names in it may change, so it is only to be written afterwards
 * @redactor:	tokens; those of redact_host() on the same survey, so that facts and files agree;
 *		the facts themselves have been through it, and are put into the tree afterwards
 * @keep:	mask of enum private_part
 */
void private_redact(struct tree *tree, struct redactor *redactor, unsigned int keep);

#endif
