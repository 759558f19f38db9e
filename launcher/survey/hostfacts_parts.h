/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of hostfacts_scan(), for its own files only. */
#ifndef VMRUN_SURVEY_HOSTFACTS_PARTS_H
#define VMRUN_SURVEY_HOSTFACTS_PARTS_H

#include "survey/hostfacts.h"

/* Configuration files are small; the kernel's log and its configuration are not. */
#define HOSTFACTS_CONF_MAX (1024 * 1024)
#define HOSTFACTS_LOG_MAX (64 * 1024 * 1024)

/**
 * hostfacts_there() - Whether @path is there; FACT_UNKNOWN where a captured host has nothing of
 * the @folder it is in
 */
enum fact hostfacts_there(const struct root *root, const char *folder, const char *path);

/** hostfacts_kvm() - Fill facts.kvm; facts.libvirt is filled already */
void hostfacts_kvm(const struct root *root, struct hostfacts *facts);

/** hostfacts_log() - Fill facts.says */
void hostfacts_log(const struct root *root, struct hostfacts *facts);

/** hostfacts_vfio() - Fill facts.vfio */
void hostfacts_vfio(const struct root *root, const struct host *host, struct hostfacts *facts);

/** hostfacts_image() - Fill facts.image; facts.vfio is filled already */
void hostfacts_image(const struct root *root, const struct host *host, struct hostfacts *facts);

/** hostfacts_libvirt() - Fill facts.libvirt */
void hostfacts_libvirt(const struct root *root, struct hostfacts *facts);

/** hostfacts_recall() - Facts from what hostfacts_collect() made of them; NULL leaves them as they are */
void hostfacts_recall(const struct json *kept, struct hostfacts *facts);
/** hostfacts_written() - Fill facts.written */
void hostfacts_written(const struct root *root, const struct host *host, struct hostfacts *facts);

/** hostfacts_limits() - Fill facts.pools_known, lock and cgroup */
void hostfacts_limits(const struct root *root, const struct host *host, struct hostfacts *facts);

/**
 * hostfacts_conf_files() - Take each file *.conf of some folders, later folders giving way to files
 * of that name in earlier ones
 * @root:	the host
 * @folders:	@count folders, the one that wins first
 * @count:	number of @folders
 * @suffix:	".conf", ".rules"
 * @each:	called with the file's path, with a slash before it, and its text
 * @context:	first argument of @each
 *
 * Return: whether one of the folders could be read
 */
bool hostfacts_conf_files(const struct root *root, const char *const *folders, size_t count,
			  const char *suffix,
			  void (*each)(void *context, const char *path, const char *text),
			  void *context);

#endif
