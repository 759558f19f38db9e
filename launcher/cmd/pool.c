// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun pool: what is in the pool, where it belongs, who holds it. */
#include "cmd/pool.h"

#include <errno.h>
#include <stdio.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/table.h"
#include "cmd/byhand.h"
#include "cmd/cmd.h"
#include "cmd/persist.h"

enum {
	COLUMN_DEVICE,
	COLUMN_GROUP,
	COLUMN_STATE,
	COLUMN_HOME,
	COLUMN_HOLDER,
	COLUMN_PERSISTED,
	COLUMN_NAME,
	COLUMN_COUNT
};

static const struct table_column columns[] = {
	[COLUMN_DEVICE] = { .header = "DEVICE" },
	[COLUMN_GROUP] = { .header = "GROUP", .right = true },
	[COLUMN_STATE] = { .header = "STATE" },
	[COLUMN_HOME] = { .header = "BELONGS TO" },
	[COLUMN_HOLDER] = { .header = "HELD BY", .wraps = true },
	[COLUMN_PERSISTED] = { .header = "PERSISTED" },
	[COLUMN_NAME] = { .header = "NAME", .wraps = true },
};

bool pool_has(const struct device *dev)
{
	return dev->state == DEVICE_POOL || dev->record || dev->persisted;
}

const char *pool_home(const struct device *dev)
{
	if (dev->record)
		return binding_name(&dev->record->home);
	return dev->vfio ? "?" : dev->driver ? dev->driver : "no driver";
}

static const struct holder *holder_of(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	return group ? group->holder : NULL;
}

static struct json *device_json(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);
	const struct holder *holder = holder_of(host, dev);
	_cleanup_free_ char *vendor = mem_printf("0x%04x", dev->vendor),
			    *device = mem_printf("0x%04x", dev->device);
	struct json *o = json_new_object();

	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	json_put_str(o, "vendor", vendor);
	json_put_str(o, "device", device);
	json_put_str(o, "name", dev->name);
	json_put_str(o, "kind", device_kind_name(dev->kind));
	json_put_str(o, "path", dev->path);
	if (group)
		json_put_int(o, "group", group->id);
	else
		json_put(o, "group", NULL);
	json_put_str(o, "state", device_state_name(dev->state));
	json_put(o, "home", dev->record ? binding_json(&dev->record->home) : NULL);
	json_put_bool(o, "persisted", dev->persisted);
	json_put_str(o, "guest", holder ? holder->name : NULL);
	json_put_str(o, "holder", holder ? holder->what : NULL);
	return o;
}

struct json *pool_devices_json(const struct host *host)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < host->device_count; i++)
		if (pool_has(&host->devices[i]))
			json_add(array, device_json(host, &host->devices[i]));
	return array;
}

static void add_row(struct table *table, const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);
	const struct holder *holder = holder_of(host, dev);
	_cleanup_free_ char *number = group ? mem_printf("%d", group->id) : mem_strdup("-");
	_cleanup_free_ char *name =
		mem_printf("%s [%04x:%04x]", dev->name, dev->vendor, dev->device);

	table_row(table, TABLE_TOP);
	table_cell(table, COLUMN_DEVICE, PCIADDR_STR(&dev->addr), TABLE_PLAIN);
	table_cell(table, COLUMN_GROUP, number, TABLE_PLAIN);
	table_cell(table, COLUMN_STATE, device_state_name(dev->state),
		   dev->state == DEVICE_POOL ? TABLE_GREEN : TABLE_YELLOW);
	table_cell(table, COLUMN_HOME, pool_home(dev), TABLE_PLAIN);
	table_cell(table, COLUMN_HOLDER, holder ? holder->what : "-", TABLE_PLAIN);
	table_cell(table, COLUMN_PERSISTED, dev->persisted ? "yes" : "no", TABLE_PLAIN);
	table_cell(table, COLUMN_NAME, name, TABLE_PLAIN);
}

/* Of what is persisted, what is not where it should be. */
static void print_absent(const struct host *host)
{
	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (persist->state == PERSIST_FOUND)
			continue;
		/* What is wrong with a damaged file begins with its name and the line. */
		printf("persisted, %s: %s%s%s\n", persist_state_name(persist->state),
		       persist->state == PERSIST_DAMAGED ? "" : persist->file,
		       persist->what && persist->state != PERSIST_DAMAGED ? ": " : "",
		       persist->what ? persist->what : "");
	}
}

static void print_table(const struct args *args, const struct host *host)
{
	struct table *table = table_new(columns, COLUMN_COUNT);
	bool any = false;

	for (size_t i = 0; i < host->device_count; i++) {
		if (!pool_has(&host->devices[i]))
			continue;
		any = true;
		add_row(table, host, &host->devices[i]);
	}
	if (any)
		table_print(table, args->color);
	else
		printf("nothing is in the pool\n");
	table_free(table);
	print_absent(host);
}

static void print_pool_json(const struct host *host)
{
	struct json *o = json_new_object();

	json_put_str(o, "schema", "vmrun.pool/1");
	json_put(o, "devices", pool_devices_json(host));
	json_put(o, "persisted", persists_json(host));
	print_json(o);
}

static int run_pool(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	struct err e = { 0 };
	int r;

	if (args_has(args, APPLY) && args_has(args, SYSROOT)) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "nothing can be changed on a captured host");
		return report_error(args, &e);
	}
	if (args_has(args, APPLY))
		return byhand_apply(args);
	r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r < 0)
		return report_error(args, &e);
	if (args_has(args, JSON))
		print_pool_json(&scene.host);
	else
		print_table(args, &scene.host);
	return ERR_NONE;
}

const struct command command_pool = {
	.name = "pool",
	.synopsis = "",
	.help = "what is in the pool, where it belongs, who holds it",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(APPLY),
	.needs = PRIVS_ALL,
	.run = run_pool,
};
