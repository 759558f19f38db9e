// SPDX-License-Identifier: GPL-2.0-or-later
/* The persisted pool as rules of udev, which bind a card before a driver of the host has it. */
#include "model/persist_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static const char head[] = "# Written by vmrun from /" PERSIST_DIR
			   "; changes are lost. See vmrun(8), THE PERSISTED POOL.\n"
			   "ACTION!=\"add\", GOTO=\"vmrun_pool_end\"\n"
			   "SUBSYSTEM!=\"pci\", GOTO=\"vmrun_pool_end\"\n"
			   "DRIVER==\"?*\", GOTO=\"vmrun_pool_end\"\n"
			   "IMPORT{cmdline}=\"vmrun.pool\"\n"
			   "ENV{vmrun.pool}==\"off\", GOTO=\"vmrun_pool_end\"\n";

/* The override first; then whoever comes first, the driver or this rule, vfio-pci takes the card. */
static const char tail[] = "ENV{VMRUN_POOL}!=\"?*\", GOTO=\"vmrun_pool_end\"\n"
			   "ATTR{driver_override}=\"vfio-pci\"\n"
			   "RUN{builtin}+=\"kmod load vfio-pci\"\n"
			   "ATTR{[subsystem/pci]drivers_probe}=\"%k\"\n"
			   "LABEL=\"vmrun_pool_end\"\n";

/*
 * "0000/0/1c.0/00.0" as a pattern for DEVPATH: /devices/pci0000:??/0000:??:1c.0/0000:??:00.0. NULL for a domain behind a
 * bridge of its own (VMD), whose devices do not hang below the root bridge in this way.
 */
static char *devpath(const char *path)
{
	struct strlist parts = { 0 };
	const char *hop = strchr(strchr(path, '/') + 1, '/');
	char *text;

	if (strchr(path, '/') - path != 4)
		return NULL;
	strlist_addf(&parts, "/devices/pci%.4s:??", path);
	for (; hop; hop = strchr(hop + 1, '/'))
		strlist_addf(&parts, "%.4s:??:%.4s", path, hop + 1);
	text = strlist_join(&parts, "/");
	strlist_done(&parts);
	return text;
}

static char *bridge(const char *path, bool by_bus)
{
	const char *uid = strchr(path, '/') + 1;
	int len = (int)strcspn(uid, "/");

	if (by_bus)
		return mem_printf("KERNELS==\"pci%.4s:%02lx\"", path,
				  strtoul(uid, NULL, 10) & 0xff);
	return mem_printf("KERNELS==\"pci%.4s:??\", ATTRS{firmware_node/uid}==\"%.*s\"", path, len,
			  uid);
}

static void add_rule(const struct persist *persist, bool by_bus, struct strlist *rules)
{
	const struct identity *identity = &persist->identity;
	_cleanup_free_ char *place = devpath(persist->path), *root = NULL,
			    *subsystem = mem_strdup("");

	if (!place)
		return;
	root = bridge(persist->path, by_bus);
	if (identity->subsystem_known) {
		free(subsystem);
		subsystem = mem_printf(
			"ATTR{subsystem_vendor}==\"0x%04x\", ATTR{subsystem_device}==\"0x%04x\", ",
			identity->subsystem_vendor, identity->subsystem_device);
	}
	strlist_addf(rules,
		     "DEVPATH==\"%s\", ATTR{vendor}==\"0x%04x\", ATTR{device}==\"0x%04x\", %s"
		     "TEST!=\"/" PERSIST_MARK "%s\", %s, ENV{VMRUN_POOL}=\"%s\"\n",
		     place, identity->vendor, identity->device, subsystem, persist->file, root,
		     persist->file);
}

/* A file's name goes into its rule; one that could mean something to udev is left to `vmrun pool --apply`. */
static bool plain(const char *name)
{
	return name[strspn(name,
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")] ==
	       '\0';
}

char *persist_rules_text(const struct persist *persists, size_t count, bool by_bus)
{
	struct strlist rules = { 0 };
	_cleanup_free_ char *body = NULL;

	for (size_t i = 0; i < count; i++)
		if (persists[i].state != PERSIST_DAMAGED && plain(persists[i].file))
			add_rule(&persists[i], by_bus, &rules);
	if (!rules.count)
		return NULL;
	body = strlist_join(&rules, "");
	strlist_done(&rules);
	return mem_printf("%s%s%s", head, body, tail);
}
