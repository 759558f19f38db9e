// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables and files that hold more than bears on handing devices over: what is left of them. */
#include "model/redact.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* PCI Express Base Specification 5.0, 7.6.3 and 7.9.3 */
#define EXTENDED_START 0x100
#define EXTENDED_MAX 960
#define EXTENDED_SERIAL 0x0003

static uint32_t little(const char *bytes)
{
	const uint8_t *b = (const uint8_t *)bytes;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* As text from the highest byte, through the token, and back. */
static void replace_dsn(struct redactor *redactor, char *bytes)
{
	char text[8 * 3 + 1];
	unsigned int value;

	for (int i = 0; i < 8; i++)
		snprintf(text + i * 3, 4, "%02x%s", (uint8_t)bytes[7 - i], i < 7 ? "-" : "");
	redact_text(redactor, text, strlen(text));
	for (int i = 0; i < 8; i++)
		if (sscanf(text + i * 3, "%2x", &value) == 1)
			bytes[7 - i] = (char)value;
}

void redact_config(struct redactor *redactor, char *bytes, size_t len)
{
	size_t at = EXTENDED_START;

	for (int i = 0; i < EXTENDED_MAX && at >= EXTENDED_START && at + 12 <= len; i++) {
		uint32_t head = little(bytes + at);

		if (head == 0 || head == UINT32_MAX)
			return;
		if ((head & 0xffff) == EXTENDED_SERIAL)
			replace_dsn(redactor, bytes + at + 4);
		at = head >> 20 & 0xffc;
	}
}

/* DSP0134 6.1: type, length, handle, the formatted area; then strings, and an empty one. */
static size_t structure_size(const char *at, size_t len)
{
	size_t end = len < 4 ? 0 : (uint8_t)at[1];

	if (end < 4)
		return 0;
	while (end + 1 < len && (at[end] || at[end + 1]))
		end++;
	return end + 2 > len ? 0 : end + 2;
}

size_t redact_smbios(char *table, size_t len)
{
	size_t kept = 0, size;

	for (size_t at = 0; at < len; at += size) {
		uint8_t type = (uint8_t)table[at];

		size = structure_size(table + at, len - at);
		if (!size) {
			/* Damaged, as a header that is cut short is to whoever reads the copy. */
			table[kept++] = (char)type;
			return kept;
		}
		if (type != 9 && type != 41 && type != 127)
			continue;
		memmove(table + kept, table + at, size);
		kept += size;
		if (type == 127)
			break;
	}
	return kept;
}

static bool bears(const char *word)
{
	static const char *const prefixes[] = {
		"intel_iommu",
		"amd_iommu",
		"iommu",
		"intremap",
		"no_timer_check",
		"x2apic",
		"nox2apic",
		"vfio",
		"pci",
		"kvm",
		"hugepages",
		"default_hugepagesz",
		"module_blacklist",
		"modprobe.blacklist",
		"rd.driver",
		"initcall_blacklist",
		"video",
		"nomodeset",
		"lockdown",
		"vmrun.",
		"isolcpus",
		"nohz_full",
		"rcu_nocbs",
		"numa",
		"mem",
		"efi",
		"acpi",
		"noapic",
		"nolapic",
		"relax_rmrr",
		"swiotlb",
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(word, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

char *redact_cmdline(const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text), *joined = NULL;
	struct strlist words = { 0 };
	char *save = NULL;

	for (char *word = strtok_r(copy, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		if (bears(word))
			strlist_add(&words, word);
	joined = strlist_join(&words, " ");
	strlist_done(&words);
	return mem_printf("%s\n", joined);
}

char *redact_modules(const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct strlist lines = { 0 };
	char *save = NULL, *result;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strstr(line, "vfio"))
			strlist_addf(&lines, "%s\n", line);
	result = strlist_join(&lines, "");
	strlist_done(&lines);
	return result;
}

/*
 * "36 35 8:1 / /srv rw,noatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro" (proc(5)): what is
 * mounted from a device, or from file systems that span several.
 */
static void keep_mount(struct redactor *redactor, char *line, struct strlist *ret)
{
	_cleanup_free_ char *named = NULL;
	char *mark = strstr(line, " - ");
	char id[12], parent[12], number[24], target[4096], type[64], source[4096];

	if (!mark || sscanf(line, "%11s %11s %23s %*s %4095s", id, parent, number, target) != 4 ||
	    sscanf(mark + 3, "%63s %4095s", type, source) != 2)
		return;
	/* Their options name the controllers of control groups. */
	if (!strcmp(type, "cgroup")) {
		strlist_addf(ret, "%s\n", line);
		return;
	}
	if (!strncmp(number, "0:", 2) && source[0] != '/' && strcmp(type, "zfs"))
		return;
	named = redact_names(redactor, target);
	snprintf(target, sizeof(target), "%s", named);
	free(named);
	named = redact_names(redactor, source);
	strlist_addf(ret, "%s %s %s / %s rw - %s %s rw\n", id, parent, number, target, type, named);
}

char *redact_mountinfo(struct redactor *redactor, const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct strlist lines = { 0 };
	char *save = NULL, *result;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		keep_mount(redactor, line, &lines);
	result = strlist_join(&lines, "");
	strlist_done(&lines);
	return result;
}

/* A UUID is replaced as such, wherever it stands; one of another form as a label. */
static char *redact_tag(struct redactor *redactor, const char *value)
{
	_cleanup_free_ char *copy = mem_strdup(value);

	redact_text(redactor, copy, strlen(copy));
	return strcmp(copy, value) ? take_ptr(copy) : redact_label(redactor, value);
}

/* Of udev's record of a disk: what it is, and the names a file system table may have for it. */
static void keep_property(struct redactor *redactor, const char *line, struct strlist *ret)
{
	static const char *const links[] = { "S:disk/by-uuid/", "S:disk/by-partuuid/",
					     "S:disk/by-label/", "S:disk/by-partlabel/" };

	/* The UUID of a type is the same everywhere. */
	if (!strncmp(line, "E:ID_FS_TYPE=", 13) || !strncmp(line, "E:ID_PART_ENTRY_TYPE=", 21))
		strlist_addf(ret, "%s\n", line);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		size_t len = strlen(links[i]);
		_cleanup_free_ char *name = NULL;

		if (strncmp(line, links[i], len))
			continue;
		name = redact_tag(redactor, line + len);
		strlist_addf(ret, "%s%s\n", links[i], name);
	}
}

/* The lines that @keeps wants, in a new text. */
static char *keep_lines(const char *text, bool (*keeps)(const char *line))
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct strlist lines = { 0 };
	char *save = NULL, *result;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (keeps(line))
			strlist_addf(&lines, "%s\n", line);
	result = strlist_join(&lines, "");
	strlist_done(&lines);
	return result;
}

/* vnc_password, spice_password, default_tls_x509_secret_uuid, …: a value is on the line of its key. */
static bool conf_keeps(const char *line)
{
	line += strspn(line, " \t");
	return *line != '#' && !strstr(line, "password") && !strstr(line, "secret");
}

char *redact_conf(const char *text)
{
	return keep_lines(text, conf_keeps);
}

static bool unit_keeps(const char *line)
{
	return line[0] == '[' || !strncmp(line, "LimitMEMLOCK=", strlen("LimitMEMLOCK="));
}

char *redact_unit(const char *text)
{
	return keep_lines(text, unit_keeps);
}

char *redact_udev(struct redactor *redactor, const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct strlist lines = { 0 };
	char *save = NULL, *result;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		keep_property(redactor, line, &lines);
	result = strlist_join(&lines, "");
	strlist_done(&lines);
	return result;
}

/* "LABEL=backup" becomes "LABEL=label1"; UUIDs of another form are labels, too. */
static char *redact_source(struct redactor *redactor, const char *source)
{
	static const char *const tags[] = { "LABEL=",
					    "PARTLABEL=",
					    "UUID=",
					    "PARTUUID=",
					    "/dev/disk/by-label/",
					    "/dev/disk/by-id/",
					    "/dev/disk/by-uuid/" };

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		size_t len = strlen(tags[i]);
		_cleanup_free_ char *value =
			strncmp(source, tags[i], len) ? NULL : redact_tag(redactor, source + len);

		if (value)
			return mem_printf("%s%s", tags[i], value);
	}
	return redact_names(redactor, source);
}

static void keep_line(struct redactor *redactor, const char *line, struct strlist *ret)
{
	_cleanup_free_ char *from = NULL, *to = NULL;
	char source[1024], target[1024], type[64], options[1024] = "";

	if (line[0] == '#' ||
	    sscanf(line, "%1023s %1023s %63s %1023s", source, target, type, options) < 3)
		return;
	/* A server's name, and what is needed to log in there. */
	if (strchr(source, ':') || !strncmp(source, "//", 2))
		return;
	from = redact_source(redactor, source);
	to = redact_names(redactor, target);
	strlist_addf(ret, "%s %s %s %s 0 0\n", from, to, type,
		     strstr(options, "noauto") ? "noauto" : "defaults");
}

char *redact_fstab(struct redactor *redactor, const char *text)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	struct strlist lines = { 0 };
	char *save = NULL, *result;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		keep_line(redactor, line, &lines);
	result = strlist_join(&lines, "");
	strlist_done(&lines);
	return result;
}
