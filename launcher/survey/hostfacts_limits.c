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
	const char *name = release ? release : "";

	for (int i = 0; i < 2; i++) {
		_cleanup_free_ char *path = i ? mem_printf("lib/modules/%s/config", name)
					      : mem_printf("boot/config-%s", name);
		_cleanup_free_ char *text = NULL;

		if (root_read(root, path, HOSTFACTS_LOG_MAX, &text, NULL) == 0)
			return strstr(text, "\nCONFIG_CGROUP_BPF=y") ? FACT_YES : FACT_NO;
	}
	return FACT_UNKNOWN;
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
	facts->pools_known = root_exists(root, "sys/kernel/mm/hugepages");
	facts->lock.raisable = root->live && geteuid() == 0;
	scan_ram(root, &facts->lock);
	scan_units(root, &facts->lock);
	scan_cgroups(root, host, &facts->cgroup);
}
