/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey as a graph in graphviz's language. */
#ifndef VMRUN_CMD_SURVEY_DOT_H
#define VMRUN_CMD_SURVEY_DOT_H

#include <stdio.h>

#include "cmd/survey_view.h"

/** survey_dot() - Write root buses, bridges and devices as a digraph to @out, each group a cluster */
void survey_dot(const struct survey_view *view, FILE *out);

#endif
