/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey as one HTML page that needs nothing else. */
#ifndef VMRUN_CMD_SURVEY_HTML_H
#define VMRUN_CMD_SURVEY_HTML_H

#include <stdio.h>

#include "cmd/survey_view.h"

/** survey_html() - Write the page to @out */
void survey_html(const struct survey_view *view, FILE *out);

#endif
