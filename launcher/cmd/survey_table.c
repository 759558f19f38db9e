// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey as a table for people, and all findings below it. */
#include "cmd/survey_table.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/table.h"

/* Below this many columns, users stand below the name, and the vendor, known by its id, is left out. */
#define WIDE 132

enum {
	COLUMN_DEVICE,
	COLUMN_GROUP,
	COLUMN_DRIVER,
	COLUMN_VERDICT,
	COLUMN_USED, /* not in a narrow table */
	COLUMN_NAME,
	COLUMN_COUNT
};

#define COLUMNS_OF_BOTH                                         \
	[COLUMN_DEVICE] = { .header = "DEVICE", .tree = true }, \
	[COLUMN_GROUP] = { .header = "GROUP", .right = true },  \
	[COLUMN_DRIVER] = { .header = "DRIVER" },               \
	[COLUMN_VERDICT] = { .header = "VERDICT", .wraps = true }

static const struct table_column wide_columns[] = {
	COLUMNS_OF_BOTH,
	[COLUMN_USED] = { .header = "USED BY", .wraps = true },
	[COLUMN_NAME] = { .header = "NAME", .wraps = true },
};

static const struct table_column narrow_columns[] = {
	COLUMNS_OF_BOTH,
	[COLUMN_NAME - 1] = { .header = "NAME", .wraps = true },
};

static enum table_color verdict_color(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_ASSIGNABLE:
		return TABLE_GREEN;
	case VERDICT_WARNING:
		return TABLE_YELLOW;
	case VERDICT_REFUSED:
	case VERDICT_BLOCKED:
		break;
	}
	return TABLE_RED;
}

static void name_cells(struct table *table, const struct device *dev, bool wide)
{
	enum table_color color = device_is_bridge(dev) ? TABLE_FAINT : TABLE_PLAIN;
	const char *name = wide || !dev->device_name ? dev->name : dev->device_name;
	_cleanup_free_ char *visible = survey_visible(name);
	_cleanup_free_ char *users = survey_users(dev, wide ? "; " : "\n");
	_cleanup_free_ char *text = NULL;

	if (wide) {
		text = mem_printf("%s [%04x:%04x]", visible, dev->vendor, dev->device);
		table_cell(table, COLUMN_USED, users, color);
	} else if (device_is_bridge(dev)) {
		text = mem_printf("[%04x:%04x]", dev->vendor, dev->device);
	} else {
		text = mem_printf("%s [%04x:%04x]%s%s", visible, dev->vendor, dev->device,
				  *users ? "\n" : "", users);
	}
	table_cell(table, wide ? COLUMN_NAME : COLUMN_NAME - 1, text, color);
}

static void device_cells(struct table *table, const struct survey_view *view, size_t index,
			 bool wide)
{
	const struct device *dev = &view->host->devices[index];
	const struct findings *findings = &view->findings[index];
	_cleanup_free_ char *verdict = survey_verdict(dev, findings);
	const struct group *group = host_group(view->host, dev);
	bool bridge = device_is_bridge(dev);
	enum table_color color = bridge ? TABLE_FAINT : TABLE_PLAIN;
	char number[16] = "-";

	if (group)
		snprintf(number, sizeof(number), "%d", group->id);
	table_cell(table, COLUMN_DEVICE, PCIADDR_STR(&dev->addr), color);
	table_cell(table, COLUMN_GROUP, number, color);
	table_cell(table, COLUMN_DRIVER, dev->driver ? dev->driver : "-", color);
	table_cell(table, COLUMN_VERDICT, verdict,
		   bridge ? TABLE_FAINT : verdict_color(verdict_of(findings)));
	name_cells(table, dev, wide);
}

static void group_cells(struct table *table, const struct host *host, const struct group *group)
{
	size_t count = survey_functions(host, group);
	char text[64];

	snprintf(text, sizeof(text), "group %d", group->id);
	table_cell(table, COLUMN_DEVICE, text, TABLE_BOLD);
	snprintf(text, sizeof(text), "%zu go together", count);
	if (count > 1)
		table_cell(table, COLUMN_VERDICT, text, TABLE_BOLD);
}

static void print_tree(const struct survey_view *view, bool color)
{
	size_t width = table_width();
	bool wide = !width || width >= WIDE;
	struct table *table = table_new(wide ? wide_columns : narrow_columns,
					wide ? COLUMN_COUNT : COLUMN_COUNT - 1);
	struct survey_tree tree = { 0 };
	_cleanup_free_ int *rows = NULL;

	survey_tree(view, &tree);
	rows = mem_zalloc((tree.count + 1) * sizeof(*rows));
	for (size_t i = 0; i < tree.count; i++) {
		const struct tree_node *node = &tree.node[i];

		rows[i] = TABLE_TOP;
		if (node->kind == TREE_BUS)
			continue;
		rows[i] = table_row(table, node->parent < 0 ? TABLE_TOP : rows[node->parent]);
		if (node->kind == TREE_GROUP)
			group_cells(table, view->host, &view->host->groups[node->index]);
		else
			device_cells(table, view, node->index, wide);
	}
	table_print(table, color);
	table_free(table);
	free(tree.node);
}

/* @least: findings that weigh less are left out */
static void print_details(const struct device *dev, const struct findings *findings,
			  enum severity least)
{
	_cleanup_free_ char *name = survey_visible(dev->name);
	size_t count = findings->unknown.count;

	for (size_t i = 0; i < findings->count; i++)
		count += findings->item[i].severity >= least;
	if (device_is_bridge(dev) || !count)
		return;
	printf("%s%s %s\n", least == SEVERITY_INFO ? "\n" : "", PCIADDR_STR(&dev->addr), name);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->item[i];
		_cleanup_free_ char *message = survey_visible(finding->message);
		_cleanup_free_ char *fix = survey_visible(finding->fix ? finding->fix : "");

		if (finding->severity < least)
			continue;
		printf("  %-14s %s: %s%s\n", finding_code_name(finding->code),
		       severity_name(finding->severity), message,
		       finding->predicted ? " (predicted: the IOMMU is off)" : "");
		if (finding->fix)
			printf("  %-14s %s\n", "fix", fix);
	}
	for (size_t i = 0; i < findings->unknown.count; i++)
		printf("  %-14s %s\n", "unknown", findings->unknown.item[i]);
}

static void print_host(const struct host *host)
{
	const char *kind = iommu_kind_name(host->iommu);
	_cleanup_free_ char *vendor =
		survey_visible(host->vendor ? host->vendor : "unknown vendor");
	_cleanup_free_ char *product =
		survey_visible(host->product ? host->product : "unknown product");
	_cleanup_free_ char *bios = survey_visible(host->bios ? host->bios : "unknown");
	_cleanup_free_ char *kernel = survey_visible(host->kernel ? host->kernel : "unknown");

	printf("host: %s %s, firmware %s, kernel %s, IOMMU %s%s\n\n", vendor, product, bios, kernel,
	       kind		     ? kind
	       : host->tables_hidden ? "not measured"
				     : "none",
	       !kind		     ? ""
	       : host->iommu_enabled ? " (on)"
				     : " (off)");
}

void survey_table(const struct survey_view *view, bool problems, bool color)
{
	const struct host *host = view->host;

	if (!problems) {
		print_host(host);
		print_tree(view, color);
	}
	for (size_t i = 0; i < host->device_count; i++)
		if (view->shown[i])
			print_details(&host->devices[i], &view->findings[i],
				      problems ? SEVERITY_WARN : SEVERITY_INFO);
}
