/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that devices are given: the text of a function's resource file. */
#ifndef VMRUN_SURVEY_BARS_H
#define VMRUN_SURVEY_BARS_H

#include "model/host.h"

/**
 * bars_parse() - Read a function's resource file
 * @text:	"START END FLAGS" per line: six BARs, the ROM, then others
 *		(Documentation/ABI/testing/sysfs-bus-pci, resource)
 * @ret:	filled
 */
void bars_parse(const char *text, struct bars *ret);

#endif
