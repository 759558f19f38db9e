/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The persisted pool: devices that are taken again at every start of the host, each a file of /etc/vmrun/pool.d. */
#ifndef VMRUN_MODEL_PERSIST_H
#define VMRUN_MODEL_PERSIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/identity.h"
#include "model/pciaddr.h"

/* Where the files are, beneath the root, and how large one may be. */
#define PERSIST_DIR "etc/vmrun/pool.d"
#define PERSIST_SIZE_MAX (64 * 1024)

/* On the kernel's command line: nothing is taken at this start. */
#define PERSIST_OFF "vmrun.pool=off"

/** enum persist_state - whether the card of a file is there */
enum persist_state {
	PERSIST_FOUND,	 /* at its place; or elsewhere, known by its serial number */
	PERSIST_MISSING, /* nowhere, and its place is empty */
	PERSIST_CHANGED, /* nowhere, and another card sits at its place */
	PERSIST_DAMAGED, /* the file cannot be read */
};

/** persist_state_name() - "found", "missing", "changed", "damaged" */
const char *persist_state_name(enum persist_state state);

/**
 * struct persist - one file
 * @file:	its name in PERSIST_DIR
 * @path:	place of the device, as struct device has it
 * @identity:	the card: ids, subsystem, and the serial number where it has one
 * @address_known, @address: where it was when the file was written; for people only, and never what finds it
 * @state:	whether it is there; from here on filled by persist_find()
 * @device:	PERSIST_FOUND, PERSIST_CHANGED: index into host.devices of what was found; else -1
 * @what:	PERSIST_CHANGED: how the card differs; PERSIST_DAMAGED: what is wrong; else NULL
 */
struct persist {
	char *file;
	char *path;
	struct identity identity;
	bool address_known;
	struct pciaddr address;
	enum persist_state state;
	int device;
	char *what;
};

/**
 * persist_parse() - Read a file of the persisted pool
 * @text:	its bytes
 * @len:	their number
 * @file:	its name
 * @ret:	filled on success; persist_done()
 * @e:		ERR_PROFILE, subject "FILE:LINE"
 *
 * The grammar is that of profiles (vmrun.profile(5)): one section [device] with the keys path, ids, subsystem, serial and
 * address.
 *
 * Return: 0; -EINVAL; nothing is allocated on failure
 */
int persist_parse(const char *text, size_t len, const char *file, struct persist *ret,
		  struct err *e);

struct device;
struct host;

/** persist_of() - The file for a device of a snapshot, whose path is known; persist_done() */
struct persist persist_of(const struct device *dev);

/** persist_text() - The file's text, the same for the same card wherever it is written; @name is for people; free() */
char *persist_text(const struct persist *persist, const char *name);

/**
 * persist_find() - Look for the card of a file
 * @persist:	the file; its state, device and what are filled
 * @host:	the snapshot
 *
 * A card is the same where path, ids and serial number agree, as far as the file has them and the card tells. One with a serial
 * number is found elsewhere, too: by that, its ids and the number of its function.
 */
void persist_find(struct persist *persist, const struct host *host);

/** persist_path_ok() - Whether @path has the form of a place: DOMAIN/UID/DEVICE.FUNCTION[/DEVICE.FUNCTION]… */
bool persist_path_ok(const char *path);

/** persist_done() - Release what @persist owns */
void persist_done(struct persist *persist);

#endif
