// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI functions from sysfs: identity, place, driver, capabilities the kernel reports. */
#include "survey/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/num.h"
#include "survey/bars.h"
#include "survey/config.h"
#include "survey/place.h"

#define PCI_DEVICES "sys/bus/pci/devices"

/* Path of attribute @name of the function @address. */
#define ATTRIBUTE_MAX 160

static const char *attribute(const char *address, const char *name, char buf[static ATTRIBUTE_MAX])
{
	snprintf(buf, ATTRIBUTE_MAX, PCI_DEVICES "/%s/%s", address, name);
	return buf;
}

/**
 * struct entry - one function's directory
 * @root:	the host
 * @address:	name of the directory
 * @names:	what is in it, so that only what is there is opened
 */
struct entry {
	const struct root *root;
	const char *address;
	struct strlist names;
};

static int compare_names(const void *key, const void *element)
{
	return strcmp(key, *(char *const *)element);
}

/* The list is sorted. */
static bool has(const struct entry *entry, const char *name)
{
	return entry->names.count && bsearch(name, entry->names.item, entry->names.count,
					     sizeof(*entry->names.item), compare_names);
}

static int read_line(const struct entry *entry, const char *name, char *buf, size_t size)
{
	char path[ATTRIBUTE_MAX];

	if (!has(entry, name))
		return -ENOENT;
	return root_read_line(entry->root, attribute(entry->address, name, path), buf, size);
}

static uint64_t read_number(const struct entry *entry, const char *name, int base, uint64_t max,
			    uint64_t otherwise)
{
	char text[32];
	uint64_t value;

	/* A node that is not known is written -1, which is no number here. */
	if (read_line(entry, name, text, sizeof(text)) < 0 ||
	    num_parse(text, base, max, &value) < 0)
		return otherwise;
	return value;
}

static char *read_link(const struct entry *entry, const char *name)
{
	char path[ATTRIBUTE_MAX], target[64];

	if (!has(entry, name) || root_link_name(entry->root, attribute(entry->address, name, path),
						target, sizeof(target)) < 0)
		return NULL;
	return mem_strdup(target);
}

struct open_file {
	int fd;
};

static ssize_t read_config(void *context, void *buf, size_t len, size_t offset)
{
	return pread(((struct open_file *)context)->fd, buf, len, (off_t)offset);
}

/* Reading it wakes a sleeping device, so one that is asleep in D3cold is left alone. */
static void read_header(const struct entry *entry, struct device *dev)
{
	char path[ATTRIBUTE_MAX];
	_cleanup_close_ int fd = -1;
	struct open_file file;

	if (!dev->suspended && has(entry, "config"))
		fd = root_openat(entry->root, attribute(entry->address, "config", path), O_RDONLY);
	file.fd = fd;
	if (fd < 0 || !config_parse(read_config, &file, dev))
		strlist_add(&dev->unmeasured, "header_type");
	if (!dev->header_known)
		dev->revision = (uint8_t)read_number(entry, "revision", 16, UINT8_MAX, 0);
	if (!dev->interrupts.known)
		strlist_add(&dev->unmeasured, "interrupts");
}

/*
 * reset_method: "flr bus" in the order in which the kernel tries them, since 5.15; reset: the function can be reset alone,
 * since long before. Both are absent where it cannot.
 */
static void read_resets(const struct entry *entry, struct device *dev)
{
	char text[128], *save = NULL;

	dev->reset_known = true;
	dev->resettable = has(entry, "reset");
	if (read_line(entry, "reset_method", text, sizeof(text)) < 0)
		return;
	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		strlist_add(&dev->resets, word);
	dev->resettable = dev->resets.count > 0;
}

/* "pci:v00008086d00001533sv000015D9sd00001533bc02sc00i00": ids and class in one read (file2alias.c, do_pci_entry()). */
static bool read_modalias(const struct entry *entry, struct device *dev)
{
	unsigned int vendor, device, sub_vendor, sub_device, base, sub, interface;
	char text[128];

	if (read_line(entry, "modalias", text, sizeof(text)) < 0 ||
	    sscanf(text, "pci:v%8Xd%8Xsv%8Xsd%8Xbc%2Xsc%2Xi%2X", &vendor, &device, &sub_vendor,
		   &sub_device, &base, &sub, &interface) != 7)
		return false;
	dev->vendor = (uint16_t)vendor;
	dev->device = (uint16_t)device;
	dev->subsystem_vendor = (uint16_t)sub_vendor;
	dev->subsystem_device = (uint16_t)sub_device;
	dev->class_code = base << 16 | sub << 8 | interface;
	return true;
}

static void read_ids(const struct entry *entry, struct device *dev)
{
	if (!read_modalias(entry, dev)) {
		dev->vendor = (uint16_t)read_number(entry, "vendor", 16, UINT16_MAX, 0xffff);
		dev->device = (uint16_t)read_number(entry, "device", 16, UINT16_MAX, 0xffff);
		dev->subsystem_vendor =
			(uint16_t)read_number(entry, "subsystem_vendor", 16, UINT16_MAX, 0);
		dev->subsystem_device =
			(uint16_t)read_number(entry, "subsystem_device", 16, UINT16_MAX, 0);
		dev->class_code = (uint32_t)read_number(entry, "class", 16, 0xffffff, 0);
	}
	dev->kind = device_kind_from_class(dev->class_code);
}

