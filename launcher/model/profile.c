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
#include "model/uuid.h"

#define MEMORY_DEFAULT (UINT64_C(1) << 30)

/*
 * Theory of operation
 *
 * Each section is read whole: its header, its entries by the table of keys, then what holds between its entries
 * (finish_…), where the defaults are filled in, too. A function here that fails has set message and fix; the one that
 * knows the line adds it, by ini_where(). A section that is begun belongs to the profile, and is released with it.
 */

/* The header as it was written, for messages; lives until the end of the enclosing block. */
#define HEADER_MAX 128
#define HEADER(section) header((section), (char[HEADER_MAX]){ 0 })

static const char *header(const struct ini_section *section, char buf[static HEADER_MAX])
{
	if (section->id)
		snprintf(buf, HEADER_MAX, "[%s \"%s\"]", section->name, section->id);
	else
		snprintf(buf, HEADER_MAX, "[%s]", section->name);
	return buf;
}

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
	return err_fix(e, "the sections are [vm], [pci \"id\"], [disk \"id\"] and [net \"id\"]");
}

/* The guest's name is a key; every other section is named in its header, and once. */
static int check_id(const struct ini *ini, size_t index, struct err *e)
{
	const struct ini_section *section = &ini->sections[index];
	bool is_vm = !strcmp(section->name, profile_section_name(SECTION_VM));

	if (is_vm && section->id) {
		err_set(e, ERR_PROFILE, EINVAL, NULL, "[vm] takes no id");
		return err_fix(e, "the guest's name is a key below it: name = NAME");
	}
	if (!is_vm && !section->id) {
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
			HEADER(section), other->line);
		return err_fix(e, is_vm ? "put its keys there"
					: "put its keys there, or give it another id");
	}
	return 0;
}

