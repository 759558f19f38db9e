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

/* The member of the section's struct that the key fills. */
static void *member(const struct profile_value *value)
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
	*(char **)member(value) = mem_strdup(value->text);
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
	*(char **)member(value) = mem_strdup(uuid);
	return 0;
}

int profile_set_memory(const struct profile_value *value, struct err *e)
{
	uint64_t bytes = 0;
	int r = num_parse_size(value->text, &bytes);

	if (r == 0 && bytes >= MIB && bytes <= MEMORY_MAX && bytes % MIB == 0) {
		*(uint64_t *)member(value) = bytes;
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
	*(unsigned int *)member(value) = (unsigned int)number;
	return 0;
}

int profile_set_time(const struct profile_value *value, struct err *e)
{
	uint64_t ms;

	if (num_parse_time(value->text, &ms) < 0 || ms < 1000 ||
	    ms > (uint64_t)value->key->number * 1000)
		return profile_refuse(value, e, "write it with its unit, from 1s to 1h: 10s, 1min 30s");
	*(unsigned int *)member(value) = (unsigned int)ms;
	return 0;
}

int profile_set_bool(const struct profile_value *value, struct err *e)
{
	if (num_parse_bool(value->text, member(value)) < 0)
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
	*(unsigned int *)member(value) = (unsigned int)(index + value->key->number);
	return 0;
}

int profile_set_word_text(const struct profile_value *value, struct err *e)
{
	int index = find_word(value, e);

	return index < 0 ? index : profile_set_text(value, e);
}

int profile_set_machine(const struct profile_value *value, struct err *e)
{
	if (!profile_is_name(value->text))
		return profile_refuse(value, e, "`qemu-system-x86_64 -machine help` lists the machines");
	return profile_set_text(value, e);
}

/* @path as it is where it is absolute, else below the profile's directory. */
static char *absolute(const struct profile_value *value, const char *path)
{
	if (path[0] == '/')
		return mem_strdup(path);
	return mem_printf("%s/%s", strcmp(value->dir, "/") ? value->dir : "", path);
}

int profile_set_path(const struct profile_value *value, struct err *e)
{
	(void)e;
	*(char **)member(value) = absolute(value, value->text);
	return 0;
}

int profile_set_serial(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *path = NULL;

	if (!strcmp(value->text, "pty") || !strcmp(value->text, "stdio"))
		return profile_set_text(value, e);
	if (strncmp(value->text, "file:", 5) || !value->text[5])
		return profile_refuse(value, e, "to keep what the guest prints: serial = file:console.log");
	path = absolute(value, value->text + 5);
	*(char **)member(value) = mem_printf("file:%s", path);
	return 0;
}

int profile_set_uri(const struct profile_value *value, struct err *e)
{
	if (strpbrk(value->text, " \t"))
		return profile_refuse(value, e, "such as qemu:///system or qemu:///session");
	return profile_set_text(value, e);
}

int profile_set_selector(const struct profile_value *value, struct err *e)
{
	struct profile_pci *pci = value->object;
	struct selector selector;
	int r = selector_parse_as((enum selector_kind)value->key->number, value->text, &selector,
				  e);

	if (r < 0)
		return r;
	*mem_append(&pci->selectors, &pci->selector_count) = selector;
	return 0;
}

/* One code or several, with blanks or commas between them; which codes there are, the verdicts know. */
int profile_set_accept(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	char *save = NULL, *code = strtok_r(copy, ", \t", &save);

	do {
		if (!code || code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-")])
			return profile_refuse(value, e,
				      "write codes as `vmrun plan` prints them: in-use-disk");
		strlist_add(member(value), code);
	} while ((code = strtok_r(NULL, ", \t", &save)));
	return 0;
}

/* The three ways to a network; that there is exactly one is checked once the section is read. */
int profile_set_net(const struct profile_value *value, struct err *e)
{
	struct profile_net *net = value->object;
	enum net_kind kind = (enum net_kind)value->key->number;
	bool yes = false;

	if (kind == NET_USER && (num_parse_bool(value->text, &yes) < 0 || !yes))
		return profile_refuse(value, e, "a guest without a network has no [net] section");
	if (kind == NET_BRIDGE && !selector_is_netdev(value->text))
		return profile_refuse(value, e, "`ip link show type bridge` lists the bridges");
	if (kind == NET_NETWORK && strchr(value->text, '/'))
		return profile_refuse(value, e, "`virsh net-list --all` lists the networks");
	net->kind = kind;
	if (kind != NET_USER && !net->source)
		net->source = mem_strdup(value->text);
	return 0;
}
