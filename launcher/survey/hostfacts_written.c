// SPDX-License-Identifier: GPL-2.0-or-later
/* What host setup wrote, for host check: whether it is still there, and whether devices were bound early. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/hostmanifest.h"
#include "survey/hostfacts_parts.h"

#define EARLY_LIST "etc/vmrun/early"

/* Whether a file is what this version of it was. */
static bool is_version(const struct root *root, const char *path,
		       const struct hostfile_version *version)
{
	_cleanup_free_ char *now = NULL, *copy = NULL,
			    *copied = mem_printf(HOSTMANIFEST_DIR "/%s",
						 version->copy ? version->copy : "");
	size_t now_len, copy_len;

	if (root_read(root, path, HOSTMANIFEST_SIZE_MAX, &now, &now_len) < 0)
		return !version->copy;
	return version->copy &&
	       root_read(root, copied, HOSTMANIFEST_SIZE_MAX, &copy, &copy_len) == 0 &&
	       now_len == copy_len && !memcmp(now, copy, now_len);
}

static void read_manifest(const struct root *root, struct written_facts *written)
{
	_cleanup_hostmanifest_ struct hostmanifest manifest = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(root, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, HOSTMANIFEST_SIZE_MAX,
			  &text, &len);

	written->known = r == 0 || (r == -ENOENT && root_exists(root, "etc"));
	if (r < 0)
		return;
	if (hostmanifest_parse(text, len, &manifest, NULL) < 0) {
		written->known = false;
		return;
	}
	written->present = true;
	written->pending = manifest.state != HOSTMANIFEST_APPLIED;
	for (size_t i = 0; i < manifest.count; i++)
		if (!is_version(root, manifest.entries[i].path,
				manifest.entries[i].written.copy ? &manifest.entries[i].written
								 : &manifest.entries[i].former))
			strlist_addf(&written->changed, "/%s", manifest.entries[i].path);
	for (size_t i = 0; i < manifest.parameters.count; i++)
		strlist_add(&written->parameters, manifest.parameters.item[i]);
}

/* The device a line of the list is about: "PATH VENDOR:DEVICE SUBVENDOR:SUBDEVICE USER". */
static const struct device *device_of(const struct host *host, const char *line)
{
	char path[256];
	unsigned int ids[4];

	if (*line == '#' ||
	    sscanf(line, "%255s %4x:%4x %4x:%4x", path, &ids[0], &ids[1], &ids[2], &ids[3]) != 5)
		return NULL;
	for (size_t i = 0; i < host->device_count; i++) {
		const struct device *dev = &host->devices[i];

		if (dev->path && !strcmp(dev->path, path) && dev->vendor == ids[0] &&
		    dev->device == ids[1] && dev->subsystem_vendor == ids[2] &&
		    dev->subsystem_device == ids[3])
			return dev;
	}
	return NULL;
}

static void read_early(const struct root *root, const struct host *host,
		       struct written_facts *written)
{
	_cleanup_free_ char *text = NULL;

	if (root_read(root, EARLY_LIST, HOSTFACTS_CONF_MAX, &text, NULL) < 0)
		return;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const struct device *dev = device_of(host, line);

		if (dev && (!dev->driver || strcmp(dev->driver, "vfio-pci") != 0))
			strlist_addf(&written->late, "%s (%s)", PCIADDR_STR(&dev->addr),
				     dev->driver ? dev->driver : "no driver");
	}
}

void hostfacts_written(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	read_manifest(root, &facts->written);
	read_early(root, host, &facts->written);
}
