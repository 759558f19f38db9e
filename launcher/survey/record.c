// SPDX-License-Identifier: GPL-2.0-or-later
/* Recording: everything a survey looks at, kept so that the copy answers the same. */
#include "survey/record.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/bracket.h"
#include "base/cleanup.h"

/* What is opened and not read through the root is small: configuration space has 4096 bytes. */
#define OPENED_SIZE_MAX (64 * 1024)

/* As the kernel's own MAXSYMLINKS (include/linux/namei.h). */
#define LINKS_MAX 40

struct record {
	struct root *root;
	struct root plain;
	struct tree *top;
};

static bool begins(const char *path, const char *prefix)
{
	return !strncmp(path, prefix, strlen(prefix));
}

/* A process by its number, and what is below it. */
static bool in_process(const char *path)
{
	return begins(path, "proc/") && isdigit((unsigned char)path[strlen("proc/")]);
}

static bool is_state(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash, "/stat") && strchr(path + strlen("proc/"), '/') == slash;
}

/* Files of which only what was learned from them is kept, in the facts: accounts, sessions, kernels' images and configurations. */
static bool is_measured(const char *path, enum root_look look)
{
	if (look != LOOK_READ && look != LOOK_OPEN)
		return false;
	return !strcmp(path, "etc/passwd") || !strcmp(path, "etc/group") ||
	       !strcmp(path, "proc/stat") || !strcmp(path, "proc/net/pppoe") ||
	       begins(path, "boot/") ||
	       (begins(path, "lib/modules/") && !strcmp(strrchr(path, '/'), "/config"));
}

/* Processes and containers come and go and are nobody else's business; reading a device does something. */
static bool is_kept(const struct root_seen *seen)
{
	const char *path = seen->path;

	if (in_process(path))
		return seen->look == LOOK_READ && is_state(path);
	if (!strcmp(path, "proc") || !strcmp(path, "facts.json") || begins(path, "run/netns") ||
	    begins(path, "run/docker/netns") || is_measured(path, seen->look))
		return false;
	if (seen->look == LOOK_READ || seen->look == LOOK_OPEN)
		return !begins(path, "dev/") && strcmp(path, "proc/kmsg");
	return true;
}

/* Whether @node is a link on the host; makes it one in the tree. */
static bool make_link(struct record *record, struct tree *node)
{
	_cleanup_free_ char *path = tree_path(node);
	char target[PATH_MAX];

	if (node->kind == TREE_LINK)
		return true;
	/* proc/self leads elsewhere for every process; here it is what we saw through it. */
	if (node->kind != TREE_NAME || !strcmp(path, "proc/self") ||
	    !strcmp(path, "proc/thread-self") ||
	    root_readlink(&record->plain, path, target, sizeof(target)) < 0 || !target[0])
		return false;
	tree_set(node, TREE_LINK, target, strlen(target));
	return true;
}

/**
 * struct way - a path on its way to a node
 * @at:		node reached
 * @rest:	what is still to be followed, owned
 * @links:	links passed
 */
struct way {
	struct tree *at;
	char *rest;
	int links;
};

static void follow_link(struct record *record, struct way *way, const struct tree *link)
{
	char *rest = mem_printf("%s/%s", link->data, way->rest);

	free(way->rest);
	way->rest = rest;
	way->links++;
	way->at = link->data[0] == '/' ? record->top : link->parent;
}

/* The next name of the rest, newly allocated; NULL at its end. */
static char *next_name(struct way *way, bool *ret_last)
{
	char *begin = way->rest + strspn(way->rest, "/"), *name, *rest;
	size_t len = strcspn(begin, "/");

	if (!len)
		return NULL;
	name = mem_printf("%.*s", (int)len, begin);
	rest = mem_strdup(begin + len + strspn(begin + len, "/"));
	*ret_last = !*rest;
	free(way->rest);
	way->rest = rest;
	return name;
}

