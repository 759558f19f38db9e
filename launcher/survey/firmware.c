// SPDX-License-Identifier: GPL-2.0-or-later
/* What firmware says: machine and BIOS, IOMMU tables, memory reserved for devices, slots. */
#include "survey/firmware.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "model/dmar.h"
#include "model/iort.h"
#include "model/ivrs.h"
#include "model/slots.h"

#define TABLE_SIZE_MAX (16 * 1024 * 1024)
#define TABLES_DIR "sys/firmware/acpi/tables"
#define TABLES TABLES_DIR "/"
#define SMBIOS_TABLE "sys/firmware/dmi/tables/DMI"
#define KERNEL_SLOTS "sys/bus/pci/slots"

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
		host->tables_damaged = true;
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

/* Documentation/ABI/testing/sysfs-bus-pci, /sys/bus/pci/slots/…/address */
static void read_kernel_slots(const struct root *root, struct host *host)
{
	struct strlist list = { 0 };

	if (root_list(root, KERNEL_SLOTS, &list) < 0)
		return;
	for (size_t i = 0; i < list.count; i++) {
		_cleanup_free_ char *path = mem_printf(KERNEL_SLOTS "/%s/address", list.item[i]);
		char address[32];

		if (root_read_line(root, path, address, sizeof(address)) < 0 ||
		    slots_add_kernel(&host->slots, list.item[i], address) < 0)
			log_debug("%s: no slot with an address, passed over", path);
	}
	strlist_done(&list);
}

/* Firmware's slots first: the kernel's are merged into them. Only root can read the table. */
static void read_slots(const struct root *root, struct host *host)
{
	_cleanup_free_ char *bytes = NULL;
	struct err e = { 0 };
	size_t len = 0;
	int r = root_read(root, SMBIOS_TABLE, TABLE_SIZE_MAX, &bytes, &len);

	if (r == 0)
		r = smbios_parse(bytes, len, &host->slots, &e);
	if (r < 0 && r != -ENOENT) {
		log_debug("%s: %s", SMBIOS_TABLE, e.message[0] ? e.message : strerror(-r));
		strlist_add(&host->unmeasured, "firmware.slots");
	}
	read_kernel_slots(root, host);
	slots_assign(host);
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
	/* Containers mask the directory, and platforms without ACPI have none: that no table is seen then says nothing. */
	host->tables_hidden = host->iommu == IOMMU_NONE && !host->iommu_enabled &&
			      !root_exists(root, TABLES_DIR);
	if (host->tables_hidden) {
		host->tables_known = false;
		strlist_add(&host->unmeasured, "iommu.kind");
	}
	if (!host->tables_known)
		strlist_add(&host->unmeasured, "firmware.reserved");
	read_slots(root, host);
}
