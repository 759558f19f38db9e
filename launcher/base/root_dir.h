/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One directory of the host, opened once for many looks at the attributes in it. */
#ifndef VMRUN_BASE_ROOT_DIR_H
#define VMRUN_BASE_ROOT_DIR_H

#include "base/root.h"

/*
 * Thousands of functions have a dozen attributes each, and most of the time to read one goes into finding it. A name may have
 * several components ("11/reserved_regions"); none is followed where it is a link, so nothing in a captured root can lead out
 * of it.
 */

/**
 * struct root_dir - an opened directory
 * @root:	the host it is in
 * @path:	relative path of it, as it was opened
 * @fd:		descriptor
 */
struct root_dir {
	const struct root *root;
	char *path;
	int fd;
};

/**
 * root_dir_open() - Open a directory beneath the root
 * @root:	the root; must outlive @ret
 * @path:	relative path
 * @ret:	filled, on failure too; root_dir_close()
 *
 * Return: 0; -errno, and every look into @ret fails with it
 */
int root_dir_open(const struct root *root, const char *path, struct root_dir *ret);

/**
 * root_dir_open_in() - Open a directory in an open one: sooner done than to find it by its path, which may lead through links
 * @parent:	directory it is in
 * @name:	its name there, one component, which is not followed where it is a link
 * @path:	relative path of it, by which it is known
 * @ret:	filled, on failure too; root_dir_close()
 *
 * Return: 0; -errno
 */
int root_dir_open_in(const struct root_dir *parent, const char *name, const char *path,
		     struct root_dir *ret);

/** root_dir_close() - Release what @dir owns */
void root_dir_close(struct root_dir *dir);

/**
 * root_dir_read() - Text of an attribute of the kernel
 * @dir:	the directory
 * @name:	the attribute's name
 * @buf:	the text, terminated
 * @size:	size of @buf; the kernel gives no more than 4096 bytes (Documentation/filesystems/sysfs.rst)
 *
 * Return: number of bytes; -errno of open or read
 */
ssize_t root_dir_read(const struct root_dir *dir, const char *name, char *buf, size_t size);

/** root_dir_read_line() - Its first line, without its newline and trailing white space; as root_read_line() */
int root_dir_read_line(const struct root_dir *dir, const char *name, char *buf, size_t size);

/** root_dir_link_name() - Last component of the target of the link @name; as root_link_name() */
int root_dir_link_name(const struct root_dir *dir, const char *name, char *buf, size_t size);

/** root_dir_readlink() - Target of the link @name; as root_readlink() */
int root_dir_readlink(const struct root_dir *dir, const char *name, char *buf, size_t size);

/** root_dir_openat() - Open @name with @flags of open(2); a descriptor, or -errno */
int root_dir_openat(const struct root_dir *dir, const char *name, int flags);

/** root_dir_list() - Names in the directory @name, or NULL for the directory itself; as root_list() */
int root_dir_list(const struct root_dir *dir, const char *name, struct strlist *ret);

/** root_dir_has() - Whether @name is there */
bool root_dir_has(const struct root_dir *dir, const char *name);

#define _cleanup_root_dir_ _cleanup_(root_dir_close)

#endif
