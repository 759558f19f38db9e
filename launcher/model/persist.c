// SPDX-License-Identifier: GPL-2.0-or-later
/* The persisted pool: one file of /etc/vmrun/pool.d, read and written, and the card it is about. */
#include "model/persist.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/host.h"
#include "model/ini.h"

/* A path is made of the words of a place; the bridge's is ACPI's _UID, which may be a text. */
#define UID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
#define PATH_MAX_LENGTH 200

const char *persist_state_name(enum persist_state state)
{
	static const char *const names[] = { [PERSIST_FOUND] = "found",
					     [PERSIST_MISSING] = "missing",
					     [PERSIST_CHANGED] = "changed",
					     [PERSIST_DAMAGED] = "damaged" };

	return names[state];
}

/* "1c.0": two hexadecimal digits up to 1f, one up to 7. */
static bool is_hop(const char *text, size_t len)
{
	return len == 4 && (text[0] == '0' || text[0] == '1') && isxdigit((unsigned char)text[1]) &&
	       text[2] == '.' && text[3] >= '0' && text[3] <= '7';
}

bool persist_path_ok(const char *path)
{
	size_t part = 0, len;

	if (strlen(path) > PATH_MAX_LENGTH)
		return false;
	for (const char *at = path;; at += len + 1, part++) {
		len = strcspn(at, "/");
		if (part == 0 && (len < 4 || len > 8 || strspn(at, "0123456789abcdef") != len))
			return false;
		if (part == 1 && (len == 0 || strspn(at, UID_CHARACTERS) != len))
			return false;
		if (part > 1 && !is_hop(at, len))
			return false;
		if (!at[len])
			break;
	}
	return part > 1;
}

static int set_path(struct persist *persist, const char *value)
{
	if (!persist_path_ok(value))
		return -EINVAL;
	persist->path = mem_strdup(value);
	return 0;
}

static int set_ids(struct persist *persist, const char *value)
{
	return strlen(value) == 9 ? identity_parse(value, &persist->identity) : -EINVAL;
}

static int set_subsystem(struct persist *persist, const char *value)
{
	struct identity ids = { 0 };

	if (strlen(value) != 9 || identity_parse(value, &ids) < 0)
		return -EINVAL;
	persist->identity.subsystem_known = true;
	persist->identity.subsystem_vendor = ids.vendor;
	persist->identity.subsystem_device = ids.device;
	return 0;
}

static int set_serial(struct persist *persist, const char *value)
{
	if (!identity_serial_ok(value))
		return -EINVAL;
	persist->identity.serial = mem_strdup(value);
	return 0;
}

static int set_address(struct persist *persist, const char *value)
{
	persist->address_known = true;
	return pciaddr_parse(value, &persist->address);
}

/** struct persist_key - one key: what it takes, for messages; whether it must be there; its reader */
struct persist_key {
	const char *name;
	const char *takes;
	bool needed;
	int (*set)(struct persist *persist, const char *value);
};

static const struct persist_key keys[] = {
	{ "path", "a path as `vmrun survey --json` shows it", true, set_path },
	{ "ids", "VENDOR:DEVICE", true, set_ids },
	{ "subsystem", "SUBVENDOR:SUBDEVICE", false, set_subsystem },
	{ "serial", "a PCIe device serial number such as a0-36-9f-ff-ff-12-34-56", false,
	  set_serial },
	{ "address", "an address", false, set_address },
};

static const struct persist_key *find_key(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static int read_entry(const struct ini_section *section, const struct ini_entry *entry,
		      struct persist *persist, struct err *e)
{
	const struct persist_key *key = find_key(entry->key);

	if (!key)
		return err_set(e, ERR_PROFILE, EINVAL, NULL, "unknown key \"%s\"",
			       STR_SHOWN(entry->key));
	if (ini_find(section, entry->key) != entry)
		return err_set(e, ERR_PROFILE, EINVAL, NULL, "\"%s\" is there already", key->name);
	if (key->set(persist, entry->value) < 0)
		return err_set(e, ERR_PROFILE, EINVAL, NULL, "%s takes %s, not \"%s\"", key->name,
			       key->takes, STR_SHOWN(entry->value));
	return 0;
}

static int read_section(const struct ini *ini, const char *file, struct persist *persist,
			struct err *e)
{
	const struct ini_section *section = ini->section_count == 1 ? ini->sections : NULL;

	if (!section || strcmp(section->name, "device") || section->id) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"one section [device] is wanted, and nothing else");
		return ini_where(e, file, 0);
	}
	for (size_t i = 0; i < section->entry_count; i++)
		if (read_entry(section, &section->entries[i], persist, e) < 0)
			return ini_where(e, file, section->entries[i].line);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].needed && !ini_find(section, keys[i].name)) {
			err_set(e, ERR_PROFILE, EINVAL, NULL, "[device] has no %s", keys[i].name);
			return ini_where(e, file, section->line);
		}
	return 0;
}

