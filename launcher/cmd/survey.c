// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun survey: every device, who uses it, and whether it may be handed over. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/survey_json.h"
#include "decide/verdict.h"

static void judge(const struct host *host, size_t device, struct findings *ret)
{
	verdict_judge(host, device, ret);
	verdict_judge_siblings(host, device, ret);
}

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

/* "blocked: rmrr in-use-disk" */
static char *verdict_text(const struct findings *findings)
{
	enum verdict verdict = verdict_of(findings);
	struct strlist codes = { 0 };
	char *list, *text;

	for (size_t i = 0; i < findings->count; i++) {
		const char *code = finding_code_name(findings->item[i].code);

		if (findings->item[i].severity > SEVERITY_INFO && !strlist_has(&codes, code))
			strlist_add(&codes, code);
	}
	if (verdict <= VERDICT_WARNING && findings->unknown.count)
		strlist_add(&codes, "not all could be measured");
	list = strlist_join(&codes, " ");
	text = mem_printf("%s%s%s", verdict_name(verdict), codes.count ? ": " : "", list);
	strlist_done(&codes);
	free(list);
	return text;
}

static char *used_by(const struct device *dev)
{
	struct strlist list = { 0 };
	char *text;

	for (size_t i = 0; i < dev->use_count; i++)
		strlist_add(&list, dev->uses[i].what);
	if (!dev->use_count && dev->state == DEVICE_POOL)
		strlist_add(&list, "pool");
	text = strlist_join(&list, "; ");
	strlist_done(&list);
	return text;
}

enum { COLUMN_GROUP, COLUMN_ADDRESS, COLUMN_IDS, COLUMN_DRIVER, COLUMN_VERDICT, COLUMN_USED, COLUMN_NAME, COLUMN_COUNT };

static void add_row(struct table *table, const struct host *host, const struct device *dev,
		    const struct findings *findings)
{
	_cleanup_free_ char *verdict = verdict_text(findings), *used = used_by(dev);
	const struct group *group = host_group(host, dev);
	enum table_color faint = device_is_bridge(dev) ? TABLE_FAINT : TABLE_PLAIN;
	char ids[16], number[16] = "-";

	snprintf(ids, sizeof(ids), "%04x:%04x", dev->vendor, dev->device);
	if (group)
		snprintf(number, sizeof(number), "%d", group->id);
	table_row(table);
	table_cell(table, COLUMN_GROUP, number, faint);
	table_cell(table, COLUMN_ADDRESS, PCIADDR_STR(&dev->addr), faint);
	table_cell(table, COLUMN_IDS, ids, faint);
	table_cell(table, COLUMN_DRIVER, dev->driver ? dev->driver : "-", faint);
	table_cell(table, COLUMN_VERDICT, device_is_bridge(dev) ? "bridge" : verdict,
		   device_is_bridge(dev) ? TABLE_FAINT : verdict_color(verdict_of(findings)));
	table_cell(table, COLUMN_USED, used, faint);
	table_cell(table, COLUMN_NAME, dev->name, faint);
}

static void print_details(const struct host *host, const struct device *dev, const struct findings *findings)
{
	bool headed = false;

	if (device_is_bridge(dev))
		return;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->item[i];

		if (!headed)
			printf("\n%s %s\n", PCIADDR_STR(&dev->addr), dev->name);
		headed = true;
		printf("  %-14s %s: %s%s\n", finding_code_name(finding->code), severity_name(finding->severity),
		       finding->message, finding->predicted ? " (predicted: the IOMMU is off)" : "");
		if (finding->fix)
			printf("  %-14s %s\n", "fix", finding->fix);
	}
	for (size_t i = 0; i < findings->unknown.count; i++) {
		if (!headed)
			printf("\n%s %s\n", PCIADDR_STR(&dev->addr), dev->name);
		headed = true;
		printf("  %-14s %s\n", "unknown", findings->unknown.item[i]);
	}
	(void)host;
}

static void print_host(const struct host *host)
{
	const char *kind = iommu_kind_name(host->iommu);

	printf("host: %s %s, firmware %s, kernel %s, IOMMU %s%s\n\n", host->vendor ? host->vendor : "unknown vendor",
	       host->product ? host->product : "unknown product", host->bios ? host->bios : "unknown",
	       host->kernel ? host->kernel : "unknown", kind ? kind : "none",
	       !kind ? "" : host->iommu_enabled ? " (on)" : " (off)");
}

/* By group, then by address; devices without a group come first, as on a host whose IOMMU is off all are. */
static size_t *order_by_group(const struct host *host)
{
	size_t *order = mem_zalloc((host->device_count + 1) * sizeof(*order)), used = 0;

	for (int group = -1; group < (int)host->group_count; group++)
		for (size_t i = 0; i < host->device_count; i++)
			if (host->devices[i].group == group)
				order[used++] = i;
	return order;
}

static void print_text(const struct host *host, const bool *shown, const struct findings *findings, bool color)
{
	static const struct table_column columns[COLUMN_COUNT] = {
		[COLUMN_GROUP] = { "GROUP", false }, [COLUMN_ADDRESS] = { "ADDRESS", false },
		[COLUMN_IDS] = { "IDS", false },     [COLUMN_DRIVER] = { "DRIVER", false },
		[COLUMN_VERDICT] = { "VERDICT", false }, [COLUMN_USED] = { "USED BY", true },
		[COLUMN_NAME] = { "NAME", true },
	};
	struct table *table = table_new(columns, COLUMN_COUNT);
	_cleanup_free_ size_t *order = order_by_group(host);

	print_host(host);
	for (size_t i = 0; i < host->device_count; i++)
		if (shown[order[i]])
			add_row(table, host, &host->devices[order[i]], &findings[order[i]]);
	table_print(table, color);
	table_free(table);
	for (size_t i = 0; i < host->device_count; i++)
		if (shown[order[i]])
			print_details(host, &host->devices[order[i]], &findings[order[i]]);
}

static int run_survey(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ bool *shown = NULL;
	struct findings *findings;
	struct err e = { 0 };
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r < 0)
		return report_error(args, &e);
	shown = mem_zalloc((scene.host.device_count + 1) * sizeof(*shown));
	r = select_devices(args, &scene.host, shown, &e);
	if (r < 0)
		return report_error(args, &e);
	findings = mem_zalloc((scene.host.device_count + 1) * sizeof(*findings));
	for (size_t i = 0; i < scene.host.device_count; i++)
		judge(&scene.host, i, &findings[i]);
	if (args_has(args, JSON))
		print_json(survey_json(&scene.host, shown, findings));
	else
		print_text(&scene.host, shown, findings, args->color);
	for (size_t i = 0; i < scene.host.device_count; i++)
		findings_done(&findings[i]);
	free(findings);
	return ERR_NONE;
}

const struct command command_survey = {
	.name = "survey",
	.synopsis = "[SELECTOR…]",
	.help = "every device: group, driver, who uses it, may it be handed over",
	.options = OPT(JSON) | OPT(SYSROOT),
	.max_words = SIZE_MAX,
	.run = run_survey,
};
