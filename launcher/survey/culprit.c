// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses a disk: mounts, swap, device-mapper, md, bcache, btrfs, loop, targets, ZFS, other mount namespaces, processes. */
#include "survey/culprit.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/root_dir.h"
#include "survey/blocks.h"
#include "survey/exports.h"
#include "survey/mounts.h"
#include "survey/processes.h"
#include "survey/signatures.h"

/* Stacks of device-mapper and md are a few deep; a damaged captured host must not lead us round in circles. */
#define STACK_MAX 8

/**
 * struct namespace - a mount namespace other than ours
 * @pid:	one process in it
 * @mounts:	what is mounted there
 */
struct namespace
{
	pid_t pid;
	struct mounts mounts;
};

struct culprits {
	const struct root *root;
	const struct holders *holders;
	struct holders own;
	struct mounts here;
	struct namespace *others;
	size_t other_count;
	bool others_read;
	struct strlist btrfs;
	bool btrfs_read;
	struct exports exports;
	bool exports_read;
};

/**
 * struct block - a disk, a partition, or what is stacked on one
 * @name:	kernel name
 * @node:	/dev node as people know it (/dev/mapper/vg-root)
 * @dir:	its directory in sysfs
 * @devno:	device number
 * @below:	node of what it is stacked on, or NULL
 */
struct block {
	const char *name;
	char *node;
	const struct root_dir *dir;
	dev_t devno;
	const char *below;
};

/**
 * struct search - the users of one disk
 * @culprits:	what is known of the host
 * @other:	mount namespace that is looked into, or NULL for ours
 * @uses, @count: where they are appended
 * @own:	the host itself runs from the disk
 */
struct search {
	struct culprits *culprits;
	const struct namespace *other;
	struct use **uses;
	size_t *count;
	bool own;
};

struct culprits *culprits_new(const struct root *root)
{
	struct culprits *culprits = mem_zalloc(sizeof(*culprits));

	culprits->root = root;
	mounts_load(root, "self", &culprits->here);
	mounts_load_swaps(root, &culprits->here);
	return culprits;
}

void culprits_free(struct culprits *culprits)
{
	if (!culprits)
		return;
	mounts_done(&culprits->here);
	holders_done(&culprits->own);
	for (size_t i = 0; i < culprits->other_count; i++)
		mounts_done(&culprits->others[i].mounts);
	free(culprits->others);
	strlist_done(&culprits->btrfs);
	exports_done(&culprits->exports);
	free(culprits);
}

void culprits_know_holders(struct culprits *culprits, const struct holders *holders)
{
	culprits->holders = holders;
}

static void read_others(struct culprits *culprits)
{
	struct strlist pids;

	culprits->others_read = true;
	processes_namespaces(culprits->root, "mnt", &pids);
	for (size_t i = 0; i < pids.count; i++) {
		struct namespace *other = mem_append(&culprits->others, &culprits->other_count);

		other->pid = (pid_t)strtol(pids.item[i], NULL, 10);
		mounts_load(culprits->root, pids.item[i], &other->mounts);
	}
	strlist_done(&pids);
}

static void add(struct search *search, char *what, char *fix)
{
	*mem_append(search->uses, search->count) =
		(struct use){ .kind = USE_DISK, .what = what, .fix = fix };
}

/* What cannot be unmounted while the host runs, or is missed when it starts. */
static bool is_system(const char *target)
{
	static const char *const targets[] = { "/", "/usr", "/var", "/boot", "/boot/efi", "/efi" };

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (!strcmp(target, targets[i]))
			return true;
	return false;
}

static void add_mount(struct search *search, const struct block *block,
		      const struct mount_entry *entry)
{
	_cleanup_free_ char *on = block->below ? mem_printf(" (on %s)", block->below)
					       : mem_strdup("");
	const struct namespace *other = search->other;

	if (!entry->target) {
		add(search, mem_printf("%s%s is in use as swap", block->node, on),
		    mem_printf("swapoff %s", block->node));
	} else if (other) {
		_cleanup_free_ char *name = process_name(search->culprits->root, other->pid);

		add(search,
		    mem_printf("%s%s is mounted on %s in the mount namespace of %s (pid %d)",
			       block->node, on, entry->target, name, (int)other->pid),
		    mem_printf("nsenter -t %d -m umount %s, or end that process", (int)other->pid,
			       entry->target));
	} else {
		search->own = search->own || is_system(entry->target);
		add(search, mem_printf("%s%s is mounted on %s", block->node, on, entry->target),
		    mem_printf("umount %s", entry->target));
	}
}

