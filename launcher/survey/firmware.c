// SPDX-License-Identifier: GPL-2.0-or-later
/* What firmware says: machine and BIOS, IOMMU tables, memory reserved for devices, slots. */
#include "survey/firmware.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/num.h"
#include "model/dmar.h"
#include "model/iort.h"
#include "model/ivrs.h"

#define TABLE_SIZE_MAX (16 * 1024 * 1024)
#define TABLES "sys/firmware/acpi/tables/"

typedef int table_parser(const void *table, size_t len, struct reserved_list *ret, struct err *e);

/* The tables that describe an IOMMU, and whose it is. */
static const struct iommu_table {
	const char *path;
	enum iommu_kind kind;
	table_parser *parse;
} iommu_tables[] = {
	{ TABLES "DMAR", IOMMU_INTEL, dmar_parse },
	{ TABLES "IVRS", IOMMU_AMD, ivrs_parse },
	{ TABLES "IORT", IOMMU_SMMU, iort_parse },
};

static char *dmi(const struct root *root, const char *name)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "sys/class/dmi/id/%s", name);
	return root_read_line(root, path, text, sizeof(text)) < 0 ? NULL : mem_strdup(text);
}

static void read_table(const struct root *root, const struct iommu_table *table, struct host *host)
{
	_cleanup_free_ char *bytes = NULL;
	struct err e = { 0 };
	size_t len;
	int r;

	if (!root_exists(root, table->path))
		return;
	host->iommu = table->kind;
	r = root_read(root, table->path, TABLE_SIZE_MAX, &bytes, &len);
	if (r < 0) {
		log_debug("%s: %s", table->path, strerror(-r));
		host->tables_known = false;
		return;
	}
	/* What stands before the damage was kept; that something is missing must be said. */
	if (table->parse(bytes, len, &host->reserved, &e) < 0) {
		log_debug("%s: %s", table->path, e.message);
		host->tables_known = false;
	}
}

/* A kernel that uses an IOMMU names it even where the tables are out of sight. */
static void iommu_in_use(const struct root *root, struct host *host)
{
	static const struct {
		const char *prefix;
		enum iommu_kind kind;
	} names[] = { { "dmar", IOMMU_INTEL }, { "ivhd", IOMMU_AMD }, { "smmu", IOMMU_SMMU } };
	struct strlist list = { 0 };

	if (root_list(root, "sys/class/iommu", &list) < 0)
		return;
	for (size_t i = 0; i < list.count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			if (!strncmp(list.item[i], names[j].prefix, strlen(names[j].prefix)))
				host->iommu = names[j].kind;
	strlist_done(&list);
}

/* sys/bus/pci/slots/NAME/address holds "DDDD:BB:DD": the device a slot takes, and so all that is below it. */
static void read_slot(const struct root *root, const char *name, struct host *host)
{
	char path[PATH_MAX], text[32], first[40];
	struct pciaddr addr;
	uint64_t number;

	snprintf(path, sizeof(path), "sys/bus/pci/slots/%s/address", name);
	if (num_parse(name, 10, INT_MAX, &number) < 0 || root_read_line(root, path, text, sizeof(text)) < 0)
		return;
	snprintf(first, sizeof(first), "%s.0", text);
	if (pciaddr_parse(first, &addr) < 0)
		return;
	for (size_t i = 0; i < host->device_count; i++) {
		struct pciaddr at = host->devices[i].addr;

		at.fn = 0;
		if (pciaddr_equal(&at, &addr))
			host->devices[i].slot = (int)number;
	}
}

static void read_slots(const struct root *root, struct host *host)
{
	struct strlist list = { 0 };

	if (root_list(root, "sys/bus/pci/slots", &list) < 0)
		return;
	for (size_t i = 0; i < list.count; i++)
		read_slot(root, list.item[i], host);
	strlist_done(&list);
	/* Sorted by address is not parents first, so each device asks upwards; the depth of a tree bounds the walk. */
	for (size_t i = 0; i < host->device_count; i++) {
		struct device *dev = &host->devices[i];
		int above = dev->parent;

		for (int depth = 0; dev->slot < 0 && above >= 0 && depth < 256; depth++) {
			dev->slot = host->devices[above].slot;
			above = host->devices[above].parent;
		}
	}
}

void firmware_scan(const struct root *root, struct host *host)
{
	host->vendor = dmi(root, "sys_vendor");
	host->product = dmi(root, "product_name");
	host->bios = dmi(root, "bios_version");
	host->tables_known = true;
	for (size_t i = 0; i < ARRAY_SIZE(iommu_tables); i++)
		read_table(root, &iommu_tables[i], host);
	iommu_in_use(root, host);
	if (!host->tables_known)
		strlist_add(&host->unmeasured, "firmware.reserved");
	read_slots(root, host);
}
