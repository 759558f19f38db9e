// SPDX-License-Identifier: GPL-2.0-or-later
/* What others than root need: nodes of groups, locked memory, libvirt's list of nodes; and drivers kept away. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "decide/hostcheck.h"
#include "decide/hostsetup_parts.h"
#include "model/qemuconf.h"

#define GIB ((uint64_t)1024 * 1024 * 1024)

/* A guest may lock as much as its memory and what QEMU needs beside it. */
#define LOCK_EXTRA GIB

int setup_blacklist(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	_cleanup_free_ char *list = strlist_join(in->options->blacklist, ", ");
	struct text text = { 0 };

	(void)e;
	if (!in->options->blacklist->count)
		return 0;
	text_addf(&text, "# Written by vmrun host setup --blacklist.\n");
	for (size_t i = 0; i < in->options->blacklist->count; i++)
		text_addf(&text, "blacklist %s\n", in->options->blacklist->item[i]);
	setup_file(plan, "/etc/modprobe.d/vmrun-blacklist.conf", 0644, text_take(&text),
		   "%s: not loaded for any card, as asked", list);
	return 0;
}

/* A process locks at most its own guest: the largest one counts. */
static uint64_t memory_of(const struct setup_options *options)
{
	uint64_t most = 0;

	for (size_t i = 0; i < options->profile_count; i++)
		if (options->profiles[i].memory_bytes > most)
			most = options->profiles[i].memory_bytes;
	return most;
}

/* pam_limits(8) sets the limit where a user logs in; a user's own services get that of the unit. */
static void want_memlock(const struct setup_in *in, struct setup_plan *plan)
{
	const struct setup_options *options = in->options;
	uint64_t most = memory_of(options), kib = (most + LOCK_EXTRA) / 1024;
	_cleanup_free_ char *limit = most ? mem_printf("%" PRIu64, kib) : mem_strdup("unlimited"),
			    *unit = most ? mem_printf("%" PRIu64 "K", kib) : mem_strdup("infinity"),
			    *path = mem_printf(
				    "/etc/systemd/system/user@%u.service.d/50-vmrun.conf",
				    options->uid);

	setup_file(
		plan, "/etc/security/limits.d/50-vmrun.conf", 0644,
		mem_printf(
			"# Written by vmrun host setup --user: QEMU locks all memory of a guest with devices.\n"
			"%s - memlock %s\n",
			options->user, limit),
		"%s may lock %s%s: the largest guest and 1 GiB", options->user, limit,
		most ? " KiB" : "");
	if (in->facts->libvirt.systemd)
		setup_file(
			plan, path, 0644,
			mem_printf(
				"# Written by vmrun host setup --user: as /etc/security/limits.d/50-vmrun.conf.\n"
				"[Service]\nLimitMEMLOCK=%s\n",
				unit),
			"the same for what %s starts from a desktop", options->user);
}

int setup_user(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	(void)e;
	if (!in->options->user)
		return 0;
	want_memlock(in, plan);
	if (plan->early)
		setup_file(
			plan, "/etc/udev/rules.d/70-vmrun.rules", 0644,
			mem_strdup(
				"# Written by vmrun host setup --user: groups whose devices are all bound early for one user.\n"
				"ACTION!=\"remove\", SUBSYSTEM==\"vfio\", KERNEL==\"[0-9]*\", PROGRAM=\"" EARLY_PROGRAM
				" owner %k\", OWNER=\"%c\", MODE=\"0600\"\n"),
			"the nodes of these groups belong to %s", in->options->user);
	else
		setup_note(
			plan,
			"no udev rule: no device is bound early, so there is no group to give to %s",
			in->options->user);
	return 0;
}

int setup_qemu_conf(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	const struct setup_file *file = setupfacts_file(in->setup, "/etc/libvirt/qemu.conf");
	struct strlist wanted = { 0 };
	struct qemuconf conf;
	char *text = NULL;
	bool set;
	int r;

	if (!file)
		return 0;
	r = qemuconf_scan(file->bytes, file->len, file->path, &conf, e);
	if (r < 0)
		return r;
	set = qemuconf_find(&conf, "cgroup_device_acl");
	qemuconf_done(&conf);
	if (!set) {
		setup_note(plan, "qemu.conf stays: libvirt's own list of nodes has what is needed");
		return 0;
	}
	hostcheck_wanted_nodes(&wanted);
	r = qemuconf_add(file->bytes, file->len, file->path, "cgroup_device_acl", &wanted, &wanted,
			 &text, e);
	strlist_done(&wanted);
	if (r == 0)
		setup_edited(
			plan, file, text,
			"cgroup_device_acl replaces libvirt's own list, and lacks nodes QEMU needs");
	return r;
}
