// SPDX-License-Identifier: GPL-2.0-or-later
/* Mounted file systems and swap areas, by the block device they are on. The only user of libmount. */
#include "survey/mounts.h"

#include <errno.h>
#include <libmount/libmount.h>
#include <string.h>

#include "base/cleanup.h"

#define TABLE_SIZE_MAX (16 * 1024 * 1024)

static int load_table(const struct root *root, const char *path, bool swap, struct mounts *ret)
{
	_cleanup_fclose_ FILE *stream = NULL;
	_cleanup_free_ char *text = NULL;
	struct libmnt_table *table;
	struct libmnt_iter *iter;
	struct libmnt_fs *fs;
	size_t len;
	int r = root_read(root, path, TABLE_SIZE_MAX, &text, &len);

	if (r < 0 || len == 0)
		return r;
	stream = fmemopen(text, len, "r");
	if (!stream)
		return -errno;
	table = mnt_new_table();
	iter = mnt_new_iter(MNT_ITER_FORWARD);
	if (!table || !iter)
		abort();
	/* Lines libmount cannot read are passed over; the exclusive open of the disk is what decides, not this list. */
	mnt_table_parse_stream(table, stream, path);
	while (mnt_table_next_fs(table, iter, &fs) == 0) {
		struct mount_entry *entry = mem_append(&ret->item, &ret->count);

		entry->devno = swap ? 0 : mnt_fs_get_devno(fs);
		entry->source = mem_strdup(mnt_fs_get_source(fs));
		entry->target = swap ? NULL : mem_strdup(mnt_fs_get_target(fs));
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
	return 0;
}

int mounts_load(const struct root *root, const char *pid, struct mounts *ret)
{
	_cleanup_free_ char *path = mem_printf("proc/%s/mountinfo", pid);

	return load_table(root, path, false, ret);
}

int mounts_load_swaps(const struct root *root, struct mounts *ret)
{
	return load_table(root, "proc/swaps", true, ret);
}

const struct mount_entry *mounts_find(const struct mounts *mounts, dev_t devno, const char *node)
{
	/* btrfs shows an anonymous device number, so the source is compared too. */
	for (size_t i = 0; i < mounts->count; i++) {
		const struct mount_entry *entry = &mounts->item[i];

		if ((entry->devno && entry->devno == devno) ||
		    (entry->source && !strcmp(entry->source, node)))
			return entry;
	}
	return NULL;
}

void mounts_done(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		free(mounts->item[i].source);
		free(mounts->item[i].target);
	}
	free(mounts->item);
	*mounts = (struct mounts){ 0 };
}
