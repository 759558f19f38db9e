// SPDX-License-Identifier: GPL-2.0-or-later
/* The host snapshot: look-up, names of its words, release. */
#include "model/host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

static const char *const use_names[] = {
	[USE_DISK] = "disk",   [USE_NET] = "net",	  [USE_DISPLAY] = "display",
	[USE_INPUT] = "input", [USE_PROCESS] = "process", [USE_GUEST] = "guest",
};
static_assert(ARRAY_SIZE(use_names) == USE_KIND_COUNT, "a name per use");

static const char *const kind_names[] = {
	[KIND_OTHER] = "other",	      [KIND_NVME] = "nvme",	    [KIND_GPU] = "gpu",
	[KIND_HBA] = "hba",	      [KIND_NIC] = "nic",	    [KIND_USB] = "usb",
	[KIND_AUDIO] = "audio",	      [KIND_BRIDGE] = "bridge",	    [KIND_SERIAL] = "serial",
	[KIND_WIRELESS] = "wireless", [KIND_ACCELERATOR] = "accel",
};
static_assert(ARRAY_SIZE(kind_names) == KIND_COUNT, "a name per kind");

const char *use_kind_name(enum use_kind kind)
{
	return use_names[kind];
}

const char *device_kind_name(enum device_kind kind)
{
	return kind_names[kind];
}

const char *device_state_name(enum device_state state)
{
	static const char *const names[] = { [DEVICE_HOST] = "host",
					     [DEVICE_POOL] = "pool",
					     [DEVICE_GUEST] = "guest",
					     [DEVICE_STUCK] = "stuck" };

	return names[state];
}

const char *region_type_name(enum region_type type)
{
	static const char *const names[] = { [REGION_DIRECT] = "direct",
					     [REGION_DIRECT_RELAXABLE] = "direct-relaxable",
					     [REGION_RESERVED] = "reserved",
					     [REGION_MSI] = "msi",
					     [REGION_OTHER] = "other" };

	return names[type];
}

const char *iommu_kind_name(enum iommu_kind kind)
{
	static const char *const names[] = { [IOMMU_NONE] = NULL,
					     [IOMMU_INTEL] = "intel",
					     [IOMMU_AMD] = "amd",
					     [IOMMU_SMMU] = "smmu" };

	return names[kind];
}

const char *link_speed_name(unsigned int speed)
{
	static const char *const names[] = { "?", "2.5", "5", "8", "16", "32", "64" };

	return names[speed < ARRAY_SIZE(names) ? speed : 0];
}

/* One base class, or one sub-class of it (0x100 for any). */
struct class_row {
	unsigned int base, sub;
	enum device_kind kind;
};

enum device_kind device_kind_from_class(uint32_t class_code)
{
	static const struct class_row rows[] = {
		{ 0x01, 0x08, KIND_NVME },	   { 0x01, 0x100, KIND_HBA },
		{ 0x02, 0x100, KIND_NIC },	   { 0x03, 0x100, KIND_GPU },
		{ 0x04, 0x01, KIND_AUDIO },	   { 0x04, 0x03, KIND_AUDIO },
		{ 0x06, 0x100, KIND_BRIDGE },	   { 0x07, 0x100, KIND_SERIAL },
		{ 0x0c, 0x03, KIND_USB },	   { 0x0d, 0x100, KIND_WIRELESS },
		{ 0x12, 0x100, KIND_ACCELERATOR },
	};
	unsigned int base = class_code >> 16 & 0xff, sub = class_code >> 8 & 0xff;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].base == base && (rows[i].sub == sub || rows[i].sub > 0xff))
			return rows[i].kind;
	return KIND_OTHER;
}

void signature_done(struct signature *signature)
{
	free(signature->name);
	free(signature->type);
	free(signature->label);
}

static void disk_done(struct disk *disk)
{
	free(disk->name);
	free(disk->node);
	for (size_t i = 0; i < disk->signature_count; i++)
		signature_done(&disk->signatures[i]);
	free(disk->signatures);
}

