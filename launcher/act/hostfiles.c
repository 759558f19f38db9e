// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of the host, written so that they can be put back: copies, a manifest, rename with fsync. */
#include "act/hostfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/hostfiles_disk.h"
#include "base/cleanup.h"

static int load_manifest(struct hostfiles *run, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(run->root, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, HOSTMANIFEST_SIZE_MAX,
			  &text, &len);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return err_set(e, r == -EACCES ? ERR_PRIVILEGE : ERR_UNEXPECTED, -r,
			       "/" HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, "cannot read it: %s",
			       strerror(-r));
	r = hostmanifest_parse(text, len, &run->manifest, e);
	if (r < 0)
		err_wrap(e, "/" HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE);
	return r;
}

static int take_lock(struct hostfiles *run, struct err *e)
{
	int r = disk_make_folder(run, HOSTMANIFEST_DIR, 0700, e);

	if (r < 0)
		return r;
	run->lock = root_openat(run->root, HOSTMANIFEST_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (run->lock < 0)
		return err_sys(e, -run->lock, "/" HOSTMANIFEST_DIR, "cannot open it");
	if (flock(run->lock, LOCK_EX | LOCK_NB) < 0) {
		err_set(e, ERR_BUSY, EAGAIN, NULL, "another vmrun host setup is at work");
		return err_fix(e, "try again when it has finished");
	}
	return 0;
}

int hostfiles_open(const struct root *root, bool change, struct hostfiles *ret, struct err *e)
{
	struct hostfiles run = {
		.root = root, .step = ret->step, .context = ret->context, .lock = -1
	};
	int r = change ? take_lock(&run, e) : 0;

	if (r == 0)
		r = load_manifest(&run, e);
	if (r < 0) {
		hostfiles_close(&run);
		return r;
	}
	*ret = run;
	return 0;
}

void hostfiles_close(struct hostfiles *run)
{
	if (run->lock >= 0)
		close(run->lock);
	hostmanifest_done(&run->manifest);
	run->lock = -1;
}

int hostfiles_copy(const struct hostfiles *run, const struct hostfile_version *version,
		   struct hostfile_text *ret, struct err *e)
{
	_cleanup_free_ char *path = NULL;
	int r;

	*ret = (struct hostfile_text){ .mode = version->mode,
				       .uid = version->uid,
				       .gid = version->gid };
	if (!version->copy)
		return 0;
	path = mem_printf(HOSTMANIFEST_DIR "/%s", version->copy);
	r = root_read(run->root, path, HOSTMANIFEST_SIZE_MAX, &ret->bytes, &ret->len);
	return r < 0 ? err_sys(e, -r, path, "cannot read the copy") : 0;
}

static bool same(const struct hostfile_text *a, const struct hostfile_text *b)
{
	if (!a->bytes || !b->bytes)
		return !a->bytes && !b->bytes;
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Whether the file, as it is in @now, is this version. */
static int is_version(const struct hostfiles *run, const struct hostfile_text *now,
		      const struct hostfile_version *version, bool *ret, struct err *e)
{
	struct hostfile_text copy;
	int r = hostfiles_copy(run, version, &copy, e);

	if (r == 0)
		*ret = same(now, &copy);
	free(copy.bytes);
	return r;
}

int hostfiles_standing(const struct hostfiles *run, const struct hostfile_entry *entry,
		       enum hostfile_standing *ret, struct err *e)
{
	const struct hostfile_version *ours[] = { &entry->written, &entry->previous };
	struct hostfile_text now;
	bool match = false;
	int r = hostfiles_read(run, entry->path, &now, e);

	if (r == 0)
		r = is_version(run, &now, &entry->former, &match, e);
	*ret = HOSTFILE_FORMER;
	for (size_t i = 0; r == 0 && !match && i < ARRAY_SIZE(ours); i++) {
		if (!ours[i]->copy)
			continue;
		*ret = HOSTFILE_WRITTEN;
		r = is_version(run, &now, ours[i], &match, e);
	}
	if (!match)
		*ret = HOSTFILE_BY_HAND;
	free(now.bytes);
	return r;
}

static int write_manifest(struct hostfiles *run, enum hostmanifest_state state, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	struct hostfile_text file;

	run->manifest.present = true;
	run->manifest.state = state;
	text = hostmanifest_text(&run->manifest);
	file = (struct hostfile_text){ text, strlen(text), 0600, geteuid(), getegid() };
	return disk_replace(run, HOSTMANIFEST_DIR "/" HOSTMANIFEST_FILE, &file, e);
}

/* A copy beside the manifest, which names it only afterwards. */
static int keep_copy(struct hostfiles *run, const struct hostfile_text *text,
		     struct hostfile_version *ret, struct err *e)
{
	_cleanup_free_ char *path = NULL;
	struct hostfile_text file = *text;

	if (!text->bytes)
		return 0;
	*ret = (struct hostfile_version){ mem_printf("%u", run->manifest.next++), text->mode,
					  text->uid, text->gid };
	path = mem_printf(HOSTMANIFEST_DIR "/%s", ret->copy);
	file.mode = 0600;
	file.uid = geteuid();
	file.gid = getegid();
	return disk_replace(run, path, &file, e);
}

/* The file as it is to be: one that is there keeps its mode and owner. */
static struct hostfile_text wanted(const struct hostfile_want *want,
				   const struct hostfile_text *now)
{
	struct hostfile_text text = { .len = want->len,
				      .mode = now->bytes ? now->mode : want->mode,
				      .uid = now->bytes ? now->uid : geteuid(),
				      .gid = now->bytes ? now->gid : getegid() };

	text.bytes = mem_zalloc(want->len + 1);
	memcpy(text.bytes, want->bytes, want->len);
	return text;
}

/* What is to be written is entered, unless it is what the entry has already. */
static int enter_written(struct hostfiles *run, struct hostfile_entry *entry,
			 const struct hostfile_text *text, struct err *e)
{
	struct hostfile_version written = { 0 };
	struct hostfile_text before;
	bool match;
	int r = hostfiles_copy(run, &entry->written, &before, e);

	if (r < 0)
		return r;
	match = same(&before, text);
	free(before.bytes);
	if (match)
		return 0;
	r = hostfiles_copy(run, &entry->former, &before, e);
	if (r < 0)
		return r;
	match = same(&before, text);
	free(before.bytes);
	if (!match)
		r = keep_copy(run, text, &written, e);
	free(entry->previous.copy);
	entry->previous = entry->written;
	entry->written = written;
	return r;
}

/* The entry of a file, made where it is new: then what is there now is what it was. */
static int enter(struct hostfiles *run, const struct hostfile_want *want, struct err *e)
{
	struct hostfile_entry *entry = hostmanifest_find(&run->manifest, want->path);
	enum hostfile_standing standing = HOSTFILE_FORMER;
	struct hostfile_text now, text;
	int r = entry ? hostfiles_standing(run, entry, &standing, e) : 0;

	if (r < 0 || standing == HOSTFILE_BY_HAND)
		return r;
	r = hostfiles_read(run, want->path, &now, e);
	if (r < 0)
		return r;
	text = wanted(want, &now);
	if (!entry && !same(&now, &text)) {
		entry = mem_append(&run->manifest.entries, &run->manifest.count);
		entry->path = mem_strdup(want->path);
		r = keep_copy(run, &now, &entry->former, e);
	}
	if (r == 0 && entry)
		r = enter_written(run, entry, &text, e);
	free(now.bytes);
	free(text.bytes);
	return r;
}

/* A file that is wanted no longer is put back, but its entry stays until that is done. */
static int leave_out(struct hostfiles *run, struct hostfile_entry *entry, struct err *e)
{
	enum hostfile_standing standing;
	int r = hostfiles_standing(run, entry, &standing, e);

	if (r < 0 || standing == HOSTFILE_BY_HAND || !entry->written.copy)
		return r;
	free(entry->previous.copy);
	entry->previous = entry->written;
	entry->written = (struct hostfile_version){ 0 };
	return 0;
}

static const struct hostfile_want *find_want(const struct hostfile_want *wants, size_t count,
					     const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(wants[i].path, path) && wants[i].bytes)
			return &wants[i];
	return NULL;
}

/* The file becomes this version, unless it is neither of those known. */
static int bring_to(struct hostfiles *run, const struct hostfile_entry *entry,
		    const struct hostfile_version *version, struct err *e)
{
	enum hostfile_standing standing;
	struct hostfile_text text, now;
	bool match = false;
	int r = hostfiles_standing(run, entry, &standing, e);

	if (r < 0 || standing == HOSTFILE_BY_HAND)
		return r;
	r = hostfiles_read(run, entry->path, &now, e);
	if (r == 0)
		r = hostfiles_copy(run, version, &text, e);
	if (r < 0)
		return r;
	match = same(&now, &text);
	if (!match && text.bytes)
		r = disk_replace(run, entry->path, &text, e);
	else if (!match)
		r = disk_remove(run, entry->path, e);
	free(now.bytes);
	free(text.bytes);
	return r;
}

int hostfiles_apply(struct hostfiles *run, const struct hostfile_want *wants, size_t count,
		    const struct strlist *parameters, struct err *e)
{
	struct hostmanifest *manifest = &run->manifest;
	int r = disk_clean(run, e);

	for (size_t i = 0; r == 0 && i < count; i++)
		if (wants[i].bytes)
			r = enter(run, &wants[i], e);
	for (size_t i = 0; r == 0 && i < manifest->count; i++) {
		if (!find_want(wants, count, manifest->entries[i].path))
			r = leave_out(run, &manifest->entries[i], e);
		else
			disk_missing_folders(run, manifest->entries[i].path, &manifest->folders);
	}
	strlist_done(&manifest->parameters);
	for (size_t i = 0; i < parameters->count; i++)
		strlist_add(&manifest->parameters, parameters->item[i]);
	if (r == 0)
		r = write_manifest(run, HOSTMANIFEST_APPLYING, e);
	for (size_t i = 0; r == 0 && i < manifest->folders.count; i++)
		r = disk_make_folder(run, manifest->folders.item[i], 0755, e);
	for (size_t i = 0; r == 0 && i < manifest->count; i++) {
		struct hostfile_entry *entry = &manifest->entries[i];

		r = bring_to(run, entry, entry->written.copy ? &entry->written : &entry->former, e);
	}
	return r;
}

int hostfiles_undo(struct hostfiles *run, struct err *e)
{
	struct hostmanifest *manifest = &run->manifest;
	int r = disk_clean(run, e);

	if (r == 0 && manifest->present)
		r = write_manifest(run, HOSTMANIFEST_UNDOING, e);
	for (size_t i = 0; r == 0 && i < manifest->count; i++)
		r = bring_to(run, &manifest->entries[i], &manifest->entries[i].former, e);
	for (size_t i = manifest->folders.count; r == 0 && i-- > 0;)
		r = disk_remove_folder(run, manifest->folders.item[i], e);
	return r;
}

/* Entries of files that are as they were, and need not be known any more. */
static int drop_settled(struct hostfiles *run, bool undone, struct err *e)
{
	struct hostmanifest *manifest = &run->manifest;

	for (size_t i = manifest->count; i-- > 0;) {
		struct hostfile_entry *entry = &manifest->entries[i];
		enum hostfile_standing standing;
		int r = hostfiles_standing(run, entry, &standing, e);

		if (r < 0)
			return r;
		if ((undone || !entry->written.copy) && standing == HOSTFILE_FORMER) {
			hostmanifest_drop(manifest, i);
			continue;
		}
		if (!entry->written.copy || standing == HOSTFILE_BY_HAND)
			continue;
		free(entry->previous.copy);
		entry->previous = (struct hostfile_version){ 0 };
	}
	return 0;
}

int hostfiles_finish(struct hostfiles *run, struct err *e)
{
	bool undone = run->manifest.state == HOSTMANIFEST_UNDOING || !run->manifest.present;
	int r = drop_settled(run, undone, e);

	if (r < 0)
		return r;
	if (run->manifest.count) {
		r = write_manifest(run, HOSTMANIFEST_APPLIED, e);
		return r < 0 ? r : disk_clean(run, e);
	}
	return disk_forget(run, e);
}
