// SPDX-License-Identifier: GPL-2.0-or-later
/* How a device is bound: its driver and driver_override, in memory and in JSON. */
#include "model/binding.h"

#include <stdlib.h>
#include <string.h>

void binding_done(struct binding *binding)
{
	free(binding->driver);
	free(binding->override);
	*binding = (struct binding){ 0 };
}

bool binding_is_vfio(const struct binding *binding)
{
	return binding->vfio;
}

const char *binding_name(const struct binding *binding)
{
	if (binding->driver)
		return binding->driver;
	return binding->probe ? "the host's driver" : "no driver";
}

struct binding binding_copy(const struct binding *from)
{
	return (struct binding){ mem_strdup(from->driver), mem_strdup(from->override), from->vfio,
				 from->probe };
}

struct json *binding_json(const struct binding *binding)
{
	struct json *o = json_new_object();

	json_put_str(o, "driver", binding->driver);
	json_put_str(o, "override", binding->override);
	if (binding->vfio)
		json_put_bool(o, "vfio", true);
	if (binding->probe)
		json_put_bool(o, "probe", true);
	return o;
}

struct binding binding_read(const struct json *object)
{
	const char *driver = json_get_str(object, "driver");

	/* vfio-pci is one whatever the record says: it may be older than the member. */
	return (struct binding){ mem_strdup(driver), mem_strdup(json_get_str(object, "override")),
				 driver && (json_get_bool(object, "vfio") ||
					    !strcmp(driver, VFIO_DRIVER)),
				 json_get_bool(object, "probe") };
}