static void visit(struct search *search, const char *name, const char *below, int depth,
		  bool whole);

static char *holder_fix(const char *name, const char *node)
{
	if (!strncmp(name, "md", 2))
		return mem_printf("mdadm --stop %s", node);
	if (!strncmp(name, "bcache", strlen("bcache")))
		return mem_printf("echo 1 >/sys/block/%s/bcache/stop", name);
	return mem_printf("dmsetup remove %s (vgchange -an for LVM)", node);
}

/* What is stacked on a block device: visited in turn, and a user itself where nothing is known on top of it. */
static void visit_holders(struct search *search, const struct block *block, int depth)
{
	const struct root *root = search->culprits->root;
	struct strlist holders;

	if (root_dir_list(block->dir, "holders", &holders) < 0)
		return;
	for (size_t i = 0; i < holders.count; i++) {
		_cleanup_free_ char *holder = block_node(root, holders.item[i]);
		size_t before = *search->count;

		visit(search, holders.item[i], block->node, depth + 1, false);
		if (*search->count > before || search->other)
			continue;
		add(search, mem_printf("%s is part of %s", block->node, holder),
		    holder_fix(holders.item[i], holder));
	}
	strlist_done(&holders);
}

/* The cache of a set has nothing stacked on it (drivers/md/bcache/sysfs.c). */
static void visit_cache(struct search *search, const struct block *block)
{
	_cleanup_free_ char *set = NULL;

	if (search->other || !root_dir_has(block->dir, "bcache"))
		return;
	set = mem_printf("sys/class/block/%s/bcache/set", block->name);
	if (root_exists(search->culprits->root, set))
		add(search, mem_printf("%s is the cache of a bcache set", block->node),
		    mem_printf("echo 1 >/sys/block/%s/bcache/set/stop", block->name));
}

static const struct strlist *btrfs_systems(struct culprits *culprits)
{
	if (!culprits->btrfs_read &&
	    root_list(culprits->root, "sys/fs/btrfs", &culprits->btrfs) < 0)
		culprits->btrfs = (struct strlist){ 0 };
	culprits->btrfs_read = true;
	return &culprits->btrfs;
}

/* Of a file system over several devices the mount table names one (Documentation/ABI/…/sysfs-fs-btrfs, devices). */
static void visit_btrfs(struct search *search, const struct block *block,
			const struct mounts *mounts)
{
	const struct root *root = search->culprits->root;
	const struct strlist *systems = btrfs_systems(search->culprits);
	struct strlist devices;

	for (size_t i = 0; i < systems->count; i++) {
		_cleanup_free_ char *dir = mem_printf("sys/fs/btrfs/%s/devices", systems->item[i]);

		if (root_list(root, dir, &devices) < 0)
			continue;
		for (size_t k = 0; strlist_has(&devices, block->name) && k < devices.count; k++) {
			_cleanup_free_ char *node = block_node(root, devices.item[k]);
			const struct mount_entry *entry = mounts_find(mounts, 0, node);

			if (entry)
				add_mount(search, block, entry);
		}
		strlist_done(&devices);
	}
}

static void visit_partitions(struct search *search, const struct root_dir *dir, const char *name)
{
	struct strlist entries;

	if (root_dir_list(dir, NULL, &entries) < 0)
		return;
	for (size_t i = 0; i < entries.count; i++) {
		_cleanup_free_ char *mark = NULL;

		if (strncmp(entries.item[i], name, strlen(name)))
			continue;
		mark = mem_printf("%s/%s/partition", dir->path, entries.item[i]);
		if (root_exists(dir->root, mark))
			visit(search, entries.item[i], NULL, 0, false);
	}
	strlist_done(&entries);
}

