// SPDX-License-Identifier: GPL-2.0-or-later
/* Interrupts: whether they go through the IOMMU, and who shares a line. */
#include "survey/interrupts.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define INTERRUPTS_SIZE_MAX (64 * 1024 * 1024)

/* A line is "NUMBER: COUNT… CHIP HWIRQ-TRIGGER NAME, NAME…"; the names begin after the word with the trigger. */
static const char *names_of(const char *line, size_t len)
{
	static const char *const triggers[] = { "-fasteoi", "-edge", "-level" };

	for (size_t i = 0; i < ARRAY_SIZE(triggers); i++) {
		const char *at = memmem(line, len, triggers[i], strlen(triggers[i]));

		if (at)
			return at + strcspn(at, " \n");
	}
	return NULL;
}

static void add_names(const char *names, const char *end, struct strlist *ret)
{
	while (names < end) {
		size_t len;

		names += strspn(names, " ,");
		len = strcspn(names, ",\n");
		if (names >= end || !len)
			return;
		strlist_addf(ret, "%.*s", (int)len, names);
		names += len;
	}
}

/* Devices that have nothing but a line; few do. */
struct lines {
	struct device **item;
	size_t count;
};

static void parse_line(const char *line, const char *end, const struct lines *lines)
{
	char *after;
	unsigned long irq = strtoul(line, &after, 10);
	const char *names;

	if (after == line || *after != ':' || irq == 0)
		return;
	names = names_of(line, (size_t)(end - line));
	for (size_t i = 0; names && i < lines->count; i++)
		if (lines->item[i]->interrupts.irq == irq)
			add_names(names, end, &lines->item[i]->interrupts.sharers);
}

void interrupts_parse(const char *text, struct host *host)
{
	struct lines lines = { 0 };

	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].interrupts.irq)
			*mem_append(&lines.item, &lines.count) = &host->devices[i];
	host->interrupt_remapping = strstr(text, " IR-") ? FACT_YES : FACT_NO;
	while (lines.count && *text) {
		const char *end = text + strcspn(text, "\n");

		parse_line(text, end, &lines);
		text = *end ? end + 1 : end;
	}
	free(lines.item);
}

void interrupts_scan(const struct root *root, struct host *host)
{
	_cleanup_free_ char *text = NULL;

	if (root_read(root, "proc/interrupts", INTERRUPTS_SIZE_MAX, &text, NULL) < 0) {
		strlist_add(&host->unmeasured, "iommu.interrupt_remapping");
		return;
	}
	interrupts_parse(text, host);
	if (host->iommu == IOMMU_SMMU)
		host->interrupt_remapping = FACT_UNKNOWN;
}
