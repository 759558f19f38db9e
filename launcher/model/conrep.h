/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of HPE's conrep, as far as they tell which slots are left out of reserved memory. */
#ifndef VMRUN_MODEL_CONREP_H
#define VMRUN_MODEL_CONREP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Theory of operation
 *
 * conrep copies settings of a ProLiant's firmware to and from a file: an element <Conrep> with one
 * <Section name="…" helptext="…">VALUE</Section> per setting. With conrep_rmrds.xml as its
 * definition it has sections RMRDS_Slot1 to RMRDS_Slot16; Endpoints_Included, what all are at
 * first, keeps what sits in the slot in the scopes of the reserved memory, Endpoints_Excluded takes
 * it out. A file with some of the sections is accepted.
 *
 * A saved file is read by libxml2 (no DTD, no entities, no network, no deep nesting) and changed as
 * text: only what stands between the tags of one section, so that everything else, white space
 * included, stays as conrep wrote it. The result is read again before it is handed out.
 */

/** Slots that have a section: 1 to CONREP_SLOT_MAX */
#define CONREP_SLOT_MAX 16

/** enum conrep_state - what a file says of a slot */
enum conrep_state {
	CONREP_ABSENT, /* it has no section for the slot */
	CONREP_INCLUDED,
	CONREP_EXCLUDED,
	CONREP_OTHER, /* neither word */
	CONREP_STATE_COUNT
};

/** conrep_state_name() - "Endpoints_Included", "Endpoints_Excluded", "other"; NULL: absent */
const char *conrep_state_name(enum conrep_state state);

/**
 * struct conrep - a saved file; all zero is one without sections
 * @text:	the document
 * @len:	its length in bytes
 * @platform:	machine it was saved on ("ProLiant DL360e Gen8"), safe to print, or NULL
 * @state:	per slot number; @state[0] is not used
 * @known:	number of slots that have a section
 */
struct conrep {
	char *text;
	size_t len;
	char *platform;
	enum conrep_state state[CONREP_SLOT_MAX + 1];
	size_t known;
};

/**
 * conrep_parse() - Read a saved file
 * @text:	the file, any bytes
 * @len:	its length
 * @ret:	filled on success; conrep_done()
 * @e:		ERR_USAGE with what is wrong
 *
 * Return: 0; -EINVAL for anything that is no such document, -EFBIG where it is too large
 */
int conrep_parse(const char *text, size_t len, struct conrep *ret, struct err *e);

/**
 * conrep_exclude() - Have a slot left out
 * @file:	the file, changed on success; a section it does not have is added as the last
 * @slot:	1 to CONREP_SLOT_MAX
 * @e:		detail of a failure
 *
 * Return: 0; -EINVAL where the document has a form that cannot be changed without changing more
 */
int conrep_exclude(struct conrep *file, unsigned int slot, struct err *e);

/** conrep_new() - A new file that leaves out the slots that are set in @slots; free() */
char *conrep_new(const bool slots[static CONREP_SLOT_MAX + 1]);

/** conrep_done() - Release what @file owns and make it empty */
void conrep_done(struct conrep *file);

#endif
