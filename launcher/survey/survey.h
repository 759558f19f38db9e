/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The survey: one pass over the host that yields the snapshot everything else decides on. */
#ifndef VMRUN_SURVEY_SURVEY_H
#define VMRUN_SURVEY_SURVEY_H

#include "base/root.h"
#include "model/host.h"
#include "model/profile.h"

/**
 * survey_scan() - Read the host; changes nothing
 * @root:	the host
 * @ret:	filled on success; host_done()
 * @e:		detail of a failure
 *
 * What cannot be read for want of privilege, or is not in a captured host, is unknown in the snapshot, never an error.
 * For a moment each whole disk behind a PCI function is opened exclusively, read only (open(2), O_EXCL on a block device).
 *
 * Return: 0; -errno where the live host has no PCI bus to read
 */
int survey_scan(const struct root *root, struct host *ret, struct err *e);

/**
 * survey_scan_for() - Read of the host what one profile can have to do with, as scope_mark() says; as survey_scan()
 * @root:	the host
 * @profile:	the profile, or NULL: everything
 * @ret:	filled on success; host_done(). Of functions that are not device.surveyed little is known
 * @e:		detail of a failure
 *
 * Return: as survey_scan()
 */
int survey_scan_for(const struct root *root, const struct profile *profile, struct host *ret,
		    struct err *e);

#endif
