/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey as a table for people, and all findings below it. */
#ifndef VMRUN_CMD_SURVEY_TABLE_H
#define VMRUN_CMD_SURVEY_TABLE_H

#include "cmd/survey_view.h"

/**
 * survey_table() - Print the host, the tree of devices, and the findings of each to stdout
 * @view:	what to print
 * @problems:	only findings that are a warning or more, and what is not known
 * @color:	the terminal has colours
 */
void survey_table(const struct survey_view *view, bool problems, bool color);

#endif
