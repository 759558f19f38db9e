// SPDX-License-Identifier: GPL-2.0-or-later
/* Which processes have which nodes of /dev open: one walk over all of them, for everybody who asks. */
#include "survey/holders.h"

#include <string.h>

#include "base/cleanup.h"
#include "survey/processes.h"

/* Nodes of no PCI device, or of one that does not mind (the unbind of a USB controller does not wait for them). */
static bool says_nothing(const char *target)
{
	static const char *const prefixes[] = {
		"/dev/null",   "/dev/zero",    "/dev/full",    "/dev/random", "/dev/urandom",
		"/dev/tty",    "/dev/pts/",    "/dev/ptmx",    "/dev/shm/",   "/dev/kmsg",
		"/dev/fuse",   "/dev/net/tun", "/dev/kvm",     "/dev/input/", "/dev/log",
		"/dev/autofs", "/dev/vhost",   "/dev/console", "/dev/uinput", "/dev/rfkill",
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(target, prefixes[i], strlen(prefixes[i])) &&
		    strncmp(target, "/dev/ttyS", strlen("/dev/ttyS")))
			return true;
	return false;
}

static void see(void *context, pid_t pid, const char *target)
{
	struct holders *holders = context;
	struct open_node *open;

	if (strncmp(target, "/dev/", strlen("/dev/")) ? !strstr(target, "/vfio/")
						      : says_nothing(target))
		return;
	for (size_t i = holders->count; i-- && holders->item[i].pid == pid;)
		if (!strcmp(holders->item[i].node, target))
			return;
	open = mem_append(&holders->item, &holders->count);
	*open = (struct open_node){ .node = mem_strdup(target), .pid = pid };
}

static void read_captured(const struct json *facts, struct holders *ret)
{
	const struct json *rows = json_get(facts, "open");

	ret->all = json_get_bool(facts, "privileged");
	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		const char *node = json_get_str(row, "node"),
			   *process = json_get_str(row, "process");
		int64_t pid = 0;

		json_get_int(row, "pid", &pid);
		if (node)
			*mem_append(&ret->item, &ret->count) = (struct open_node){
				.node = mem_strdup(node),
				.pid = (pid_t)pid,
				.process = mem_strdup(process ? process : "?"),
				.device = mem_strdup(json_get_str(row, "device"))
			};
	}
}

void holders_scan(const struct root *root, const struct json *facts, struct holders *ret)
{
	*ret = (struct holders){ 0 };
	if (root->live)
		ret->all = processes_walk(root, see, ret);
	else
		read_captured(facts, ret);
}

char *holders_process(const struct root *root, const struct open_node *open)
{
	return open->process ? mem_strdup(open->process) : process_name(root, open->pid);
}

void holders_done(struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++) {
		free(holders->item[i].node);
		free(holders->item[i].process);
		free(holders->item[i].device);
	}
	free(holders->item);
	*holders = (struct holders){ 0 };
}