int persist_parse(const char *text, size_t len, const char *file, struct persist *ret,
		  struct err *e)
{
	struct persist persist = { .device = -1 };
	struct ini ini;
	int r;

	if (len > PERSIST_SIZE_MAX)
		return err_set(e, ERR_PROFILE, EFBIG, file, "more than %d bytes", PERSIST_SIZE_MAX);
	r = ini_parse(text, len, file, &ini, e);
	if (r < 0)
		return r;
	r = read_section(&ini, file, &persist, e);
	ini_done(&ini);
	if (r < 0) {
		persist_done(&persist);
		return r;
	}
	persist.file = mem_strdup(file);
	*ret = persist;
	return 0;
}

struct persist persist_of(const struct device *dev)
{
	struct persist persist = { .path = mem_strdup(dev->path),
				   .identity = identity_of(dev),
				   .address_known = true,
				   .address = dev->addr,
				   .device = -1 };

	persist.file = mem_strdup(dev->path);
	for (char *at = persist.file; *at; at++)
		if (*at == '/')
			*at = '-';
	return persist;
}

/* A comment ends with its line, whatever the list of ids calls the card. */
static char *comment(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *at = copy; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = ' ';
	return copy;
}

char *persist_text(const struct persist *persist, const char *name)
{
	const struct identity *identity = &persist->identity;
	_cleanup_free_ char *title = comment(name);
	struct strlist lines = { 0 };
	char *text;

	strlist_addf(&lines, "# %s", title);
	strlist_add(
		&lines,
		"# Taken into the pool at every start of the host: vmrun(8), THE PERSISTED POOL.");
	strlist_addf(&lines, "[device]\npath = %s", persist->path);
	strlist_addf(&lines, "ids = %04x:%04x", identity->vendor, identity->device);
	if (identity->subsystem_known)
		strlist_addf(&lines, "subsystem = %04x:%04x", identity->subsystem_vendor,
			     identity->subsystem_device);
	if (identity->serial)
		strlist_addf(&lines, "serial = %s", identity->serial);
	if (persist->address_known)
		strlist_addf(&lines, "# Where it was; never what finds it.\naddress = %s",
			     PCIADDR_STR(&persist->address));
	strlist_add(&lines, "");
	text = strlist_join(&lines, "\n");
	strlist_done(&lines);
	return text;
}

/* The function's number stays the function's, wherever its card is put. */
static bool same_elsewhere(const struct persist *persist, const struct device *dev)
{
	const char *recorded = persist->identity.serial;
	_cleanup_free_ char *difference = identity_difference(&persist->identity, dev);

	return !difference && recorded && dev->serial &&
	       persist->path[strlen(persist->path) - 1] == '0' + dev->addr.fn;
}

void persist_find(struct persist *persist, const struct host *host)
{
	int there = -1;

	free(persist->what);
	persist->what = NULL;
	persist->device = -1;
	for (size_t i = 0; i < host->device_count; i++)
		if (host->devices[i].path && !strcmp(host->devices[i].path, persist->path))
			there = (int)i;
	if (there >= 0)
		persist->what = identity_difference(&persist->identity, &host->devices[there]);
	persist->state = there < 0	 ? PERSIST_MISSING
			 : persist->what ? PERSIST_CHANGED
					 : PERSIST_FOUND;
	persist->device = there;
	for (size_t i = 0; persist->state != PERSIST_FOUND && i < host->device_count; i++)
		if (same_elsewhere(persist, &host->devices[i])) {
			persist->state = PERSIST_FOUND;
			persist->device = (int)i;
			free(persist->what);
			persist->what = NULL;
		}
}

void persist_done(struct persist *persist)
{
	free(persist->file);
	free(persist->path);
	free(persist->what);
	identity_done(&persist->identity);
	*persist = (struct persist){ 0 };
}
