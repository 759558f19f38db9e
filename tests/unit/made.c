// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots of hosts made in memory, and profiles from text, for tests of what decides on them. */
#include "unit/made.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

struct host made_host(void)
{
	return (struct host){
		.kernel = mem_strdup("6.1.0-18-amd64"),
		.cmdline = mem_strdup("root=/dev/sda1 intel_iommu=on quiet"),
		.vendor = mem_strdup("Vendor"),
		.product = mem_strdup("Product"),
		.cpu_vendor = mem_strdup("GenuineIntel"),
		.iommu = IOMMU_INTEL,
		.iommu_enabled = true,
		.tables_known = true,
		.interrupt_remapping = FACT_YES,
		.klog = { .readable = true, .complete = true },
		.memory = { .known = true,
			    .available_bytes = (uint64_t)64 << 30,
			    .memlock_known = true,
			    .memlock_bytes = UINT64_MAX },
		.vfio = FACT_YES,
		.vfio_registered = true,
		.privileged = true,
	};
}

static int group_index(struct host *host, int id)
{
	struct group *group;

	for (size_t i = 0; i < host->group_count; i++)
		if (host->groups[i].id == id)
			return (int)i;
	group = mem_append(&host->groups, &host->group_count);
	*group = (struct group){ .id = id, .regions_known = true, .held = FACT_NO };
	return (int)host->group_count - 1;
}

struct device *made_device(struct host *host, const char *address, uint32_t class_code,
			   const char *driver, int group)
{
	_cleanup_free_ char *full = mem_printf("0000:%s", address);
	struct device *dev = mem_append(&host->devices, &host->device_count);

	ck_assert_int_eq(pciaddr_parse(full, &dev->addr), 0);
	dev->vendor = 0x1000;
	dev->device = 0x0001;
	dev->class_code = class_code;
	dev->kind = device_kind_from_class(class_code);
	dev->header_known = true;
	dev->header_type = class_code >> 8 == 0x0604;
	dev->name = mem_strdup("Made device");
	dev->driver = mem_strdup(driver);
	dev->vfio = driver && !strcmp(driver, VFIO_DRIVER);
	dev->vf_number = -1;
	dev->slot = dev->numa = dev->parent = dev->physfn = dev->group = -1;
	if (group >= 0) {
		struct group *of;

		dev->group = group_index(host, group);
		of = &host->groups[dev->group];
		*mem_append(&of->devices, &of->device_count) = host->device_count - 1;
	}
	return dev;
}

void made_region(struct host *host, int group, uint64_t start, uint64_t end, enum region_type type)
{
	int index = group_index(host, group);
	struct group *of = &host->groups[index];

	*mem_append(&of->regions, &of->region_count) = (struct region){ start, end, type };
}

void made_range(struct host *host, enum reserved_source source, const char *address, uint64_t start,
		uint64_t end)
{
	struct device *dev = &host->devices[made_index(host, address)];

	*mem_append(&dev->reserved, &dev->reserved_count) = host->reserved.count;
	*mem_append(&host->reserved.item, &host->reserved.count) =
		(struct reserved){ .source = source, .start = start, .end = end };
}

void made_disk(struct host *host, const char *name, enum fact busy, const char *use)
{
	struct device *dev = &host->devices[host->device_count - 1];

	*mem_append(&dev->disks, &dev->disk_count) = (struct disk){
		.name = mem_strdup(name), .node = mem_printf("/dev/%s", name), .busy = busy
	};
	if (use)
		device_add_use(dev, USE_DISK, mem_strdup(use), NULL);
}

void made_holder(struct host *host, int group, bool reserved)
{
	int index = group_index(host, group);
	struct group *of = &host->groups[index];

	of->held = reserved ? FACT_NO : FACT_YES;
	of->holder = mem_zalloc(sizeof(*of->holder));
	*of->holder = (struct holder){ .name = mem_strdup("other"),
				       .reserved = reserved,
				       .what = mem_strdup("guest other") };
}

size_t made_index(const struct host *host, const char *address)
{
	_cleanup_free_ char *full = mem_printf("0000:%s", address);
	struct pciaddr addr;
	const struct device *dev;

	ck_assert_int_eq(pciaddr_parse(full, &addr), 0);
	dev = host_find(host, &addr);
	ck_assert_msg(dev != NULL, "no device %s was made", address);
	return host_index(host, dev);
}

struct profile made_profile(const char *text)
{
	const char *tmp = getenv("TMPDIR");
	_cleanup_free_ char *path = mem_printf("%s/made.XXXXXX", tmp ? tmp : "/tmp");
	struct profile profile = { 0 };
	struct err e = { 0 };
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	dprintf(fd, "[vm]\n\tname = made\n\tmemory = 1G\n%s", text);
	close(fd);
	ck_assert_msg(profile_load(path, &profile, &e) == 0, "%s: %s", e.subject, e.message);
	unlink(path);
	free(profile.file);
	profile.file = mem_strdup("made.profile");
	return profile;
}
