/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration that a shell reads (/etc/default/grub, mkinitcpio.conf): its assignments, and where they stand. */
#ifndef VMRUN_MODEL_SHELLCONF_H
#define VMRUN_MODEL_SHELLCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** enum shellconf_kind - how a value is written */
enum shellconf_kind {
	SHELLCONF_BARE,	  /* without quotes or anything else the shell acts on */
	SHELLCONF_SINGLE, /* 'in single quotes' */
	SHELLCONF_DOUBLE, /* "in double quotes" */
	SHELLCONF_ARRAY,  /* (an array) of bash */
	SHELLCONF_OTHER,  /* any other way: several pieces, substitutions */
};

/**
 * struct shellconf_item - one assignment
 * @name, @name_len: the variable, in the text
 * @line:	its line, from 1
 * @append:	NAME+=
 * @kind:	how the value is written
 * @value, @value_len: the value in the text, without its quotes or parentheses
 * @nested:	it stands within if, case, a loop, a function or braces, so that nobody knows
 *		whether it holds
 * @passing:	it holds for one command only, which follows it
 */
struct shellconf_item {
	const char *name;
	size_t name_len;
	size_t line;
	bool append;
	enum shellconf_kind kind;
	const char *value;
	size_t value_len;
	bool nested;
	bool passing;
};

/** struct shellconf - the assignments of a file in their order; they point into its text */
struct shellconf {
	struct shellconf_item *item;
	size_t count;
};

/**
 * shellconf_scan() - Find the assignments
 * @text:	@len bytes
 * @len:	number of bytes
 * @file:	its name, for messages
 * @ret:	filled on success; shellconf_done()
 * @e:		ERR_REFUSED with FILE:LINE: a quote or bracket that does not end, a here-document,
 *		carriage returns (which the shell takes as part of a value), a NUL
 *
 * Return: 0; -EINVAL
 */
int shellconf_scan(const char *text, size_t len, const char *file, struct shellconf *ret,
		   struct err *e);

/** shellconf_last() - The last assignment to @name, or NULL */
const struct shellconf_item *shellconf_last(const struct shellconf *conf, const char *name);

/**
 * shellconf_plain() - Whether an assignment can be changed in place
 * @item:	the assignment
 * @file:	name of the file, for messages
 * @e:		ERR_REFUSED with FILE:LINE
 *
 * Return: 0; -EINVAL for one that is nested, passing, or SHELLCONF_OTHER
 */
int shellconf_plain(const struct shellconf_item *item, const char *file, struct err *e);

/** shellconf_done() - Release what @conf owns */
void shellconf_done(struct shellconf *conf);

#define _cleanup_shellconf_ _cleanup_(shellconf_done)

#endif
