// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI functions from sysfs: identity, place, driver, capabilities the kernel reports. */
#include "survey/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/num.h"
#include "base/root_dir.h"
#include "survey/bars.h"
#include "survey/config.h"
#include "survey/place.h"

#define PCI_DEVICES "sys/bus/pci/devices"

static uint64_t read_number(const struct root_dir *dir, const char *name, int base, uint64_t max,
			    uint64_t otherwise)
{
	char text[32];
	uint64_t value;

	/* A node that is not known is written -1, which is no number here. */
	if (root_dir_read_line(dir, name, text, sizeof(text)) < 0 ||
	    num_parse(text, base, max, &value) < 0)
		return otherwise;
	return value;
}

static char *read_link(const struct root_dir *dir, const char *name)
{
	char target[64];

	return root_dir_link_name(dir, name, target, sizeof(target)) < 0 ? NULL
									 : mem_strdup(target);
}

struct open_file {
	int fd;
};

static ssize_t read_config(void *context, void *buf, size_t len, size_t offset)
{
	return pread(((struct open_file *)context)->fd, buf, len, (off_t)offset);
}

static int open_config(const struct root_dir *dir)
{
	BRACKET(CONFIG);

	/* The kernel goes by what the opener may. */
	return root_dir_openat(dir, "config", O_RDONLY);
}

/* Reading it wakes a sleeping device, so one that is asleep in D3cold is left alone. */
static void read_header(const struct root_dir *dir, struct device *dev)
{
	_cleanup_close_ int fd = dev->suspended ? -1 : open_config(dir);
	struct open_file file = { fd };

	if (fd < 0 || !config_parse(read_config, &file, dev))
		strlist_add(&dev->unmeasured, "header_type");
	if (!dev->header_known)
		dev->revision = (uint8_t)read_number(dir, "revision", 16, UINT8_MAX, 0);
	if (!dev->interrupts.known)
		strlist_add(&dev->unmeasured, "interrupts");
}

/*
 * reset_method: "flr bus" in the order in which the kernel tries them, since 5.15; reset: the function can be reset alone,
 * since long before. Both are absent where it cannot.
 */
static void read_resets(const struct root_dir *dir, struct device *dev)
{
	char text[128], *save = NULL;

	dev->reset_known = true;
	if (root_dir_read_line(dir, "reset_method", text, sizeof(text)) < 0) {
		dev->resettable = root_dir_has(dir, "reset");
		return;
	}
	for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		strlist_add(&dev->resets, word);
	dev->resettable = dev->resets.count > 0;
}

