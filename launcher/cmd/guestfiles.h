/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of this host that a guest is started from. */
#ifndef VMRUN_CMD_GUESTFILES_H
#define VMRUN_CMD_GUESTFILES_H

#include "base/mem.h"
#include "model/profile.h"

/**
 * guestfiles_missing() - What a profile names and this host does not have
 * @profile:	the profile; what its base XML names is libvirt's to look for
 * @ret:	receives one text for each, "PATH: who names it"
 *
 * Of what is made at the start (images with a size, the console's file) the directory has to be there. What this process
 * may not look for is taken to be there.
 */
void guestfiles_missing(const struct profile *profile, struct strlist *ret);

#endif
