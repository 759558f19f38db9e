// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of a profile as data: one row each, with what it takes and where that goes. */
#include "model/profile_keys.h"

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
/* More than any machine type takes; which has how many is QEMU's to say. */
#define VCPUS_MAX 4096
#define COUNT_MAX 256

static_assert(sizeof(enum vm_accel) == sizeof(unsigned int), "set_word() stores any enum");

/* The member of the section's struct that the key fills. */
static void *member(const struct profile_value *value)
{
	return (char *)value->object + value->key->where;
}

static int refuse(const struct profile_value *value, struct err *e, const char *fix)
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

static int set_text(const struct profile_value *value, struct err *e)
{
	(void)e;
	*(char **)member(value) = mem_strdup(value->text);
	return 0;
}

static int set_name(const struct profile_value *value, struct err *e)
{
	return profile_is_name(value->text) ? set_text(value, e)
					    : profile_name_error(value->text, e);
}

static int set_uuid(const struct profile_value *value, struct err *e)
{
	char uuid[UUID_STRLEN];

	if (uuid_normalise(value->text, uuid) < 0)
		return refuse(
			value, e,
			"leave it out: then it follows from the name, on every host the same");
	*(char **)member(value) = mem_strdup(uuid);
	return 0;
}

static int set_memory(const struct profile_value *value, struct err *e)
{
	uint64_t bytes = 0;
	int r = num_parse_size(value->text, &bytes);

	if (r == 0 && bytes >= MIB && bytes <= MEMORY_MAX && bytes % MIB == 0) {
		*(uint64_t *)member(value) = bytes;
		return 0;
	}
	refuse(value, e, "write whole mebibytes from 1M to 64T: 512M, 4G");
	/* A plain number was hardly meant as bytes. */
	if (r == 0 && bytes && bytes < MIB &&
	    strspn(value->text, "0123456789") == strlen(value->text))
		err_fix(e, "did you mean %sM?", STR_SHOWN(value->text));
	return -EINVAL;
}

static int set_number(const struct profile_value *value, struct err *e)
{
	uint64_t number;

	if (num_parse(value->text, 10, (uint64_t)value->key->number, &number) < 0 || !number)
		return refuse(value, e, "write a decimal number from that range");
	*(unsigned int *)member(value) = (unsigned int)number;
	return 0;
}

static int set_bool(const struct profile_value *value, struct err *e)
{
	if (num_parse_bool(value->text, member(value)) < 0)
		return refuse(value, e, "on and off, true and false mean the same");
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
	refuse(value, e, "vmrun.profile(5) says what each of them means");
	nearest = str_nearest(value->text, words, (size_t)count);
	if (nearest)
		err_fix(e, "did you mean \"%s\"?", nearest);
	return -EINVAL;
}

static int set_word(const struct profile_value *value, struct err *e)
{
	int index = find_word(value, e);

	if (index < 0)
		return index;
	*(unsigned int *)member(value) = (unsigned int)(index + value->key->number);
	return 0;
}

static int set_word_text(const struct profile_value *value, struct err *e)
{
	int index = find_word(value, e);

	return index < 0 ? index : set_text(value, e);
}

static int set_machine(const struct profile_value *value, struct err *e)
{
	if (!profile_is_name(value->text))
		return refuse(value, e, "`qemu-system-x86_64 -machine help` lists the machines");
	return set_text(value, e);
}

/* @path as it is where it is absolute, else below the profile's directory. */
static char *absolute(const struct profile_value *value, const char *path)
{
	if (path[0] == '/')
		return mem_strdup(path);
	return mem_printf("%s/%s", strcmp(value->dir, "/") ? value->dir : "", path);
}

static int set_path(const struct profile_value *value, struct err *e)
{
	(void)e;
	*(char **)member(value) = absolute(value, value->text);
	return 0;
}

static int set_serial(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *path = NULL;

	if (!strcmp(value->text, "pty") || !strcmp(value->text, "stdio"))
		return set_text(value, e);
	if (strncmp(value->text, "file:", 5) || !value->text[5])
		return refuse(value, e, "to keep what the guest prints: serial = file:console.log");
	path = absolute(value, value->text + 5);
	*(char **)member(value) = mem_printf("file:%s", path);
	return 0;
}

static int set_uri(const struct profile_value *value, struct err *e)
{
	if (strpbrk(value->text, " \t"))
		return refuse(value, e, "such as qemu:///system or qemu:///session");
	return set_text(value, e);
}

