/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of a profile as data: one row each, with what it takes and where that goes. */
#ifndef VMRUN_MODEL_PROFILE_KEYS_H
#define VMRUN_MODEL_PROFILE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** enum profile_section - the sections; all but [vm] and [qemu] have an id and may be repeated under another one */
enum profile_section {
	SECTION_VM,
	SECTION_PCI,
	SECTION_DISK,
	SECTION_NET,
	SECTION_SHARE,
	SECTION_USB,
	SECTION_QEMU,
	SECTION_COUNT
};

/** profile_section_name() - "vm", "pci", "disk", … */
const char *profile_section_name(enum profile_section section);

/**
 * struct profile_value - a value on its way into the struct of its section
 * @key:	row of its key
 * @object:	struct of the section: profile for [vm] and [qemu], else profile_pci, profile_disk, …
 * @dir:	absolute directory for relative paths
 * @text:	the value as written
 */
struct profile_value {
	const struct profile_key *key;
	void *object;
	const char *dir;
	const char *text;
};

/** typedef profile_set_fn - Check a value and put it where it belongs; 0, or -EINVAL with message and fix in @e */
typedef int profile_set_fn(const struct profile_value *value, struct err *e);

/**
 * struct profile_key - one key of a section
 * @section:	where it may stand
 * @name:	its name
 * @list:	it may be repeated, and each value adds; any other key stands once in its section
 * @takes:	what it takes, as the manual says it: "SIZE", "yes|no", "q35|pc|MACHINE"
 * @set:	reader of its value
 * @words:	for a choice of words: the words, ended by NULL
 * @where:	offset in the struct of the section
 * @number:	for @set: value of the first word, kind of selector, or largest number
 */
struct profile_key {
	enum profile_section section;
	const char *name;
	bool list;
	const char *takes;
	profile_set_fn *set;
	const char *const *words;
	size_t where;
	int number;
};

/** profile_section_single() - Whether a section stands once and has no id */
bool profile_section_single(enum profile_section section);

/** profile_keys() - All keys, *count of them, by section and in the order of the manual */
const struct profile_key *profile_keys(size_t *count);

/** profile_key_find() - Row of the key @name in @section, or NULL */
const struct profile_key *profile_key_find(enum profile_section section, const char *name);

#endif
