// SPDX-License-Identifier: GPL-2.0-or-later
/* State on disk under /run/vmrun: the host's lock, journals, pool records. */
#include "act/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "act/privs.h"
#include "act/replace.h"
#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "survey/guests.h"
#include "survey/processes.h"

#define LOCK_POLL_MS 50

/* The environment may still be that of whom the user was before. */
static bool is_own(const char *path)
{
	struct stat st;

	return path && path[0] == '/' && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

char *state_user_directory(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *home = getenv("HOME");
	_cleanup_free_ char *usual = mem_printf("/run/user/%u", (unsigned int)geteuid());

	if (is_own(runtime))
		return mem_printf("%s/vmrun", runtime);
	if (is_own(usual) || !is_own(home))
		return mem_printf("%s/vmrun", usual);
	return mem_printf("%s/.cache/vmrun", home);
}

void state_choose(struct root *root)
{
	_cleanup_free_ char *path = root->live && privs_ordinary() ? state_user_directory() : NULL;

	free(root->state);
	root->state = path ? mem_strdup(path + strspn(path, "/")) : NULL;
}

/* Of the host's own state, everything belongs to root, whoever it is that may write it. */
static int give_to_root(const struct root *root, int fd)
{
	BRACKET(NODE);

	return root->live && !root->state && geteuid() != 0 ? fchown(fd, 0, 0) : 0;
}

/* An ordinary user's directory is nobody else's business; root's may be passed, for the embedded driver's in it. */
static int make_directory(const struct root *root, const char *dir)
{
	BRACKET(WRITE);

	if (mkdirat(root->fd, dir, root->state ? 0700 : 0711) < 0)
		return errno == EEXIST ? 0 : -errno;
	return 1;
}

/* What others could have written there would be believed. */
static int check_owner(int fd, const char *dir, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, dir, "cannot look at it");
	if ((st.st_uid == 0 || st.st_uid == geteuid()) && !(st.st_mode & 022))
		return 0;
	err_set(e, ERR_UNEXPECTED, EPERM, dir,
		"others may write it (uid %u, mode %04o): what is in it is not trusted",
		(unsigned int)st.st_uid, (unsigned int)st.st_mode & 07777);
	return err_fix(
		e,
		"find out who made it; chown root:root and chmod 0711 it, or remove it when no guest runs");
}

static int open_directory(const struct root *root, struct err *e)
{
	_cleanup_free_ char *shown = mem_printf("/%s", guests_state_dir(root));
	int made = make_directory(root, shown + 1);
	_cleanup_close_ int fd =
		made < 0 ? made : root_openat(root, shown + 1, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

	if (fd < 0)
		return err_set(e, fd == -EACCES || fd == -EPERM ? ERR_PRIVILEGE : ERR_UNEXPECTED,
			       -fd, shown, "cannot %s it: %s", made < 0 ? "create" : "open",
			       strerror(-fd));
	if (made > 0 && give_to_root(root, fd) < 0)
		return err_sys(e, errno, shown, "cannot give it to root");
	return check_owner(fd, shown, e) < 0 ? -EPERM : take_fd(fd);
}

struct lock_search {
	const char *path;
	pid_t pid;
};

static void see_directory(void *context, pid_t pid, const char *target)
{
	struct lock_search *search = context;

	if (!strcmp(target, search->path))
		search->pid = pid;
}

static int lock_busy(const struct root *root, struct err *e)
{
	_cleanup_free_ char *path = mem_printf("/%s", guests_state_dir(root)), *name = NULL;
	struct lock_search search = { .path = path };

	processes_walk(root, see_directory, &search);
	name = search.pid ? process_name(root, search.pid) : NULL;
	if (name)
		err_set(e, ERR_BUSY, EAGAIN, NULL, "the host is being planned for by %s (pid %d)",
			name, (int)search.pid);
	else
		err_set(e, ERR_BUSY, EAGAIN, NULL, "the host is being planned for by another run");
	return err_fix(e, "try again when it has finished");
}

int state_lock(const struct root *root, int timeout_ms, int *ret, struct err *e)
{
	const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
	_cleanup_close_ int fd = open_directory(root, e);

	if (fd < 0)
		return fd;
	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += LOCK_POLL_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(e, errno, guests_state_dir(root), "cannot lock it");
		if (waited >= timeout_ms)
			return lock_busy(root, e);
		nanosleep(&pause, NULL);
	}
	*ret = take_fd(fd);
	return 0;
}

static int write_state(const struct root *root, const char *name, const char *text, struct err *e)
{
	const struct replacement replacement = { .where = guests_state_dir(root),
						 .name = name,
						 .mode = 0600,
						 .roots = root->live && !root->state,
						 .text = text };
	_cleanup_close_ int dir = open_directory(root, e);

	return dir < 0 ? dir : replace_file(dir, &replacement, e);
}

