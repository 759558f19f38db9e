// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes that have a node of a device open: sound, graphics, raw disks, whatever hangs off it. */
#include "survey/nodes.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "survey/place.h"

#define NVIDIA "proc/driver/nvidia/gpus"

static bool starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* NVIDIA's own driver has nodes sysfs does not know; it says which card has which (gpus/ADDRESS/information). */
static struct device *nvidia_device(const struct root *root, const struct host *host,
				    const char *node)
{
	struct device *found = NULL;
	struct strlist names;

	if (!isdigit((unsigned char)node[strlen("/dev/nvidia")]) ||
	    root_list(root, NVIDIA, &names) < 0)
		return NULL;
	for (size_t i = 0; i < names.count && !found; i++) {
		_cleanup_free_ char *path = mem_printf(NVIDIA "/%s/information", names.item[i]);
		_cleanup_free_ char *text = NULL;
		const char *at;
		struct pciaddr addr;

		if (root_read(root, path, 4096, &text, NULL) < 0 ||
		    pciaddr_parse(names.item[i], &addr) < 0)
			continue;
		at = strstr(text, "Device Minor:");
		at = at ? at + strcspn(at, "0123456789\n") : "";
		if (isdigit((unsigned char)*at) &&
		    strtoul(at, NULL, 10) == strtoul(node + strlen("/dev/nvidia"), NULL, 10))
			found = host_find(host, &addr);
	}
	strlist_done(&names);
	return found;
}

/* O_PATH opens no device, it only names a file. */
static struct device *device_of_node(const struct root *root, const struct host *host,
				     const char *node)
{
	_cleanup_close_ int fd = -1;
	char link[64];
	struct stat status;

	if (starts(node, "/dev/nvidia"))
		return nvidia_device(root, host, node);
	fd = root_openat(root, node + 1, O_PATH);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISCHR(status.st_mode))
		return NULL;
	snprintf(link, sizeof(link), "sys/dev/char/%u:%u", major(status.st_rdev),
		 minor(status.st_rdev));
	return place_of_link(root, host, link);
}

/* The disk itself, or a partition of it, of a controller; disks that are busy have their culprit named already. */
static struct device *device_of_disk(const struct host *host, const char *node)
{
	for (size_t i = 0; i < host->device_count; i++)
		for (size_t d = 0; d < host->devices[i].disk_count; d++) {
			const struct disk *disk = &host->devices[i].disks[d];
			size_t len = strlen(disk->node);

			if (disk->busy != FACT_YES && starts(node, disk->node) &&
			    !node[len + strspn(node + len, "p0123456789")])
				return &host->devices[i];
		}
	return NULL;
}

static struct device *device_of(const struct root *root, const struct host *host,
				const struct open_node *open)
{
	struct pciaddr addr;
	struct device *dev;

	if (strstr(open->node, "/vfio/"))
		return NULL;
	if (open->device)
		return pciaddr_parse(open->device, &addr) < 0 ? NULL : host_find(host, &addr);
	dev = root->live ? device_of_node(root, host, open->node) : NULL;
	return dev ? dev : device_of_disk(host, open->node);
}

static enum use_kind kind_of(const char *node)
{
	return starts(node, "/dev/dri/") || starts(node, "/dev/nvidia") ? USE_DISPLAY : USE_PROCESS;
}

/* udev looks into every disk that appears, and lets go; its processes have one of these names. */
static bool only_looks(const char *process)
{
	return !strcmp(process, "systemd-udevd") || !strcmp(process, "(udev-worker)") ||
	       !strcmp(process, "udevd");
}

static void add_use(const struct root *root, struct device *dev, const struct open_node *open,
		    const char *nodes)
{
	_cleanup_free_ char *process = holders_process(root, open);

	if (only_looks(process))
		return;
	device_add_use(
		dev, kind_of(open->node),
		mem_printf("%s (pid %d) has %s open", process, (int)open->pid, nodes),
		mem_printf(
			"end %s: kill %d, or stop the service it belongs to (systemctl status %d names it)",
			process, (int)open->pid, (int)open->pid));
}

/* All nodes of one device that one process has open, from the one at @first on, make one use. */
static void merge(const struct root *root, const struct holders *holders, struct device **devs,
		  size_t first)
{
	const struct open_node *open = &holders->item[first];
	_cleanup_free_ char *nodes = NULL;
	struct device *dev = devs[first];
	struct strlist list = { 0 };

	for (size_t i = first; i < holders->count && holders->item[i].pid == open->pid; i++)
		if (devs[i] == dev && kind_of(holders->item[i].node) == kind_of(open->node)) {
			strlist_add(&list, holders->item[i].node);
			devs[i] = NULL;
		}
	nodes = strlist_join(&list, ", ");
	strlist_done(&list);
	add_use(root, dev, open, nodes);
}

void nodes_scan(const struct root *root, const struct holders *holders, struct host *host)
{
	_cleanup_free_ struct device **devs =
		mem_zalloc((holders->count + 1) * sizeof(struct device *));

	for (size_t i = 0; i < holders->count; i++)
		devs[i] = device_of(root, host, &holders->item[i]);
	for (size_t i = 0; i < holders->count; i++)
		if (devs[i])
			merge(root, holders, devs, i);
}
