/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON values: what --json prints and what the journal stores. The only user of json-c. */
#ifndef VMRUN_BASE_JSON_H
#define VMRUN_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

/* A JSON value. A value put into another one belongs to it; the outermost is released with json_free(). */
struct json;

/** json_new_object() - New empty object */
struct json *json_new_object(void);

/** json_new_array() - New empty array */
struct json *json_new_array(void);

/** json_free() - Release a value and all it holds; NULL is fine */
void json_free(struct json *value);

/** json_put() - Set member @key of @object to @value (NULL is null), which then belongs to @object */
void json_put(struct json *object, const char *key, struct json *value);

/** json_put_str() - Set member @key to a string; NULL is null; bytes that are not UTF-8 become '?' */
void json_put_str(struct json *object, const char *key, const char *text);

/** json_put_int() - Set member @key to a number */
void json_put_int(struct json *object, const char *key, int64_t number);

/** json_put_hex() - Set member @key to an address: the string "0x…" */
void json_put_hex(struct json *object, const char *key, uint64_t number);

/** json_put_bool() - Set member @key to true or false */
void json_put_bool(struct json *object, const char *key, bool value);

/** json_put_list() - Set member @key to an array of strings */
void json_put_list(struct json *object, const char *key, const struct strlist *list);

/** json_add() - Append @value to @array, which then owns it */
void json_add(struct json *array, struct json *value);

/** json_add_str() - Append a string to @array */
void json_add_str(struct json *array, const char *text);

/** json_text() - @value as text, indented, with a final newline; free() */
char *json_text(const struct json *value);

/**
 * json_parse() - Read a JSON document
 * @text:	the document
 * @len:	its length in bytes
 * @ret:	the value; json_free()
 * @e:		detail of a failure
 *
 * Return: 0; -EINVAL for anything that is not one JSON object or is nested deeper than 32
 */
int json_parse(const char *text, size_t len, struct json **ret, struct err *e);

/** json_get() - Member @key of @object, or NULL where it is absent, null, or @object is no object */
struct json *json_get(const struct json *object, const char *key);

/** json_get_str() - Member @key as a string that lives as long as @object, or NULL where it is no string */
const char *json_get_str(const struct json *object, const char *key);

/** json_get_int() - Member @key as a number into @ret; 0, or -EINVAL where it is no number */
int json_get_int(const struct json *object, const char *key, int64_t *ret);

/** json_get_bool() - Member @key where it is a boolean, else false */
bool json_get_bool(const struct json *object, const char *key);

/** json_count() - Number of elements of @array; 0 where it is NULL or no array */
size_t json_count(const struct json *array);

/** json_at_str() - Element @index of @array as a string, or NULL where there is none or it is no string */
const char *json_at_str(const struct json *array, size_t index);

/** json_at() - Element @index of @array, or NULL */
struct json *json_at(const struct json *array, size_t index);

static inline void cleanup_json_p(struct json **value)
{
	json_free(*value);
}

#define _cleanup_json_ __attribute__((cleanup(cleanup_json_p)))

#endif
