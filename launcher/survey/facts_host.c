// SPDX-License-Identifier: GPL-2.0-or-later
/* facts.json from a snapshot of the live host, and back into the snapshot of the captured one. */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/facts.h"
#include "survey/members.h"
#include "survey/names.h"

static bool has_node(const struct json *disks, const char *key, const char *node)
{
	for (size_t i = 0; i < json_count(disks); i++) {
		const char *known = json_get_str(json_at(disks, i), key);

		if (known && !strcmp(known, node))
			return true;
	}
	return false;
}

static void collect_disks(const struct device *dev, struct json *disks)
{
	for (size_t i = 0; i < dev->disk_count; i++) {
		const struct disk *disk = &dev->disks[i];
		struct json *row;

		/* One disk may be behind several controllers. */
		if (disk->busy == FACT_UNKNOWN || has_node(disks, "node", disk->node))
			continue;
		row = json_new_object();
		json_put_str(row, "node", disk->node);
		json_put_bool(row, "busy", disk->busy == FACT_YES);
		json_add(disks, row);
	}
}

/* File systems are left out: nobody asks for them. */
static void collect_signatures(const struct device *dev, struct json *signatures)
{
	for (size_t i = 0; i < dev->disk_count; i++) {
		const struct disk *disk = &dev->disks[i];
		struct json *row, *found;

		if (disk->busy == FACT_UNKNOWN || has_node(signatures, "disk", disk->node))
			continue;
		found = json_new_array();
		for (size_t k = 0; k < disk->signature_count; k++) {
			const struct signature *signature = &disk->signatures[k];
			struct json *one;

			if (!members_kind(signature->type))
				continue;
			one = json_new_object();
			json_put_str(one, "node", signature->name);
			json_put_str(one, "type", signature->type);
			json_put_str(one, "label", signature->label);
			json_add(found, one);
		}
		row = json_new_object();
		json_put_str(row, "disk", disk->node);
		json_put_bool(row, "known", disk->signatures_known);
		json_put(row, "found", found);
		json_add(signatures, row);
	}
}

static void collect_holder(const struct group *group, struct json *holders)
{
	const struct holder *holder = group->holder;
	struct json *row;

	if (!holder || group->held != FACT_YES)
		return;
	row = json_new_object();
	json_put_int(row, "group", group->id);
	json_put_int(row, "pid", holder->pid);
	json_put_str(row, "guest", holder->name);
	json_put_str(row, "what", holder->what);
	json_add(holders, row);
}

/* Of a look that saw all processes, the groups it could not tell of all the same; mostly none. */
static void collect_held_unknown(const struct host *host, struct json *facts)
{
	struct json *unknown = NULL;

	for (size_t i = 0; host->privileged && i < host->group_count; i++) {
		struct json *row;

		if (host->groups[i].held != FACT_UNKNOWN)
			continue;
		row = json_new_object();
		json_put_int(row, "group", host->groups[i].id);
		unknown = unknown ? unknown : json_new_array();
		json_add(unknown, row);
	}
	if (unknown)
		json_put(facts, "held_unknown", unknown);
}

static void collect_names(const struct device *dev, struct json *names)
{
	struct json *row = json_new_object();

	json_put_str(row, "address", PCIADDR_STR(&dev->addr));
	json_put_str(row, "vendor", dev->vendor_name);
	json_put_str(row, "device", dev->device_name);
	json_put_str(row, "class", dev->class_name);
	json_add(names, row);
}

static void collect_users(const struct device *dev, struct json *users)
{
	for (size_t i = 0; i < dev->use_count; i++) {
		const struct use *use = &dev->uses[i];
		struct json *row = json_new_object();

		json_put_str(row, "address", PCIADDR_STR(&dev->addr));
		json_put_str(row, "kind", use_kind_name(use->kind));
		json_put_bool(row, "idle", use->idle);
		json_put_str(row, "what", use->what);
		json_put_str(row, "fix", use->fix);
		json_add(users, row);
	}
}

static void collect_unknown(const struct device *dev, struct json *unknown)
{
	struct json *row;

	if (!dev->net_unknown)
		return;
	row = json_new_object();
	json_put_str(row, "address", PCIADDR_STR(&dev->addr));
	json_add(unknown, row);
}

