// SPDX-License-Identifier: GPL-2.0-or-later
/* The values of a profile's keys: each reader checks one and puts it where its key says. */
#include "model/profile_values.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "model/profile.h"
#include "model/uuid.h"

#define NAME_MAX_LENGTH 64
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-"

#define MIB (UINT64_C(1) << 20)
#define MEMORY_MAX (UINT64_C(1) << 46)

static_assert(sizeof(enum vm_accel) == sizeof(unsigned int), "profile_set_word() stores any enum");

void *profile_member(const struct profile_value *value)
{
	return (char *)value->object + value->key->where;
}

int profile_refuse(const struct profile_value *value, struct err *e, const char *fix)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "%s takes %s, not \"%s\"", value->key->name,
		value->key->takes, STR_SHOWN(value->text));
	return err_fix(e, "%s", fix);
}

bool profile_is_name(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= NAME_MAX_LENGTH && strspn(text, NAME_CHARACTERS) == len &&
	       text[0] != '.' && text[0] != '-';
}

int profile_name_error(const char *text, struct err *e)
{
	err_set(e, ERR_PROFILE, EINVAL, NULL, "\"%s\" is not a name", STR_SHOWN(text));
	return err_fix(e,
		       "a name has 1 to %d of A-Z a-z 0-9 _ . + - and does not begin with . or -",
		       NAME_MAX_LENGTH);
}

int profile_set_text(const struct profile_value *value, struct err *e)
{
	(void)e;
	*(char **)profile_member(value) = mem_strdup(value->text);
	return 0;
}

int profile_set_name(const struct profile_value *value, struct err *e)
{
	return profile_is_name(value->text) ? profile_set_text(value, e)
					    : profile_name_error(value->text, e);
}

int profile_set_uuid(const struct profile_value *value, struct err *e)
{
	char uuid[UUID_STRLEN];

	if (uuid_normalise(value->text, uuid) < 0)
		return profile_refuse(
			value, e,
			"leave it out: then it follows from the name, on every host the same");
	*(char **)profile_member(value) = mem_strdup(uuid);
	return 0;
}

int profile_set_memory(const struct profile_value *value, struct err *e)
{
	uint64_t bytes = 0;
	int r = num_parse_size(value->text, &bytes);

	if (r == 0 && bytes >= MIB && bytes <= MEMORY_MAX && bytes % MIB == 0) {
		*(uint64_t *)profile_member(value) = bytes;
		return 0;
	}
	profile_refuse(value, e, "write whole mebibytes from 1M to 64T: 512M, 4G");
	/* A plain number was hardly meant as bytes. */
	if (r == 0 && bytes && bytes < MIB &&
	    strspn(value->text, "0123456789") == strlen(value->text))
		err_fix(e, "did you mean %sM?", STR_SHOWN(value->text));
	return -EINVAL;
}

int profile_set_number(const struct profile_value *value, struct err *e)
{
	uint64_t number;

	if (num_parse(value->text, 10, (uint64_t)value->key->number, &number) < 0 || !number)
		return profile_refuse(value, e, "write a decimal number from that range");
	*(unsigned int *)profile_member(value) = (unsigned int)number;
	return 0;
}

int profile_set_time(const struct profile_value *value, struct err *e)
{
	uint64_t ms;

	if (num_parse_time(value->text, &ms) < 0 || ms < 1000 ||
	    ms > (uint64_t)value->key->number * 1000)
		return profile_refuse(value, e,
				      "write it with its unit, from 1s to 1h: 10s, 1min 30s");
	*(unsigned int *)profile_member(value) = (unsigned int)ms;
	return 0;
}

int profile_set_bool(const struct profile_value *value, struct err *e)
{
	if (num_parse_bool(value->text, profile_member(value)) < 0)
		return profile_refuse(value, e, "on and off, true and false mean the same");
	return 0;
}

/* Index of the value among the words of its key, or -EINVAL with the nearest word. */
static int find_word(const struct profile_value *value, struct err *e)
{
	const char *const *words = value->key->words;
	const char *nearest;
	int count = 0;

	for (; words[count]; count++)
		if (!strcmp(words[count], value->text))
			return count;
	profile_refuse(value, e, "vmrun.profile(5) says what each of them means");
	nearest = str_nearest(value->text, words, (size_t)count);
	if (nearest)
		err_fix(e, "did you mean \"%s\"?", nearest);
	return -EINVAL;
}

int profile_set_word(const struct profile_value *value, struct err *e)
{
	int index = find_word(value, e);

	if (index < 0)
		return index;
	*(unsigned int *)profile_member(value) = (unsigned int)(index + value->key->number);
	return 0;
}

int profile_set_word_text(const struct profile_value *value, struct err *e)
{
	int index = find_word(value, e);

	return index < 0 ? index : profile_set_text(value, e);
}

char *profile_absolute(const struct profile_value *value, const char *path)
{
	if (path[0] == '/')
		return mem_strdup(path);
	return mem_printf("%s/%s", strcmp(value->dir, "/") ? value->dir : "", path);
}

int profile_set_path(const struct profile_value *value, struct err *e)
{
	(void)e;
	*(char **)profile_member(value) = profile_absolute(value, value->text);
	return 0;
}

int profile_set_list(const struct profile_value *value, struct err *e)
{
	(void)e;
	strlist_add(profile_member(value), value->text);
	return 0;
}

int profile_set_count(const struct profile_value *value, struct err *e)
{
	uint64_t number;

	if (num_parse(value->text, 10, (uint64_t)value->key->number, &number) < 0)
		return profile_refuse(value, e, "write a decimal number from that range");
	*(unsigned int *)profile_member(value) = (unsigned int)number;
	return 0;
}

int profile_set_expect(const struct profile_value *value, struct err *e)
{
	if (identity_parse(value->text, profile_member(value)) < 0)
		return profile_refuse(
			value, e,
			"write the ids as `lspci -nn` shows them: 144d:a808, or with its subsystem "
			"144d:a808:144d:a801");
	return 0;
}

int profile_set_card_serial(const struct profile_value *value, struct err *e)
{
	struct identity *identity = profile_member(value);

	if (!identity_serial_ok(value->text))
		return profile_refuse(
			value, e,
			"write it as `vmrun explain` and `lspci -vv` show it: a0-36-9f-ff-ff-12-34-56");
	identity->serial = mem_strdup(value->text);
	return 0;
}
