// SPDX-License-Identifier: GPL-2.0-or-later
/* What host setup wrote, for host check: whether it is still there, and whether devices were bound early. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/earlylist.h"
#include "model/hostmanifest.h"
#include "survey/hostfacts_parts.h"

/* What `systemctl enable vmrun-pool` makes. */
#define POOL_WANTED_LINK "etc/systemd/system/sysinit.target.wants/vmrun-pool.service"

/* Whether a file is what this version of it was. */
static bool is_version(const struct root *root, const char *path,
		       const struct hostfile_version *version)
{
	_cleanup_free_ char *now = NULL, *copy = NULL,
			    *copied = mem_printf(HOSTMANIFEST_DIR "/%s",
						 version->copy ? version->copy : "");
	size_t now_len, copy_len;

	if (root_read(root, path, HOSTMANIFEST_SIZE_MAX, &now, &now_len) < 0)
		return !version->copy;
	return version->copy &&
	       root_read(root, copied, HOSTMANIFEST_SIZE_MAX, &copy, &copy_len) == 0 &&
	       now_len == copy_len && !memcmp(now, copy, now_len);
}

static void read_manifest(const struct root *root, struct written_facts *written)
{
	_cleanup_hostmanifest_ struct hostmanifest manifest = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(root, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, HOSTMANIFEST_SIZE_MAX,
			  &text, &len);

	written->known = r == 0 || (r == -ENOENT && root_exists(root, "etc"));
	if (r < 0)
		return;
	if (hostmanifest_parse(text, len, &manifest, NULL) < 0) {
		written->known = false;
		return;
	}
	written->present = true;
	written->pending = manifest.state != HOSTMANIFEST_APPLIED;
	for (size_t i = 0; i < manifest.count; i++)
		if (!is_version(root, manifest.entries[i].path,
				manifest.entries[i].written.copy ? &manifest.entries[i].written
								 : &manifest.entries[i].former))
			strlist_addf(&written->changed, "/%s", manifest.entries[i].path);
	for (size_t i = 0; i < manifest.parameters.count; i++)
		strlist_add(&written->parameters, manifest.parameters.item[i]);
	for (size_t i = 0; i < manifest.arguments.count; i++)
		strlist_add(&written->arguments, manifest.arguments.item[i]);
}

/** struct early_list - the list as it is on disk */
struct early_list {
	struct early_line *line;
	size_t count;
};

static struct early_list read_list(const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	struct early_list list = { 0 };

	if (root_read(root, &EARLY_LIST[1], HOSTFACTS_CONF_MAX, &text, NULL) < 0)
		return list;
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		struct early_line line;

		if (early_line_parse(at, &line))
			*(struct early_line *)mem_append(&list.line, &list.count) = line;
	}
	return list;
}

static bool has(const struct early_list *list, const struct device *dev)
{
	for (size_t i = 0; i < list->count; i++)
		if (early_line_is(&list->line[i], dev))
			return true;
	return false;
}

/* Devices of the list that another driver has. */
static void find_late(const struct early_list *list, const struct host *host,
		      struct written_facts *written)
{
	for (size_t i = 0; i < host->device_count; i++) {
		const struct device *dev = &host->devices[i];

		if (has(list, dev) && (!dev->driver || strcmp(dev->driver, "vfio-pci") != 0))
			strlist_addf(&written->late, "%s (%s)", PCIADDR_STR(&dev->addr),
				     dev->driver ? dev->driver : "no driver");
	}
}

/* Whether a file of the persisted pool still asks for a line: its card is there, or its place is waited for. */
static bool asked(const struct host *host, const struct early_line *line)
{
	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (persist->state == PERSIST_FOUND
			    ? early_line_is(line, &host->devices[persist->device])
			    : persist->path && !strcmp(persist->path, line->path))
			return true;
	}
	return false;
}

/* Where the list and the persisted pool have gone apart since host setup. */
static void compare_pool(const struct early_list *list, const struct host *host,
			 struct written_facts *written)
{
	for (size_t i = 0; i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (persist->state == PERSIST_FOUND && !has(list, &host->devices[persist->device]))
			strlist_add(&written->unlisted,
				    PCIADDR_STR(&host->devices[persist->device].addr));
	}
	for (size_t i = 0; i < list->count; i++)
		if (list->line[i].of_pool && !asked(host, &list->line[i]))
			strlist_add(&written->forgotten, list->line[i].path);
}

void hostfacts_written(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	struct early_list list = read_list(root);

	read_manifest(root, &facts->written);
	find_late(&list, host, &facts->written);
	compare_pool(&list, host, &facts->written);
	facts->written.pool_wanted = root_exists(root, POOL_WANTED_LINK) ||
				     root_exists(root, &POOL_WANTED_FILE[1]);
	free(list.line);
}
