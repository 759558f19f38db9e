// SPDX-License-Identifier: GPL-2.0-or-later
/* What libvirt's embedded driver learned about QEMU, kept from one guest to the next. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "vm/virt_impl.h"

/*
 * Theory of operation
 *
 * Before its first guest the driver asks every QEMU what it can do, which takes seconds, and keeps the answers below
 * its root, which goes with the guest. So "cache" in the root is a link to a directory that stays: one per user that
 * QEMU runs as, his own, which nobody else writes or reads. Root creates it and never looks into it; a guest that broke
 * out can spoil it for guests of the same user, whom it could harm anyway. libvirt itself finds out what is out of date.
 * Where any of this cannot be done, QEMU is asked again.
 */

#define ROOTS_EMBED "/run/vmrun/embed/"
#define ROOTS_CACHE "/var/cache"

/* The folder in which vmrun has one of its own for such things; NULL where the driver's root is no place of vmrun's. */
static char *cache_base(const char *embed)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	_cleanup_free_ char *own = runtime ? mem_printf("%s/vmrun/embed/", runtime) : NULL;

	if (!strncmp(embed, ROOTS_EMBED, strlen(ROOTS_EMBED)))
		return mem_strdup(ROOTS_CACHE);
	if (!own || strncmp(embed, own, strlen(own)) != 0)
		return NULL;
	if (cache && cache[0] == '/')
		return mem_strdup(cache);
	return home && home[0] == '/' ? mem_printf("%s/.cache", home) : NULL;
}

static char *cache_path(const char *embed, uid_t uid)
{
	_cleanup_free_ char *base = cache_base(embed);

	return base ? mem_printf("%s/vmrun/qemu-%u", base, (unsigned int)uid) : NULL;
}

/* A directory in @parent, created with @mode where there is none; no link is followed. */
static int open_directory(int parent, const char *name, mode_t mode, bool *ret_created)
{
	*ret_created = mkdirat(parent, name, mode) == 0;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void virt_cache_prepare(const struct virt_where *where)
{
	_cleanup_free_ char *base_path = cache_base(where->embed);
	_cleanup_free_ char *name = mem_printf("qemu-%u", (unsigned int)where->uid);
	_cleanup_close_ int base = -1, ours = -1, theirs = -1;
	bool created;

	if (!base_path)
		return;
	/* An ordinary user's ~/.cache may not be there yet. */
	(void)mkdir(base_path, 0700);
	base = open(base_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return;
	ours = open_directory(base, "vmrun", 0711, &created);
	/* Whatever the umask is. */
	if (ours < 0 || (created && fchmod(ours, 0711) < 0))
		return;
	theirs = open_directory(ours, name, 0700, &created);
	if (theirs >= 0 && created && fchown(theirs, where->uid, where->gid) < 0)
		(void)unlinkat(ours, name, AT_REMOVEDIR);
}

void virt_cache_link(const char *embed, int root)
{
	_cleanup_free_ char *path = cache_path(embed, geteuid());
	struct stat st;

	if (!path || lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return;
	if (symlinkat(path, root, "cache") < 0 && errno != EEXIST)
		log_debug("%s: not used for %s: %s", path, embed, strerror(errno));
}
