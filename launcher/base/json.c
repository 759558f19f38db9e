// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON values: what --json prints and what the journal stores. The only user of json-c. */
#include "base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_out.h"
#include "base/str.h"

#define DEPTH_MAX 32

/* struct json is json-c's value under a name of ours: the library stays in this file. */
static struct json_object *inner(const struct json *value)
{
	return (struct json_object *)(uintptr_t)value;
}

static struct json *outer(struct json_object *value)
{
	return (struct json *)value;
}

static struct json_object *checked(struct json_object *value)
{
	if (!value)
		abort();
	return value;
}

static struct json_object *string(const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	size_t left = strlen(copy), n;
	uint32_t code;

	for (char *p = copy; left; p += n, left -= n) {
		n = str_utf8(p, left, &code);
		if (!n) {
			*p = '?';
			n = 1;
		}
	}
	return checked(json_object_new_string(copy));
}

struct json *json_new_object(void)
{
	return outer(checked(json_object_new_object()));
}

struct json *json_new_array(void)
{
	return outer(checked(json_object_new_array()));
}

void json_free(struct json *value)
{
	json_object_put(inner(value));
}

void json_put(struct json *object, const char *key, struct json *value)
{
	if (json_object_object_add(inner(object), key, inner(value)) < 0)
		abort();
}

void json_put_str(struct json *object, const char *key, const char *text)
{
	json_put(object, key, text ? outer(string(text)) : NULL);
}

void json_put_int(struct json *object, const char *key, int64_t number)
{
	json_put(object, key, outer(checked(json_object_new_int64(number))));
}

void json_put_hex(struct json *object, const char *key, uint64_t number)
{
	char text[2 + 16 + 1];

	snprintf(text, sizeof(text), "0x%" PRIx64, number);
	json_put_str(object, key, text);
}

void json_put_bool(struct json *object, const char *key, bool value)
{
	json_put(object, key, outer(checked(json_object_new_boolean(value))));
}

void json_put_list(struct json *object, const char *key, const struct strlist *list)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_add_str(array, list->item[i]);
	json_put(object, key, array);
}

void json_add(struct json *array, struct json *value)
{
	if (json_object_array_add(inner(array), inner(value)) < 0)
		abort();
}

void json_add_str(struct json *array, const char *text)
{
	json_add(array, text ? outer(string(text)) : NULL);
}

char *json_text(const struct json *value)
{
	const int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	return mem_printf("%s\n", json_object_to_json_string_ext(inner(value), flags));
}

int json_parse(const char *text, size_t len, struct json **ret, struct err *e)
{
	struct json_tokener *reader = json_tokener_new_ex(DEPTH_MAX);
	enum json_tokener_error status;
	struct json_object *value;

	if (!reader)
		abort();
	if (len > INT_MAX) {
		json_tokener_free(reader);
		return err_set(e, ERR_UNEXPECTED, EFBIG, NULL,
			       "JSON document of %zu bytes is too large", len);
	}
	json_tokener_set_flags(reader, JSON_TOKENER_STRICT);
	value = json_tokener_parse_ex(reader, text, (int)len);
	status = json_tokener_get_error(reader);
	json_tokener_free(reader);
	if (status == json_tokener_success && json_object_is_type(value, json_type_object)) {
		*ret = outer(value);
		return 0;
	}
	json_object_put(value);
	return err_set(e, ERR_UNEXPECTED, EINVAL, NULL, "not a JSON object: %s",
		       status == json_tokener_success	 ? "it is another value"
		       : status == json_tokener_continue ? "it is empty or cut"
							 : json_tokener_error_desc(status));
}

struct json *json_get(const struct json *object, const char *key)
{
	struct json_object *value;

	if (!object || !json_object_is_type(inner(object), json_type_object) ||
	    !json_object_object_get_ex(inner(object), key, &value))
		return NULL;
	return outer(value);
}

const char *json_get_str(const struct json *object, const char *key)
{
	struct json *value = json_get(object, key);

	return value && json_object_is_type(inner(value), json_type_string)
		       ? json_object_get_string(inner(value))
		       : NULL;
}

int json_get_int(const struct json *object, const char *key, int64_t *ret)
{
	struct json *value = json_get(object, key);

	if (!value || !json_object_is_type(inner(value), json_type_int))
		return -EINVAL;
	*ret = json_object_get_int64(inner(value));
	return 0;
}

bool json_get_bool(const struct json *object, const char *key)
{
	struct json *value = json_get(object, key);

	return value && json_object_is_type(inner(value), json_type_boolean) &&
	       json_object_get_boolean(inner(value));
}

size_t json_count(const struct json *array)
{
	return array && json_object_is_type(inner(array), json_type_array)
		       ? json_object_array_length(inner(array))
		       : 0;
}

struct json *json_at(const struct json *array, size_t index)
{
	return index < json_count(array) ? outer(json_object_array_get_idx(inner(array), index))
					 : NULL;
}

const char *json_at_str(const struct json *array, size_t index)
{
	struct json *value = json_at(array, index);

	return value && json_object_is_type(inner(value), json_type_string)
		       ? json_object_get_string(inner(value))
		       : NULL;
}

static void write_members(struct json_out *out, struct json_object *object)
{
	json_object_object_foreach(object, name, member) json_out_value(out, name, outer(member));
}

void json_out_value(struct json_out *out, const char *key, const struct json *value)
{
	struct json_object *object = inner(value);

	switch (json_object_get_type(object)) {
	case json_type_object:
		json_out_object(out, key);
		write_members(out, object);
		json_out_object_end(out);
		break;
	case json_type_array:
		json_out_array(out, key);
		for (size_t i = 0; i < json_count(value); i++)
			json_out_value(out, NULL, json_at(value, i));
		json_out_array_end(out);
		break;
	case json_type_boolean:
		json_out_bool(out, key, json_object_get_boolean(object));
		break;
	case json_type_int:
		json_out_int(out, key, json_object_get_int64(object));
		break;
	case json_type_double: /* never made here, and where read, not written again */
	case json_type_string:
	case json_type_null:
		json_out_str(out, key, json_object_get_string(object));
		break;
	}
}
