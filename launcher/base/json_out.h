/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON written as it becomes known: for documents too large to be held as values first. */
#ifndef VMRUN_BASE_JSON_OUT_H
#define VMRUN_BASE_JSON_OUT_H

#include <stdio.h>

#include "base/json.h"

/*
 * The text is laid out as json_text() lays it out. @key is the member's name, plain ASCII, or NULL for an element of an
 * array and for the outermost value. What is begun is ended, in the order in which it nests; with the outermost container's end all
 * is in the file.
 */

/**
 * struct json_out - a document being written
 * @file:	where to; a write error stays in it, for who closes it to see
 * @depth:	containers that are open
 * @filled:	the innermost of them has something in it
 * @used:	bytes of @text not yet in the file
 * @text:	they
 */
struct json_out {
	FILE *file;
	unsigned int depth;
	bool filled;
	size_t used;
	char text[4096];
};

/** json_out_object() - Begin an object */
void json_out_object(struct json_out *out, const char *key);

/** json_out_array() - Begin an array */
void json_out_array(struct json_out *out, const char *key);

/** json_out_object_end() - End the innermost container, an object; the outermost with a newline */
void json_out_object_end(struct json_out *out);

/** json_out_array_end() - End the innermost container, an array */
void json_out_array_end(struct json_out *out);

/** json_out_str() - A string; NULL is null; bytes that are not UTF-8 become '?' */
void json_out_str(struct json_out *out, const char *key, const char *text);

/** json_out_int() - A number */
void json_out_int(struct json_out *out, const char *key, int64_t number);

/** json_out_hex() - An address or an id: the string "0x…" with at least @digits digits */
void json_out_hex(struct json_out *out, const char *key, uint64_t number, int digits);

/** json_out_bool() - true or false */
void json_out_bool(struct json_out *out, const char *key, bool value);

/** json_out_list() - An array of strings */
void json_out_list(struct json_out *out, const char *key, const struct strlist *list);

/** json_out_value() - A value that is held, which stays the caller's */
void json_out_value(struct json_out *out, const char *key, const struct json *value);

#endif
