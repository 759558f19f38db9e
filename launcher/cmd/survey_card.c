// SPDX-License-Identifier: GPL-2.0-or-later
/* One function on the survey's page: a line, and all that is known of it. */
#include "cmd/survey_card.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/markup.h"
#include "model/attribute.h"
#include "model/slots.h"

const char *survey_card_mark(enum verdict verdict)
{
	static const char *const marks[] = { [VERDICT_ASSIGNABLE] = "✓",
					     [VERDICT_WARNING] = "!",
					     [VERDICT_REFUSED] = "✕",
					     [VERDICT_BLOCKED] = "⊘" };

	return marks[verdict];
}

/* A function's address; a link where it is on the page. */
static void put_address(const struct survey_view *view, const struct device *dev, FILE *out)
{
	const char *addr = PCIADDR_STR(&dev->addr);

	if (view->shown[host_index(view->host, dev)])
		fprintf(out, "<a href=\"#%s\">%s</a>", addr, addr);
	else
		fputs(addr, out);
}

/* What is seen before it is opened: place, what it is, who has it, verdict. */
static void put_summary(const struct survey_view *view, size_t index, FILE *out)
{
	const struct device *dev = &view->host->devices[index];
	const struct findings *findings = &view->findings[index];
	const struct group *group = host_group(view->host, dev);
	_cleanup_free_ char *codes = survey_codes(findings, ", ");
	_cleanup_free_ char *users = survey_users(dev, "; ");
	enum verdict verdict = verdict_of(findings);

	fprintf(out, "<summary><span class=\"at\">%s</span>", PCIADDR_STR(&dev->addr));
	fputs("<span class=\"what\"><b>", out);
	markup_text(out, dev->name);
	fputs("</b><span class=\"sub\">", out);
	if (!device_is_bridge(dev))
		fprintf(out, "<span>%s</span>", device_kind_name(dev->kind));
	fprintf(out, "<span>%s", dev->driver ? "driver " : "no driver");
	markup_text(out, dev->driver ? dev->driver : "");
	fputs("</span>", out);
	if (group)
		fprintf(out, "<span>group %d</span>", group->id);
	if (dev->slot >= 0)
		fprintf(out, "<span>slot %d</span>", dev->slot);
	if (*users) {
		fputs("<span class=\"users\">", out);
		markup_text(out, users);
		fputs("</span>", out);
	}
	fputs("</span></span><span class=\"say\">", out);
	if (device_is_bridge(dev)) {
		fputs("<span class=\"badge\">bridge</span>", out);
	} else {
		fprintf(out, "<span class=\"badge\"><i>%s</i> %s</span>", survey_card_mark(verdict),
			verdict_name(verdict));
		fprintf(out, "<span class=\"codes\">%s</span>", codes);
		if (findings->unknown.count)
			fputs("<span class=\"open\">not all measured</span>", out);
	}
	fputs("</span></summary>\n", out);
}

