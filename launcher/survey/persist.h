/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the persisted pool, and the cards they are about. */
#ifndef VMRUN_SURVEY_PERSIST_H
#define VMRUN_SURVEY_PERSIST_H

#include "base/root.h"
#include "model/host.h"

/**
 * persist_scan() - Read the files of the persisted pool
 * @root:	the host
 * @host:	snapshot with devices; receives the files, and in its devices which are persisted and which are another card
 *		than a file says
 */
void persist_scan(const struct root *root, struct host *host);

#endif
