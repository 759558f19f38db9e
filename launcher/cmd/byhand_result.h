/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of a bind or release, as JSON. */
#ifndef VMRUN_CMD_BYHAND_RESULT_H
#define VMRUN_CMD_BYHAND_RESULT_H

#include "base/json.h"
#include "decide/plan.h"

/**
 * byhand_result() - What was moved and what was left
 * @plan:	the plan by hand that was executed
 * @left:	addresses of devices that were described and left alone
 * @findings:	why, as a JSON array that then belongs to the result; or NULL
 *
 * Return: vmrun.bind/1 or vmrun.release/1
 */
struct json *byhand_result(const struct plan *plan, const struct strlist *left,
			   struct json *findings);

#endif