static void put_findings(const struct findings *findings, FILE *out)
{
	if (findings->count + findings->unknown.count == 0)
		return;
	fputs("<ul class=\"findings\">\n", out);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->item[i];

		fprintf(out, "<li class=\"s-%s\"><p><code>%s</code> <em>%s</em> ",
			severity_name(finding->severity), finding_code_name(finding->code),
			severity_name(finding->severity));
		markup_text(out, finding->message);
		fputs(finding->predicted ? " (predicted: the IOMMU is off)" : "", out);
		fputs("</p>", out);
		if (finding->fix) {
			fputs("<p class=\"fix\"><strong>Fix</strong> <span>", out);
			markup_text(out, finding->fix);
			fputs("</span></p>", out);
		}
		fputs("</li>\n", out);
	}
	for (size_t i = 0; i < findings->unknown.count; i++) {
		fputs("<li class=\"s-unknown\"><p><code>unknown</code> ", out);
		markup_text(out, findings->unknown.item[i]);
		fputs("</p></li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void put_list(const char *term, const struct strlist *list, const char *none, FILE *out)
{
	_cleanup_free_ char *text = strlist_join(list, ", ");

	if (list->count || none)
		markup_fact(out, term, "%s", list->count ? text : none);
}

static void put_place(const struct survey_view *view, const struct device *dev, FILE *out)
{
	const struct slot *slot = slots_of_device(view->host, dev);
	const struct slot *onboard = slots_onboard(view->host, dev);
	bool named = slot && slot->name && strspn(slot->name, "0123456789") < strlen(slot->name);

	markup_fact(out, "IDs", "%04x:%04x, subsystem %04x:%04x, revision %02x", dev->vendor,
		    dev->device, dev->subsystem_vendor, dev->subsystem_device, dev->revision);
	markup_fact(out, "Class", "%04x, interface %02x%s%s", dev->class_code >> 8,
		    dev->class_code & 0xff, dev->class_name ? ": " : "",
		    dev->class_name ? dev->class_name : "");
	if (dev->path)
		markup_fact(out, "Path", "%s", dev->path);
	if (dev->slot >= 0)
		markup_fact(out, "Slot", "%d%s%s", dev->slot, named ? ": " : "",
			    named ? slot->name : "");
	if (onboard && onboard->name)
		markup_fact(out, "On the board", "%s", onboard->name);
	if (dev->numa >= 0)
		markup_fact(out, "NUMA node", "%d", dev->numa);
}

static void put_group(const struct survey_view *view, const struct device *dev, FILE *out)
{
	const struct host *host = view->host;
	const struct group *group = host_group(host, dev);

	if (!group) {
		markup_fact(out, "IOMMU group", "none");
		return;
	}
	fprintf(out, "<dt>IOMMU group</dt><dd>%d%s", group->id,
		group->device_count > 1 ? ", with " : ", alone in it");
	for (size_t i = 0, written = 0; i < group->device_count; i++) {
		if (&host->devices[group->devices[i]] == dev)
			continue;
		fputs(written++ ? ", " : "", out);
		put_address(view, &host->devices[group->devices[i]], out);
	}
	fputs("</dd>\n", out);
	if (group->holder)
		markup_fact(out, "Held by", "%s", group->holder->what);
	for (size_t i = 0; i < group->region_count; i++)
		markup_fact(out, i ? "" : "Group's memory", "0x%" PRIx64 "-0x%" PRIx64 " %s",
			    group->regions[i].start, group->regions[i].end,
			    region_type_name(group->regions[i].type));
}

static void put_users(const struct device *dev, FILE *out)
{
	struct strlist disks = { 0 };

	for (size_t i = 0; i < dev->disk_count; i++)
		strlist_add(&disks, dev->disks[i].node);
	put_list("Disks", &disks, NULL, out);
	strlist_done(&disks);
	put_list("Interfaces", &dev->netdevs, NULL, out);
	for (size_t i = 0; i < dev->use_count; i++)
		markup_fact(out, i ? "" : "Used by", "%s: %s", use_kind_name(dev->uses[i].kind),
			    dev->uses[i].what);
	if (!dev->use_count)
		markup_fact(out, "Used by", "nobody that could be seen");
}

void survey_card_scopes(const struct survey_view *view, const struct reserved *range, FILE *out)
{
	for (size_t i = 0; i < range->scope_count; i++) {
		const struct device *dev =
			scope_device(view->host, range->segment, &range->scopes[i]);
		char text[64];

		fputs(i ? ", " : "", out);
		markup_text(out, scope_format(&range->scopes[i], text, sizeof(text)));
		if (dev) {
			fputs(" (", out);
			put_address(view, dev, out);
			fputs(")", out);
		}
	}
}

static void put_reserved(const struct survey_view *view, const struct device *dev, FILE *out)
{
	for (size_t i = 0; i < dev->reserved_count; i++) {
		const struct reserved *range = &view->host->reserved.item[dev->reserved[i]];

		fprintf(out, "<dt>%s</dt><dd>%s 0x%" PRIx64 "-0x%" PRIx64 " for ",
			i ? "" : "Firmware reserves", reserved_source_name(range->source),
			range->start, range->end);
		survey_card_scopes(view, range, out);
		fputs("</dd>\n", out);
	}
	if (!view->host->tables_known)
		markup_fact(out, "Firmware reserves", "unknown: %s",
			    view->host->tables_hidden ? "the table is not to be seen"
						      : "only root can read the table");
}

static void put_functions(const struct host *host, const struct device *dev, FILE *out)
{
	markup_fact(out, "Driver", "%s", dev->driver ? dev->driver : "none");
	markup_fact(out, "State", "%s%s%s", device_state_name(dev->state),
		    dev->power_state ? ", power " : "", dev->power_state ? dev->power_state : "");
	put_list("Reset", &dev->resets,
		 dev->reset_known ? "none that the kernel knows" : "not measured", out);
	if (dev->physfn >= 0)
		markup_fact(out, "SR-IOV", "virtual function of %s",
			    PCIADDR_STR(&host->devices[dev->physfn].addr));
	else if (dev->sriov_total)
		markup_fact(out, "SR-IOV", "%u of %u virtual functions exist", dev->sriov_active,
			    dev->sriov_total);
	if (dev->boot_vga)
		markup_fact(out, "Display", "the one the firmware started with");
}

static void put_interrupts(const struct interrupts *interrupts, FILE *out)
{
	_cleanup_free_ char *sharers = strlist_join(&interrupts->sharers, ", ");
	struct strlist list = { 0 };

	if (!interrupts->known)
		return;
	if (interrupts->msix)
		strlist_addf(&list, "%u MSI-X", interrupts->msix);
	if (interrupts->msi)
		strlist_addf(&list, "%u MSI", interrupts->msi);
	if (interrupts->pin)
		strlist_add(&list, "line");
	if (interrupts->irq)
		strlist_addf(&list, "IRQ %u%s%s", interrupts->irq, *sharers ? " with " : "",
			     sharers);
	put_list("Interrupts", &list, "none", out);
	strlist_done(&list);
}

static void put_hardware(const struct device *dev, FILE *out)
{
	const struct link *link = &dev->link;

	put_interrupts(&dev->interrupts, out);
	if (dev->bars.known && dev->bars.mmio_bytes)
		markup_fact(out, "Memory BARs", "%" PRIu64 " KiB, the largest %" PRIu64 " KiB%s",
			    (dev->bars.mmio_bytes + 1023) / 1024,
			    (dev->bars.largest_bytes + 1023) / 1024,
			    dev->bars.unassigned ? ", not all have an address" : "");
	if (link->width_max)
		markup_fact(out, "Link", "%s GT/s x%u of %s GT/s x%u", link_speed_name(link->speed),
			    link->width, link_speed_name(link->speed_max), link->width_max);
}

void survey_card(const struct survey_view *view, size_t index, FILE *out)
{
	const struct device *dev = &view->host->devices[index];
	const struct findings *findings = &view->findings[index];
	bool bridge = device_is_bridge(dev);
	const char *verdict = bridge ? "bridge" : verdict_name(verdict_of(findings));

	fprintf(out, "<details class=\"fn v-%s\" id=\"%s\" data-verdict=\"%s\" data-kind=\"%s\">\n",
		verdict, PCIADDR_STR(&dev->addr), verdict, device_kind_name(dev->kind));
	put_summary(view, index, out);
	fputs("<div class=\"more\">\n", out);
	put_findings(findings, out);
	fputs("<dl>\n", out);
	put_place(view, dev, out);
	put_functions(view->host, dev, out);
	put_hardware(dev, out);
	put_group(view, dev, out);
	if (!bridge) {
		put_users(dev, out);
		put_reserved(view, dev, out);
	}
	put_list("Not measured", &dev->unmeasured, NULL, out);
	fputs("</dl>\n</div>\n</details>\n", out);
}
