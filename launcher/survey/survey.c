// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey: one pass over the host, in the order in which the parts need each other. */
#include "survey/survey.h"

#include "model/attribute.h"
#include "survey/devices.h"
#include "survey/disks.h"
#include "survey/facts.h"
#include "survey/firmware.h"
#include "survey/groups.h"
#include "survey/guests.h"
#include "survey/kernel.h"
#include "survey/names.h"

int survey_scan(const struct root *root, struct host *ret, struct err *e)
{
	struct host host = { 0 };
	int r = devices_scan(root, &host, e);

	if (r < 0)
		return r;
	groups_scan(root, &host);
	kernel_scan(root, &host);
	firmware_scan(root, &host);
	attribute_reserved(&host);
	names_fill(&host);
	guests_scan(root, &host);
	disks_scan(root, &host);
	if (!root->live)
		facts_apply(root, &host);
	*ret = host;
	return 0;
}