/* Documentation/ABI/testing/sysfs-bus-pci, power_state; sysfs-devices-power, runtime_status. */
static void read_power(const struct entry *entry, struct device *dev)
{
	char text[32], path[ATTRIBUTE_MAX];

	if (read_line(entry, "power_state", text, sizeof(text)) < 0)
		return;
	dev->power_state = mem_strdup(text);
	if (strcmp(text, "D3cold"))
		return;
	dev->suspended = root_read_line(entry->root,
					attribute(entry->address, "power/runtime_status", path),
					text, sizeof(text)) == 0 &&
			 !strcmp(text, "suspended");
}

static void read_bars(const struct entry *entry, struct device *dev)
{
	_cleanup_free_ char *text = NULL;
	char path[ATTRIBUTE_MAX];

	if (has(entry, "resource") &&
	    root_read(entry->root, attribute(entry->address, "resource", path), 4096, &text,
		      NULL) == 0)
		bars_parse(text, &dev->bars);
	else
		strlist_add(&dev->unmeasured, "mmio_bytes");
}

/* Virtual functions, the physical ones they belong to, and their numbers there, until all devices are known. */
struct functions {
	struct virtual_function {
		struct pciaddr vf, pf;
		int number;
	} * item;
	size_t count;
};

/* physfn at the virtual function, virtfn0 … at the physical one (Documentation/ABI/testing/sysfs-bus-pci). */
static void read_virtual(const struct entry *entry, const struct device *dev,
			 struct functions *functions)
{
	for (size_t i = 0; dev->sriov_active && i < entry->names.count; i++) {
		const char *name = entry->names.item[i];
		_cleanup_free_ char *target = NULL;
		struct pciaddr addr;
		uint64_t number;

		if (strncmp(name, "virtfn", 6) || num_parse(name + 6, 10, UINT16_MAX, &number) < 0)
			continue;
		target = read_link(entry, name);
		if (target && pciaddr_parse(target, &addr) == 0)
			*mem_append(&functions->item, &functions->count) =
				(struct virtual_function){ addr, dev->addr, (int)number };
	}
}

static void read_physical(const struct entry *entry, const struct device *dev,
			  struct functions *functions)
{
	_cleanup_free_ char *name = read_link(entry, "physfn");
	struct pciaddr addr;

	if (name && pciaddr_parse(name, &addr) == 0)
		*mem_append(&functions->item, &functions->count) =
			(struct virtual_function){ dev->addr, addr, -1 };
}

static void link_functions(struct host *host, struct functions *functions)
{
	for (size_t i = 0; i < functions->count; i++) {
		const struct virtual_function *item = &functions->item[i];
		const struct device *pf = host_find(host, &item->pf);
		struct device *vf = host_find(host, &item->vf);

		if (!pf || !vf)
			continue;
		vf->physfn = (int)host_index(host, pf);
		if (item->number >= 0)
			vf->vf_number = item->number;
	}
	free(functions->item);
}

static void read_device(const struct root *root, const char *address, struct device *dev,
			struct functions *functions)
{
	struct entry entry = { .root = root, .address = address };
	char path[ATTRIBUTE_MAX];

	if (root_list(root, attribute(address, "", path), &entry.names) < 0)
		entry.names = (struct strlist){ 0 };
	dev->slot = -1;
	dev->group = -1;
	dev->parent = -1;
	dev->physfn = -1;
	dev->vf_number = -1;
	read_ids(&entry, dev);
	read_power(&entry, dev);
	read_header(&entry, dev);
	dev->numa = (int)read_number(&entry, "numa_node", 10, INT_MAX, UINT64_MAX);
	dev->boot_vga = read_number(&entry, "boot_vga", 10, 1, 0) == 1;
	dev->sriov_total = (unsigned int)read_number(&entry, "sriov_totalvfs", 10, UINT16_MAX, 0);
	if (dev->sriov_total)
		dev->sriov_active =
			(unsigned int)read_number(&entry, "sriov_numvfs", 10, UINT16_MAX, 0);
	dev->driver = read_link(&entry, "driver");
	if (dev->interrupts.known && dev->interrupts.pin && !dev->interrupts.msi &&
	    !dev->interrupts.msix)
		dev->interrupts.irq = (unsigned int)read_number(&entry, "irq", 10, INT_MAX, 0);
	read_resets(&entry, dev);
	read_bars(&entry, dev);
	read_physical(&entry, dev, functions);
	read_virtual(&entry, dev, functions);
	strlist_done(&entry.names);
}

static int compare(const void *a, const void *b)
{
	return pciaddr_compare(&((const struct device *)a)->addr,
			       &((const struct device *)b)->addr);
}

int devices_scan(const struct root *root, struct host *host, struct err *e)
{
	struct functions functions = { 0 };
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
		read_device(root, names.item[i], dev, &functions);
	}
	strlist_done(&names);
	if (host->device_count)
		qsort(host->devices, host->device_count, sizeof(*host->devices), compare);
	place_scan(root, host);
	link_functions(host, &functions);
	return 0;
}