static void step(struct record *record, struct way *way, const char *name, bool follow)
{
	struct tree *node;

	if (!strcmp(name, "."))
		return;
	if (!strcmp(name, "..")) {
		way->at = way->at->parent ? way->at->parent : way->at;
		return;
	}
	node = tree_child(way->at, name);
	if (follow && make_link(record, node))
		follow_link(record, way, node);
	else
		way->at = node;
}

/* The node of a path that is there; NULL where its links lead in circles. */
static struct tree *locate(struct record *record, const char *path, bool follow_last)
{
	struct way way = { .at = record->top, .rest = mem_strdup(path) };
	bool last = false;
	char *name;

	while (way.links < LINKS_MAX && (name = next_name(&way, &last))) {
		step(record, &way, name, follow_last || !last);
		free(name);
	}
	free(way.rest);
	return way.links < LINKS_MAX ? way.at : NULL;
}

static void keep_bytes(struct tree *node, const char *data, size_t len)
{
	/* The same file may have been read in full before, and now its first line only. */
	if (node->kind == TREE_DIR || (node->kind == TREE_FILE && node->len >= len))
		return;
	tree_set(node, TREE_FILE, data, len);
}

/* With all that the survey may have had: what was opened may have been configuration space. */
static int open_again(struct record *record, const char *path)
{
	BRACKET(CONFIG);

	return root_openat(&record->plain, path, O_RDONLY | O_NOCTTY);
}

static void keep_opened(struct record *record, struct tree *node, const char *path)
{
	_cleanup_free_ char *data = mem_zalloc(OPENED_SIZE_MAX);
	_cleanup_close_ int fd = open_again(record, path);
	size_t len = 0;
	ssize_t n = 0;

	while (fd >= 0 && (n = pread(fd, data + len, OPENED_SIZE_MAX - len, (off_t)len)) > 0)
		len += (size_t)n;
	if (fd >= 0 && (len || n == 0))
		keep_bytes(node, data, len);
}

static void keep_names(struct record *record, struct tree *dir, const struct root_seen *seen)
{
	if (dir->kind != TREE_DIR)
		tree_set(dir, TREE_DIR, "", 0);
	for (size_t i = 0; i < seen->names->count; i++)
		make_link(record, tree_child(dir, seen->names->item[i]));
}

/* It may be there all the same, and then a copy must not be without it. */
static void keep_failure(struct record *record, const struct root_seen *seen)
{
	struct tree *node;

	if (seen->result == -ENOENT || seen->result == -ENOTDIR ||
	    !root_exists(&record->plain, seen->path))
		return;
	node = locate(record, seen->path, true);
	if (node && node->kind == TREE_NAME && seen->look != LOOK_LINK)
		tree_set(node, TREE_SEALED, "", 0);
}

static void keep_seen(struct record *record, const struct root_seen *seen)
{
	bool itself = seen->look == LOOK_LINK || seen->look == LOOK_EXISTS;
	struct tree *node = locate(record, seen->path, !itself);

	if (!node)
		return;
	switch (seen->look) {
	case LOOK_READ:
		keep_bytes(node, seen->data, seen->len);
		break;
	case LOOK_LIST:
		keep_names(record, node, seen);
		break;
	case LOOK_OPEN:
		if (!(seen->flags & (O_PATH | O_DIRECTORY | O_WRONLY | O_RDWR | O_EXCL)))
			keep_opened(record, node, seen->path);
		break;
	case LOOK_LINK:
	case LOOK_EXISTS:
		make_link(record, node);
		break;
	}
}

static void observe(void *observer, const struct root_seen *seen)
{
	struct record *record = observer;

	if (!is_kept(seen))
		return;
	if (seen->result == 0)
		keep_seen(record, seen);
	else
		keep_failure(record, seen);
}

struct record *record_new(struct root *root)
{
	struct record *record = mem_zalloc(sizeof(*record));

	record->root = root;
	record->plain = *root;
	record->top = tree_new();
	root->observe = observe;
	root->observer = record;
	return record;
}

struct tree *record_tree(struct record *record)
{
	return record->top;
}

void record_free(struct record *record)
{
	if (!record)
		return;
	record->root->observe = NULL;
	record->root->observer = NULL;
	tree_free(record->top);
	free(record);
}
