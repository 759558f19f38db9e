/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The single changes of the disk that hostfiles consists of, for its own files only. */
#ifndef VMRUN_ACT_HOSTFILES_DISK_H
#define VMRUN_ACT_HOSTFILES_DISK_H

#include "act/hostfiles.h"

/** disk_replace() - Write a file: a new one beside it, flushed, renamed over it, the folder flushed; 0 or -errno */
int disk_replace(const struct hostfiles *run, const char *path, const struct hostfile_text *text,
		 struct err *e);

/** disk_remove() - Remove a file and flush its folder; 0, also where there is none; -errno */
int disk_remove(const struct hostfiles *run, const char *path, struct err *e);

/**
 * disk_make_folder() - Make a folder, with permission bits @mode, and those it is in; 0, also where it
 * is there; -errno
 */
int disk_make_folder(const struct hostfiles *run, const char *path, unsigned int mode,
		     struct err *e);

/** disk_missing_folders() - Add the folders that the file @path is in and that are missing to @ret */
void disk_missing_folders(const struct hostfiles *run, const char *path, struct strlist *ret);

/** disk_remove_folder() - Remove a folder where it is empty; 0 or -errno */
int disk_remove_folder(const struct hostfiles *run, const char *path, struct err *e);

/** disk_clean() - Remove what an interrupted run left: half-written files, copies that the manifest does not name */
int disk_clean(const struct hostfiles *run, struct err *e);

/** disk_forget() - Remove the manifest, then all that is kept beside it, and the folder; 0 or -errno */
int disk_forget(struct hostfiles *run, struct err *e);

#endif
