/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read a profile share. */
#ifndef VMRUN_MODEL_PROFILE_PARTS_H
#define VMRUN_MODEL_PROFILE_PARTS_H

#include "model/ini.h"
#include "model/profile.h"
#include "model/profile_keys.h"

/* A section's header as it was written, for messages; lives until the end of the enclosing block. */
#define PROFILE_HEADER_MAX 128
#define PROFILE_HEADER(section) profile_header((section), (char[PROFILE_HEADER_MAX]){ 0 })

/** profile_header() - The header of @section as it was written, into @buf; returns @buf */
const char *profile_header(const struct ini_section *section, char buf[static PROFILE_HEADER_MAX]);

/**
 * profile_finish() - Check what holds between the keys of a section, and fill in the defaults
 * @profile:	the profile so far
 * @kind:	kind of the section
 * @object:	its struct, every key of it read
 * @section:	its text
 * @e:		message and fix; the caller adds the place
 *
 * Return: 0; -EINVAL
 */
int profile_finish(struct profile *profile, enum profile_section kind, void *object,
		   const struct ini_section *section, struct err *e);

/** profile_finish_all() - Check what holds between sections; 0, or -EINVAL with message, fix and place */
int profile_finish_all(const struct profile *profile, struct err *e);

#endif
