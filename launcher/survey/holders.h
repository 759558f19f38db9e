/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes have which nodes of /dev open: one walk over all of them, for everybody who asks. */
#ifndef VMRUN_SURVEY_HOLDERS_H
#define VMRUN_SURVEY_HOLDERS_H

#include "base/json.h"
#include "base/root.h"

/**
 * struct open_node - a node a process has open
 * @node:	as proc/PID/fd shows it: "/dev/snd/controlC0", or, in a container, as the host calls it; of a group of VFIO perhaps with another beginning
 * @pid:	the process
 * @process:	its name, or NULL where it has to be asked for (holders_process())
 * @device:	PCI address of what the node belongs to, where a captured host knows it, else NULL
 */
struct open_node {
	char *node;
	pid_t pid;
	char *process;
	char *device;
};

/**
 * struct holders - all of them
 * @item:	in the order of the processes
 * @all:	every process could be looked into
 */
struct holders {
	struct open_node *item;
	size_t count;
	bool all;
};

/**
 * holders_scan() - Look what every process has open
 * @root:	the host
 * @facts:	of a captured host, or NULL
 * @ret:	filled; holders_done()
 *
 * Nodes that say nothing about a device (terminals, /dev/null, input events that every desktop has open) are left out.
 * Needs:   root, or CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, to see the processes of others
 */
void holders_scan(const struct root *root, const struct json *facts, struct holders *ret);

/** holders_process() - Name of the process of @open; newly allocated */
char *holders_process(const struct root *root, const struct open_node *open);

/** holders_done() - Release what @holders owns */
void holders_done(struct holders *holders);

#endif
