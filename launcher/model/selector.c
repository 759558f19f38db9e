// SPDX-License-Identifier: GPL-2.0-or-later
/* Selectors: reading them. */
#include "model/selector.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

/* A longer expression for a name is a mistake, and matching it would take long. */
#define REGEX_MAX 256
/* The length of an expression times what its repetitions multiply. */
#define REGEX_SIZE_MAX 4096
/* A slot's number is 16 bits wide (SMBIOS specification, 7.10.5). */
#define SLOT_MAX 65535
/* Longest name of a network interface (IFNAMSIZ without the terminator). */
#define NETDEV_MAX 15

typedef int parse_fn(const char *text, struct selector *sel, struct err *e);

static int refuse(struct err *e, const char *text, const char *what, const char *fix)
{
	err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is not %s", STR_SHOWN(text), what);
	return err_fix(e, "%s", fix);
}

/* Without a function, or with "*" for it, every function of the device. */
static int parse_address(const char *text, struct selector *sel, struct err *e)
{
	const char *dot = strchr(text, '.'), *colon = strchr(text, ':');
	_cleanup_free_ char *full = NULL;
	bool slip;

	sel->any_fn = !dot || !strcmp(dot, ".*");
	if (sel->any_fn)
		full = mem_printf("%.*s.0", dot ? (int)(dot - text) : (int)strlen(text), text);
	/* "05:00:0" is a slip of 05:00.0, not a device of segment 5. */
	slip = !dot && colon && strchr(colon + 1, ':') && colon - text < 4;
	if (!slip && !pciaddr_parse(full ? full : text, &sel->addr))
		return 0;
	return refuse(e, text, "a PCI address",
		      "write it as 0000:05:00.0 or 05:00.0; 05:00 is all functions of the device");
}

/* One field of ids: @digits hexadecimal digits; nothing or "*" is any. A class may have "x" for any digit. */
static int parse_id(const char *text, size_t digits, int *ret, int *mask)
{
	int value = 0, known = 0;

	if (!*text || !strcmp(text, "*"))
		return 0;
	if (strlen(text) != digits)
		return -EINVAL;
	for (const char *p = text; *p; p++) {
		uint64_t digit = 0;
		bool wild = mask && (*p == 'x' || *p == 'X');

		if (!wild && num_parse((char[]){ *p, '\0' }, 16, 15, &digit) < 0)
			return -EINVAL;
		value = value << 4 | (int)digit;
		known = known << 4 | (wild ? 0 : 15);
	}
	*ret = value;
	if (mask)
		*mask = known;
	return 0;
}

static int parse_ids(char *text, struct pci_ids *ret, struct err *e)
{
	static const char fix[] =
		"write vendor:device[:class[:prog-if]] as lspci -d does: 1000:0087, "
		"8086:*, ::0108, ::0c03:30";
	_cleanup_free_ char *copy = mem_strdup(text);
	char *field[4] = { 0 }, *rest = copy;
	size_t count = 0;

	*ret = (struct pci_ids){ -1, -1, -1, 0, -1 };
	while (rest && count < ARRAY_SIZE(field))
		field[count++] = strsep(&rest, ":");
	if (rest || count < 2 || parse_id(field[0], 4, &ret->vendor, NULL) < 0 ||
	    parse_id(field[1], 4, &ret->device, NULL) < 0)
		return refuse(e, text, "a pair of PCI ids of four digits", fix);
	if (count > 2 && strlen(field[2]) == 6)
		return refuse(e, field[2], "a class of four digits",
			      "the programming interface is a field of its own: ::0c03:30");
	if ((count > 2 && parse_id(field[2], 4, &ret->class_sub, &ret->class_mask) < 0) ||
	    (count > 3 && parse_id(field[3], 2, &ret->prog_if, NULL) < 0))
		return refuse(e, text, "a match with a class of four digits", fix);
	if (ret->vendor < 0 && ret->device < 0 && !ret->class_mask && ret->prog_if < 0)
		return refuse(e, text, "a choice: it matches every device", fix);
	return 0;
}

