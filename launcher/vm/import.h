/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain that is there → a profile that starts an equivalent guest. */
#ifndef VMRUN_VM_IMPORT_H
#define VMRUN_VM_IMPORT_H

#include "base/err.h"
#include "model/host.h"

/**
 * struct import - what a domain becomes
 * @name:	its name
 * @profile:	text of the profile
 * @base:	the domain XML it is based on, in which its sections' devices have their aliases
 */
struct import {
	char *name;
	char *profile;
	char *base;
};

/**
 * import_domain() - Make a profile of a domain XML
 * @text:	the bytes; anybody's
 * @len:	their number
 * @host:	the snapshot: what sits at the addresses it names; devices that are not there are taken by address alone
 * @ret:	filled on success; import_done()
 * @e:		ERR_PROFILE
 *
 * All that the domain says stays in the base, but that it is a running one; each PCI device of the host becomes a section that
 * names its address and, where the card is there, its ids.
 *
 * Return: 0; -EINVAL
 */
int import_domain(const char *text, size_t len, const struct host *host, struct import *ret,
		  struct err *e);

/** import_done() - Release what @import owns */
void import_done(struct import *import);

#endif
