// SPDX-License-Identifier: GPL-2.0-or-later
/* Disks nobody has open that are the host's all the same: volumes not assembled, lines of fstab. */
#include "survey/members.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define TABLE_SIZE_MAX (1024 * 1024)

/* GPT type of an EFI system partition (UEFI specification, 5.3.3). */
#define ESP_TYPE "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"

/** struct named - a file that names disks by its first or second word: what to call it, and its text */
struct named {
	const char *file;
	int word;
	char *text;
};

/**
 * struct members - what is asked for every disk
 * @root:	the host
 * @named:	fstab, crypttab and the kernel's command line
 */
struct members {
	const struct root *root;
	struct named named[2];
	char *root_device;
};

/* The names are libblkid's; udev has them from it. */
const char *members_kind(const char *type)
{
	static const struct {
		const char *type, *name;
	} rows[] = {
		{ "LVM2_member", "an LVM volume group" },
		{ "LVM1_member", "an LVM volume group" },
		{ "linux_raid_member", "an md array" },
		{ "ddf_raid_member", "a RAID set" },
		{ "isw_raid_member", "a RAID set" },
		{ "zfs_member", "a ZFS pool" },
		{ "bcache", "a bcache set" },
		{ "ceph_bluestore", "a Ceph store" },
		{ "drbd", "a DRBD resource" },
		{ "VMFS_volume_member", "a VMFS volume" },
		{ "crypto_LUKS", "an encrypted volume" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(type, rows[i].type))
			return rows[i].name;
	return NULL;
}

static void add(struct device *dev, char *what, char *fix)
{
	device_add_use(dev, USE_DISK, what, fix);
	dev->uses[dev->use_count - 1].idle = true;
}

/* What the host starts from, or mounts when it starts. */
static void add_needed(struct device *dev, char *what, char *fix)
{
	add(dev, what, fix);
	dev->uses[dev->use_count - 1].needed = true;
}

/* "UUID=x" as the link udev makes for it: "disk/by-uuid/x"; a path without "/dev/"; else NULL. */
static char *link_of(const char *source, size_t len)
{
	static const struct {
		const char *tag, *dir;
	} rows[] = { { "UUID=", "disk/by-uuid/" },
		     { "LABEL=", "disk/by-label/" },
		     { "PARTUUID=", "disk/by-partuuid/" },
		     { "PARTLABEL=", "disk/by-partlabel/" },
		     { "/dev/", "" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t tag = strlen(rows[i].tag);

		if (len > tag && !strncmp(source, rows[i].tag, tag))
			return mem_printf("%s%.*s", rows[i].dir, (int)(len - tag), source + tag);
	}
	return NULL;
}

/* Whether a word of a table or parameter means the disk or partition @name with these links of udev. */
static bool means(const char *word, size_t len, const char *name, const struct strlist *links)
{
	_cleanup_free_ char *plain = mem_printf("%.*s", (int)len, word);
	_cleanup_free_ char *link = NULL;

	/* fstab(5) allows quotes around the value of a tag. */
	for (char *from = plain, *to = plain;; from++)
		if (*from != '"' && !(*to++ = *from))
			break;
	link = link_of(plain, strlen(plain));
	return link && (!strcmp(link, name) || strlist_has(links, link));
}

static void check_table(const struct named *table, struct device *dev, const char *name,
			const struct strlist *links)
{
	for (const char *line = table->text; line && *line;) {
		size_t len = strcspn(line, "\n");
		const char *at = line + strspn(line, " \t");

		for (int i = 1; i < table->word; i++) {
			at += strcspn(at, " \t\n");
			at += strspn(at, " \t");
		}
		if (*at != '#' && *at != '\n' && *at &&
		    means(at, strcspn(at, " \t\n"), name, links))
			add_needed(dev, mem_printf("/dev/%s is in /%s", name, table->file),
				   mem_printf("take its line out of /%s, or accept it",
					      table->file));
		line += len;
		line += *line == '\n';
	}
}

static void add_member(struct device *dev, const char *node, const char *type)
{
	const char *kind = members_kind(type);

	if (kind)
		add(dev,
		    mem_printf("%s belongs to %s that is not %s", node, kind,
			       strcmp(type, "crypto_LUKS") ? "assembled" : "open"),
		    mem_printf(
			    "make sure that the host does not need it (lsblk -f %s), and accept it",
			    node));
}

/* One line of udev's record: S:LINK, or E:KEY=VALUE (systemd, src/libsystemd/sd-device). */
static void read_line(struct device *dev, const char *name, bool read, const char *line,
		      struct strlist *links)
{
	if (!strncmp(line, "S:", 2)) {
		strlist_add(links, line + 2);
	} else if (!read && !strncmp(line, "E:ID_FS_TYPE=", strlen("E:ID_FS_TYPE="))) {
		_cleanup_free_ char *node = mem_printf("/dev/%s", name);

		add_member(dev, node, strchr(line, '=') + 1);
	} else if (!strcmp(line, "E:ID_PART_ENTRY_TYPE=" ESP_TYPE)) {
		add_needed(
			dev, mem_printf("/dev/%s is an EFI system partition", name),
			mem_strdup(
				"make sure that the host does not start from it (efibootmgr -v), and accept it"));
	}
}

/* @read: its signatures have been read, so that udev's are of no interest. */
static void scan_block(const struct members *members, struct device *dev, const char *name,
		       bool read)
{
	_cleanup_free_ char *attribute = mem_printf("sys/class/block/%s/dev", name);
	_cleanup_free_ char *record = NULL, *text = NULL;
	struct strlist links = { 0 };
	char number[32], *save = NULL;

	if (root_read_line(members->root, attribute, number, sizeof(number)) < 0)
		return;
	record = mem_printf("run/udev/data/b%s", number);
	if (root_read(members->root, record, TABLE_SIZE_MAX, &text, NULL) == 0)
		for (char *line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			read_line(dev, name, read, line, &links);
	for (size_t i = 0; i < ARRAY_SIZE(members->named); i++)
		check_table(&members->named[i], dev, name, &links);
	if (members->root_device &&
	    means(members->root_device, strlen(members->root_device), name, &links))
		add_needed(
			dev,
			mem_printf("/dev/%s is what root= on the kernel command line names", name),
			mem_strdup(
				"make sure that the host does not start from it, and accept it"));
	strlist_done(&links);
}

static void scan_disk(const struct members *members, struct device *dev, const struct disk *disk)
{
	_cleanup_free_ char *dir = mem_printf("sys/class/block/%s", disk->name);
	struct strlist names;

	for (size_t i = 0; i < disk->signature_count; i++)
		add_member(dev, disk->signatures[i].name, disk->signatures[i].type);
	scan_block(members, dev, disk->name, disk->signatures_known);
	if (root_list(members->root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (!strncmp(names.item[i], disk->name, strlen(disk->name)))
			scan_block(members, dev, names.item[i], disk->signatures_known);
	strlist_done(&names);
}

static char *root_parameter(const struct host *host)
{
	for (const char *at = host->cmdline; at && (at = strstr(at, "root=")); at++)
		if (at == host->cmdline || at[-1] == ' ')
			return mem_printf("%.*s", (int)strcspn(at + 5, " "), at + 5);
	return NULL;
}

void members_scan(const struct root *root, struct host *host)
{
	struct members members = { .root = root,
				   .named = { { .file = "etc/fstab", .word = 1 },
					      { .file = "etc/crypttab", .word = 2 } } };

	for (size_t i = 0; i < ARRAY_SIZE(members.named); i++)
		if (root_read(root, members.named[i].file, TABLE_SIZE_MAX, &members.named[i].text,
			      NULL) < 0)
			members.named[i].text = NULL;
	members.root_device = root_parameter(host);
	for (size_t i = 0; i < host->device_count; i++)
		for (size_t d = 0; d < host->devices[i].disk_count; d++)
			if (host->devices[i].disks[d].busy == FACT_NO)
				scan_disk(&members, &host->devices[i], &host->devices[i].disks[d]);
	for (size_t i = 0; i < ARRAY_SIZE(members.named); i++)
		free(members.named[i].text);
	free(members.root_device);
}
