/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyboards: does the last one hang off a device? */
#ifndef VMRUN_SURVEY_INPUT_H
#define VMRUN_SURVEY_INPUT_H

#include "base/root.h"
#include "model/host.h"

/** input_scan() - Add a use to the device all keyboards of the host hang off; none where they hang off several, or none */
void input_scan(const struct root *root, struct host *host);

/** input_parse() - The same from text: content of proc/bus/input/devices */
void input_parse(const char *text, struct host *host);

#endif
