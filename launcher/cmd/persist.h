/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The persisted pool as the verbs see it: written with a bind, forgotten with a release, applied at the host's start. */
#ifndef VMRUN_CMD_PERSIST_H
#define VMRUN_CMD_PERSIST_H

#include "cmd/progress.h"
#include "decide/plan.h"

/** persist_picks() - Persist all devices of a plan that was to go; 0 or -errno */
int persist_picks(const struct root *root, const struct plan *plan, struct err *e);

/** persist_named() - Mark the files that @word names: by their own name, or as path=PLACE; whether there are some */
bool persist_named(const struct host *host, const char *word, bool *forget);

/** persist_of_device() - Mark the files about device @device and those about what shares its group; @forget may be NULL */
void persist_of_device(const struct host *host, size_t device, bool *forget);

/** persist_forget() - Remove the marked files, and what udev was told of them; 0 or -errno */
int persist_forget(const struct root *root, const struct host *host, const bool *forget,
		   struct err *e);

/**
 * persist_report() - Say what of a file is not as it was: the card elsewhere, missing, or another one
 * @line:	where notes go
 * @host:	the snapshot
 * @persist:	the file, looked for
 *
 * Return: whether it is something to be looked after: another card, or a file that cannot be read
 */
bool persist_report(const struct progress_line *line, const struct host *host,
		    const struct persist *persist);

/**
 * persist_prepare() - Before what is persisted is taken: tell udev what the files say, and which cards are others
 * @root:	the live host
 * @host:	the snapshot
 * @line:	where notes go
 * @e:		detail of a failure
 *
 * The rules are left as they are where /etc cannot be written yet.
 *
 * Return: 0; -errno
 */
int persist_prepare(const struct root *root, const struct host *host,
		    const struct progress_line *line, struct err *e);

/** persist_is_off() - Whether the kernel command line says PERSIST_OFF */
bool persist_is_off(const struct host *host);

/** persists_json() - The files of the persisted pool as a JSON array */
struct json *persists_json(const struct host *host);

#endif
