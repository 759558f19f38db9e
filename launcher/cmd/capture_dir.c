// SPDX-License-Identifier: GPL-2.0-or-later
/* A new directory or archive with files in it, that is there whole or not at all. */
#include "cmd/capture_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/mem.h"

/**
 * struct place - where a directory is to be
 * @parent:	the directory it will be in
 * @name:	its name there
 * @temporary:	its name until it is complete
 */
struct place {
	int parent;
	char *name;
	char *temporary;
};

static void place_done(struct place *place)
{
	if (place->parent >= 0)
		close(place->parent);
	free(place->name);
	free(place->temporary);
}

static int place_open(const char *path, struct place *ret, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(path);
	size_t len = strlen(copy);
	char *slash;

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	slash = strrchr(copy, '/');
	ret->name = mem_strdup(slash ? slash + 1 : copy);
	ret->temporary = mem_printf(".%s.%d", ret->name, (int)getpid());
	if (!*ret->name || !strcmp(ret->name, ".") || !strcmp(ret->name, ".."))
		return err_set(e, ERR_USAGE, EINVAL, path, "that is no name for a new directory");
	if (slash)
		slash[slash == copy] = '\0';
	ret->parent = bracket_openat(AT_FDCWD, slash ? copy : ".", O_PATH | O_DIRECTORY);
	if (ret->parent == -ENOENT) {
		err_set(e, ERR_USAGE, ENOENT, path, "the directory it is to be in is not there");
		return err_fix(e, "mkdir -p %s", copy);
	}
	if (ret->parent < 0)
		return err_sys(e, -ret->parent, path, "cannot open the directory it is to be in");
	return 0;
}

bool capture_is_archive(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);

	return len > 4 && !strcmp(name + len - 4, ".tar");
}

static bool is_empty(int parent, const char *name)
{
	_cleanup_closedir_ DIR *dir = NULL;
	int fd = bracket_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	int entries = 0;

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir && fd >= 0)
		close(fd);
	while (dir && readdir(dir))
		entries++;
	return dir && entries <= 2;
}

int capture_dir_check(const char *path, struct err *e)
{
	_cleanup_(place_done) struct place place = { .parent = -1 };
	struct stat st;
	int r = place_open(path, &place, e);

	if (r < 0)
		return r;
	if (fstatat(place.parent, place.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, path, "cannot look at it");
	if (S_ISDIR(st.st_mode) && !capture_is_archive(place.name) &&
	    is_empty(place.parent, place.name))
		return 0;
	err_set(e, ERR_USAGE, EEXIST, path, "it exists%s",
		capture_is_archive(place.name) ? "" : ", and is no empty directory");
	return err_fix(e, "name a new one; nothing is written over");
}

static int write_archive(const struct place *place, const struct tree *tree)
{
	_cleanup_free_ char *top = mem_printf("%.*s", (int)strlen(place->name) - 4, place->name);
	_cleanup_free_ char *bytes = NULL;
	_cleanup_close_ int fd = -1;
	size_t len, done = 0;
	int r = 0;

	bytes = tree_tar(tree, top, &len);
	fd = openat(place->parent, place->temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	while (r == 0 && done < len) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			r = -errno;
	}
	/* Something may have come to be there since it was looked at: a link is not put over it. */
	if (r == 0 && linkat(place->parent, place->temporary, place->parent, place->name, 0) < 0)
		r = -errno;
	unlinkat(place->parent, place->temporary, 0);
	return r;
}

static int write_and_publish(const struct place *place, const struct tree *tree)
{
	_cleanup_close_ int fd = -1;
	int r;
	BRACKET(WRITE);

	if (mkdirat(place->parent, place->temporary, 0700) < 0)
		return -errno;
	fd = openat(place->parent, place->temporary,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : tree_write(tree, fd);
	/* In place of an empty directory too; of anything else it fails. */
	if (r == 0 && renameat(place->parent, place->temporary, place->parent, place->name) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		tree_remove(tree, fd);
	if (r < 0)
		unlinkat(place->parent, place->temporary, AT_REMOVEDIR);
	return r;
}

int capture_dir_write(const char *path, const struct tree *tree, struct err *e)
{
	_cleanup_(place_done) struct place place = { .parent = -1 };
	sigset_t all, before;
	int r = place_open(path, &place, e);

	if (r < 0)
		return r;
	/* It takes a moment; an interrupted one would leave its beginning. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	r = capture_is_archive(place.name) ? write_archive(&place, tree)
					   : write_and_publish(&place, tree);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r < 0 ? err_sys(e, -r, path, "cannot write there") : 0;
}
