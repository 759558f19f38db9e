// SPDX-License-Identifier: GPL-2.0-or-later
/* What bounds a guest, for host check: hugepages, locked memory, control groups. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "survey/hostfacts_parts.h"

#define NODES "sys/devices/system/node"

/* One folder of pools: Documentation/ABI/testing/sysfs-kernel-mm-hugepages; each is named hugepages-<size>kB. */
static bool scan_pools(const struct root *root, const char *folder, int node,
		       struct hostfacts *facts)
{
	struct strlist names = { 0 };

	if (root_list(root, folder, &names) < 0)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *total =
			mem_printf("%s/%s/nr_hugepages", folder, names.item[i]);
		_cleanup_free_ char *left =
			mem_printf("%s/%s/free_hugepages", folder, names.item[i]);
		struct page_pool pool = { .node = node };

		if (sscanf(names.item[i], "hugepages-%" SCNu64 "kB", &pool.kib) == 1 &&
		    root_read_u64(root, total, 10, &pool.total) == 0 &&
		    root_read_u64(root, left, 10, &pool.free) == 0)
			*mem_append(&facts->pools, &facts->pool_count) = pool;
	}
	strlist_done(&names);
	return true;
}

static void scan_hugepages(const struct root *root, struct hostfacts *facts)
{
	struct strlist nodes = { 0 };
	uint64_t node;

	facts->pools_known = scan_pools(root, "sys/kernel/mm/hugepages", -1, facts);
	root_list(root, NODES, &nodes);
	for (size_t i = 0; i < nodes.count; i++) {
		_cleanup_free_ char *folder = mem_printf(NODES "/%s/hugepages", nodes.item[i]);

		if (!strncmp(nodes.item[i], "node", 4) &&
		    num_parse(nodes.item[i] + 4, 10, INT32_MAX, &node) == 0)
			scan_pools(root, folder, (int)node, facts);
	}
	strlist_done(&nodes);
}

/* proc(5), limits: "Max locked memory  SOFT  HARD  bytes". */
static void scan_limit(const struct root *root, struct lock_facts *lock)
{
	static const char *const name = "Max locked memory";
	_cleanup_free_ char *text = NULL, *hard = NULL;
	const char *at;

	if (root_read(root, "proc/self/limits", HOSTFACTS_CONF_MAX, &text, NULL) < 0)
		return;
	at = strstr(text, name);
	if (!at)
		return;
	at += strlen(name);
	at += strspn(at, " ");
	at += strcspn(at, " \n");
	at += strspn(at, " ");
	hard = mem_printf("%.*s", (int)strcspn(at, " \n"), at);
	lock->limit_known = true;
	lock->limit_bytes = UINT64_MAX;
	if (strcmp(hard, "unlimited") != 0)
		lock->limit_known = num_parse(hard, 10, UINT64_MAX, &lock->limit_bytes) == 0;
}

static void scan_ram(const struct root *root, struct lock_facts *lock)
{
	_cleanup_free_ char *text = NULL;
	uint64_t kib;

	if (root_read(root, "proc/meminfo", HOSTFACTS_CONF_MAX, &text, NULL) == 0 &&
	    sscanf(text, "MemTotal: %" SCNu64 " kB", &kib) == 1) {
		lock->ram_known = true;
		lock->ram_bytes = kib * 1024;
	}
}

/* systemd.exec(5), LimitMEMLOCK=; the last one read holds. */
static void take_unit(void *context, const char *path, const char *text)
{
	struct lock_facts *lock = context;

	for (const char *at = text; (at = strstr(at, "LimitMEMLOCK=")); at++) {
		if (at != text && at[-1] != '\n')
			continue;
		free(lock->unit);
		lock->unit = mem_printf("%.*s (%s)", (int)strcspn(at, "\r\n"), at, path);
	}
}

static void scan_units(const struct root *root, struct lock_facts *lock)
{
	static const char *const daemons[] = { "libvirtd", "virtqemud" };
	static const char *const folders[] = { "etc/systemd/system", "run/systemd/system",
					       "usr/lib/systemd/system", "lib/systemd/system" };

	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++) {
		char *drop_ins[ARRAY_SIZE(folders)];

		for (size_t k = 0; k < ARRAY_SIZE(folders); k++) {
			_cleanup_free_ char *path = mem_printf("/%s/%s.service", folders[k],
							       daemons[i]),
					    *text = NULL;

			if (!lock->unit &&
			    root_read(root, path + 1, HOSTFACTS_CONF_MAX, &text, NULL) == 0)
				take_unit(lock, path, text);
			drop_ins[k] = mem_printf("%s/%s.service.d", folders[k], daemons[i]);
		}
		hostfacts_conf_files(root, (const char *const *)drop_ins, ARRAY_SIZE(folders),
				     ".conf", take_unit, lock);
		for (size_t k = 0; k < ARRAY_SIZE(folders); k++)
			free(drop_ins[k]);
	}
}

/* Names in @text, which is "cpu io memory" or, from mountinfo, "rw,cpu,cpuacct". */
static void add_controllers(char *text, struct cgroup_facts *cgroup)
{
	char *save = NULL;

	for (char *word = strtok_r(text, " ,\n", &save); word; word = strtok_r(NULL, " ,\n", &save))
		if (!strlist_has(&cgroup->controllers, word))
			strlist_add(&cgroup->controllers, word);
}

/* Version 1: each hierarchy is a mount whose options name its controllers (proc(5), mountinfo). */
static void scan_version_1(const struct root *root, struct cgroup_facts *cgroup)
{
	_cleanup_free_ char *text = NULL;
	char *save = NULL;

	if (root_read(root, "proc/self/mountinfo", HOSTFACTS_LOG_MAX, &text, NULL) < 0)
		return;
	cgroup->known = root_exists(root, "sys/fs/cgroup");
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *kind = strstr(line, " - cgroup ");
		char *options = kind ? strrchr(line, ' ') : NULL;

		if (!options)
			continue;
		cgroup->known = true;
		cgroup->version = 1;
		add_controllers(options, cgroup);
	}
}

/* Documentation/admin-guide/cgroup-v2.rst, "Device controller": a program of the bpf(2) kind. */
static enum fact scan_bpf(const struct root *root, const char *release)
{
	_cleanup_free_ char *path = mem_printf("boot/config-%s", release ? release : ""),
			    *text = NULL;

	if (root_read(root, path, HOSTFACTS_LOG_MAX, &text, NULL) < 0)
		return FACT_UNKNOWN;
	return strstr(text, "\nCONFIG_CGROUP_BPF=y") ? FACT_YES : FACT_NO;
}

static void scan_cgroups(const struct root *root, const struct host *host,
			 struct cgroup_facts *cgroup)
{
	_cleanup_free_ char *text = NULL;

	if (root_read(root, "sys/fs/cgroup/cgroup.controllers", HOSTFACTS_CONF_MAX, &text, NULL) ==
	    0) {
		cgroup->known = true;
		cgroup->version = 2;
		add_controllers(text, cgroup);
		cgroup->bpf = scan_bpf(root, host->kernel);
	} else {
		scan_version_1(root, cgroup);
	}
}

void hostfacts_limits(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	scan_hugepages(root, facts);
	facts->lock.raisable = root->live && geteuid() == 0;
	scan_limit(root, &facts->lock);
	scan_ram(root, &facts->lock);
	scan_units(root, &facts->lock);
	scan_cgroups(root, host, &facts->cgroup);
}
