// SPDX-License-Identifier: GPL-2.0-or-later
/* SMBIOS: the slots and onboard devices that firmware describes. */
#include "model/smbios.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

/* DSP0134 6.1.2: type, length of the formatted area, handle. Then the strings (6.1.3). */
#define HEADER_SIZE 4

enum { TYPE_SLOT = 9, TYPE_ONBOARD = 41, TYPE_END = 127 };

/* 7.10: offsets of designation, usage (04h: in use), and segment, bus and devfn. */
enum { SLOT_NAME = 0x04, SLOT_USAGE = 0x07, SLOT_SEGMENT = 0x0d, SLOT_USED = 4 };

/* 7.42: the same of an onboard device; bit 7 of its type says that it is enabled. */
enum { ONBOARD_NAME = 0x04, ONBOARD_TYPE = 0x05, ONBOARD_SEGMENT = 0x07 };

#define NAME_SIZE_MAX 128

/**
 * struct structure - one structure of the table
 * @bytes:	formatted area, header included
 * @len:	its length
 * @strings:	what follows it
 * @strings_len: bytes of @strings, the terminators included
 */
struct structure {
	const uint8_t *bytes;
	size_t len;
	const char *strings;
	size_t strings_len;
};

const char *slot_source_name(enum slot_source source)
{
	static const char *const names[] = { [SLOT_SMBIOS] = "smbios", [SLOT_KERNEL] = "kernel" };

	static_assert(ARRAY_SIZE(names) == SLOT_SOURCE_COUNT, "a name per source");
	return names[source];
}

static void slots_done(struct slot *item, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(item[i].name);
	free(item);
}

void slot_list_done(struct slot_list *list)
{
	slots_done(list->item, list->count);
	slots_done(list->onboard, list->onboard_count);
	*list = (struct slot_list){ 0 };
}

/* One to four digits and then something that is no part of a number or a word. */
static int leading_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned char after = (unsigned char)text[digits];

	if (!digits || digits > 4 || isalpha(after))
		return -1;
	/* "3.0" is a version. */
	if (after == '.' && isdigit((unsigned char)text[digits + 1]))
		return -1;
	return atoi(text);
}

int slot_number(const char *name)
{
	for (const char *at = name; (at = strcasestr(at, "slot")); at++) {
		const char *number = at + strlen("slot");
		int found = leading_number(number + strspn(number, " #_-:"));

		if (found >= 0)
			return found;
	}
	return name[strspn(name, "0123456789")] ? -1 : leading_number(name);
}

/* String @index of a structure, from 1; an empty text where it has none. */
static char *get_string(const struct structure *s, size_t index)
{
	const char *at = s->strings, *end = s->strings + s->strings_len;
	char text[NAME_SIZE_MAX];

	for (size_t i = 1; i < index && at < end; i++)
		at += strnlen(at, (size_t)(end - at)) + 1;
	if (!index || at >= end)
		return mem_strdup("");
	return mem_strdup(str_printable(at, strnlen(at, (size_t)(end - at)), text, sizeof(text)));
}

/* Segment (16 bits), bus, and device with function, one behind the other. */
static void get_address(const struct structure *s, size_t offset, struct slot *ret)
{
	const uint8_t *at = s->bytes + offset;
	unsigned int segment, bus, devfn;

	if (s->len < offset + 4)
		return;
	segment = at[0] | (unsigned int)at[1] << 8;
	bus = at[2];
	devfn = at[3];
	if ((bus == 0xff && devfn == 0xff) || (!bus && !devfn) || segment == 0xffff)
		return;
	ret->addr = (struct pciaddr){ segment, (uint8_t)bus, (uint8_t)(devfn >> 3),
				      (uint8_t)(devfn & 7) };
	ret->addr_known = true;
}

static void read_slot(const struct structure *s, struct slot_list *ret)
{
	struct slot *slot;

	if (s->len <= SLOT_USAGE)
		return;
	slot = mem_append(&ret->item, &ret->count);
	slot->source = SLOT_SMBIOS;
	slot->name = get_string(s, s->bytes[SLOT_NAME]);
	slot->number = slot_number(slot->name);
	slot->in_use = s->bytes[SLOT_USAGE] == SLOT_USED;
	get_address(s, SLOT_SEGMENT, slot);
}

static void read_onboard(const struct structure *s, struct slot_list *ret)
{
	struct slot *slot;

	if (s->len <= ONBOARD_TYPE)
		return;
	slot = mem_append(&ret->onboard, &ret->onboard_count);
	slot->source = SLOT_SMBIOS;
	slot->name = get_string(s, s->bytes[ONBOARD_NAME]);
	slot->number = -1;
	slot->in_use = s->bytes[ONBOARD_TYPE] & 0x80;
	get_address(s, ONBOARD_SEGMENT, slot);
}

/*
 * The structure at @table. Its strings end with an empty one, and where there are none two NULs
 * stand in their place. Returns the bytes it takes; 0 with the reason in @why where it is not
 * whole, and then what there is of it is left out.
 */
static size_t next_structure(const uint8_t *table, size_t len, struct structure *ret,
			     const char **why)
{
	size_t end;

	*why = "less than the header of a structure is left";
	if (len < HEADER_SIZE)
		return 0;
	*ret = (struct structure){ .bytes = table, .len = table[1] };
	*why = "a structure says it has less bytes than its header";
	if (ret->len < HEADER_SIZE)
		return 0;
	*why = "a structure goes beyond the end of the table";
	end = ret->len;
	while (end + 1 < len && (table[end] || table[end + 1]))
		end++;
	if (end + 2 > len)
		return 0;
	ret->strings = (const char *)table + ret->len;
	ret->strings_len = end + 1 - ret->len;
	return end + 2;
}

int smbios_parse(const void *table, size_t len, struct slot_list *ret, struct err *e)
{
	const uint8_t *bytes = table;

	for (size_t at = 0, size; at < len; at += size) {
		struct structure s;
		const char *why;

		size = next_structure(bytes + at, len - at, &s, &why);
		if (!size)
			return err_set(e, ERR_UNEXPECTED, EBADMSG, "SMBIOS",
				       "damaged at offset 0x%zx: %s", at, why);
		switch (s.bytes[0]) {
		case TYPE_SLOT:
			read_slot(&s, ret);
			break;
		case TYPE_ONBOARD:
			read_onboard(&s, ret);
			break;
		case TYPE_END:
			return 0;
		default:
			break;
		}
	}
	return 0;
}
