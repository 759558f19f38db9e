/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's own configuration format (qemu.conf): what it sets, and adding to a list in place. */
#ifndef VMRUN_MODEL_QEMUCONF_H
#define VMRUN_MODEL_QEMUCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/** enum qemuconf_kind - of a value */
enum qemuconf_kind { QEMUCONF_STRING, QEMUCONF_NUMBER, QEMUCONF_LIST };

/**
 * struct qemuconf_entry - one KEY = VALUE; pointers into the text
 * @key, @key_len: its key
 * @line:	its line, from 1
 * @kind:	what the value is
 * @value, @value_len: it, without quotes or brackets
 */
struct qemuconf_entry {
	const char *key;
	size_t key_len;
	size_t line;
	enum qemuconf_kind kind;
	const char *value;
	size_t value_len;
};

/** struct qemuconf - the entries in their order */
struct qemuconf {
	struct qemuconf_entry *item;
	size_t count;
};

/**
 * qemuconf_scan() - Read a file as libvirt does
 * @text:	@len bytes
 * @len:	number of bytes
 * @file:	its name, for messages
 * @ret:	filled on success; qemuconf_done()
 * @e:		ERR_REFUSED with FILE:LINE where libvirt refuses it as well
 *
 * What libvirt 9.0 was seen to take: "KEY = NUMBER", "KEY = 'STRING'" or "KEY = [ LIST ]" with the key, the equals
 * sign and the value's beginning on one line; a list goes over several, and has no comments in it.
 *
 * Return: 0; -EINVAL
 */
int qemuconf_scan(const char *text, size_t len, const char *file, struct qemuconf *ret,
		  struct err *e);

/** qemuconf_find() - The entry of @key that holds, which is the first; or NULL */
const struct qemuconf_entry *qemuconf_find(const struct qemuconf *conf, const char *key);

/** qemuconf_strings() - The strings of a list into @ret (strlist_done()); false where it has other things in it */
bool qemuconf_strings(const struct qemuconf_entry *entry, struct strlist *ret);

/**
 * qemuconf_add() - The file with more strings in a list
 * @text:	@len bytes of the file
 * @len:	number of bytes
 * @file:	its name, for messages
 * @key:	the list
 * @wanted:	what has to be in it
 * @fresh:	what the list is to begin with where the file has none of that key
 * @ret:	the new text, the same where nothing is to be done; free()
 * @e:		ERR_REFUSED with FILE:LINE
 *
 * Entries, comments and order stay; what is missing comes after the last entry.
 *
 * Return: 0; -EINVAL
 */
int qemuconf_add(const char *text, size_t len, const char *file, const char *key,
		 const struct strlist *wanted, const struct strlist *fresh, char **ret,
		 struct err *e);

/** qemuconf_done() - Release what @conf owns */
void qemuconf_done(struct qemuconf *conf);

#define _cleanup_qemuconf_ _cleanup_(qemuconf_done)

#endif
