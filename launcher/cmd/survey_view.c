// SPDX-License-Identifier: GPL-2.0-or-later
/* What all outputs of the survey show: the devices, their order as a tree, their words. */
#include "cmd/survey_view.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/**
 * struct builder - a tree that grows
 * @view:	what is shown
 * @tree:	the tree
 * @first:	per device, the first one below it; -1 for none
 * @next:	per device, the next one below the same; -1 for none
 * @placed:	per device, it has its node
 * @headed:	per group, it has its node
 */
struct builder {
	const struct survey_view *view;
	struct survey_tree *tree;
	int *first, *next;
	bool *placed, *headed;
};

size_t survey_functions(const struct host *host, const struct group *group)
{
	size_t count = 0;

	for (size_t i = 0; i < group->device_count; i++)
		count += !device_is_bridge(&host->devices[group->devices[i]]);
	return count;
}

void survey_add_bridges(const struct host *host, bool *shown)
{
	for (size_t i = 0; i < host->device_count; i++)
		for (int above = host->devices[i].parent; shown[i] && above >= 0 && !shown[above];
		     above = host->devices[above].parent)
			shown[above] = true;
}

/* The nearest shown device above @device, or -1. */
static int shown_above(const struct survey_view *view, size_t device)
{
	int above = view->host->devices[device].parent;

	/* No more steps than devices: a capture is not trusted to have no loop. */
	for (size_t steps = 0; above >= 0 && steps < view->host->device_count; steps++) {
		if (view->shown[above])
			return above;
		above = view->host->devices[above].parent;
	}
	return -1;
}

static int add_node(struct survey_tree *tree, enum tree_kind kind, int parent, size_t index)
{
	struct tree_node *node = mem_append(&tree->node, &tree->count);

	node->kind = kind;
	node->parent = parent;
	node->depth = parent < 0 ? 0 : tree->node[parent].depth + 1;
	node->index = index;
	return (int)tree->count - 1;
}

static void place(struct builder *b, size_t device, int parent);

static void place_device(struct builder *b, size_t device, int parent)
{
	int node;

	if (b->placed[device])
		return;
	b->placed[device] = true;
	node = add_node(b->tree, TREE_DEVICE, parent, device);
	for (int below = b->first[device]; below >= 0; below = b->next[below])
		place(b, (size_t)below, node);
}

/* Places @device, and before it the node of its group with all that are not below one of them. */
static void place(struct builder *b, size_t device, int parent)
{
	const struct host *host = b->view->host;
	int number = host->devices[device].group;
	const struct group *group = host_group(host, &host->devices[device]);
	int node;

	if (!group || b->headed[number] || group->device_count < 2 ||
	    !survey_functions(host, group)) {
		place_device(b, device, parent);
		return;
	}
	b->headed[number] = true;
	node = add_node(b->tree, TREE_GROUP, parent, (size_t)number);
	for (size_t i = 0; i < group->device_count; i++) {
		size_t member = group->devices[i];
		int above = shown_above(b->view, member);

		if (b->view->shown[member] && (above < 0 || host->devices[above].group != number))
			place_device(b, member, node);
	}
}

static bool same_bus(const struct pciaddr *a, const struct pciaddr *b)
{
	return a->domain == b->domain && a->bus == b->bus;
}

static void place_all(struct builder *b)
{
	const struct host *host = b->view->host;
	int bus = -1;

	for (size_t i = 0; i < host->device_count; i++) {
		const struct pciaddr *addr = &host->devices[i].addr;

		if (!b->view->shown[i] || b->placed[i] || shown_above(b->view, i) >= 0)
			continue;
		if (bus < 0 || !same_bus(&host->devices[b->tree->node[bus].index].addr, addr))
			bus = add_node(b->tree, TREE_BUS, -1, i);
		place(b, i, bus);
	}
	/* Only bridges above each other in a circle are left. */
	for (size_t i = 0; i < host->device_count; i++)
		if (b->view->shown[i])
			place_device(b, i, bus);
}

void survey_tree(const struct survey_view *view, struct survey_tree *ret)
{
	size_t count = view->host->device_count;
	_cleanup_free_ int *first = mem_zalloc((count + 1) * sizeof(*first));
	_cleanup_free_ int *next = mem_zalloc((count + 1) * sizeof(*next));
	_cleanup_free_ bool *placed = mem_zalloc(count + 1);
	_cleanup_free_ bool *headed = mem_zalloc(view->host->group_count + 1);
	struct builder b = { view, ret, first, next, placed, headed };

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < count; i++)
		first[i] = next[i] = -1;
	for (size_t i = count; i-- > 0;) {
		int above = shown_above(view, i);

		if (!view->shown[i] || above < 0)
			continue;
		next[i] = first[above];
		first[above] = (int)i;
	}
	place_all(&b);
}

char *survey_codes(const struct findings *findings, const char *between)
{
	struct strlist codes = { 0 };
	char *text;

	for (size_t i = 0; i < findings->count; i++) {
		const char *code = finding_code_name(findings->item[i].code);

		if (findings->item[i].severity > SEVERITY_INFO && !strlist_has(&codes, code))
			strlist_add(&codes, code);
	}
	text = strlist_join(&codes, between);
	strlist_done(&codes);
	return text;
}

char *survey_verdict(const struct device *dev, const struct findings *findings)
{
	_cleanup_free_ char *codes = survey_codes(findings, " ");
	enum verdict verdict = verdict_of(findings);
	bool open = verdict <= VERDICT_WARNING && findings->unknown.count;

	if (device_is_bridge(dev))
		return mem_strdup("bridge");
	return mem_printf("%s%s%s%s%s", verdict_name(verdict), *codes || open ? ": " : "", codes,
			  *codes && open ? ", " : "", open ? "not all could be measured" : "");
}

char *survey_users(const struct device *dev, const char *between)
{
	struct strlist list = { 0 };
	char *text;

	for (size_t i = 0; i < dev->use_count; i++) {
		_cleanup_free_ char *what = survey_visible(dev->uses[i].what);

		strlist_add(&list, what);
	}
	if (!dev->use_count && dev->state == DEVICE_POOL)
		strlist_add(&list, "pool");
	text = strlist_join(&list, between);
	strlist_done(&list);
	return text;
}

/* Controls, format characters that are not seen or turn text around, line ends, noncharacters. */
static bool is_hidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0xad, 0xad },	      { 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, { 0x180e, 0x180e }, { 0x200b, 0x200f },   { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (code >= hidden[i].first && code <= hidden[i].last)
			return true;
	return (code & 0xfffe) == 0xfffe;
}

char *survey_visible(const char *text)
{
	size_t len = strlen(text), used = 0;
	/* Nothing grows more than a control of one byte: to "<U+0007>", 8 bytes. */
	char *out = mem_zalloc(len * 8 + 16);

	for (size_t i = 0; i < len;) {
		uint32_t code = 0;
		size_t n = str_utf8(text + i, len - i, &code);

		if (!n || is_hidden(code))
			used += (size_t)snprintf(out + used, 16, n ? "<U+%04X>" : "\xef\xbf\xbd",
						 code);
		for (size_t k = 0; n && k < n && !is_hidden(code); k++)
			out[used++] = text[i + k];
		i += n ? n : 1;
	}
	return out;
}
