// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest's memory can come from: free memory, nodes, hugepages, the limit on locked memory. */
#include "survey/memory.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/num.h"

#define MEMINFO_SIZE_MAX (64 * 1024)

static void read_available(const struct root *root, struct memory *memory)
{
	_cleanup_free_ char *text = NULL;
	const char *at;

	if (root_read(root, "proc/meminfo", MEMINFO_SIZE_MAX, &text, NULL) < 0)
		return;
	at = strstr(text, "MemAvailable:");
	if (!at)
		return;
	memory->known = true;
	memory->available_bytes = strtoull(at + strlen("MemAvailable:"), NULL, 10) * 1024;
}

/* hugepages-2048kB (Documentation/admin-guide/mm/hugetlbpage.rst) */
static void read_pool(const struct root *root, const char *dir, const char *name, int node,
		      struct memory *memory)
{
	static const char prefix[] = "hugepages-";
	struct hugepages pool = { .node = node };
	char path[192], number[32];
	uint64_t kib;

	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return;
	snprintf(number, sizeof(number), "%.*s", (int)strcspn(name + sizeof(prefix) - 1, "k"),
		 name + sizeof(prefix) - 1);
	if (num_parse(number, 10, UINT64_MAX >> 10, &kib) < 0)
		return;
	pool.page_bytes = kib * 1024;
	snprintf(path, sizeof(path), "%s/%s/nr_hugepages", dir, name);
	if (root_read_u64(root, path, 10, &pool.total) < 0)
		return;
	snprintf(path, sizeof(path), "%s/%s/free_hugepages", dir, name);
	if (root_read_u64(root, path, 10, &pool.free) < 0)
		return;
	*mem_append(&memory->pools, &memory->pool_count) = pool;
}

static void read_pools(const struct root *root, const char *dir, int node, struct memory *memory)
{
	struct strlist names;

	if (root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		read_pool(root, dir, names.item[i], node, memory);
	strlist_done(&names);
}

static void read_nodes(const struct root *root, struct host *host)
{
	struct strlist names;

	if (root_list(root, "sys/devices/system/node", &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		char dir[128], cpus[256];
		uint64_t node;

		if (strncmp(names.item[i], "node", 4) ||
		    num_parse(names.item[i] + 4, 10, INT_MAX, &node) < 0)
			continue;
		snprintf(dir, sizeof(dir), "sys/devices/system/node/%s/hugepages", names.item[i]);
		read_pools(root, dir, (int)node, &host->memory);
		snprintf(dir, sizeof(dir), "sys/devices/system/node/%s/cpulist", names.item[i]);
		*mem_append(&host->nodes, &host->node_count) = (struct numa_node){
			.id = (int)node,
			.cpus = root_read_line(root, dir, cpus, sizeof(cpus)) == 0 && *cpus
					? mem_strdup(cpus)
					: NULL,
		};
	}
	strlist_done(&names);
}

static void read_limit(const struct root *root, const struct json *facts, struct memory *memory)
{
	struct rlimit limit;
	int64_t bytes;

	if (root->live && getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
		memory->memlock_known = true;
		memory->memlock_bytes = limit.rlim_max == RLIM_INFINITY ? UINT64_MAX
									: (uint64_t)limit.rlim_max;
	} else if (!root->live && json_get_int(facts, "memlock_bytes", &bytes) == 0) {
		memory->memlock_known = true;
		memory->memlock_bytes = bytes < 0 ? UINT64_MAX : (uint64_t)bytes;
	}
}

void memory_scan(const struct root *root, const struct json *facts, struct host *host)
{
	read_available(root, &host->memory);
	read_pools(root, "sys/kernel/mm/hugepages", -1, &host->memory);
	read_nodes(root, host);
	read_limit(root, facts, &host->memory);
}
