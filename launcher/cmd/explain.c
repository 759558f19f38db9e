// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun explain: one device in full, with what is to be done; or a log of errors. */
#include "cmd/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/survey_json.h"
#include "cmd/survey_view.h"
#include "decide/remedy.h"
#include "decide/verdict.h"
#include "model/attribute.h"

/* Every fact is a line: what it is, and the fact. */
static void line(const char *key, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void line(const char *key, const char *fmt, ...)
{
	va_list ap;

	printf("  %-13s ", key);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void print_identity(const struct device *dev)
{
	line("ids", "%04x:%04x, subsystem %04x:%04x, revision %02x", dev->vendor, dev->device,
	     dev->subsystem_vendor, dev->subsystem_device, dev->revision);
	line("class", "%04x, programming interface %02x%s%s%s", dev->class_code >> 8,
	     dev->class_code & 0xff, dev->class_name ? " (" : "",
	     dev->class_name ? dev->class_name : "", dev->class_name ? ")" : "");
	if (dev->serial)
		line("serial", "%s", dev->serial);
}

static void print_place(const struct host *host, const struct device *dev)
{
	if (dev->path)
		line("path", "%s (for path= in a profile)", dev->path);
	if (dev->slot >= 0)
		line("slot", "%d", dev->slot);
	for (int above = dev->parent, depth = 0; above >= 0 && depth < 256; depth++) {
		const struct device *bridge = &host->devices[above];

		line(depth ? "" : "behind", "%s %s", PCIADDR_STR(&bridge->addr), bridge->name);
		above = bridge->parent;
	}
	if (dev->numa >= 0)
		line("numa node", "%d", dev->numa);
}

static void print_member(const struct host *host, const struct device *dev)
{
	_cleanup_free_ char *verdict = NULL;
	struct findings findings = { 0 };

	if (device_is_bridge(dev)) {
		line("", "%s bridge, stays with the host: %s", PCIADDR_STR(&dev->addr), dev->name);
		return;
	}
	verdict_judge(host, host_index(host, dev), &findings);
	verdict = survey_verdict(dev, &findings);
	line("", "%s %s, driver %s, by itself %s", PCIADDR_STR(&dev->addr), dev->name,
	     dev->driver ? dev->driver : "none", verdict);
	findings_done(&findings);
}

static void print_group(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	if (!group) {
		line("group", "none");
		return;
	}
	line("group", "%d%s", group->id, group->device_count > 1 ? ", with" : ", alone in it");
	for (size_t i = 0; i < group->device_count; i++)
		if (&host->devices[group->devices[i]] != dev)
			print_member(host, &host->devices[group->devices[i]]);
	if (group->holder)
		line("held by", "%s", group->holder->what);
}

static void print_functions(const struct host *host, const struct device *dev)
{
	_cleanup_free_ char *resets = strlist_join(&dev->resets, ", ");
	const char *none = !dev->reset_known ? "unknown"
			   : dev->resettable ? "one the kernel does not name"
					     : "none";

	line("driver", "%s", dev->driver ? dev->driver : "none");
	line("state", "%s", device_state_name(dev->state));
	line("resets", "%s", dev->resets.count ? resets : none);
	if (dev->physfn >= 0)
		line("sr-iov", "virtual function of %s",
		     PCIADDR_STR(&host->devices[dev->physfn].addr));
	else if (dev->sriov_total)
		line("sr-iov", "%u of %u virtual functions exist", dev->sriov_active,
		     dev->sriov_total);
}

/* "3.5 MiB": two digits are enough to see whether it fits a window. */
static char *size_text(uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes;
	size_t unit = 0;

	for (; size >= 1024 && unit + 1 < ARRAY_SIZE(units); unit++)
		size /= 1024;
	return mem_printf("%.*f %s", size < 10 && size != (int)size ? 1 : 0, size, units[unit]);
}

static void print_hardware(const struct device *dev)
{
	const struct link *link = &dev->link;
	const struct interrupts *irq = &dev->interrupts;

	if (link->width_max)
		line("link", "%s GT/s x%u (of %s GT/s x%u)", link_speed_name(link->speed),
		     link->width, link_speed_name(link->speed_max), link->width_max);
	if (irq->known)
		line("interrupts", "%s, %u MSI, %u MSI-X", irq->pin ? "a line" : "no line",
		     irq->msi, irq->msix);
	if (dev->bars.known && dev->bars.mmio_bytes) {
		_cleanup_free_ char *all = size_text(dev->bars.mmio_bytes);
		_cleanup_free_ char *largest = size_text(dev->bars.largest_bytes);

		line("memory", "%s of address space, %s in one BAR", all, largest);
	}
	if (dev->power_state)
		line("power", "%s%s", dev->power_state, dev->suspended ? ", sleeps" : "");
}

/* The firmware's ranges that are for the device, each with all it is for. */
static void print_reserved(const struct host *host, const struct device *dev)
{
	for (size_t i = 0; i < dev->reserved_count; i++) {
		const struct reserved *range = &host->reserved.item[dev->reserved[i]];
		struct strlist scopes = { 0 };
		_cleanup_free_ char *list = NULL;

		for (size_t k = 0; k < range->scope_count; k++) {
			const struct device *other =
				scope_device(host, range->segment, &range->scopes[k]);
			char text[64];

			strlist_addf(&scopes, "%s%s%s%s",
				     scope_format(&range->scopes[k], text, sizeof(text)),
				     other ? " (" : "", other ? PCIADDR_STR(&other->addr) : "",
				     other ? ")" : "");
		}
		list = strlist_join(&scopes, ", ");
		strlist_done(&scopes);
		line(i ? "" : "reserved", "%s 0x%" PRIx64 "-0x%" PRIx64 " for %s",
		     reserved_source_name(range->source), range->start, range->end, list);
	}
	if (!host->tables_known)
		line("reserved", "unknown: the firmware table is %s",
		     host->tables_hidden    ? "not to be seen"
		     : host->tables_damaged ? "damaged"
					    : "readable by root only");
}

static void print_regions(const struct host *host, const struct device *dev)
{
	const struct group *group = host_group(host, dev);

	for (size_t i = 0; group && i < group->region_count; i++)
		line(i ? "" : "kernel says", "0x%" PRIx64 "-0x%" PRIx64 " %s (the whole group's)",
		     group->regions[i].start, group->regions[i].end,
		     region_type_name(group->regions[i].type));
}

static void print_users(const struct device *dev)
{
	for (size_t i = 0; i < dev->disk_count; i++)
		line(i ? "" : "disks", "%s%s", dev->disks[i].node,
		     dev->disks[i].shared ? ", through an NVMe subsystem" : "");
	for (size_t i = 0; i < dev->netdevs.count; i++)
		line(i ? "" : "interfaces", "%s", dev->netdevs.item[i]);
	for (size_t i = 0; i < dev->use_count; i++)
		line(i ? "" : "used by", "%s", dev->uses[i].what);
}

static void print_findings(const struct host *host, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->item[i];

		putchar('\n');
		line(finding_code_name(finding->code), "%s: %s%s", severity_name(finding->severity),
		     finding->message, finding->predicted ? " (predicted: the IOMMU is off)" : "");
		if (finding->fix)
			line("fix", "%s", finding->fix);
	}
	if (findings->unknown.count)
		putchar('\n');
	for (size_t i = 0; i < findings->unknown.count; i++)
		line("unknown", "%s", findings->unknown.item[i]);
	if (findings->needs_privilege)
		line("fix", "%s", remedy_unmeasured(host, "run it as root: sudo vmrun explain …"));
}

static void print_device(const struct host *host, const struct device *dev,
			 const struct findings *findings)
{
	_cleanup_free_ char *verdict = survey_verdict(dev, findings);

	printf("%s %s\n", PCIADDR_STR(&dev->addr), dev->name);
	print_identity(dev);
	print_place(host, dev);
	print_functions(host, dev);
	print_hardware(dev);
	print_group(host, dev);
	print_users(dev);
	print_reserved(host, dev);
	print_regions(host, dev);
	line("verdict", "%s", device_is_bridge(dev) ? "bridge, stays with the host" : verdict);
	print_findings(host, findings);
}

static void show_devices(const struct host *host, const bool *shown, struct json_out *json)
{
	bool first = true;

	for (size_t i = 0; i < host->device_count; i++) {
		struct findings findings = { 0 };

		if (!shown[i])
			continue;
		verdict_judge(host, i, &findings);
		verdict_judge_siblings(host, i, &findings);
		if (json) {
			device_json(json, host, &host->devices[i], &findings);
		} else {
			if (!first)
				putchar('\n');
			print_device(host, &host->devices[i], &findings);
		}
		first = false;
		findings_done(&findings);
	}
}

static void show(const struct args *args, const struct host *host, const bool *shown)
{
	struct json_out out = { .file = stdout };

	if (!args_has(args, JSON)) {
		show_devices(host, shown, NULL);
		return;
	}
	json_out_object(&out, NULL);
	json_out_str(&out, "schema", "vmrun.explain/1");
	json_out_array(&out, "devices");
	show_devices(host, shown, &out);
	json_out_array_end(&out);
	json_out_object_end(&out);
}

static int run_explain(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ bool *shown = NULL;
	struct err e = { 0 };
	int r;

	if (args_has(args, LOG) == (args->word_count > 0)) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "explain wants %s, one of the two",
			command_explain.synopsis);
		return report_error(args, &e);
	}
	if (args_has(args, LOG))
		return explain_log_show(args);
	r = scene_open(args, false, &scene, &e);
	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0) {
		shown = mem_zalloc((scene.host.device_count + 1) * sizeof(*shown));
		r = select_devices(args, &scene.host, shown, &e);
	}
	if (r < 0)
		return report_error(args, &e);
	scene_redact(args, &scene);
	show(args, &scene.host, shown);
	return ERR_NONE;
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "SELECTOR… | --log FILE",
	.help = "a device in full, or an error log: what is wrong and what to do",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(LOG) | OPT(REDACT),
	.max_words = SIZE_MAX,
	.needs = PRIVS_SURVEY,
	.run = run_explain,
};
