/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey as JSON: schema vmrun.survey/1. */
#ifndef VMRUN_CMD_SURVEY_JSON_H
#define VMRUN_CMD_SURVEY_JSON_H

#include <stdbool.h>

#include "base/json.h"
#include "decide/finding.h"
#include "model/host.h"

/**
 * survey_json() - The snapshot and what was found as one object
 * @host:	the snapshot
 * @shown:	per device, whether it is listed
 * @findings:	per device
 *
 * Return: the object; json_free()
 */
struct json *survey_json(const struct host *host, const bool *shown, const struct findings *findings);

/** device_json() - One device and its findings, an element of "devices" of vmrun.survey/1; json_free() */
struct json *device_json(const struct host *host, const struct device *dev,
			 const struct findings *findings);

#endif
