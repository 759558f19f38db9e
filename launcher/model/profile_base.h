/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domain XML a profile is based on: what vmrun itself must know of it. */
#ifndef VMRUN_MODEL_PROFILE_BASE_H
#define VMRUN_MODEL_PROFILE_BASE_H

#include <libxml/tree.h>

#include "model/profile.h"

/* A section with the id "gpu" owns the device of the base whose alias is "ua-gpu". */
#define PROFILE_BASE_ALIAS "ua-"

/**
 * profile_base_read() - Parse a base
 * @text:	the bytes; anybody's
 * @len:	their number
 * @e:		ERR_PROFILE
 *
 * Return: a document whose root is <domain>, xmlFreeDoc(); NULL
 */
xmlDoc *profile_base_read(const char *text, size_t len, struct err *e);

/** profile_base_is_pci() - Whether an element of <devices> is a PCI device of the host: <hostdev type='pci'>, <interface type='hostdev'> */
bool profile_base_is_pci(const xmlNode *node);

/**
 * profile_base_adopt() - Take over from a base what plans and checks go by: memory, processors, machine, firmware
 * @profile:	a profile with @profile->xml; becomes the owner of @text
 * @text:	what is in that file
 * @len:	number of its bytes
 * @e:		ERR_PROFILE; also where the base has a PCI device of the host that no section owns
 *
 * Return: 0; -EINVAL, and @text is still the caller's
 */
int profile_base_adopt(struct profile *profile, char *text, size_t len, struct err *e);

#endif
