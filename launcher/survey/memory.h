/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's memory can come from: free memory, hugepages, the limit on locked memory. */
#ifndef VMRUN_SURVEY_MEMORY_H
#define VMRUN_SURVEY_MEMORY_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/** memory_scan() - Fill host.memory; @facts of a captured host (NULL for the live one) know the limit */
void memory_scan(const struct root *root, const struct json *facts, struct host *host);

#endif
