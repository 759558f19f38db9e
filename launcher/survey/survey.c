// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey: one pass over the host, in the order in which the parts need each other. */
#include "survey/survey.h"

#include "base/split.h"
#include "model/attribute.h"
#include "survey/devices.h"
#include "survey/disks.h"
#include "survey/display.h"
#include "survey/facts.h"
#include "survey/firmware.h"
#include "survey/groups.h"
#include "survey/guests.h"
#include "survey/holders.h"
#include "survey/input.h"
#include "survey/interrupts.h"
#include "survey/kernel.h"
#include "survey/klog.h"
#include "survey/members.h"
#include "survey/memory.h"
#include "survey/names.h"
#include "survey/net.h"
#include "survey/nodes.h"
#include "survey/persist.h"
#include "survey/pool.h"
#include "survey/scope.h"
#include "survey/variants.h"

/** struct opening - what the survey begins with: the functions there are, and what kinds are called */
struct opening {
	const struct root *root;
	struct host *host;
	struct err *e;
	struct names *names;
	int r;
};

enum { OPEN_INDEX, OPEN_NAMES, OPEN_COUNT };

static void open_part(void *context, size_t part, size_t begin, size_t end)
{
	struct opening *opening = context;

	(void)part;
	for (size_t i = begin; i < end; i++)
		if (i == OPEN_INDEX)
			opening->r = devices_index(opening->root, opening->host, opening->e);
		else
			opening->names = names_load();
}

int survey_scan(const struct root *root, struct host *ret, struct err *e)
{
	return survey_scan_for(root, NULL, ret, e);
}

int survey_scan_for(const struct root *root, const struct profile *profile, struct host *ret,
		    struct err *e)
{
	_cleanup_json_ struct json *facts = NULL;
	struct holders holders;
	struct host host = { .captured = !root->live };
	struct opening opening = { .root = root, .host = &host, .e = e };

	/* Neither waits for the other, and the list takes as long to read as a thousand functions do to be found. */
	split_work(OPEN_COUNT, root->observe ? SIZE_MAX : 1, open_part, &opening);
	if (opening.r < 0) {
		names_free(opening.names);
		return opening.r;
	}
	scope_mark(root, profile, opening.names, &host);
	devices_scan(root, &host);
	facts = facts_load(root);
	groups_scan(root, &host);
	kernel_scan(root, facts, &host);
	variants_scan(root, &host);
	klog_scan(root, &host);
	firmware_scan(root, &host);
	interrupts_scan(root, &host);
	memory_scan(root, facts, &host);
	attribute_reserved(&host);
	names_fill(opening.names, &host);
	names_free(opening.names);
	pool_scan(root, &host);
	persist_scan(root, &host);
	holders_scan(root, facts, &holders);
	guests_scan(root, facts, &holders, &host);
	disks_scan(root, facts, &holders, &host);
	members_scan(root, &host);
	net_scan(root, facts, &host);
	display_scan(root, &host);
	input_scan(root, &host);
	nodes_scan(root, &holders, &host);
	holders_done(&holders);
	if (!root->live)
		facts_apply(facts, &host);
	*ret = host;
	return 0;
}