static void device_done(struct device *dev)
{
	free(dev->vendor_name);
	free(dev->device_name);
	free(dev->class_name);
	free(dev->name);
	free(dev->path);
	free(dev->driver);
	free(dev->vfio_driver);
	free(dev->serial);
	identity_done(&dev->recorded);
	if (dev->record)
		pool_record_done(dev->record);
	free(dev->record);
	free(dev->power_state);
	free(dev->reserved);
	strlist_done(&dev->interrupts.sharers);
	strlist_done(&dev->resets);
	strlist_done(&dev->netdevs);
	strlist_done(&dev->unmeasured);
	for (size_t i = 0; i < dev->disk_count; i++)
		disk_done(&dev->disks[i]);
	free(dev->disks);
	for (size_t i = 0; i < dev->use_count; i++) {
		free(dev->uses[i].what);
		free(dev->uses[i].fix);
	}
	free(dev->uses);
}

static void group_done(struct group *group)
{
	free(group->devices);
	free(group->regions);
	if (!group->holder)
		return;
	free(group->holder->name);
	free(group->holder->what);
	free(group->holder);
}

void host_done(struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		device_done(&host->devices[i]);
	for (size_t i = 0; i < host->group_count; i++)
		group_done(&host->groups[i]);
	for (size_t i = 0; i < host->persist_count; i++)
		persist_done(&host->persists[i]);
	free(host->persists);
	free(host->devices);
	free(host->groups);
	for (size_t i = 0; i < host->vfio_driver_count; i++) {
		free(host->vfio_drivers[i].name);
		free(host->vfio_drivers[i].module);
	}
	free(host->vfio_drivers);
	free(host->kernel);
	free(host->cmdline);
	free(host->vendor);
	free(host->product);
	free(host->bios);
	free(host->cpu_vendor);
	for (size_t i = 0; i < host->node_count; i++)
		free(host->nodes[i].cpus);
	free(host->nodes);
	free(host->memory.pools);
	reserved_list_done(&host->reserved);
	slot_list_done(&host->slots);
	strlist_done(&host->unmeasured);
	*host = (struct host){ 0 };
}

static int compare_address(const void *key, const void *element)
{
	return pciaddr_compare(key, &((const struct device *)element)->addr);
}

const struct numa_node *host_node(const struct host *host, int id)
{
	for (size_t i = 0; i < host->node_count; i++)
		if (host->nodes[i].id == id)
			return &host->nodes[i];
	return NULL;
}

struct device *host_find(const struct host *host, const struct pciaddr *addr)
{
	if (!host->device_count)
		return NULL;
	return bsearch(addr, host->devices, host->device_count, sizeof(*host->devices),
		       compare_address);
}

struct group *host_group(const struct host *host, const struct device *dev)
{
	return dev->group < 0 ? NULL : &host->groups[dev->group];
}

/* Modules and options are written either way. */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && (strchr("-_", *a) == NULL || strchr("-_", *b) == NULL))
			return false;
	return *a == *b;
}

const struct vfio_driver *host_vfio_driver(const struct host *host, const char *name)
{
	for (size_t i = 0; name && i < host->vfio_driver_count; i++)
		if (same_name(host->vfio_drivers[i].name, name))
			return &host->vfio_drivers[i];
	return NULL;
}

bool host_is_hpe(const struct host *host)
{
	return host->vendor &&
	       (!strcasecmp(host->vendor, "HP") || !strcasecmp(host->vendor, "HPE") ||
		!strncasecmp(host->vendor, "Hewlett", strlen("Hewlett")));
}

bool host_product_has(const struct host *host, const char *word)
{
	return host->product && strcasestr(host->product, word);
}

bool device_is_bridge(const struct device *dev)
{
	if (dev->header_known)
		return dev->header_type != 0;
	/* PCI-to-PCI, CardBus and semi-transparent bridges: sub-classes 04h, 07h and 09h of base class 06h. */
	switch (dev->class_code >> 8) {
	case 0x0604:
	case 0x0607:
	case 0x0609:
		return true;
	default:
		return false;
	}
}

void device_add_use(struct device *dev, enum use_kind kind, char *what, char *fix)
{
	struct use *use = mem_append(&dev->uses, &dev->use_count);

	*use = (struct use){ .kind = kind, .what = what, .fix = fix };
}
