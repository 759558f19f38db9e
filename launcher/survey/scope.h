/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a survey is about: all functions, or those one profile can have to do with. */
#ifndef VMRUN_SURVEY_SCOPE_H
#define VMRUN_SURVEY_SCOPE_H

#include "base/root.h"
#include "model/host.h"
#include "model/profile.h"
#include "survey/names.h"

/**
 * scope_mark() - Mark the functions whose facts are needed
 * @root:	the host
 * @profile:	the profile, or NULL: all are needed
 * @names:	what vendors, devices and classes are called
 * @host:	snapshot with its devices indexed; receives device.surveyed
 *
 * Needed are the functions that the sections of the profile match, the rest of their groups, the bridges above them (memory
 * may be reserved for all that is below one), and what a reset of their bus takes along. To match ids, class or name, ids are
 * read of the functions that meet the section's other conditions. A slot, a disk, an interface and the function that
 * virtual ones belong to are known only when everything has been read, so a profile that asks for one needs all.
 */
void scope_mark(const struct root *root, const struct profile *profile, struct names *names,
		struct host *host);

#endif