static int parse_match(const char *text, struct selector *sel, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *rest = copy, *entry;

	while ((entry = strsep(&rest, ","))) {
		int r;

		entry += strspn(entry, " \t");
		entry[strcspn(entry, " \t")] = '\0';
		if (sel->id_count == SELECTOR_IDS_MAX)
			return refuse(e, text, "a list of at most 64 entries",
				      "use several selectors");
		r = parse_ids(entry, mem_append(&sel->ids, &sel->id_count), e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_class(const char *text, struct selector *sel, struct err *e)
{
	const char *names[KIND_COUNT], *nearest;
	_cleanup_free_ char *all = NULL;

	for (size_t i = 0; i < KIND_COUNT; i++) {
		names[i] = device_kind_name((enum device_kind)i);
		if (!strcmp(names[i], text)) {
			sel->device_kind = (enum device_kind)i;
			return 0;
		}
	}
	nearest = str_nearest(text, names, KIND_COUNT);
	all = strlist_join(&(struct strlist){ (char **)(uintptr_t)names, KIND_COUNT }, ", ");
	err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is not a class of devices", STR_SHOWN(text));
	if (isxdigit((unsigned char)text[0]) &&
	    strspn(text, "0123456789abcdefABCDEF") == strlen(text) && strlen(text) == 4)
		return err_fix(e, "class ids go into a match: ::%s", text);
	if (nearest)
		return err_fix(e, "did you mean \"%s\"? The classes are %s", nearest, all);
	return err_fix(e, "the classes are %s", all);
}

/* The "]" of the bracket expression that begins at @p, or NULL where it has none. */
static const char *bracket_end(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	while (*p != ']') {
		if (*p == '[' && p[1] && strchr(":.=", p[1])) {
			/* [:class:], [.symbol.] and [=equivalent=] may hold a "]" */
			p = strstr(p + 2, (char[]){ p[1], ']', '\0' });
			if (!p)
				return NULL;
			p++;
		}
		if (!*p)
			return NULL;
		p++;
	}
	return p;
}

/* The larger number of "{m,n}" at @text, at least 1 and at most REGEX_SIZE_MAX + 1. */
static unsigned long bound(const char *text)
{
	char *end;
	unsigned long least = strtoul(text + 1, &end, 10), most = 0;

	if (*end == ',')
		most = strtoul(end + 1, &end, 10);
	if (most < least)
		most = least;
	return most < 1 ? 1 : most > REGEX_SIZE_MAX ? REGEX_SIZE_MAX + 1 : most;
}

/*
 * Whether the C library would take long, or much memory. It copies what "{m,n}" and "+" repeat, and nested ones
 * multiply, so the product of all is limited (a "+" behind a single character is not nested). A repetition of a
 * repetition ("a*+") and a back-reference are not taken at all: in extended expressions POSIX leaves them undefined.
 */
static bool too_costly(const char *text)
{
	unsigned long size = strlen(text);
	char last = '\0';

	for (const char *p = text; *p && size <= REGEX_SIZE_MAX; p++) {
		if (strchr("*+?{", *p) && last && strchr("*+?}", last))
			return true;
		if (*p == '{')
			size *= bound(p);
		else if (*p == '+' && last == ')')
			size *= 2;
		last = *p;
		/* What is escaped or in brackets repeats nothing. */
		if (*p == '\\' && isdigit((unsigned char)p[1]))
			return true;
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '[')
			p = bracket_end(p);
		if (!p)
			return false; /* a bracket without end, which regcomp() refuses */
	}
	return size > REGEX_SIZE_MAX;
}

static int parse_name(const char *text, struct selector *sel, struct err *e)
{
	const char *example = "an extended regular expression, such as SAS23|SAS30 or ^NVIDIA";
	char reason[128];
	int code;

	if (!*text || strlen(text) > REGEX_MAX)
		err_set(e, ERR_USAGE, EINVAL, NULL,
			"an expression for a name has 1 to %d characters", REGEX_MAX);
	else if (too_costly(text))
		err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is too costly to match",
			STR_SHOWN(text));
	else {
		code = regcomp(&sel->regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
		if (code == 0)
			return 0;
		regerror(code, &sel->regex, reason, sizeof(reason));
		err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is not a regular expression: %s",
			STR_SHOWN(text), reason);
	}
	err_fix(e, "%s", example);
	return -EINVAL;
}

/* SEGMENT/ROOT/DEVICE.FUNCTION[/DEVICE.FUNCTION]…, as the survey composes it. */
static int parse_path(const char *text, struct selector *sel, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *rest = copy, *segment = strsep(&rest, "/"), *root = strsep(&rest, "/"), *hop;
	bool good = rest && *root && strlen(segment) >= 4;

	(void)sel;
	while (good && (hop = strsep(&rest, "/"))) {
		_cleanup_free_ char *address = mem_printf("%s:00:%s", segment, hop);
		struct pciaddr addr;

		good = strlen(hop) == 4 && !pciaddr_parse(address, &addr);
	}
	if (good)
		return 0;
	return refuse(e, text, "a device's path",
		      "copy it from `vmrun explain ADDRESS`; it looks like 0000/0/1c.0/00.0");
}

static int parse_slot(const char *text, struct selector *sel, struct err *e)
{
	uint64_t number;

	if (num_parse(text, 10, SLOT_MAX, &number) < 0)
		return refuse(
			e, text, "the number of a slot",
			"`vmrun explain ADDRESS` shows the slot of a device, `vmrun survey --json` those of all");
	sel->slot = (int)number;
	return 0;
}

/* Links below /dev/disk and device-mapper names are not followed: what is surveyed are the disks themselves. */
static int parse_disk(const char *text, struct selector *sel, struct err *e)
{
	(void)sel;
	if (!strncmp(text, "/dev/disk/", 10) || !strncmp(text, "/dev/mapper/", 12)) {
		err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is a link to a disk", STR_SHOWN(text));
		return err_fix(e, "name the disk itself: `readlink -f %s`", STR_SHOWN(text));
	}
	if (!strncmp(text, "/dev/", 5) && text[5])
		return 0;
	refuse(e, text, "the node of a disk", "write it as /dev/nvme0n1");
	return strchr(text, '/') || !*text ? -EINVAL
					   : err_fix(e, "did you mean /dev/%s?", STR_SHOWN(text));
}

bool selector_is_netdev(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NETDEV_MAX && strcmp(name, ".") && strcmp(name, "..") &&
	       strcspn(name, "/: \t\r\n\v\f") == len;
}

static int parse_netdev(const char *text, struct selector *sel, struct err *e)
{
	(void)sel;
	if (selector_is_netdev(text))
		return 0;
	return refuse(e, text, "the name of a network interface", "write it as `ip link` shows it");
}

static const struct {
	const char *key;
	parse_fn *parse;
} forms[] = {
	[SELECTOR_ADDRESS] = { "address", parse_address },
	[SELECTOR_MATCH] = { "match", parse_match },
	[SELECTOR_CLASS] = { "class", parse_class },
	[SELECTOR_NAME] = { "name", parse_name },
	[SELECTOR_PATH] = { "path", parse_path },
	[SELECTOR_SLOT] = { "slot", parse_slot },
	[SELECTOR_DISK] = { "disk", parse_disk },
	[SELECTOR_NETDEV] = { "netdev", parse_netdev },
};
static_assert(ARRAY_SIZE(forms) == SELECTOR_KIND_COUNT, "a row per form");

char *selector_shown(const struct selector *sel)
{
	return sel->kind == SELECTOR_ADDRESS
		       ? mem_strdup(sel->text)
		       : mem_printf("%s=%s", selector_key(sel->kind), sel->text);
}

const char *selector_key(enum selector_kind kind)
{
	return forms[kind].key;
}

int selector_parse_as(enum selector_kind kind, const char *text, struct selector *ret,
		      struct err *e)
{
	struct selector sel = { .kind = kind };
	int r = forms[kind].parse(text, &sel, e);

	if (r < 0) {
		free(sel.ids);
		return -EINVAL;
	}
	sel.text = mem_strdup(text);
	*ret = sel;
	return 0;
}

/* KEY=VALUE, the key being the first @len characters. */
static int parse_keyed(const char *text, size_t len, struct selector *ret, struct err *e)
{
	_cleanup_free_ char *key = mem_printf("%.*s", (int)len, text), *all = NULL;
	const char *keys[SELECTOR_KIND_COUNT], *nearest;

	for (size_t i = 0; i < SELECTOR_KIND_COUNT; i++) {
		keys[i] = forms[i].key;
		if (!strcmp(keys[i], key))
			return selector_parse_as((enum selector_kind)i, text + len + 1, ret, e);
	}
	err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is not a way to pick a device", STR_SHOWN(key));
	nearest = str_nearest(key, keys, SELECTOR_KIND_COUNT);
	if (nearest)
		return err_fix(e, "did you mean \"%s=\"?", nearest);
	all = strlist_join(&(struct strlist){ (char **)(uintptr_t)keys, SELECTOR_KIND_COUNT },
			   "=, ");
	return err_fix(e, "the ways are %s=, an address, or ids as lspci -d takes them", all);
}

/* What somebody may have meant who wrote something that is no selector. */
static int unknown_form(const char *text, struct err *e)
{
	err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" does not pick a device", STR_SHOWN(text));
	if (!strncmp(text, "/dev/", 5))
		return err_fix(e, "did you mean disk=%s?", STR_SHOWN(text));
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (!strcasecmp(text, device_kind_name((enum device_kind)i)))
			return err_fix(e, "did you mean class=%s?",
				       device_kind_name((enum device_kind)i));
	return err_fix(e,
		       "write an address (0000:05:00.0, 05:00.0, 05:00), ids (1000:0087, ::0108), "
		       "class=nvme, name=REGEX, path=, slot=, disk=/dev/NAME or netdev=NAME");
}

int selector_parse(const char *text, struct selector *ret, struct err *e)
{
	size_t before = strcspn(text, "=");
	const char *colon = strchr(text, ':');

	if (text[before])
		return parse_keyed(text, before, ret, e);
	if (!colon)
		return unknown_form(text, e);
	/* Ids have four digits, a bus and a device two: the forms cannot be confused. */
	if (!selector_parse_as(SELECTOR_ADDRESS, text, ret, NULL))
		return 0;
	if (strchr(text, '.') || (colon - text <= 2 && colon != text && text[0] != '*'))
		return selector_parse_as(SELECTOR_ADDRESS, text, ret, e);
	return selector_parse_as(SELECTOR_MATCH, text, ret, e);
}

void selector_done(struct selector *sel)
{
	/* Only a selector that was parsed has a text, and only then is its expression compiled. */
	if (sel->text && sel->kind == SELECTOR_NAME)
		regfree(&sel->regex);
	free(sel->ids);
	free(sel->text);
	*sel = (struct selector){ 0 };
}
