// SPDX-License-Identifier: GPL-2.0-or-later
/* The survey as a graph in graphviz's language. */
#include "cmd/survey_dot.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* Names in a box are broken after so many characters. */
#define LINE 34

/** struct look - how a verdict is drawn; the border tells them apart without colour, too */
struct look {
	const char *fill;
	const char *border;
};

static const struct look looks[] = {
	[VERDICT_ASSIGNABLE] = { "#d5f0d8", "filled" },
	[VERDICT_WARNING] = { "#fff0b8", "filled,rounded" },
	[VERDICT_REFUSED] = { "#ffd9bf", "filled,dashed" },
	[VERDICT_BLOCKED] = { "#f8c7c7", "filled,bold" },
};

/*
 * Writes text into a quoted label, broken between words into lines. A backslash begins an escape
 * there, and an ampersand an entity of HTML, which could be any character.
 */
static void put_text(FILE *out, const char *text)
{
	_cleanup_free_ char *visible = survey_visible(text);
	size_t at = 0;

	for (const char *p = visible; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p == '&')
			fputs("&amp;", out);
		else if (*p == ' ' && at + strcspn(p + 1, " ") >= LINE)
			fputs("\\n", out), at = 0;
		else
			fputc(*p, out);
		at += (*p & 0xc0) != 0x80;
	}
}

/* A bus is named after its number, not a device: it may have none with function 00.0. */
static void put_bus(const struct survey_view *view, size_t index, FILE *out)
{
	const struct pciaddr *addr = &view->host->devices[index].addr;

	fprintf(out,
		"\t\"bus %04x:%02x\" [label=\"root bus %04x:%02x\", shape=box3d, style=filled, ",
		addr->domain, addr->bus, addr->domain, addr->bus);
	fprintf(out, "fillcolor=\"#e8e8e8\"];\n");
}

static void put_device(const struct survey_view *view, size_t index, FILE *out)
{
	const struct device *dev = &view->host->devices[index];
	_cleanup_free_ char *verdict = survey_verdict(dev, &view->findings[index]);
	const struct look *look = &looks[verdict_of(&view->findings[index])];
	bool bridge = device_is_bridge(dev);

	fprintf(out, "\t\"%s\" [label=\"%s\\n", PCIADDR_STR(&dev->addr), PCIADDR_STR(&dev->addr));
	put_text(out, dev->name);
	fprintf(out, " [%04x:%04x]\\n", dev->vendor, dev->device);
	put_text(out, dev->driver ? dev->driver : "no driver");
	fputs("\\n", out);
	put_text(out, verdict);
	for (size_t i = 0; i < dev->use_count; i++) {
		fputs("\\n", out);
		put_text(out, dev->uses[i].what);
	}
	if (bridge)
		fputs("\", style=filled, fillcolor=\"#f2f2f2\", color=\"#909090\", "
		      "fontcolor=\"#606060\"];\n",
		      out);
	else
		fprintf(out, "\", style=\"%s\", fillcolor=\"%s\"];\n", look->border, look->fill);
}

/* What a cluster holds is what stands in it, whatever the edges say. */
static void put_group(const struct survey_view *view, size_t index, FILE *out)
{
	const struct group *group = &view->host->groups[index];
	size_t functions = survey_functions(view->host, group);
	bool headed = false;

	for (size_t i = 0; i < group->device_count; i++) {
		if (!view->shown[group->devices[i]])
			continue;
		if (!headed) {
			fprintf(out, "\tsubgraph \"cluster group %d\" {\n\t\tlabel=\"group %d",
				group->id, group->id);
			if (functions > 1)
				fprintf(out, ": %zu go together", functions);
			fprintf(out, "\";\n\t\tpenwidth=%d;\n", functions > 1 ? 2 : 1);
			headed = true;
		}
		fprintf(out, "\t\t\"%s\";\n",
			PCIADDR_STR(&view->host->devices[group->devices[i]].addr));
	}
	if (headed)
		fputs("\t}\n", out);
}

/* An edge from the bridge or bus above, by the buses, not by the groups. */
static void put_edge(const struct survey_view *view, size_t index, FILE *out)
{
	const struct device *dev = &view->host->devices[index];
	int above = dev->parent;

	if (above >= 0)
		fprintf(out, "\t\"%s\"", PCIADDR_STR(&view->host->devices[above].addr));
	else
		fprintf(out, "\t\"bus %04x:%02x\"", dev->addr.domain, dev->addr.bus);
	fprintf(out, " -> \"%s\";\n", PCIADDR_STR(&dev->addr));
}

static void put_host(const struct host *host, FILE *out)
{
	const char *kind = iommu_kind_name(host->iommu);

	fputs("\tlabel=\"", out);
	put_text(out, host->vendor ? host->vendor : "unknown vendor");
	fputc(' ', out);
	put_text(out, host->product ? host->product : "unknown product");
	fputs(", kernel ", out);
	put_text(out, host->kernel ? host->kernel : "unknown");
	fprintf(out, ", IOMMU %s\";\n\tlabelloc=t;\n\trankdir=LR;\n",
		!kind && host->tables_hidden ? "not measured"
		: !kind			     ? "none"
		: host->iommu_enabled	     ? kind
					     : "off");
	fputs("\tnode [shape=box, fontname=\"sans-serif\", fontsize=10];\n"
	      "\tgraph [fontname=\"sans-serif\", fontsize=10, style=rounded];\n"
	      "\tedge [arrowhead=none];\n",
	      out);
}

void survey_dot(const struct survey_view *view, FILE *out)
{
	const struct host *host = view->host;
	const struct pciaddr *bus = NULL;

	fputs("digraph host {\n", out);
	put_host(host, out);
	for (size_t i = 0; i < host->device_count; i++) {
		const struct pciaddr *addr = &host->devices[i].addr;

		if (!view->shown[i])
			continue;
		if (host->devices[i].parent < 0 &&
		    (!bus || bus->domain != addr->domain || bus->bus != addr->bus)) {
			put_bus(view, i, out);
			bus = addr;
		}
		put_device(view, i, out);
	}
	for (size_t i = 0; i < host->group_count; i++)
		put_group(view, i, out);
	for (size_t i = 0; i < host->device_count; i++)
		if (view->shown[i])
			put_edge(view, i, out);
	fputs("}\n", out);
}