/* What has it open without a claim; a loop device is visited, and a user itself where nothing is known on top of it. */
static void visit_exports(struct search *search, const struct block *block, int depth)
{
	struct culprits *culprits = search->culprits;

	if (!culprits->exports_read)
		exports_load(culprits->root, &culprits->exports);
	culprits->exports_read = true;
	for (size_t i = 0; i < culprits->exports.count && !search->other; i++) {
		const struct export *export = &culprits->exports.item[i];
		size_t before = *search->count;

		if (!export_is_of(export, block->name, block->node))
			continue;
		if (export->loop)
			visit(search, export->loop, block->node, depth + 1, true);
		if (*search->count > before)
			continue;
		add(search,
		    export->loop ? mem_printf("/dev/%s is set up on %s", export->loop, block->node)
				 : mem_printf("%s %s", block->node, export->does),
		    mem_strdup(export->fix));
	}
}

/* @whole: a disk, whose partitions are visited too. */
static void visit(struct search *search, const char *name, const char *below, int depth, bool whole)
{
	const struct culprits *culprits = search->culprits;
	const struct mounts *mounts = search->other ? &search->other->mounts : &culprits->here;
	_cleanup_free_ char *path = mem_printf("sys/class/block/%s", name);
	_cleanup_free_ char *node = block_node(culprits->root, name);
	_cleanup_root_dir_ struct root_dir dir = { .fd = -1 };
	struct block block = { .name = name, .node = node, .below = below, .dir = &dir };
	const struct mount_entry *entry;

	if (depth > STACK_MAX)
		return;
	root_dir_open(culprits->root, path, &dir);
	block.devno = block_devno(&dir);
	entry = mounts_find(mounts, block.devno, block.node);
	if (entry)
		add_mount(search, &block, entry);
	else
		visit_btrfs(search, &block, mounts);
	visit_cache(search, &block);
	visit_holders(search, &block, depth);
	visit_exports(search, &block, depth);
	if (whole)
		visit_partitions(search, &dir, name);
}

/* The disk itself or a partition of it: /dev/sda, /dev/sda1, /dev/nvme0n1p1. */
static bool is_of_disk(const char *target, const char *node)
{
	size_t len = strlen(node);

	return !strncmp(target, node, len) && !target[len + strspn(target + len, "p0123456789")];
}

/* ZFS opens its disks in the kernel, and leaves no trace of that but what is written on them. */
static bool add_pool(struct search *search, const struct disk *disk)
{
	const struct signature *zfs = signatures_find(disk, "zfs_member");

	if (zfs)
		add(search,
		    mem_printf("%s is part of the ZFS pool%s%s", zfs->name, zfs->label ? " " : "",
			       zfs->label ? zfs->label : ""),
		    mem_printf("zpool export %s",
			       zfs->label ? zfs->label : "POOL (zpool status names it)"));
	return zfs;
}

static void add_unknown(struct search *search, const char *node)
{
	struct culprits *culprits = search->culprits;

	if (!culprits->holders) {
		holders_scan(culprits->root, NULL, &culprits->own);
		culprits->holders = &culprits->own;
	}
	for (size_t i = 0; i < culprits->holders->count; i++) {
		const struct open_node *open = &culprits->holders->item[i];
		_cleanup_free_ char *process = NULL;

		if (!is_of_disk(open->node, node))
			continue;
		process = holders_process(culprits->root, open);
		add(search,
		    mem_printf("%s is held open by %s (pid %d)", open->node, process,
			       (int)open->pid),
		    mem_printf("end that process"));
		return;
	}
	add(search, mem_printf("%s is in use: it cannot be opened exclusively", node), NULL);
}

/* Nobody unmounts / or takes the swap beside it away to hand a disk over. */
static void advise_own(struct search *search, size_t first)
{
	for (size_t i = first; i < *search->count; i++) {
		struct use *use = &(*search->uses)[i];

		free(use->fix);
		use->fix = mem_strdup("the host runs from this disk: choose another device");
	}
}

void culprits_of_disk(struct culprits *culprits, const struct disk *disk, struct use **uses,
		      size_t *count)
{
	struct search search = { .culprits = culprits, .uses = uses, .count = count };
	size_t before = *count;

	visit(&search, disk->name, NULL, 0, true);
	if (search.own)
		advise_own(&search, before);
	if (*count > before || disk->busy != FACT_YES)
		return;
	if (!culprits->others_read)
		read_others(culprits);
	for (size_t i = 0; i < culprits->other_count && *count == before; i++) {
		search.other = &culprits->others[i];
		visit(&search, disk->name, NULL, 0, true);
	}
	search.other = NULL;
	if (*count == before && !add_pool(&search, disk))
		add_unknown(&search, disk->node);
}
