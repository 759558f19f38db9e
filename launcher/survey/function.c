// SPDX-License-Identifier: GPL-2.0-or-later
/* One PCI function, from its directory in sysfs: identity, driver, capabilities the kernel reports. */
#include "survey/function.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "survey/bars.h"
#include "survey/config.h"

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

/**
 * struct space - configuration space being read
 * @fd:		its file
 * @len:	number of @bytes, or -1: every read is one of the file
 * @bytes:	a captured host's whole space: a file that costs nothing but the calls to read it
 */
struct space {
	int fd;
	ssize_t len;
	uint8_t bytes[4096];
};

static ssize_t read_config(void *context, void *buf, size_t len, size_t offset)
{
	const struct space *space = context;

	if (space->len < 0)
		return pread(space->fd, buf, len, (off_t)offset);
	if (offset >= (size_t)space->len)
		return 0;
	if (len > (size_t)space->len - offset)
		len = (size_t)space->len - offset;
	memcpy(buf, space->bytes + offset, len);
	return (ssize_t)len;
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
	struct space space;

	space.fd = fd;
	space.len = fd < 0 || dir->root->live ? -1 : pread(fd, space.bytes, sizeof(space.bytes), 0);
	if (fd < 0 || !config_parse(read_config, &space, dev))
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

void function_identify(const struct root_dir *dir, struct device *dev)
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

void function_set_group(struct device *dev, const char *name)
{
	uint64_t number;

	if (num_parse(name, 10, INT_MAX, &number) == 0)
		dev->group_number = (int)number;
}

static void read_group(const struct root_dir *dir, struct device *dev)
{
	char name[16];

	if (root_dir_link_name(dir, "iommu_group", name, sizeof(name)) == 0)
		function_set_group(dev, name);
}

void function_read(const struct root_dir *dir, struct device *dev, struct virtuals *virtuals)
{
	if (!dev->identified)
		function_identify(dir, dev);
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
	virtuals_read(dir, dev, virtuals);
	read_group(dir, dev);
}
