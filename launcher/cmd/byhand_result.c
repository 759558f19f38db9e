// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of a bind or release, as JSON. */
#include "cmd/byhand_result.h"

static struct json *moved_json(const struct plan *plan, const struct pick *pick)
{
	const struct device *dev = &plan->host->devices[pick->device];
	const struct binding *home = dev->record ? &dev->record->home : NULL;
	const struct group *group = host_group(plan->host, dev);
	struct json *o = json_new_object();

	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	json_put_str(o, "name", dev->name);
	json_put_str(o, "role", pick_role_name(pick->role));
	json_put_int(o, "group", group ? group->id : -1);
	json_put_str(o, "from", dev->driver);
	if (plan->goal == PLAN_BIND)
		json_put_str(o, "to", plan_vfio_driver(plan->host, pick));
	else
		json_put_str(o, "to", dev->vfio ? (home ? home->driver : NULL) : dev->driver);
	json_put_bool(o, "moved", dev->vfio == (plan->goal == PLAN_RELEASE));
	return o;
}

struct json *byhand_result(const struct plan *plan, const struct strlist *left,
			   struct json *findings)
{
	struct json *o = json_new_object(), *devices = json_new_array();

	json_put_str(o, "schema", plan->goal == PLAN_BIND ? "vmrun.bind/1" : "vmrun.release/1");
	for (size_t i = 0; i < plan->picks.count; i++)
		json_add(devices, moved_json(plan, &plan->picks.item[i]));
	json_put(o, "devices", devices);
	json_put_list(o, "left", left);
	json_put(o, "findings", findings ? findings : json_new_array());
	return o;
}
