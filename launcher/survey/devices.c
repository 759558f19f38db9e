// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI functions: which there are, and the directory of each. */
#include "survey/devices.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/root_dir.h"
#include "base/split.h"
#include "survey/function.h"
#include "survey/place.h"

#define PCI_DEVICES "sys/bus/pci/devices"

static int compare(const void *a, const void *b)
{
	return pciaddr_compare(&((const struct device *)a)->addr,
			       &((const struct device *)b)->addr);
}

static void open_device(const struct root *root, const struct device *dev, struct root_dir *ret)
{
	char path[96];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", PCIADDR_STR(&dev->addr));
	root_dir_open(root, path, ret);
}

static void add_device(struct host *host, const char *name)
{
	struct pciaddr addr;
	struct device *dev;

	if (pciaddr_parse(name, &addr) < 0) {
		log_debug("%s/%s: not an address, passed over", PCI_DEVICES, name);
		return;
	}
	dev = &host->devices[host->device_count++];
	*dev = (struct device){ .addr = addr,
				.slot = -1,
				.numa = -1,
				.group = -1,
				.group_number = -1,
				.parent = -1,
				.physfn = -1,
				.vf_number = -1 };
}

int devices_index(const struct root *root, struct host *host, struct err *e)
{
	struct strlist names = { 0 };
	int r = root_list(root, PCI_DEVICES, &names);

	/* A captured host may hold no more than its firmware tables. */
	if (r == -ENOENT && !root->live) {
		strlist_add(&host->unmeasured, "devices");
		return 0;
	}
	if (r < 0) {
		err_sys(e, -r, root->path, "cannot read %s", PCI_DEVICES);
		return err_fix(e, "is this the root of a host with a PCI bus?");
	}
	/* All at once: thousands of them, one at a time, are moved again and again. */
	host->devices = mem_resize(NULL, names.count + 1, sizeof(*host->devices));
	for (size_t i = 0; i < names.count; i++)
		add_device(host, names.item[i]);
	strlist_done(&names);
	if (host->device_count)
		qsort(host->devices, host->device_count, sizeof(*host->devices), compare);
	place_scan(root, host);
	return 0;
}

void devices_group(const struct root *root, struct device *dev)
{
	char path[96], name[16];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/iommu_group", PCIADDR_STR(&dev->addr));
	if (root_link_name(root, path, name, sizeof(name)) == 0)
		function_set_group(dev, name);
}

void devices_identify(const struct root *root, struct device *dev)
{
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };

	if (dev->identified)
		return;
	open_device(root, dev, &dir);
	function_identify(&dir, dev);
}

/* Bridges whose directories are kept open; more of them share the places. */
#define BRIDGES_KEPT 64

/* Functions that are not worth a thread. */
#define PART_LEAST 128

/**
 * struct part - what one thread of a scan has to itself
 * @bridges:	directories of bridges passed, each at its index modulo BRIDGES_KEPT: what is below one is found in it sooner
 *		than by a path from the root
 * @virtuals:	what was told of virtual functions
 */
struct part {
	struct kept {
		int device;
		struct root_dir dir;
	} bridges[BRIDGES_KEPT];
	struct virtuals virtuals;
};

/** struct scan - a pass over functions: @wanted are the @count indexes of those to be read */
struct scan {
	const struct root *root;
	struct host *host;
	int *wanted;
	size_t count;
	struct part *parts[SPLIT_MAX];
};

static void open_function(const struct scan *scan, const struct part *part,
			  const struct device *dev, struct root_dir *ret)
{
	const struct kept *kept = dev->parent < 0 ? NULL
						  : &part->bridges[dev->parent % BRIDGES_KEPT];
	char path[96];

	if (kept && kept->dir.path && kept->device == dev->parent && !scan->root->observe) {
		snprintf(path, sizeof(path), PCI_DEVICES "/%s", PCIADDR_STR(&dev->addr));
		if (root_dir_open_in(&kept->dir, strrchr(path, '/') + 1, path, ret) == 0)
			return;
		/* Something else stands between them: below a volume management device its own root bridge. */
		root_dir_close(ret);
	}
	open_device(scan->root, dev, ret);
}

static void scan_function(const struct scan *scan, struct part *part, int index)
{
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };
	struct kept *kept = &part->bridges[index % BRIDGES_KEPT];
	struct device *dev = &scan->host->devices[index];

	open_function(scan, part, dev, &dir);
	function_read(&dir, dev, &part->virtuals);
	if (!device_is_bridge(dev))
		return;
	if (kept->dir.path)
		root_dir_close(&kept->dir);
	*kept = (struct kept){ index, dir };
	dir = (struct root_dir){ .fd = -1 };
}

static void scan_part(void *context, size_t number, size_t begin, size_t end)
{
	struct scan *scan = context;
	struct part *part = scan->parts[number];

	if (!part)
		part = scan->parts[number] = mem_zalloc(sizeof(*part));
	for (size_t i = begin; i < end; i++)
		scan_function(scan, part, scan->wanted[i]);
	for (size_t i = 0; i < BRIDGES_KEPT; i++)
		if (part->bridges[i].dir.path)
			root_dir_close(&part->bridges[i].dir);
}

void devices_scan(const struct root *root, struct host *host)
{
	struct scan scan = { .root = root, .host = host };

	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].surveyed)
			*mem_append(&scan.wanted, &scan.count) = (int)i;
	/* Who records looks is told of one after the other. */
	split_work(scan.count, root->observe ? SIZE_MAX : PART_LEAST, scan_part, &scan);
	for (size_t i = 0; i < SPLIT_MAX; i++) {
		if (!scan.parts[i])
			continue;
		virtuals_link(host, &scan.parts[i]->virtuals);
		free(scan.parts[i]);
	}
	free(scan.wanted);
}
