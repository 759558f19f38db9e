// SPDX-License-Identifier: GPL-2.0-or-later
/* Where functions sit: root bridge, bridges above, and the path that stays when buses are renumbered. */
#include "survey/place.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/root_dir.h"

/* _UID of a root bridge's ACPI object (ACPI specification 6.1.12) where the kernel tells it, else its bus number. */
static void root_bridge_uid(const struct root *root, const char *bridge, char *buf, size_t size)
{
	char path[128];
	uint64_t bus;

	snprintf(path, sizeof(path), "sys/devices/%s/firmware_node/uid", bridge);
	if (root_read_line(root, path, buf, size) == 0 && buf[0])
		return;
	bus = 0;
	if (strlen(bridge) > 2)
		num_parse(bridge + strlen(bridge) - 2, 16, 0xff, &bus);
	snprintf(buf, size, "%u", (unsigned int)bus);
}

/* The same for all functions below one root bridge, which stand together: asked once. */
struct places {
	const struct root *root;
	struct root_dir devices;
	char bridge[64];
	char uid[64];
};

static const char *bridge_uid(struct places *places, const char *bridge)
{
	if (strcmp(places->bridge, bridge)) {
		snprintf(places->bridge, sizeof(places->bridge), "%s", bridge);
		root_bridge_uid(places->root, bridge, places->uid, sizeof(places->uid));
	}
	return places->uid;
}

/*
 * The link of a function leads through its root bridge and every bridge above it:
 * ../../../devices/pci0000:00/0000:00:1c.0/0000:05:00.0
 */
static void place_device(struct places *places, struct host *host, struct device *dev)
{
	char target[PATH_MAX], *save = NULL, *bridge, *at;
	const char *uid;
	struct strlist hops = { 0 };
	struct pciaddr addr, above = dev->addr;
	char address[PCIADDR_STRLEN];

	pciaddr_format(&dev->addr, address);
	if (root_dir_readlink(&places->devices, address, target, sizeof(target)) < 0)
		return;
	at = strstr(target, "/pci");
	bridge = at ? strtok_r(at, "/", &save) : NULL;
	if (!bridge)
		return;
	uid = bridge_uid(places, bridge);
	strlist_addf(&hops, "%04x", dev->addr.domain);
	strlist_add(&hops, uid);
	for (char *hop = strtok_r(NULL, "/", &save); hop; hop = strtok_r(NULL, "/", &save)) {
		if (pciaddr_parse(hop, &addr) < 0)
			continue;
		strlist_addf(&hops, "%02x.%x", addr.dev, addr.fn);
		if (!pciaddr_equal(&addr, &dev->addr))
			above = addr;
	}
	dev->path = strlist_join(&hops, "/");
	strlist_done(&hops);
	if (!pciaddr_equal(&above, &dev->addr) && host_find(host, &above))
		dev->parent = (int)host_index(host, host_find(host, &above));
}

struct device *place_on_path(const struct host *host, const char *path)
{
	struct device *found = NULL;

	while (*path) {
		size_t len = strcspn(path, "/");
		char part[PCIADDR_STRLEN];
		struct pciaddr addr;

		if (len && len < sizeof(part)) {
			struct device *dev;

			memcpy(part, path, len);
			part[len] = '\0';
			dev = pciaddr_parse(part, &addr) < 0 ? NULL : host_find(host, &addr);
			if (dev)
				found = dev;
		}
		path += len + (path[len] == '/');
	}
	return found;
}

struct device *place_of_link(const struct root *root, const struct host *host, const char *link)
{
	char target[PATH_MAX];

	return root_readlink(root, link, target, sizeof(target)) < 0 ? NULL
								     : place_on_path(host, target);
}

void place_scan(const struct root *root, struct host *host)
{
	struct places places = { .root = root };

	root_dir_open(root, "sys/bus/pci/devices", &places.devices);
	for (size_t i = 0; i < host->device_count; i++)
		place_device(&places, host, &host->devices[i]);
	root_dir_close(&places.devices);
}