struct json *facts_collect(const struct host *host)
{
	struct json *facts = json_new_object(), *disks = json_new_array(),
		    *holders = json_new_array();
	struct json *names = json_new_array(), *users = json_new_array();
	struct json *unknown = json_new_array(), *signatures = json_new_array();

	json_put_str(facts, "schema", "vmrun.facts/1");
	json_put_bool(facts, "privileged", host->privileged);
	for (size_t i = 0; i < host->device_count; i++) {
		collect_disks(&host->devices[i], disks);
		collect_signatures(&host->devices[i], signatures);
		collect_names(&host->devices[i], names);
		collect_users(&host->devices[i], users);
		collect_unknown(&host->devices[i], unknown);
	}
	for (size_t i = 0; i < host->group_count; i++)
		collect_holder(&host->groups[i], holders);
	json_put(facts, "disks", disks);
	json_put(facts, "signatures", signatures);
	json_put(facts, "holders", holders);
	collect_held_unknown(host, facts);
	json_put(facts, "names", names);
	json_put(facts, "users", users);
	json_put(facts, "net_unknown", unknown);
	json_put_bool(facts, "kvm", host->kvm);
	if (host->memory.memlock_known)
		json_put_int(facts, "memlock_bytes",
			     host->memory.memlock_bytes > INT64_MAX
				     ? -1
				     : (int64_t)host->memory.memlock_bytes);
	return facts;
}

static struct device *device_of(const struct json *row, const struct host *host)
{
	const char *text = json_get_str(row, "address");
	struct pciaddr addr;

	return text && pciaddr_parse(text, &addr) == 0 ? host_find(host, &addr) : NULL;
}

/* Text for people from a host that may be somebody else's: without what a terminal obeys. */
static char *text_of(const struct json *row, const char *key)
{
	char *text = mem_strdup(json_get_str(row, key));

	for (char *p = text; p && *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	return text;
}

static void replace(char **text, const struct json *row, const char *key)
{
	free(*text);
	*text = text_of(row, key);
}

static void apply_names(const struct json *names, struct host *host)
{
	for (size_t i = 0; i < json_count(names); i++) {
		const struct json *row = json_at(names, i);
		struct device *dev = device_of(row, host);

		if (!dev)
			continue;
		replace(&dev->vendor_name, row, "vendor");
		replace(&dev->device_name, row, "device");
		replace(&dev->class_name, row, "class");
		names_compose(dev);
	}
}

static enum use_kind kind_of(const char *name)
{
	enum use_kind kind = 0;

	while (name && kind < USE_KIND_COUNT && strcmp(name, use_kind_name(kind)))
		kind++;
	return name ? kind : USE_KIND_COUNT;
}

static void forget_uses(struct device *dev)
{
	for (size_t i = 0; i < dev->use_count; i++) {
		free(dev->uses[i].what);
		free(dev->uses[i].fix);
	}
	free(dev->uses);
	dev->uses = NULL;
	dev->use_count = 0;
}

static void apply_users(const struct json *users, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		forget_uses(&host->devices[i]);
	for (size_t i = 0; i < json_count(users); i++) {
		const struct json *row = json_at(users, i);
		enum use_kind kind = kind_of(json_get_str(row, "kind"));
		struct device *dev = device_of(row, host);

		if (!dev || !json_get_str(row, "what") || kind == USE_KIND_COUNT)
			continue;
		device_add_use(dev, kind, text_of(row, "what"), text_of(row, "fix"));
		dev->uses[dev->use_count - 1].idle = json_get_bool(row, "idle");
	}
}

static void apply_unknown(const struct json *unknown, struct host *host)
{
	for (size_t i = 0; i < json_count(unknown); i++) {
		struct device *dev = device_of(json_at(unknown, i), host);

		if (!dev)
			continue;
		dev->net_unknown = true;
		if (!strlist_has(&dev->unmeasured, "users"))
			strlist_add(&dev->unmeasured, "users");
	}
}

void facts_apply(const struct json *facts, struct host *host)
{
	const struct json *users = json_get(facts, "users");

	apply_names(json_get(facts, "names"), host);
	if (users)
		apply_users(users, host);
	apply_unknown(json_get(facts, "net_unknown"), host);
}
