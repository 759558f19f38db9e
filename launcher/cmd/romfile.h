/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ROM files a profile names. */
#ifndef VMRUN_CMD_ROMFILE_H
#define VMRUN_CMD_ROMFILE_H

#include "decide/plan.h"

/**
 * romfile_check() - Read the ROM files of a plan, and check each against the card it is for
 * @plan:	the plan
 * @live:	the profile is for this host, whose files are there; elsewhere one that is not is passed over
 * @e:		ERR_PROFILE, subject the section and the file
 *
 * Return: 0; -errno
 */
int romfile_check(const struct plan *plan, bool live, struct err *e);

#endif
