/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of files in memory, made to be written below a directory. */
#ifndef VMRUN_BASE_TREE_H
#define VMRUN_BASE_TREE_H

#include <stddef.h>

/**
 * enum tree_kind - what a node becomes when it is written
 * @TREE_NAME:	nothing is known but its name: an empty file
 * @TREE_DIR:	a directory; with nothing in it, it gets a ROOT_EMPTY
 * @TREE_FILE:	a file
 * @TREE_LINK:	a symbolic link
 * @TREE_SEALED: it is there and cannot be read: a link to itself, which nothing can open
 */
enum tree_kind { TREE_NAME, TREE_DIR, TREE_FILE, TREE_LINK, TREE_SEALED };

/**
 * struct tree - one node
 * @kind:	what it is
 * @name:	its name; NULL for the top
 * @parent:	directory it is in; NULL for the top
 * @data:	@len bytes of a file, or the target of a link; a NUL follows
 * @len:	number of bytes
 * @child:	@count nodes in a directory, sorted by name
 * @count:	number of nodes
 */
struct tree {
	enum tree_kind kind;
	char *name;
	struct tree *parent;
	char *data;
	size_t len;
	struct tree **child;
	size_t count;
};

/** tree_new() - An empty directory; tree_free() */
struct tree *tree_new(void);

/** tree_free() - Release a node and all below it; NULL is fine */
void tree_free(struct tree *tree);

/** tree_child() - The node @name in @dir, which becomes a directory; made where there is none */
struct tree *tree_child(struct tree *dir, const char *name);

/** tree_set() - Make @node a file, a link or a sealed one with a copy of @len bytes at @data */
void tree_set(struct tree *node, enum tree_kind kind, const char *data, size_t len);

/** tree_path() - Path of @node below the top, without a leading slash ("" for the top); free() */
char *tree_path(const struct tree *node);

/** typedef tree_walk_fn - Called per node, directories before what is in them */
typedef void tree_walk_fn(void *context, struct tree *node, const char *path);

/** tree_walk() - Show every node of @tree but itself to @each */
void tree_walk(struct tree *tree, tree_walk_fn *each, void *context);

/**
 * tree_write() - Write what is in a directory
 * @tree:	the directory
 * @fd:		an empty directory that stands for it
 *
 * Nothing that exists is overwritten or followed. Files are readable by their owner only. On
 * failure what was written so far stays: tree_remove().
 *
 * Return: 0; -errno
 */
int tree_write(const struct tree *tree, int fd);

/**
 * tree_tar() - A directory as a tar archive (pax)
 * @tree:	the directory
 * @name:	what it is called in the archive
 * @ret_len:	number of bytes
 *
 * What tree_write() writes, with the same modes; the archive of a tree is always the same.
 *
 * Return: the bytes; free()
 */
char *tree_tar(const struct tree *tree, const char *name, size_t *ret_len);

/** tree_remove() - Take away, as far as it is there, what tree_write() wrote into @fd */
void tree_remove(const struct tree *tree, int fd);

#endif
