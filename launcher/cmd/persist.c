// SPDX-License-Identifier: GPL-2.0-or-later
/* The persisted pool as the verbs see it: written with a bind, forgotten with a release, applied at the host's start. */
#include "cmd/persist.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/persist.h"
#include "base/cleanup.h"
#include "base/json.h"

int persist_picks(const struct root *root, const struct plan *plan, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->picks.count; i++)
		r = persist_write(root, &plan->host->devices[plan->picks.item[i].device], e);
	return r < 0 ? r : persist_write_rules(root, e);
}

bool persist_named(const struct host *host, const char *word, bool *forget)
{
	const char *path = strncmp(word, "path=", 5) ? NULL : word + 5;
	bool any = false;

	for (size_t i = 0; forget && i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (strcmp(persist->file, word) &&
		    !(path && persist->path && !strcmp(persist->path, path)))
			continue;
		any = forget[i] = true;
	}
	return any;
}

void persist_of_device(const struct host *host, size_t device, bool *forget)
{
	const struct group *group = host_group(host, &host->devices[device]);

	/* A group is persisted as a whole, for half of one in the pool is of no use. */
	for (size_t i = 0; forget && i < host->persist_count; i++) {
		const struct persist *persist = &host->persists[i];

		if (persist->state != PERSIST_FOUND)
			continue;
		if (persist->device == (int)device ||
		    (group && host_group(host, &host->devices[persist->device]) == group))
			forget[i] = true;
	}
}

int persist_forget(const struct root *root, const struct host *host, const bool *forget,
		   struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < host->persist_count; i++)
		if (forget[i])
			r = persist_remove(root, host->persists[i].file, e);
	return r < 0 ? r : persist_write_rules(root, e);
}

static void report_moved(const struct progress_line *line, const struct host *host,
			 const struct persist *persist)
{
	const struct device *dev = &host->devices[persist->device];
	const struct device *now = host_find(host, &persist->address);

	if (!persist->address_known || pciaddr_equal(&persist->address, &dev->addr))
		return;
	progress_note(line, "%s: is at %s now; at %s, where it was, there is %s", persist->file,
		      PCIADDR_STR(&dev->addr), PCIADDR_STR(&persist->address),
		      now ? "another card, which is left alone (changed)" : "nothing");
}

bool persist_report(const struct progress_line *line, const struct host *host,
		    const struct persist *persist)
{
	switch (persist->state) {
	case PERSIST_FOUND:
		report_moved(line, host, persist);
		return false;
	case PERSIST_MISSING:
		progress_note(line, "%s: no such card is there", persist->file);
		return false;
	case PERSIST_CHANGED:
		fprintf(stderr,
			"vmrun: %s: %s left alone\n  %-13s %s\n  %-13s vmrun release --persist %s, where the other card is "
			"gone for good\n",
			persist->file, PCIADDR_STR(&host->devices[persist->device].addr), "changed",
			persist->what, "fix", persist->file);
		return true;
	case PERSIST_DAMAGED:
		break;
	}
	fprintf(stderr,
		"vmrun: /" PERSIST_DIR "/%s\n  %-13s vmrun bind --persist writes such files\n",
		persist->what, "fix");
	return true;
}

int persist_prepare(const struct root *root, const struct host *host,
		    const struct progress_line *line, struct err *e)
{
	struct err rules = { 0 };
	int r = 0;

	if (persist_write_rules(root, &rules) < 0)
		progress_note(line, "udev's rules stay as they are: %s: %s", rules.subject,
			      rules.message);
	for (size_t i = 0; r == 0 && i < host->persist_count; i++)
		r = persist_mark(root, &host->persists[i], e);
	return r;
}

bool persist_is_off(const struct host *host)
{
	const size_t len = strlen(PERSIST_OFF);

	for (const char *at = host->cmdline; at && (at = strstr(at, PERSIST_OFF)); at += len)
		if ((at == host->cmdline || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static struct json *persist_json(const struct host *host, const struct persist *persist)
{
	const struct identity *identity = &persist->identity;
	_cleanup_free_ char *ids = mem_printf("%04x:%04x", identity->vendor, identity->device);
	_cleanup_free_ char *subsystem =
		mem_printf("%04x:%04x", identity->subsystem_vendor, identity->subsystem_device);
	const struct device *dev = persist->device < 0 ? NULL : &host->devices[persist->device];
	struct json *o = json_new_object();

	json_put_str(o, "file", persist->file);
	json_put_str(o, "state", persist_state_name(persist->state));
	json_put_str(o, "path", persist->path);
	json_put_str(o, "ids", identity->known ? ids : NULL);
	json_put_str(o, "subsystem", identity->subsystem_known ? subsystem : NULL);
	json_put_str(o, "serial", identity->serial);
	json_put_str(o, "address", dev ? PCIADDR_STR(&dev->addr) : NULL);
	json_put_str(o, "what", persist->what);
	return o;
}

struct json *persists_json(const struct host *host)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < host->persist_count; i++)
		json_add(array, persist_json(host, &host->persists[i]));
	return array;
}
