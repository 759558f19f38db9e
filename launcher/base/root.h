/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host, reached only through a directory that stands for "/": the live one or a captured one. */
#ifndef VMRUN_BASE_ROOT_H
#define VMRUN_BASE_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

/*
 * Paths are relative to the root and have no leading slash ("sys/bus/pci/devices"). A captured root may come from
 * somebody else, so every path in it, links included, is resolved beneath it (openat2(2), RESOLVE_IN_ROOT).
 */

/** typedef root_write_fn - Takes the place of a write to the host (a model of the kernel, in tests); 0 or -errno */
typedef int root_write_fn(void *context, const char *path, const char *value);

/*
 * A file of this name keeps an otherwise empty directory of a captured root in git, which stores
 * none; it is not listed.
 */
#define ROOT_EMPTY ".empty"

/** enum root_look - asked for: content, a link's target, names, whether it is there, a descriptor */
enum root_look { LOOK_READ, LOOK_LINK, LOOK_LIST, LOOK_EXISTS, LOOK_OPEN };

/**
 * struct root_seen - one look at the host, and what was seen
 * @look:	what was asked
 * @path:	of what
 * @flags:	open(2) flags of LOOK_OPEN
 * @result:	0, or -errno: nothing was seen
 * @data:	@len bytes: content as far as it was read, or a link's target
 * @len:	number of bytes
 * @names:	sorted names of LOOK_LIST
 */
struct root_seen {
	enum root_look look;
	const char *path;
	int flags;
	int result;
	const char *data;
	size_t len;
	const struct strlist *names;
};

/** typedef root_observe_fn - Told of every look, after it; @seen lives until it returns */
typedef void root_observe_fn(void *observer, const struct root_seen *seen);

/**
 * struct root - an opened root directory
 * @fd:		the directory
 * @path:	as the user named it, for messages
 * @live:	it is the running host, so that system calls about it (opens of devices, /proc of processes) are facts
 * @state:	where vmrun keeps its state, a relative path; NULL for root's place (STATE_DIR)
 * @write:	replaces root_write() when set
 * @context:	first argument of @write
 * @observe:	told of every look when set; so a survey can be recorded
 * @observer:	first argument of @observe
 */
struct root {
	int fd;
	char *path;
	bool live;
	char *state;
	root_write_fn *write;
	void *context;
	root_observe_fn *observe;
	void *observer;
};

/**
 * root_open() - Open a root directory
 * @path:	directory; "/" is the live host
 * @ret:	filled on success; release with root_close()
 * @e:		detail of a failure
 *
 * Return: 0; -errno of opening the directory
 */
int root_open(const char *path, struct root *ret, struct err *e);

/** root_close() - Release what @root owns; all zero with fd -1 is fine */
void root_close(struct root *root);

/**
 * root_openat() - Open a file beneath the root
 * @root:	the root
 * @path:	relative path
 * @flags:	open(2) flags; O_CLOEXEC is added
 *
 * Return: descriptor, or -errno
 */
int root_openat(const struct root *root, const char *path, int flags);

/**
 * root_read() - A whole small file
 * @root:	the root
 * @path:	relative path
 * @limit:	largest size taken, in bytes
 * @ret:	the bytes, with a NUL after them that is not counted; free()
 * @ret_len:	number of bytes, or NULL
 *
 * Return: 0; -EFBIG above @limit; -errno of open or read
 */
int root_read(const struct root *root, const char *path, size_t limit, char **ret, size_t *ret_len);

/**
 * root_read_line() - First line of an attribute file, without its newline and trailing white space
 * @root:	the root
 * @path:	relative path
 * @buf:	result, terminated; untouched on failure
 * @size:	size of @buf
 *
 * Return: 0; -EFBIG where it does not fit; -errno of open or read
 */
int root_read_line(const struct root *root, const char *path, char *buf, size_t size);

/** root_first_line() - The first line of an attribute's @text into @buf of @size bytes; as root_read_line() */
int root_first_line(const char *text, char *buf, size_t size);

/** root_read_u64() - An attribute file that holds one number in @base (10, 16) into @ret; 0 or -errno */
int root_read_u64(const struct root *root, const char *path, int base, uint64_t *ret);

/**
 * root_readlink() - Target of a symbolic link
 * @root:	the root
 * @path:	relative path
 * @buf:	the target as stored, terminated
 * @size:	size of @buf
 *
 * Return: 0; -EFBIG where it does not fit; -errno
 */
int root_readlink(const struct root *root, const char *path, char *buf, size_t size);

/** root_link_name() - Last component of a link's target (the driver, the group number); arguments as root_readlink() */
int root_link_name(const struct root *root, const char *path, char *buf, size_t size);

/** root_last_name() - Last component of @target into @buf of @size bytes; 0, or -EFBIG where it does not fit */
int root_last_name(const char *target, char *buf, size_t size);

/**
 * root_list() - Names in a directory, sorted, without ".", ".." and a captured root's ROOT_EMPTY
 * @root:	the root
 * @path:	relative path
 * @ret:	filled on success; strlist_done()
 *
 * Return: 0; -errno of opening or reading the directory
 */
int root_list(const struct root *root, const char *path, struct strlist *ret);

/** root_take_names() - The same of the open directory @fd, which is closed in any case; no look is told of */
int root_take_names(const struct root *root, int fd, struct strlist *ret);

/** root_exists() - Whether @path is there (a link counts by itself, wherever it leads) */
bool root_exists(const struct root *root, const char *path);

/**
 * root_write() - Write a value to an attribute of the kernel: exactly one write(2)
 * @root:	the root
 * @path:	relative path of an existing file
 * @value:	text to write
 *
 * Changes: the host. Only act/ calls it.
 * Return: 0; -EIO for a short write; -errno of open or write
 */
int root_write(const struct root *root, const char *path, const char *value);

#define _cleanup_root_ _cleanup_(root_close)

#endif
