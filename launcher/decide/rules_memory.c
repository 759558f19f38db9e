// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule about memory: a guest with devices has all of its memory pinned, so it must be there. */
#include "decide/verdict.h"

#include <inttypes.h>

#include "base/cleanup.h"

#define MIB ((uint64_t)1 << 20)

#define LOCKED_BESIDE ((uint64_t)1 << 30)

uint64_t memory_locked_bytes(uint64_t guest_bytes)
{
	return guest_bytes + LOCKED_BESIDE;
}

static uint64_t mib(uint64_t bytes)
{
	return bytes / MIB;
}

static void add(struct findings *ret, int device, char *message, char *fix)
{
	findings_add(ret, FINDING_MEMORY, SEVERITY_REFUSE, device, message, fix);
}

static const struct hugepages *find_pool(const struct host *host, const struct memory_need *need)
{
	for (size_t i = 0; i < host->memory.pool_count; i++)
		if (host->memory.pools[i].page_bytes == need->page_bytes &&
		    host->memory.pools[i].node == need->node)
			return &host->memory.pools[i];
	return NULL;
}

static char *pool_path(const struct memory_need *need)
{
	_cleanup_free_ char *dir =
		need->node < 0 ? mem_strdup("/sys/kernel/mm")
			       : mem_printf("/sys/devices/system/node/node%d", need->node);

	return mem_printf("%s/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages", dir,
			  need->page_bytes / 1024);
}

static void judge_hugepages(const struct host *host, const struct memory_need *need, int device,
			    struct findings *ret)
{
	const struct hugepages *pool = find_pool(host, need);
	uint64_t wanted = (need->bytes + need->page_bytes - 1) / need->page_bytes;
	_cleanup_free_ char *path = pool_path(need), *where = NULL;

	where = need->node < 0 ? mem_strdup("") : mem_printf(" of node %d", need->node);
	if (!pool)
		add(ret, device,
		    mem_printf("the host has no hugepages of %" PRIu64 " KiB%s",
			       need->page_bytes / 1024, where),
		    mem_strdup("say hugepages = no, or a size /sys/kernel/mm/hugepages has"));
	else if (pool->free < wanted)
		add(ret, device,
		    mem_printf("the guest's memory takes %" PRIu64 " hugepages of %" PRIu64
			       " KiB%s, and %" PRIu64 " of %" PRIu64 " are free",
			       wanted, need->page_bytes / 1024, where, pool->free, pool->total),
		    mem_printf("echo %" PRIu64 " >%s, as early after boot as can be",
			       pool->total - pool->free + wanted, path));
}

static void judge_limit(const struct host *host, const struct memory_need *need, int device,
			struct findings *ret)
{
	uint64_t wanted = memory_locked_bytes(need->bytes),
		 limit = need->limit_known ? need->limit_bytes : host->memory.memlock_bytes;

	if (!need->limit_known && !host->memory.memlock_known)
		findings_unknown(ret, false,
				 "whether the limit on locked memory suffices for the guest");
	else if (limit < wanted)
		add(ret, device,
		    mem_printf("QEMU has to lock %" PRIu64
			       " MiB, and the hard limit on locked memory %s is %" PRIu64 " MiB",
			       mib(wanted),
			       need->limit_known ? "of the session's libvirt daemon" : "here",
			       mib(limit)),
		    mem_printf("as root put \"* hard memlock %" PRIu64
			       "\" into /etc/security/limits.d/vmrun.conf and log in anew, or "
			       "LimitMEMLOCK=%" PRIu64 "M into the unit that starts it%s",
			       wanted / 1024, mib(wanted),
			       need->limit_known ? "; then end the running daemon" : ""));
}

void verdict_judge_memory(const struct host *host, const struct memory_need *need, int device,
			  struct findings *ret)
{
	if (need->page_bytes)
		judge_hugepages(host, need, device, ret);
	else if (!host->memory.known)
		findings_unknown(
			ret, false,
			"whether the guest's memory is available: /proc/meminfo is not there to look at");
	else if (host->memory.available_bytes < need->bytes)
		add(ret, device,
		    mem_printf(
			    "the guest's memory, which is pinned while it has devices, is %" PRIu64
			    " MiB, and %" PRIu64 " MiB are available",
			    mib(need->bytes), mib(host->memory.available_bytes)),
		    mem_printf("give it less, or free memory: the guest needs %" PRIu64 " MiB more",
			       mib(need->bytes - host->memory.available_bytes) + 1));
	if (need->limited)
		judge_limit(host, need, device, ret);
}
