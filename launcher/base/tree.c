// SPDX-License-Identifier: GPL-2.0-or-later
/* A tree of files in memory, made to be written below a directory. */
#include "base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/root.h"

struct tree *tree_new(void)
{
	struct tree *tree = mem_zalloc(sizeof(*tree));

	tree->kind = TREE_DIR;
	return tree;
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->count; i++)
		tree_free(tree->child[i]);
	free(tree->child);
	free(tree->name);
	free(tree->data);
	free(tree);
}

/* Index of @name in @dir, or of where it belongs. */
static size_t position(const struct tree *dir, const char *name, bool *ret_found)
{
	size_t low = 0, high = dir->count;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(dir->child[middle]->name, name);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct tree *tree_child(struct tree *dir, const char *name)
{
	bool found;
	size_t at = position(dir, name, &found);
	struct tree *node;

	if (found)
		return dir->child[at];
	if (dir->kind != TREE_DIR) {
		tree_set(dir, TREE_NAME, "", 0);
		dir->kind = TREE_DIR;
	}
	node = mem_zalloc(sizeof(*node));
	node->name = mem_strdup(name);
	node->parent = dir;
	mem_append(&dir->child, &dir->count);
	memmove(&dir->child[at + 1], &dir->child[at], (dir->count - 1 - at) * sizeof(*dir->child));
	dir->child[at] = node;
	return node;
}

void tree_set(struct tree *node, enum tree_kind kind, const char *data, size_t len)
{
	char *copy = mem_zalloc(len + 1);

	if (len)
		memcpy(copy, data, len);
	free(node->data);
	node->kind = kind;
	node->data = copy;
	node->len = len;
}

char *tree_path(const struct tree *node)
{
	_cleanup_free_ char *above = NULL;

	if (!node->parent)
		return mem_strdup("");
	above = tree_path(node->parent);
	return mem_printf("%s%s%s", above, *above ? "/" : "", node->name);
}

static void walk_below(struct tree *tree, const char *above, tree_walk_fn *each, void *context)
{
	for (size_t i = 0; i < tree->count; i++) {
		struct tree *node = tree->child[i];
		_cleanup_free_ char *path =
			mem_printf("%s%s%s", above, *above ? "/" : "", node->name);

		each(context, node, path);
		walk_below(node, path, each, context);
	}
}

void tree_walk(struct tree *tree, tree_walk_fn *each, void *context)
{
	walk_below(tree, "", each, context);
}

static int write_file(int dir, const char *name, const char *data, size_t len)
{
	_cleanup_close_ int fd =
		openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int open_dir(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int write_dir(const struct tree *node, int dir)
{
	_cleanup_close_ int fd = -1;

	if (mkdirat(dir, node->name, 0700) < 0)
		return -errno;
	fd = open_dir(dir, node->name);
	return fd < 0 ? fd : tree_write(node, fd);
}

static int write_node(const struct tree *node, int dir)
{
	switch (node->kind) {
	case TREE_DIR:
		return write_dir(node, dir);
	case TREE_LINK:
		return symlinkat(node->data, dir, node->name) < 0 ? -errno : 0;
	case TREE_SEALED:
		return symlinkat(node->name, dir, node->name) < 0 ? -errno : 0;
	case TREE_NAME:
	case TREE_FILE:
		break;
	}
	return write_file(dir, node->name, node->data, node->len);
}

int tree_write(const struct tree *tree, int fd)
{
	for (size_t i = 0; i < tree->count; i++) {
		int r = write_node(tree->child[i], fd);

		if (r < 0)
			return r;
	}
	return tree->count ? 0 : write_file(fd, ROOT_EMPTY, "", 0);
}

void tree_remove(const struct tree *tree, int fd)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct tree *node = tree->child[i];
		_cleanup_close_ int dir = -1;

		if (node->kind != TREE_DIR) {
			unlinkat(fd, node->name, 0);
			continue;
		}
		dir = open_dir(fd, node->name);
		if (dir >= 0)
			tree_remove(node, dir);
		unlinkat(fd, node->name, AT_REMOVEDIR);
	}
	if (!tree->count)
		unlinkat(fd, ROOT_EMPTY, 0);
}
