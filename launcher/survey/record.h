/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recording: everything a survey looks at, kept so that the copy answers the same. */
#ifndef VMRUN_SURVEY_RECORD_H
#define VMRUN_SURVEY_RECORD_H

#include "base/root.h"
#include "base/tree.h"

/*
 * Theory of operation
 *
 * The recorder observes the root, so it knows no list of files and cannot forget one: what a survey
 * learns to read tomorrow is recorded tomorrow. Each path is followed link by link, and the links
 * are kept as links.
 *
 * read file		its bytes, as far as they were read; configuration space, and whatever
 *			else was opened rather than read, as far as it may be read
 * listed directory	its names; those that are links as links, others as empty files until
 *			looked at
 * there, not readable	TREE_SEALED
 * absent		nothing
 *
 * What is not recorded: device nodes (only that they are there); accounts; what is in /boot; the
 * processes of the host, except the state of those that a journal of vmrun names. What was learned
 * from them is in the facts, see survey/facts.h.
 */
struct record;

/** record_new() - Observe @root from now on; record_free() before @root is closed */
struct record *record_new(struct root *root);

/** record_tree() - What was recorded so far; belongs to @record, and may be changed */
struct tree *record_tree(struct record *record);

/** record_free() - Stop observing and release; NULL is fine */
void record_free(struct record *record);

#endif
