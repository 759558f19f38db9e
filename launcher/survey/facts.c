// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.json of a captured host: results of measurements that are no files. */
#include "survey/facts.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

#define FACTS_SIZE_MAX (16 * 1024 * 1024)

struct json *facts_load(const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	struct json *facts = NULL;
	struct err e = { 0 };
	const char *schema;
	size_t len;

	if (root->live || root_read(root, "facts.json", FACTS_SIZE_MAX, &text, &len) < 0)
		return NULL;
	if (json_parse(text, len, &facts, &e) < 0) {
		log_debug("facts.json: %s", e.message);
		return NULL;
	}
	schema = json_get_str(facts, "schema");
	if (schema && !strcmp(schema, "vmrun.facts/1"))
		return facts;
	log_debug("facts.json: unknown schema, passed over");
	json_free(facts);
	return NULL;
}

enum fact facts_disk_busy(const struct json *facts, const char *node)
{
	const struct json *disks = json_get(facts, "disks");

	for (size_t i = 0; i < json_count(disks); i++) {
		const char *name = json_get_str(json_at(disks, i), "node");

		if (name && !strcmp(name, node))
			return json_get_bool(json_at(disks, i), "busy") ? FACT_YES : FACT_NO;
	}
	return FACT_UNKNOWN;
}

enum fact facts_group_unseen(const struct json *facts, int group)
{
	const struct json *unknown = json_get(facts, "held_unknown");

	for (size_t i = 0; i < json_count(unknown); i++) {
		int64_t id = -1;

		json_get_int(json_at(unknown, i), "group", &id);
		if (id == group)
			return FACT_UNKNOWN;
	}
	return json_get_bool(facts, "privileged") ? FACT_NO : FACT_UNKNOWN;
}
