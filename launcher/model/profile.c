// SPDX-License-Identifier: GPL-2.0-or-later
/* A profile: from the sections of a file to the struct that describes a guest. */
#include "model/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/ini.h"
#include "model/profile_keys.h"
#include "model/profile_parts.h"
#include "model/profile_values.h"

/*
 * Theory of operation
 *
 * Each section is read whole: its header, its entries by the table of keys, then what holds between its entries
 * (profile_finish.c), where the defaults are filled in, too. A function here that fails has set message and fix; the one that
 * knows the line adds it, by ini_where(). A section that is begun belongs to the profile, and is released with it.
 */

/* Which section it is, or -EINVAL. */
static int identify(const struct ini_section *section, struct err *e)
{
	const char *names[SECTION_COUNT], *nearest;

	for (int i = 0; i < SECTION_COUNT; i++) {
		names[i] = profile_section_name((enum profile_section)i);
		if (!strcmp(names[i], section->name))
			return i;
	}
	err_set(e, ERR_PROFILE, EINVAL, NULL, "unknown section \"%s\"", STR_SHOWN(section->name));
	nearest = str_nearest(section->name, names, SECTION_COUNT);
	if (nearest)
		return err_fix(e, "did you mean \"%s\"?", nearest);
	return err_fix(
		e,
		"the sections are [vm], [pci \"id\"], [disk \"id\"], [net \"id\"], [share \"id\"], "
		"[usb \"id\"] and [qemu]");
}

/* The guest's name is a key; every other section is named in its header, and once. */
static int check_id(const struct ini *ini, size_t index, enum profile_section kind, struct err *e)
{
	const struct ini_section *section = &ini->sections[index];
	bool single = profile_section_single(kind);

	if (single && section->id) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "[%s] takes no id", section->name);
		return kind == SECTION_VM
			       ? err_fix(e, "the guest's name is a key below it: name = NAME")
			       : err_fix(e, "there is one such section: [%s]", section->name);
	}
	if (!single && !section->id) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "[%s] needs an id", section->name);
		return err_fix(e, "name it after its purpose, such as [%s \"data\"]",
			       section->name);
	}
	if (section->id && !profile_is_name(section->id))
		return profile_name_error(section->id, e);
	for (size_t i = 0; i < index; i++) {
		const struct ini_section *other = &ini->sections[i];

		if (strcmp(other->name, section->name) ||
		    (section->id && strcmp(other->id, section->id)))
			continue;
		err_set(e, ERR_PROFILE, EINVAL, NULL, "%s is there already, in line %u",
			PROFILE_HEADER(section), other->line);
		return err_fix(e, single ? "put its keys there"
					 : "put its keys there, or give it another id");
	}
	return 0;
}

/* A new, empty element with what every section with an id has. */
#define BEGIN(array, count)                                                  \
	({                                                                   \
		__typeof__(*(array)) *new_ = mem_append(&(array), &(count)); \
		new_->id = mem_strdup(section->id);                          \
		new_->line = section->line;                                  \
		new_;                                                        \
	})

/* The struct a section fills, with what does not depend on its keys. */
static void *begin(struct profile *profile, enum profile_section kind,
		   const struct ini_section *section)
{
	struct profile_pci *pci;

	switch (kind) {
	case SECTION_PCI:
		pci = BEGIN(profile->pci, profile->pci_count);
		pci->count = 1;
		return pci;
	case SECTION_DISK:
		return BEGIN(profile->disks, profile->disk_count);
	case SECTION_NET:
		return BEGIN(profile->nets, profile->net_count);
	case SECTION_SHARE:
		return BEGIN(profile->shares, profile->share_count);
	case SECTION_USB:
		return BEGIN(profile->usbs, profile->usb_count);
	case SECTION_VM:
	case SECTION_QEMU:
	case SECTION_COUNT:
		break;
	}
	return profile;
}

static int unknown_key(enum profile_section kind, const char *name, struct err *e)
{
	const struct profile_key *keys;
	const char *known[SECTION_COUNT * 16], *elsewhere = NULL, *nearest;
	size_t count, near = 0;

	keys = profile_keys(&count);
	for (size_t i = 0; i < count && near < ARRAY_SIZE(known); i++) {
		if (keys[i].section == kind)
			known[near++] = keys[i].name;
		else if (!elsewhere && !strcmp(keys[i].name, name))
			elsewhere = profile_section_name(keys[i].section);
	}
	err_set(e, ERR_PROFILE, EINVAL, NULL, "unknown key \"%s\" in [%s]", STR_SHOWN(name),
		profile_section_name(kind));
	nearest = str_nearest(name, known, near);
	if (elsewhere)
		return err_fix(e, "it is a key of [%s]", elsewhere);
	if (nearest)
		return err_fix(e, "did you mean \"%s\"?", nearest);
	return err_fix(e, "vmrun.profile(5) lists the keys");
}

static int add_entry(const struct profile *profile, enum profile_section kind, void *object,
		     const struct ini_section *section, const struct ini_entry *entry,
		     struct err *e)
{
	const struct profile_key *key = profile_key_find(kind, entry->key);
	struct profile_value value = { key, object, profile->dir, entry->value };
	const struct ini_entry *first;

	if (!key)
		return unknown_key(kind, entry->key, e);
	first = key->list ? entry : ini_find(section, entry->key);
	if (first != entry) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "\"%s\" is there already, in line %u",
			key->name, first->line);
		return err_fix(e, "keep one of the two");
	}
	if (key->set(&value, e) == 0)
		return 0;
	if (strstr(entry->value, " #"))
		err_fix(e, "a comment has a line of its own");
	return -EINVAL;
}

static int add_section(struct profile *profile, const struct ini *ini, size_t index, struct err *e)
{
	const struct ini_section *section = &ini->sections[index];
	int kind = identify(section, e);
	void *object;

	if (kind < 0 || check_id(ini, index, (enum profile_section)kind, e) < 0)
		return ini_where(e, profile->file, section->line);
	object = begin(profile, (enum profile_section)kind, section);
	for (size_t i = 0; i < section->entry_count; i++) {
		const struct ini_entry *entry = &section->entries[i];

		if (add_entry(profile, (enum profile_section)kind, object, section, entry, e) < 0)
			return ini_where(e, profile->file, entry->line);
	}
	if (profile_finish(profile, (enum profile_section)kind, object, section, e) < 0)
		return ini_where(e, profile->file, section->line);
	return 0;
}

int profile_parse(const char *text, size_t len, const char *file, const char *dir,
		  struct profile *ret, struct err *e)
{
	struct profile profile = { .hotplug_slots = HOTPLUG_SLOTS_DEFAULT };
	struct ini ini;
	int r;

	if (len > PROFILE_SIZE_MAX) {
		err_set(e, ERR_PROFILE, EINVAL, NULL,
			"more than %zu bytes, too large for a profile", PROFILE_SIZE_MAX);
		return ini_where(e, file, 0);
	}
	r = ini_parse(text, len, file, &ini, e);
	if (r < 0)
		return r;
	profile.file = mem_strdup(file);
	profile.dir = mem_strdup(dir);
	for (size_t i = 0; i < ini.section_count && r == 0; i++)
		r = add_section(&profile, &ini, i, e);
	ini_done(&ini);
	if (r == 0 && !profile.name) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "there is no [vm] section");
		err_fix(e, "begin the profile with [vm] and name = NAME");
		r = ini_where(e, file, 0);
	}
	if (r == 0)
		r = profile_finish_all(&profile, e);
	if (r < 0)
		profile_done(&profile);
	else
		*ret = profile;
	return r;
}