static int set_selector(const struct profile_value *value, struct err *e)
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
static int set_accept(const struct profile_value *value, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(value->text);
	char *save = NULL, *code = strtok_r(copy, ", \t", &save);

	do {
		if (!code || code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-")])
			return refuse(value, e,
				      "write codes as `vmrun plan` prints them: in-use-disk");
		strlist_add(member(value), code);
	} while ((code = strtok_r(NULL, ", \t", &save)));
	return 0;
}

/* The three ways to a network; that there is exactly one is checked once the section is read. */
static int set_net(const struct profile_value *value, struct err *e)
{
	struct profile_net *net = value->object;
	enum net_kind kind = (enum net_kind)value->key->number;
	bool yes = false;

	if (kind == NET_USER && (num_parse_bool(value->text, &yes) < 0 || !yes))
		return refuse(value, e, "a guest without a network has no [net] section");
	if (kind == NET_BRIDGE && !selector_is_netdev(value->text))
		return refuse(value, e, "`ip link show type bridge` lists the bridges");
	if (kind == NET_NETWORK && strchr(value->text, '/'))
		return refuse(value, e, "`virsh net-list --all` lists the networks");
	net->kind = kind;
	if (kind != NET_USER && !net->source)
		net->source = mem_strdup(value->text);
	return 0;
}

static const char *const accel_words[] = { "auto", "kvm", "tcg", NULL };
static const char *const firmware_words[] = { "bios", NULL };
static const char *const siblings_words[] = { "bind", "attach", "refuse", NULL };
static const char *const pick_words[] = { "unique", "any", NULL };
static const char *const after_words[] = { "host", "pool", NULL };
static const char *const format_words[] = { "raw", "qcow2", NULL };
static const char *const bus_words[] = { "virtio", "sata", "scsi", NULL };

/* A key whose value goes into one member; more about it may follow. */
#define KEY(in, type, key, what, fn, member, ...)                             \
	{                                                                     \
		.section = (in), .name = (key), .takes = (what), .set = (fn), \
		.where = offsetof(struct type, member), ##__VA_ARGS__         \
	}
#define VM(...) KEY(SECTION_VM, profile, __VA_ARGS__)
#define PCI(...) KEY(SECTION_PCI, profile_pci, __VA_ARGS__)
#define DISK(...) KEY(SECTION_DISK, profile_disk, __VA_ARGS__)
/* A key that chooses, by its number, what the function does with the value. */
#define PICK(key, what, kind)                                                                \
	{                                                                                    \
		.section = SECTION_PCI, .name = (key), .takes = (what), .set = set_selector, \
		.number = (kind)                                                             \
	}
#define NET(key, what, kind)                                                            \
	{                                                                               \
		.section = SECTION_NET, .name = (key), .takes = (what), .set = set_net, \
		.number = (kind)                                                        \
	}

/* clang-format off */
static const struct profile_key rows[] = {
	VM("name", "NAME", set_name, name),
	VM("uuid", "a UUID", set_uuid, uuid),
	VM("memory", "SIZE", set_memory, memory_bytes),
	VM("vcpus", "1 to 4096", set_number, vcpus, .number = VCPUS_MAX),
	VM("accel", "auto|kvm|tcg", set_word, accel, .words = accel_words),
	VM("machine", "q35|pc|MACHINE", set_machine, machine),
	VM("firmware", "bios", set_word, firmware, .words = firmware_words),
	VM("kernel", "PATH", set_path, kernel),
	VM("initrd", "PATH", set_path, initrd),
	VM("cmdline", "TEXT", set_text, cmdline),
	VM("serial", "pty|stdio|file:PATH", set_serial, serial),
	VM("uri", "URI", set_uri, uri),

	PICK("address", "ADDRESS", SELECTOR_ADDRESS),
	PICK("match", "VENDOR:DEVICE[:CLASS[:PROG-IF]]", SELECTOR_MATCH),
	PICK("class", "CLASS", SELECTOR_CLASS),
	PICK("name", "REGEX", SELECTOR_NAME),
	PICK("path", "DEVICE-PATH", SELECTOR_PATH),
	PICK("slot", "NUMBER", SELECTOR_SLOT),
	PICK("disk", "/dev/NAME", SELECTOR_DISK),
	PICK("netdev", "INTERFACE", SELECTOR_NETDEV),
	PCI("count", "1 to 256", set_number, count, .number = COUNT_MAX),
	PCI("pick", "unique|any", set_word, pick, .words = pick_words),
	PCI("optional", "yes|no", set_bool, optional),
	PCI("siblings", "bind|attach|refuse", set_word, siblings, .words = siblings_words),
	PCI("after", "host|pool", set_word, after, .words = after_words, .number = AFTER_HOST),
	PCI("accept", "CODE...", set_accept, accept, .list = true),

	DISK("source", "PATH", set_path, source),
	DISK("format", "raw|qcow2", set_word_text, format, .words = format_words),
	DISK("bus", "virtio|sata|scsi", set_word_text, bus, .words = bus_words),

	NET("user", "yes", NET_USER),
	NET("bridge", "INTERFACE", NET_BRIDGE),
	NET("network", "NETWORK", NET_NETWORK),
};
/* clang-format on */

const char *profile_section_name(enum profile_section section)
{
	static const char *const names[] = { [SECTION_VM] = "vm",
					     [SECTION_PCI] = "pci",
					     [SECTION_DISK] = "disk",
					     [SECTION_NET] = "net" };
	static_assert(ARRAY_SIZE(names) == SECTION_COUNT, "a name per section");

	return names[section];
}

const struct profile_key *profile_keys(size_t *count)
{
	*count = ARRAY_SIZE(rows);
	return rows;
}

const struct profile_key *profile_key_find(enum profile_section section, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].section == section && !strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}
