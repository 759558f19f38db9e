/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the host, written so that they can be put back: copies, a manifest, rename with fsync. */
#ifndef VMRUN_ACT_HOSTFILES_H
#define VMRUN_ACT_HOSTFILES_H

#include "base/root.h"
#include "model/hostmanifest.h"

/*
 * Theory of operation
 *
 * The first time a file is written, a copy of what was there goes to HOSTMANIFEST_DIR, and one of what is written. The
 * manifest that names them is on disk before the first file is touched, and says how far the run is. Files are replaced by
 * rename, so each is at any time as it was or as it is to be, and whichever run comes next can tell which:
 * hostfiles_apply() goes on, hostfiles_undo() goes back. A file that is neither was changed by hand. It is never written.
 */

/**
 * struct hostfile_want - a file as it is to be
 * @path:	below the root, without a slash before it
 * @bytes:	@len bytes; NULL: as it was before setup first wrote it
 * @len:	number of bytes
 * @mode:	permission bits of a file that is new; one that is there keeps its own
 */
struct hostfile_want {
	const char *path;
	const char *bytes;
	size_t len;
	unsigned int mode;
};

/** struct hostfile_text - a file or a copy of one; @bytes NULL: there is none */
struct hostfile_text {
	char *bytes;
	size_t len;
	unsigned int mode, uid, gid;
};

/** typedef hostfiles_step_fn - Called before each change of the disk; what is not 0 ends the run as a power cut does */
typedef int hostfiles_step_fn(void *context, const char *operation, const char *path);

/**
 * struct hostfiles - a run
 * @root:	the host
 * @step:	told of every change before it, or NULL
 * @context:	first argument of @step
 * @manifest:	what is kept; hostfiles_close() releases it
 * @lock:	descriptor that holds the lock, or -1
 */
struct hostfiles {
	const struct root *root;
	hostfiles_step_fn *step;
	void *context;
	struct hostmanifest manifest;
	int lock;
};

/**
 * hostfiles_open() - Read the manifest
 * @root:	the host
 * @change:	files are to be changed: makes the folder, and holds a lock until hostfiles_close()
 * @ret:	filled on success; hostfiles_close()
 * @e:		ERR_BUSY where another run holds the lock; ERR_PRIVILEGE
 *
 * Return: 0; -errno
 */
int hostfiles_open(const struct root *root, bool change, struct hostfiles *ret, struct err *e);

/** enum hostfile_standing - what a file is, compared with the copies */
enum hostfile_standing { HOSTFILE_FORMER, HOSTFILE_WRITTEN, HOSTFILE_BY_HAND };

/**
 * hostfiles_standing() - What a file of the manifest is now
 * @run:	the run
 * @entry:	the file
 * @ret:	filled on success
 * @e:		detail of a failure
 *
 * Return: 0; -errno
 */
int hostfiles_standing(const struct hostfiles *run, const struct hostfile_entry *entry,
		       enum hostfile_standing *ret, struct err *e);

/**
 * hostfiles_read() - A file of the host
 * @run:	the run
 * @path:	below the root
 * @ret:	filled on success; free() its bytes
 * @e:		ERR_REFUSED for a link or anything else that is no file
 *
 * Return: 0, also where there is none; -errno
 */
int hostfiles_read(const struct hostfiles *run, const char *path, struct hostfile_text *ret,
		   struct err *e);

/** hostfiles_copy() - The bytes of a version into @ret, as hostfiles_read() */
int hostfiles_copy(const struct hostfiles *run, const struct hostfile_version *version,
		   struct hostfile_text *ret, struct err *e);

/**
 * hostfiles_apply() - Make files what they are to be
 * @run:	the run, opened for a change
 * @wants:	@count files; those of the manifest that are not among them are put back
 * @count:	number of @wants
 * @parameters:	kernel parameters, for the manifest
 * @e:		detail of a failure
 *
 * Needs:   no file by hand (hostfiles_standing()) among those that are to be changed
 * Changes: the files, @run->manifest, what is kept; hostfiles_finish() ends it
 * Return:  0; -errno
 */
int hostfiles_apply(struct hostfiles *run, const struct hostfile_want *wants, size_t count,
		    const struct strlist *parameters, struct err *e);

/**
 * hostfiles_undo() - Put back what is as it was written
 * @run:	the run, opened for a change
 * @e:		detail of a failure
 *
 * Mustn't: write a file that was changed by hand; its entry stays
 * Changes: the files; hostfiles_finish() ends it
 * Return:  0; -errno
 */
int hostfiles_undo(struct hostfiles *run, struct err *e);

/** hostfiles_finish() - All is done, commands as well: say so in the manifest, or remove it after an undo; 0 or -errno */
int hostfiles_finish(struct hostfiles *run, struct err *e);

/** hostfiles_close() - Release what @run owns */
void hostfiles_close(struct hostfiles *run);

#define _cleanup_hostfiles_ __attribute__((cleanup(hostfiles_close)))

#endif
