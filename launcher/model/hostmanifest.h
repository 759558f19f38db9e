/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What host setup wrote and what was there before: to and from its JSON document. */
#ifndef VMRUN_MODEL_HOSTMANIFEST_H
#define VMRUN_MODEL_HOSTMANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/* Where it is kept, with the copies, below the root. */
#define HOSTMANIFEST_DIR "var/lib/vmrun/host"
#define HOSTMANIFEST_FILE "manifest.json"
#define HOSTMANIFEST_SIZE_MAX ((size_t)4 * 1024 * 1024)

/** enum hostmanifest_state - how far a run came */
enum hostmanifest_state {
	HOSTMANIFEST_APPLYING, /* files or commands are not done yet */
	HOSTMANIFEST_APPLIED,
	HOSTMANIFEST_UNDOING,
	HOSTMANIFEST_STATES
};

/**
 * struct hostfile_version - a file as it was, or as it was written
 * @copy:	name of the copy beside the manifest; NULL: there was no file
 * @mode:	permission bits
 * @uid, @gid:	its owner
 */
struct hostfile_version {
	char *copy;
	unsigned int mode;
	unsigned int uid, gid;
};

/**
 * struct hostfile_entry - one file
 * @path:	below the root, without a slash before it
 * @former:	as it was before setup first wrote it
 * @written:	as setup wrote it; without a copy: put back to @former
 * @previous:	as an earlier run wrote it, while this one is not done
 */
struct hostfile_entry {
	char *path;
	struct hostfile_version former, written, previous;
};

/**
 * struct hostmanifest - all of it; all zero is none
 * @present:	there is one
 * @state:	how far it is
 * @next:	number of the next copy
 * @entries:	@count files
 * @count:	number of @entries
 * @folders:	folders that were made, each after the one it is in
 * @parameters:	kernel parameters asked for, "NAME=VALUE"
 * @arguments:	of the run that wrote it, profiles by their whole path
 */
struct hostmanifest {
	bool present;
	enum hostmanifest_state state;
	unsigned int next;
	struct hostfile_entry *entries;
	size_t count;
	struct strlist folders;
	struct strlist parameters;
	struct strlist arguments;
};

/** hostmanifest_text() - @manifest as JSON (schema vmrun.host-manifest/1); free() */
char *hostmanifest_text(const struct hostmanifest *manifest);

/**
 * hostmanifest_parse() - Read a manifest
 * @text:	@len bytes
 * @len:	number of bytes
 * @ret:	filled on success; hostmanifest_done()
 * @e:		what is wrong
 *
 * Return: 0; -EINVAL, also for a path or copy that leads elsewhere
 */
int hostmanifest_parse(const char *text, size_t len, struct hostmanifest *ret, struct err *e);

/** hostmanifest_find() - The entry of @path, or NULL */
struct hostfile_entry *hostmanifest_find(const struct hostmanifest *manifest, const char *path);

/** hostmanifest_drop() - Take the entry at @index out */
void hostmanifest_drop(struct hostmanifest *manifest, size_t index);

/** hostmanifest_done() - Release what @manifest owns */
void hostmanifest_done(struct hostmanifest *manifest);

#define _cleanup_hostmanifest_ __attribute__((cleanup(hostmanifest_done)))

#endif
