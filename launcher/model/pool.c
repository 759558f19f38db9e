// SPDX-License-Identifier: GPL-2.0-or-later
/* What is kept of a device while vfio-pci has it: where it belongs, and what the host saw of it before. */
#include "model/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "vmrun.pool-record/1"

static void copy_list(const struct strlist *from, struct strlist *to)
{
	for (size_t i = 0; i < from->count; i++)
		strlist_add(to, from->item[i]);
}

struct past past_copy(const struct past *from)
{
	struct past past = { .needed = mem_strdup(from->needed) };

	copy_list(&from->disks, &past.disks);
	copy_list(&from->netdevs, &past.netdevs);
	return past;
}

void past_put(struct json *object, const struct past *past)
{
	if (past->disks.count)
		json_put_list(object, "disks", &past->disks);
	if (past->netdevs.count)
		json_put_list(object, "netdevs", &past->netdevs);
	if (past->needed)
		json_put_str(object, "needed", past->needed);
}

static void read_list(const struct json *array, struct strlist *ret)
{
	for (size_t i = 0; i < json_count(array); i++) {
		const char *text = json_at_str(array, i);

		if (text)
			strlist_add(ret, text);
	}
}

struct past past_read(const struct json *object)
{
	struct past past = { .needed = mem_strdup(json_get_str(object, "needed")) };

	read_list(json_get(object, "disks"), &past.disks);
	read_list(json_get(object, "netdevs"), &past.netdevs);
	return past;
}

void past_done(struct past *past)
{
	strlist_done(&past->disks);
	strlist_done(&past->netdevs);
	free(past->needed);
	*past = (struct past){ 0 };
}

bool pool_record_is_of(const struct pool_record *record, uint16_t vendor, uint16_t device)
{
	return (!record->vendor && !record->device) ||
	       (record->vendor == vendor && record->device == device);
}

char *pool_record_text(const struct pciaddr *addr, const struct pool_record *record)
{
	_cleanup_json_ struct json *o = json_new_object();

	json_put_str(o, "schema", SCHEMA);
	json_put_str(o, "address", PCIADDR_STR(addr));
	json_put_int(o, "vendor", record->vendor);
	json_put_int(o, "device", record->device);
	json_put(o, "home", binding_json(&record->home));
	past_put(o, &record->past);
	return json_text(o);
}

/* An id that is absent, or none, is 0: not recorded. */
static uint16_t read_id(const struct json *object, const char *key)
{
	int64_t id = 0;

	return json_get_int(object, key, &id) == 0 && id >= 0 && id <= UINT16_MAX ? (uint16_t)id
										  : 0;
}

int pool_record_parse(const char *text, size_t len, struct pool_record *ret, struct err *e)
{
	_cleanup_json_ struct json *o = NULL;
	const char *schema;
	int r = json_parse(text, len, &o, e);

	if (r < 0)
		return r;
	schema = json_get_str(o, "schema");
	if (!schema || strcmp(schema, SCHEMA))
		return err_set(e, ERR_UNEXPECTED, EINVAL, NULL,
			       "no pool record: schema is missing or wrong");
	*ret = (struct pool_record){ .vendor = read_id(o, "vendor"),
				     .device = read_id(o, "device"),
				     .home = binding_read(json_get(o, "home")),
				     .past = past_read(o) };
	return 0;
}

void pool_record_done(struct pool_record *record)
{
	binding_done(&record->home);
	past_done(&record->past);
	*record = (struct pool_record){ 0 };
}
