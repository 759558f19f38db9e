// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey as one HTML page that needs nothing else. */
#include "cmd/survey_html.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "cmd/markup.h"
#include "cmd/survey_card.h"
#include "config.h"

/*
 * Theory of operation
 *
 * People post the page where they ask for help, so whoever reads it need not trust who made it, nor
 * the maker the host's disks, guests and firmware, whose texts are in it. All is written here as
 * escaped text in plain HTML, in the order of the tree, and can be read, opened and printed without
 * any script; the script only filters. The page's policy lets a browser load nothing, and run no
 * script and use no style but these two, known by their digests.
 */

/* survey_page_css and survey_page_js, made of the files of these names. */
#include "cmd/survey_page.css.inc"
#include "cmd/survey_page.js.inc"

/* Digests of the two (tests/cli compares them, and says what they should be). */
#define STYLE_DIGEST "sha256-Y4quIKkaiPO9PCihTMfEzM7a9ChWyRbTI5lihDYR++s="
#define SCRIPT_DIGEST "sha256-5grgNpTnq+wRsFPxMuMuP39Vzpur+FQX7jqfAckRcpo="

static void put_title(const struct host *host, FILE *out)
{
	markup_text(out, host->vendor ? host->vendor : "Unknown vendor");
	fputc(' ', out);
	markup_text(out, host->product ? host->product : "unknown product");
}

static void put_head(const struct host *host, FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src '" STYLE_DIGEST "'; script-src '" SCRIPT_DIGEST "'; "
	      "base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"generator\" content=\"vmrun " VMRUN_VERSION "\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>PCI devices of ",
	      out);
	put_title(host, out);
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n", survey_page_css);
}

static const char *vfio_text(const struct host *host)
{
	if (host->vfio == FACT_UNKNOWN)
		return "unknown";
	if (host->vfio == FACT_NO)
		return "missing";
	return host->vfio_registered ? "loaded" : "available";
}

static char *iommu_text(const struct host *host)
{
	static const char *const remapping[] = { [FACT_UNKNOWN] =
							 "interrupt remapping not measured",
						 [FACT_NO] = "no interrupt remapping",
						 [FACT_YES] = "interrupt remapping on" };
	const char *kind = iommu_kind_name(host->iommu);

	if (!kind)
		return mem_strdup(host->tables_hidden ? "not measured" : "none");
	return mem_printf("%s, %s, %s", kind, host->iommu_enabled ? "on" : "off",
			  remapping[host->interrupt_remapping]);
}

static void put_fact(const char *term, const char *text, FILE *out)
{
	fputs("<div>", out);
	markup_fact(out, term, "%s", text);
	fputs("</div>\n", out);
}

static void put_host(const struct host *host, FILE *out)
{
	_cleanup_free_ char *iommu = iommu_text(host);
	_cleanup_free_ char *unmeasured = strlist_join(&host->unmeasured, ", ");

	fputs("<header>\n<h1>", out);
	put_title(host, out);
	fputs("</h1>\n<dl class=\"host\">\n", out);
	put_fact("Firmware", host->bios ? host->bios : "unknown", out);
	put_fact("Kernel", host->kernel ? host->kernel : "unknown", out);
	put_fact("IOMMU", iommu, out);
	put_fact("vfio-pci", vfio_text(host), out);
	put_fact("Surveyed", host->privileged ? "as root" : "without root", out);
	if (host->unmeasured.count)
		put_fact("Not measured", unmeasured, out);
	fputs("</dl>\n</header>\n", out);
}

/* The verdicts: legend, count, and, with the script, switches of the filter. */
static void put_filter(const struct survey_view *view, FILE *out)
{
	static const char *const meanings[] = {
		[VERDICT_ASSIGNABLE] = "can be handed to a guest",
		[VERDICT_WARNING] = "can be handed over; read first what it costs",
		[VERDICT_REFUSED] = "not handed over unless accepted by code",
		[VERDICT_BLOCKED] = "cannot be handed over",
	};
	size_t counts[ARRAY_SIZE(meanings)] = { 0 };

	for (size_t i = 0; i < view->host->device_count; i++)
		if (view->shown[i] && !device_is_bridge(&view->host->devices[i]))
			counts[verdict_of(&view->findings[i])]++;
	fputs("<nav aria-label=\"Filter\">\n<div class=\"verdicts\">\n", out);
	for (int v = VERDICT_ASSIGNABLE; v <= VERDICT_BLOCKED; v++) {
		const char *name = verdict_name((enum verdict)v);

		fprintf(out, "<button type=\"button\" class=\"v-%s\" data-verdict=\"%s\" ", name,
			name);
		fprintf(out, "title=\"%s\" disabled><i>%s</i> <b>%zu</b> %s</button>\n",
			meanings[v], survey_card_mark((enum verdict)v), counts[v], name);
	}
	fputs("</div>\n<div class=\"search\" hidden>\n"
	      "<input type=\"search\" id=\"text\" placeholder=\"address, name, driver, code, disk…\" "
	      "aria-label=\"Show only functions with these words\">\n"
	      "<select id=\"kind\" aria-label=\"Show only this kind\">"
	      "<option value=\"\">every kind</option></select>\n"
	      "<button type=\"button\" id=\"all\">Open all</button>\n"
	      "<output id=\"count\"></output>\n</div>\n</nav>\n",
	      out);
}

