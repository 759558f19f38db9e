// SPDX-License-Identifier: GPL-2.0-or-later
/* Where functions sit: root bridge, bridges above, and the path that stays when buses are renumbered. */
#include "survey/place.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/root_dir.h"
#include "base/split.h"

/* Functions whose links are not worth a thread. */
#define PART_LEAST 512

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

/**
 * struct places - where functions are looked for
 * @devices:	the directory of links to them
 */
struct places {
	struct host *host;
	struct root_dir devices;
};

/** struct root_bridge - the _UID of a root bridge is the same for all functions below it, which stand together: asked once */
struct root_bridge {
	char name[64];
	char uid[64];
};

static const char *bridge_uid(const struct root *root, struct root_bridge *bridge, const char *name)
{
	if (strcmp(bridge->name, name)) {
		snprintf(bridge->name, sizeof(bridge->name), "%s", name);
		root_bridge_uid(root, name, bridge->uid, sizeof(bridge->uid));
	}
	return bridge->uid;
}

/*
 * The link of a function leads through its root bridge and every bridge above it:
 * ../../../devices/pci0000:00/0000:00:1c.0/0000:05:00.0
 */
static void place_device(const struct places *places, struct root_bridge *bridge,
			 struct device *dev)
{
	char target[PATH_MAX], path[PATH_MAX + sizeof(bridge->uid)], *end = path, *save = NULL,
								     *name;
	struct pciaddr addr, above = dev->addr;
	struct device *parent;

	if (root_dir_readlink(&places->devices, PCIADDR_STR(&dev->addr), target, sizeof(target)) <
	    0)
		return;
	name = strstr(target, "/pci");
	name = name ? strtok_r(name, "/", &save) : NULL;
	if (!name)
		return;
	end += sprintf(end, "%04x/%s", dev->addr.domain,
		       bridge_uid(places->devices.root, bridge, name));
	/* No hop is longer here than in the link. */
	for (char *hop = strtok_r(NULL, "/", &save); hop; hop = strtok_r(NULL, "/", &save)) {
		if (pciaddr_parse(hop, &addr) < 0)
			continue;
		end += sprintf(end, "/%02x.%x", addr.dev, addr.fn);
		if (!pciaddr_equal(&addr, &dev->addr))
			above = addr;
	}
	dev->path = mem_strdup(path);
	parent = pciaddr_equal(&above, &dev->addr) ? NULL : host_find(places->host, &above);
	if (parent)
		dev->parent = (int)host_index(places->host, parent);
}

static void place_part(void *context, size_t part, size_t begin, size_t end)
{
	const struct places *places = context;
	struct root_bridge bridge = { 0 };

	(void)part;
	for (size_t i = begin; i < end; i++)
		place_device(places, &bridge, &places->host->devices[i]);
}

/* The function whose address stands there, if there is one. */
static struct device *named(const struct host *host, const char *name, size_t len)
{
	char part[PCIADDR_STRLEN];
	struct pciaddr addr;

	if (!len || len >= sizeof(part))
		return NULL;
	memcpy(part, name, len);
	part[len] = '\0';
	return pciaddr_parse(part, &addr) < 0 ? NULL : host_find(host, &addr);
}

struct device *place_on_path(const struct host *host, const char *path)
{
	struct device *dev = NULL;

	for (size_t end = strlen(path), begin; !dev && end; end = begin ? begin - 1 : 0) {
		for (begin = end; begin && path[begin - 1] != '/'; begin--)
			;
		dev = named(host, path + begin, end - begin);
	}
	return dev;
}

struct device *place_of_link(const struct root *root, const struct host *host, const char *link)
{
	char target[PATH_MAX];

	return root_readlink(root, link, target, sizeof(target)) < 0 ? NULL
								     : place_on_path(host, target);
}

void place_scan(const struct root *root, struct host *host)
{
	struct places places = { .host = host };

	root_dir_open(root, "sys/bus/pci/devices", &places.devices);
	split_work(host->device_count, root->observe ? SIZE_MAX : PART_LEAST, place_part, &places);
	root_dir_close(&places.devices);
}
