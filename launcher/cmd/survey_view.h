/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all outputs of the survey show: the devices, their order as a tree, their words. */
#ifndef VMRUN_CMD_SURVEY_VIEW_H
#define VMRUN_CMD_SURVEY_VIEW_H

#include <stdbool.h>

#include "decide/finding.h"
#include "decide/verdict.h"
#include "model/host.h"

/**
 * struct survey_view - what is shown
 * @host:	the snapshot
 * @shown:	per device, whether it is
 * @findings:	per device
 */
struct survey_view {
	const struct host *host;
	const bool *shown;
	const struct findings *findings;
};

/** survey_add_bridges() - Mark the bridges above every device that is marked, too */
void survey_add_bridges(const struct host *host, bool *shown);

/** enum tree_kind - a root bus; an IOMMU group of several functions; a function */
enum tree_kind { TREE_BUS, TREE_GROUP, TREE_DEVICE };

/**
 * struct tree_node - one node
 * @kind:	what it is
 * @parent:	index of the node above it, or -1
 * @depth:	number of nodes above it
 * @index:	TREE_BUS: in host.devices, of the first function on it; TREE_GROUP: in host.groups;
 *		TREE_DEVICE: in host.devices
 */
struct tree_node {
	enum tree_kind kind;
	int parent;
	int depth;
	size_t index;
};

/** struct survey_tree - nodes in the order they are shown: each after the one above it */
struct survey_tree {
	struct tree_node *node;
	size_t count;
};

/**
 * survey_tree() - Order what is shown: buses, bridges, and groups within them
 * @view:	what is shown
 * @ret:	filled; free() of its nodes
 *
 * A group of several functions has a node of its own, where its topmost function is; all its
 * functions are below it, also those that are behind other bridges: what goes together stands
 * together. A function whose bridge is not shown is below the nearest one that is.
 */
void survey_tree(const struct survey_view *view, struct survey_tree *ret);

/** survey_functions() - Number of functions of @group that are handed over with it: not bridges */
size_t survey_functions(const struct host *host, const struct group *group);

/** survey_codes() - Codes of all findings above info, each once, joined with @between; free() */
char *survey_codes(const struct findings *findings, const char *between);

/** survey_verdict() - "blocked: rmrr in-use-disk", "bridge"; free() */
char *survey_verdict(const struct device *dev, const struct findings *findings);

/** survey_users() - Who uses @dev, joined with @between, made visible; empty for nobody; free() */
char *survey_users(const struct device *dev, const char *between);

/**
 * survey_visible() - Text of the host that shows what it is
 * @text:	any bytes
 *
 * Controls, what changes the direction of text, invisible characters and line ends become their
 * code point, as <U+202E>; bytes that are no UTF-8 become U+FFFD.
 *
 * Return: the text, UTF-8 on one line; free()
 */
char *survey_visible(const char *text);

#endif
