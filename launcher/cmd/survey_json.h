/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey as JSON: schema vmrun.survey/1. */
#ifndef VMRUN_CMD_SURVEY_JSON_H
#define VMRUN_CMD_SURVEY_JSON_H

#include <stdbool.h>

#include "base/json_out.h"
#include "decide/finding.h"
#include "model/host.h"

/**
 * survey_json() - Write the snapshot and what was found as one object
 * @file:	where to
 * @host:	the snapshot
 * @shown:	per device, whether it is listed
 * @findings:	per device
 */
void survey_json(FILE *file, const struct host *host, const bool *shown,
		 const struct findings *findings);

/** device_json() - Write one device and its findings, an element of "devices" of vmrun.survey/1 */
void device_json(struct json_out *out, const struct host *host, const struct device *dev,
		 const struct findings *findings);

#endif