/* "pci:v00008086d00001533sv000015D9sd00001533bc02sc00i00": ids and class in one read (file2alias.c, do_pci_entry()). */
static bool read_modalias(const struct root_dir *dir, struct device *dev)
{
	unsigned int vendor, device, sub_vendor, sub_device, base, sub, interface;
	char text[128];

	if (root_dir_read_line(dir, "modalias", text, sizeof(text)) < 0 ||
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

static void read_ids(const struct root_dir *dir, struct device *dev)
{
	if (!read_modalias(dir, dev)) {
		dev->vendor = (uint16_t)read_number(dir, "vendor", 16, UINT16_MAX, 0xffff);
		dev->device = (uint16_t)read_number(dir, "device", 16, UINT16_MAX, 0xffff);
		dev->subsystem_vendor =
			(uint16_t)read_number(dir, "subsystem_vendor", 16, UINT16_MAX, 0);
		dev->subsystem_device =
			(uint16_t)read_number(dir, "subsystem_device", 16, UINT16_MAX, 0);
		dev->class_code = (uint32_t)read_number(dir, "class", 16, 0xffffff, 0);
	}
	dev->kind = device_kind_from_class(dev->class_code);
	dev->identified = true;
}

/* Documentation/ABI/testing/sysfs-bus-pci, power_state; sysfs-devices-power, runtime_status. */
static void read_power(const struct root_dir *dir, struct device *dev)
{
	_cleanup_free_ char *status = NULL;
	char text[32];

	if (root_dir_read_line(dir, "power_state", text, sizeof(text)) < 0)
		return;
	dev->power_state = mem_strdup(text);
	if (strcmp(text, "D3cold"))
		return;
	status = mem_printf("%s/power/runtime_status", dir->path);
	dev->suspended = root_read_line(dir->root, status, text, sizeof(text)) == 0 &&
			 !strcmp(text, "suspended");
}

static void read_bars(const struct root_dir *dir, struct device *dev)
{
	char text[4096];

	if (root_dir_read(dir, "resource", text, sizeof(text)) >= 0)
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
static void read_virtual(const struct root_dir *dir, const struct device *dev,
			 struct functions *functions)
{
	for (unsigned int i = 0; i < dev->sriov_active; i++) {
		_cleanup_free_ char *target = NULL;
		struct pciaddr addr;
		char name[24];

		snprintf(name, sizeof(name), "virtfn%u", i);
		target = read_link(dir, name);
		if (target && pciaddr_parse(target, &addr) == 0)
			*mem_append(&functions->item, &functions->count) =
				(struct virtual_function){ addr, dev->addr, (int)i };
	}
}

/* A function is a physical one of others, or a virtual one of another, or neither; bridges are neither. */
static void read_functions(const struct root_dir *dir, struct device *dev,
			   struct functions *functions)
{
	_cleanup_free_ char *name = NULL;
	struct pciaddr addr;

	if (device_is_bridge(dev))
		return;
	name = read_link(dir, "physfn");
	if (name && pciaddr_parse(name, &addr) == 0)
		*mem_append(&functions->item, &functions->count) =
			(struct virtual_function){ dev->addr, addr, -1 };
	if (name)
		return;
	dev->sriov_total = (unsigned int)read_number(dir, "sriov_totalvfs", 10, UINT16_MAX, 0);
	if (dev->sriov_total)
		dev->sriov_active =
			(unsigned int)read_number(dir, "sriov_numvfs", 10, UINT16_MAX, 0);
	read_virtual(dir, dev, functions);
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

static void set_group(struct device *dev, const char *name)
{
	uint64_t number;

	if (num_parse(name, 10, INT_MAX, &number) == 0)
		dev->group_number = (int)number;
}

static void read_group(const struct root_dir *dir, struct device *dev)
{
	char name[16];

	if (root_dir_link_name(dir, "iommu_group", name, sizeof(name)) == 0)
		set_group(dev, name);
}

static void read_device(const struct root_dir *dir, struct device *dev, struct functions *functions)
{
	if (!dev->identified)
		read_ids(dir, dev);
	read_power(dir, dev);
	read_header(dir, dev);
	dev->numa = (int)read_number(dir, "numa_node", 10, INT_MAX, UINT64_MAX);
	dev->boot_vga = dev->kind == KIND_GPU && read_number(dir, "boot_vga", 10, 1, 0) == 1;
	dev->driver = read_link(dir, "driver");
	if (dev->interrupts.known && dev->interrupts.pin && !dev->interrupts.msi &&
	    !dev->interrupts.msix)
		dev->interrupts.irq = (unsigned int)read_number(dir, "irq", 10, INT_MAX, 0);
	read_resets(dir, dev);
	read_bars(dir, dev);
	read_functions(dir, dev, functions);
	read_group(dir, dev);
}

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
	dev = mem_append(&host->devices, &host->device_count);
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
	for (size_t i = 0; i < names.count; i++)
		add_device(host, names.item[i]);
	strlist_done(&names);
	if (host->device_count)
		qsort(host->devices, host->device_count, sizeof(*host->devices), compare);
	place_scan(root, host);
	return 0;
}

void devices_group(const struct root *root, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++) {
		char path[96], name[16];

		snprintf(path, sizeof(path), PCI_DEVICES "/%s/iommu_group",
			 PCIADDR_STR(&host->devices[i].addr));
		if (root_link_name(root, path, name, sizeof(name)) == 0)
			set_group(&host->devices[i], name);
	}
}

void devices_identify(const struct root *root, struct device *dev)
{
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };

	if (dev->identified)
		return;
	open_device(root, dev, &dir);
	read_ids(&dir, dev);
}

void devices_scan(const struct root *root, struct host *host)
{
	struct functions functions = { 0 };

	for (size_t i = 0; i < host->device_count; i++) {
		_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };

		if (!host->devices[i].surveyed)
			continue;
		open_device(root, &host->devices[i], &dir);
		read_device(&dir, &host->devices[i], &functions);
	}
	link_functions(host, &functions);
}
