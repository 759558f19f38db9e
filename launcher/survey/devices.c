// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI functions from sysfs: identity, place, driver, capabilities the kernel reports. */
#include "survey/devices.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/num.h"

#define PCI_DEVICES "sys/bus/pci/devices"

/* Path of attribute @name of the function @address. */
#define ATTRIBUTE_MAX 160

static const char *attribute(const char *address, const char *name, char buf[static ATTRIBUTE_MAX])
{
	snprintf(buf, ATTRIBUTE_MAX, PCI_DEVICES "/%s/%s", address, name);
	return buf;
}

static uint64_t read_number(const struct root *root, const char *address, const char *name, uint64_t otherwise)
{
	char path[ATTRIBUTE_MAX];
	uint64_t value;

	return root_read_u64(root, attribute(address, name, path), 16, &value) < 0 ? otherwise : value;
}

/* Attributes written in decimal, numa_node with a sign. */
static int read_decimal(const struct root *root, const char *address, const char *name, int otherwise)
{
	char path[ATTRIBUTE_MAX], text[16];
	uint64_t value;

	if (root_read_line(root, attribute(address, name, path), text, sizeof(text)) < 0 ||
	    num_parse(text, 10, INT_MAX, &value) < 0)
		return otherwise;
	return (int)value;
}

static char *read_link(const struct root *root, const char *address, const char *name)
{
	char path[ATTRIBUTE_MAX], target[64];

	return root_link_name(root, attribute(address, name, path), target, sizeof(target)) < 0 ? NULL :
												   mem_strdup(target);
}

/*
 * The first 64 bytes of configuration space are readable by everybody. Offsets: PCI Local Bus Specification 3.0, 6.1, and
 * PCI-to-PCI Bridge Architecture Specification 1.2, 3.2. A virtual function's vendor id reads ffff there (SR-IOV 3.4.1.1), which is
 * why ids come from the attributes.
 */
static void read_header(const struct root *root, const char *address, struct device *dev)
{
	char path[ATTRIBUTE_MAX];
	_cleanup_free_ char *config = NULL;
	const unsigned char *byte;
	size_t len = 0;

	if (root_read(root, attribute(address, "config", path), 4096, &config, &len) < 0 || len < 64) {
		strlist_add(&dev->unmeasured, "header_type");
		return;
	}
	byte = (const unsigned char *)config;
	dev->header_known = true;
	dev->header_type = byte[0x0e] & 0x7f;
	if (dev->header_type == 1) {
		dev->secondary = byte[0x19];
		dev->subordinate = byte[0x1a];
	}
}

/* "flr bus" in the order in which the kernel tries them; absent before 5.15 and for functions without any method. */
static void read_resets(const struct root *root, const char *address, struct device *dev)
{
	char path[ATTRIBUTE_MAX], text[128], *save = NULL;

	if (root_read_line(root, attribute(address, "reset_method", path), text, sizeof(text)) < 0)
		return;
	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		strlist_add(&dev->resets, word);
}

static void read_netdevs(const struct root *root, const char *address, struct device *dev)
{
	char path[ATTRIBUTE_MAX];

	if (root_list(root, attribute(address, "net", path), &dev->netdevs) < 0)
		dev->netdevs = (struct strlist){ 0 };
}

static void read_device(const struct root *root, const char *address, struct device *dev)
{
	dev->vendor = (uint16_t)read_number(root, address, "vendor", 0xffff);
	dev->device = (uint16_t)read_number(root, address, "device", 0xffff);
	dev->subsystem_vendor = (uint16_t)read_number(root, address, "subsystem_vendor", 0);
	dev->subsystem_device = (uint16_t)read_number(root, address, "subsystem_device", 0);
	dev->revision = (uint8_t)read_number(root, address, "revision", 0);
	dev->class_code = (uint32_t)read_number(root, address, "class", 0) & 0xffffff;
	dev->kind = device_kind_from_class(dev->class_code);
	dev->numa = read_decimal(root, address, "numa_node", -1);
	dev->boot_vga = read_decimal(root, address, "boot_vga", 0) == 1;
	dev->sriov_total = (unsigned int)read_decimal(root, address, "sriov_totalvfs", 0);
	dev->sriov_active = dev->sriov_total ? (unsigned int)read_decimal(root, address, "sriov_numvfs", 0) : 0;
	dev->driver = read_link(root, address, "driver");
	dev->slot = -1;
	dev->group = -1;
	dev->parent = -1;
	dev->physfn = -1;
	read_header(root, address, dev);
	read_resets(root, address, dev);
	read_netdevs(root, address, dev);
}

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

/*
 * The link of a function leads through its root bridge and every bridge above it:
 * ../../../devices/pci0000:00/0000:00:1c.0/0000:05:00.0
 */
static void place_device(const struct root *root, struct host *host, struct device *dev)
{
	char path[ATTRIBUTE_MAX], target[PATH_MAX], uid[64], *save = NULL, *bridge, *at;
	struct strlist hops = { 0 };
	struct pciaddr addr, above = dev->addr;
	char address[PCIADDR_STRLEN];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", pciaddr_format(&dev->addr, address));
	if (root_readlink(root, path, target, sizeof(target)) < 0)
		return;
	at = strstr(target, "/pci");
	bridge = at ? strtok_r(at, "/", &save) : NULL;
	if (!bridge)
		return;
	root_bridge_uid(root, bridge, uid, sizeof(uid));
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

static void link_physical_function(const struct root *root, struct host *host, struct device *dev)
{
	char address[PCIADDR_STRLEN];
	_cleanup_free_ char *name = read_link(root, pciaddr_format(&dev->addr, address), "physfn");
	const struct device *pf;
	struct pciaddr addr;

	if (!name || pciaddr_parse(name, &addr) < 0)
		return;
	pf = host_find(host, &addr);
	if (pf)
		dev->physfn = (int)host_index(host, pf);
}

static int compare(const void *a, const void *b)
{
	return pciaddr_compare(&((const struct device *)a)->addr, &((const struct device *)b)->addr);
}

int devices_scan(const struct root *root, struct host *host, struct err *e)
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
	for (size_t i = 0; i < names.count; i++) {
		struct pciaddr addr;
		struct device *dev;

		if (pciaddr_parse(names.item[i], &addr) < 0) {
			log_debug("%s/%s: not an address, passed over", PCI_DEVICES, names.item[i]);
			continue;
		}
		dev = mem_append(&host->devices, &host->device_count);
		dev->addr = addr;
		read_device(root, names.item[i], dev);
	}
	strlist_done(&names);
	if (host->device_count)
		qsort(host->devices, host->device_count, sizeof(*host->devices), compare);
	for (size_t i = 0; i < host->device_count; i++) {
		place_device(root, host, &host->devices[i]);
		link_physical_function(root, host, &host->devices[i]);
	}
	return 0;
}
