/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function on the survey's page: a line, and all that is known of it. */
#ifndef VMRUN_CMD_SURVEY_CARD_H
#define VMRUN_CMD_SURVEY_CARD_H

#include <stdio.h>

#include "cmd/survey_view.h"

/** survey_card() - Write function @index as a <details> element to @out */
void survey_card(const struct survey_view *view, size_t index, FILE *out);

/** survey_card_mark() - The sign that stands for a verdict beside its colour */
const char *survey_card_mark(enum verdict verdict);

/** survey_card_scopes() - Write the functions a reserved range is for, and links to those shown */
void survey_card_scopes(const struct survey_view *view, const struct reserved *range, FILE *out);

#endif