static int remove_file(const struct root *root, const char *name, struct err *e)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", guests_state_dir(root), name);
	BRACKET(WRITE);

	if (unlinkat(root->fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, path, "cannot remove it");
	return 0;
}

void state_sweep(const struct root *root)
{
	struct strlist names;

	if (root_list(root, guests_state_dir(root), &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *dot = strrchr(names.item[i], '.');
		uint64_t pid, started;

		if (names.item[i][0] != '.' || num_parse(dot + 1, 10, INT_MAX, &pid) < 0)
			continue;
		/* A process of another boot may have had the number of a living one: then the next sweep takes it. */
		if ((pid_t)pid == getpid() ||
		    process_started(root, (pid_t)pid, &started) == -ENOENT)
			(void)remove_file(root, names.item[i], NULL);
	}
	strlist_done(&names);
}

static char *guest_file(const char *guest)
{
	return mem_printf(STATE_GUEST_PREFIX "%s" STATE_SUFFIX, guest);
}

static char *pool_file(const struct pciaddr *addr)
{
	return mem_printf(STATE_POOL_PREFIX "%s" STATE_SUFFIX, PCIADDR_STR(addr));
}

int state_write_journal(const struct root *root, const struct journal *journal, struct err *e)
{
	_cleanup_free_ char *name = guest_file(journal->guest);
	_cleanup_free_ char *text = journal_text(journal);

	return write_state(root, name, text, e);
}

int state_remove_journal(const struct root *root, const char *guest, struct err *e)
{
	_cleanup_free_ char *name = guest_file(guest);

	return remove_file(root, name, e);
}

int state_forget_device(const struct root *root, const struct journal *run,
			const struct pciaddr *addr, struct err *e)
{
	_cleanup_free_ char *name = guest_file(run->guest);
	struct journal journal = { 0 };
	bool found = false;
	int r = guests_load_journal(root, name, &journal, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = journal.device_count; i-- > 0;)
		if (journal.pid == run->pid && journal.started == run->started &&
		    pciaddr_equal(&journal.devices[i].addr, addr)) {
			journal_forget(&journal, i);
			found = true;
		}
	if (found)
		r = journal.device_count ? state_write_journal(root, &journal, e)
					 : state_remove_journal(root, run->guest, e);
	journal_done(&journal);
	return r;
}

int state_write_pool(const struct root *root, const struct pciaddr *addr,
		     const struct pool_record *record, struct err *e)
{
	_cleanup_free_ char *name = pool_file(addr);
	_cleanup_free_ char *text = pool_record_text(addr, record);

	return write_state(root, name, text, e);
}

int state_remove_pool(const struct root *root, const struct pciaddr *addr, struct err *e)
{
	_cleanup_free_ char *name = pool_file(addr);

	return remove_file(root, name, e);
}

static char *vfs_file(const struct pciaddr *pf)
{
	return mem_printf(STATE_VFS_PREFIX "%s" STATE_SUFFIX, PCIADDR_STR(pf));
}

int state_write_vfs(const struct root *root, const struct vf_record *record, struct err *e)
{
	_cleanup_free_ char *name = vfs_file(&record->pf);
	_cleanup_free_ char *text = vf_record_text(record);

	return write_state(root, name, text, e);
}

static int load_vfs(const struct root *root, const char *name, struct vf_record *ret, struct err *e)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", STATE_DIR, name);
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = root_read(root, path, STATE_SIZE_MAX, &text, &len);

	if (r < 0)
		return err_sys(e, -r, path, "cannot read");
	r = vf_record_parse(text, len, ret, e);
	if (r < 0)
		err_wrap(e, "/%s", path);
	return r;
}

int state_load_vfs(const struct root *root, struct vf_record **ret, size_t *ret_count,
		   struct err *e)
{
	struct vf_record *records = NULL;
	struct strlist names;
	size_t count = 0;
	int r = root_list(root, STATE_DIR, &names);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return err_sys(e, -r, "/" STATE_DIR, "cannot read it");
	for (size_t i = 0; r == 0 && i < names.count; i++)
		if (!strncmp(names.item[i], STATE_VFS_PREFIX, strlen(STATE_VFS_PREFIX)))
			r = load_vfs(root, names.item[i], mem_append(&records, &count), e);
	strlist_done(&names);
	if (r < 0) {
		free(records);
		return r;
	}
	*ret = records;
	*ret_count = count;
	return 0;
}

int state_remove_vfs(const struct root *root, const struct pciaddr *pf, struct err *e)
{
	_cleanup_free_ char *name = vfs_file(pf);

	return remove_file(root, name, e);
}
