/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of a profile: lines of sections, keys and values, without their meaning. */
#ifndef VMRUN_MODEL_INI_H
#define VMRUN_MODEL_INI_H

#include <stddef.h>

#include "base/err.h"

/** struct ini_entry - one "key = value"; @value has neither the blanks nor the quotes around it */
struct ini_entry {
	char *key;
	char *value;
	unsigned int line;
};

/** struct ini_section - one [name] or [name "id"]; @id is NULL in the first form */
struct ini_section {
	char *name;
	char *id;
	unsigned int line;
	struct ini_entry *entries;
	size_t entry_count;
};

/** struct ini - a whole file, in its order */
struct ini {
	struct ini_section *sections;
	size_t section_count;
};

/* Most sections of a file; each stands for a part of a guest. */
#define INI_SECTIONS_MAX 1024

/**
 * ini_parse() - Read lines into sections
 * @text:	the bytes
 * @len:	their number
 * @file:	name for messages
 * @ret:	filled on success; ini_done()
 * @e:		ERR_PROFILE, subject "FILE:LINE"
 *
 * Return: 0; -EINVAL; nothing is allocated on failure
 */
int ini_parse(const char *text, size_t len, const char *file, struct ini *ret, struct err *e);

/** ini_find() - First entry with @key in @section, or NULL */
const struct ini_entry *ini_find(const struct ini_section *section, const char *key);

/** ini_where() - Make "FILE:LINE" the subject of @e, or FILE alone for line 0, and its kind ERR_PROFILE */
int ini_where(struct err *e, const char *file, unsigned int line);

/** ini_done() - Release what @ini owns */
void ini_done(struct ini *ini);

#endif
