/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selectors: the text that picks devices, the same in a profile and on the command line. */
#ifndef VMRUN_MODEL_SELECTOR_H
#define VMRUN_MODEL_SELECTOR_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/host.h"

/** enum selector_kind - the forms; each is also the key of a profile's [pci] section */
enum selector_kind {
	SELECTOR_ADDRESS, /* address: 0000:05:00.0, 05:00.0, 05:00.*, 05:00 */
	SELECTOR_MATCH, /* match: vendor:device[:class[:prog-if]] as lspci -d; empty or * is any; a,b is a or b */
	SELECTOR_CLASS,	 /* class: a kind by name */
	SELECTOR_NAME,	 /* name: extended regular expression, case-insensitive, on device.name */
	SELECTOR_PATH,	 /* path: stays when buses are renumbered */
	SELECTOR_SLOT,	 /* slot: physical slot number */
	SELECTOR_DISK,	 /* disk: the controller(s) behind a disk's node */
	SELECTOR_NETDEV, /* netdev: the function behind a network interface */
	SELECTOR_KIND_COUNT
};

/** selector_key() - Key of a form: "address", "match", … */
const char *selector_key(enum selector_kind kind);

/**
 * struct pci_ids - what ids may be
 * @vendor, @device: ids, -1 for any
 * @class_sub:	base class and sub-class (16 bits), -1 for any
 * @class_mask:	the bits of @class_sub that count (an "x" is any digit)
 * @prog_if:	-1 for any
 */
struct pci_ids {
	int vendor, device, class_sub, class_mask, prog_if;
};

/** SELECTOR_IDS_MAX - entries of a list of ids; longer ones are a mistake */
#define SELECTOR_IDS_MAX 64

/**
 * struct selector - one condition on a device
 * @kind:	its form
 * @text:	as written, for messages
 * @addr:	SELECTOR_ADDRESS: the address
 * @any_fn:	SELECTOR_ADDRESS: every function of the device
 * @ids:	SELECTOR_MATCH: @id_count entries, of which one must hold
 * @device_kind: SELECTOR_CLASS
 * @regex:	SELECTOR_NAME: compiled expression
 * @slot:	SELECTOR_SLOT
 */
struct selector {
	enum selector_kind kind;
	char *text;
	struct pciaddr addr;
	bool any_fn;
	struct pci_ids *ids;
	size_t id_count;
	enum device_kind device_kind;
	regex_t regex;
	int slot;
};

/**
 * selector_parse_as() - Read the value of a key of a profile
 * @kind:	the form the key stands for
 * @text:	its value
 * @ret:	filled on success; selector_done()
 * @e:		ERR_USAGE with what is wrong and an example of the form (the profile reader turns the
 *		kind to ERR_PROFILE)
 *
 * Return: 0; -EINVAL
 */
int selector_parse_as(enum selector_kind kind, const char *text, struct selector *ret,
		      struct err *e);

/**
 * selector_parse() - Read a SELECTOR of the command line: an address, lspci -d ids, or KEY=VALUE
 * @text:	the text
 * @ret:	filled on success; selector_done()
 * @e:		ERR_USAGE, naming the forms and the nearest key for a misspelt one
 *
 * Return: 0; -EINVAL
 */
int selector_parse(const char *text, struct selector *ret, struct err *e);

/**
 * selector_matches() - Whether @dev satisfies @sel
 *
 * A bridge satisfies only its address, its path, or ids with a class in digits: whoever asks for
 * "class=…", a name, a vendor or a slot means the card behind it.
 */
bool selector_matches(const struct selector *sel, const struct device *dev);

/** selector_is_netdev() - Whether @name can be the name of a network interface */
bool selector_is_netdev(const char *name);

/** selector_done() - Release what @sel owns; all zero is fine */
void selector_done(struct selector *sel);

/** selector_shown() - A selector as it is written on a command line: "01:00.0", "class=gpu"; free() */
char *selector_shown(const struct selector *sel);

#endif