static void open_node(const struct survey_view *view, const struct tree_node *node, FILE *out)
{
	const struct host *host = view->host;

	if (node->kind == TREE_BUS) {
		const struct pciaddr *addr = &host->devices[node->index].addr;

		fprintf(out, "<section class=\"bus\"><h2>Root bus %04x:%02x</h2>", addr->domain,
			addr->bus);
	} else if (node->kind == TREE_GROUP) {
		const struct group *group = &host->groups[node->index];
		size_t count = survey_functions(host, group);

		fprintf(out, "<section class=\"group\"><h3>Group %d", group->id);
		if (count > 1)
			fprintf(out, " <span>%zu functions go together</span>", count);
		fputs("</h3>", out);
	} else {
		fputs("<div class=\"node\">\n", out);
		survey_card(view, node->index, out);
	}
	fputs("<div class=\"below\">", out);
}

static void put_tree(const struct survey_view *view, FILE *out)
{
	struct survey_tree tree = { 0 };
	_cleanup_free_ struct tree_node *nodes = NULL;

	survey_tree(view, &tree);
	nodes = tree.node;
	fputs("<main>\n", out);
	for (size_t i = 0; i < tree.count; i++) {
		int next = i + 1 < tree.count ? tree.node[i + 1].depth : 0;

		open_node(view, &tree.node[i], out);
		/* Closes this one and those above it that the next one is not below. */
		for (int up = (int)i; up >= 0 && tree.node[up].depth >= next;
		     up = tree.node[up].parent)
			fputs(tree.node[up].kind == TREE_DEVICE ? "</div></div>\n"
								: "</div></section>\n",
			      out);
	}
	fputs("</main>\n", out);
}

/* All ranges of the firmware's table, also those for functions that are not there. */
static void put_firmware(const struct survey_view *view, FILE *out)
{
	const struct reserved_list *list = &view->host->reserved;

	if (!list->count)
		return;
	fprintf(out,
		"<details class=\"table\"><summary>Memory that firmware reserves: %zu</summary>\n",
		list->count);
	fputs("<table><tr><th>Source</th><th>Range</th><th>For</th></tr>\n", out);
	for (size_t i = 0; i < list->count; i++) {
		const struct reserved *range = &list->item[i];

		fprintf(out, "<tr><td>%s</td><td>0x%" PRIx64 "-0x%" PRIx64 "</td><td>",
			reserved_source_name(range->source), range->start, range->end);
		survey_card_scopes(view, range, out);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></details>\n", out);
}

static void put_slots(const struct host *host, FILE *out)
{
	if (!host->slots.count)
		return;
	fprintf(out, "<details class=\"table\"><summary>Slots: %zu</summary>\n", host->slots.count);
	fputs("<table><tr><th>Slot</th><th>Name</th><th>Address</th></tr>\n", out);
	for (size_t i = 0; i < host->slots.count; i++) {
		const struct slot *slot = &host->slots.item[i];

		fputs("<tr><td>", out);
		if (slot->number >= 0)
			fprintf(out, "%d", slot->number);
		fputs("</td><td>", out);
		markup_text(out, slot->name ? slot->name : "");
		fprintf(out, "</td><td>%s</td></tr>\n",
			slot->addr_known ? PCIADDR_STR(&slot->addr) : "");
	}
	fputs("</table></details>\n", out);
}

void survey_html(const struct survey_view *view, FILE *out)
{
	put_head(view->host, out);
	fputs("<body>\n", out);
	put_host(view->host, out);
	put_filter(view, out);
	put_tree(view, out);
	put_firmware(view, out);
	put_slots(view->host, out);
	fputs("<footer>vmrun " VMRUN_VERSION " survey</footer>\n", out);
	fprintf(out, "<script>%s</script>\n</body>\n</html>\n", survey_page_js);
}