/* The struct a section fills, with what does not depend on its keys. */
static void *begin(struct profile *profile, enum profile_section kind,
		   const struct ini_section *section)
{
	struct profile_pci *pci;
	struct profile_disk *disk;
	struct profile_net *net;

	switch (kind) {
	case SECTION_PCI:
		pci = mem_append(&profile->pci, &profile->pci_count);
		pci->id = mem_strdup(section->id);
		pci->line = section->line;
		pci->count = 1;
		return pci;
	case SECTION_DISK:
		disk = mem_append(&profile->disks, &profile->disk_count);
		disk->id = mem_strdup(section->id);
		disk->line = section->line;
		return disk;
	case SECTION_NET:
		net = mem_append(&profile->nets, &profile->net_count);
		net->id = mem_strdup(section->id);
		net->line = section->line;
		return net;
	case SECTION_VM:
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
		else if (!strcmp(keys[i].name, name))
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

/* A section lacks or forbids something; returns -EINVAL. */
static int incomplete(const struct ini_section *section, struct err *e, const char *message,
		      const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "%s %s", HEADER(section), message);
	return err_fix(e, "%s", fix);
}

static void default_text(char **text, const char *value)
{
	if (!*text)
		*text = mem_strdup(value);
}

static int finish_vm(struct profile *profile, const struct ini_section *section, struct err *e)
{
	char uuid[UUID_STRLEN];

	if (!profile->name)
		return incomplete(section, e, "has no name", "add: name = NAME");
	if (!profile->kernel && (profile->initrd || profile->cmdline))
		return incomplete(section, e,
				  "has an initrd or a cmdline, but no kernel to give it to",
				  "add: kernel = PATH");
	default_text(&profile->uuid, uuid_from_name(profile->name, uuid));
	default_text(&profile->machine, "q35");
	default_text(&profile->serial, "pty");
	if (!profile->memory_bytes)
		profile->memory_bytes = MEMORY_DEFAULT;
	if (!profile->vcpus)
		profile->vcpus = 1;
	return 0;
}

/*
 * What is accepted holds for the card somebody looked at; a section that could pick another one tomorrow must not carry
 * it over.
 */
static int finish_pci(const struct profile_pci *pci, const struct ini_section *section,
		      struct err *e)
{
	bool pinned = false;

	for (size_t i = 0; i < pci->selector_count; i++)
		pinned = pinned || pci->selectors[i].kind == SELECTOR_ADDRESS ||
			 pci->selectors[i].kind == SELECTOR_PATH ||
			 pci->selectors[i].kind == SELECTOR_SLOT;
	if (!pci->selector_count)
		return incomplete(
			section, e, "does not say which device",
			"add one of address, match, class, name, path, slot, disk, netdev");
	if (pci->accept.count && !pinned)
		return incomplete(
			section, e, "accepts findings of a device it does not pin",
			"add address, path or slot: what is accepted is accepted for one card");
	return 0;
}

static int finish_disk(struct profile_disk *disk, const struct ini_section *section, struct err *e)
{
	if (!disk->source)
		return incomplete(section, e, "has no source", "add: source = PATH");
	default_text(&disk->format, "raw");
	default_text(&disk->bus, "virtio");
	return 0;
}

static int finish_net(const struct ini_section *section, struct err *e)
{
	/* Every key of the section is a way to a network, and none is there twice. */
	if (section->entry_count != 1)
		return incomplete(section, e,
				  section->entry_count ? "leads to several networks"
						       : "does not say which network",
				  "give one of: user = yes, bridge = INTERFACE, network = NAME");
	return 0;
}

static int finish(struct profile *profile, enum profile_section kind, void *object,
		  const struct ini_section *section, struct err *e)
{
	switch (kind) {
	case SECTION_VM:
		return finish_vm(profile, section, e);
	case SECTION_PCI:
		return finish_pci(object, section, e);
	case SECTION_DISK:
		return finish_disk(object, section, e);
	case SECTION_NET:
		return finish_net(section, e);
	case SECTION_COUNT:
		break;
	}
	return 0;
}

static int add_section(struct profile *profile, const struct ini *ini, size_t index, struct err *e)
{
	const struct ini_section *section = &ini->sections[index];
	int kind = identify(section, e);
	void *object;

	if (kind < 0 || check_id(ini, index, e) < 0)
		return ini_where(e, profile->file, section->line);
	object = begin(profile, (enum profile_section)kind, section);
	for (size_t i = 0; i < section->entry_count; i++) {
		const struct ini_entry *entry = &section->entries[i];

		if (add_entry(profile, (enum profile_section)kind, object, section, entry, e) < 0)
			return ini_where(e, profile->file, entry->line);
	}
	if (finish(profile, (enum profile_section)kind, object, section, e) < 0)
		return ini_where(e, profile->file, section->line);
	return 0;
}

int profile_parse(const char *text, size_t len, const char *file, const char *dir,
		  struct profile *ret, struct err *e)
{
	struct profile profile = { 0 };
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
	if (r < 0)
		profile_done(&profile);
	else
		*ret = profile;
	return r;
}

static void pci_done(struct profile_pci *pci)
{
	for (size_t i = 0; i < pci->selector_count; i++)
		selector_done(&pci->selectors[i]);
	free(pci->selectors);
	free(pci->id);
	strlist_done(&pci->accept);
}

void profile_done(struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		pci_done(&profile->pci[i]);
	for (size_t i = 0; i < profile->disk_count; i++) {
		free(profile->disks[i].id);
		free(profile->disks[i].source);
		free(profile->disks[i].format);
		free(profile->disks[i].bus);
	}
	for (size_t i = 0; i < profile->net_count; i++) {
		free(profile->nets[i].id);
		free(profile->nets[i].source);
	}
	free(profile->pci);
	free(profile->disks);
	free(profile->nets);
	free(profile->file);
	free(profile->dir);
	free(profile->name);
	free(profile->uuid);
	free(profile->machine);
	free(profile->kernel);
	free(profile->initrd);
	free(profile->cmdline);
	free(profile->serial);
	free(profile->uri);
	*profile = (struct profile){ 0 };
}
