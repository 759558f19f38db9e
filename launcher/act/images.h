/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images of a guest that are made where there are none. */
#ifndef VMRUN_ACT_IMAGES_H
#define VMRUN_ACT_IMAGES_H

#include <sys/types.h>

#include "base/err.h"
#include "model/profile.h"

/**
 * images_create() - Make the images a profile gives a size for, where there are none
 * @profile:	the profile
 * @uid, @gid:	who is to own them; -1 for this process' own
 * @made:	receives the paths of those that were made
 * @e:		detail of a failure
 *
 * Changes: files, mode 0600, in directories that are there; one that exists is left as it is, a link too
 * Return:  0; -errno, and then what is in @made has been removed again
 */
int images_create(const struct profile *profile, uid_t uid, gid_t gid, struct strlist *made,
		  struct err *e);

/** images_remove() - Remove what images_create() made, for a guest that did not start; empties @made */
void images_remove(struct strlist *made);

#endif
