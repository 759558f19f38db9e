// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes of the host: what they have open, who they are, whether one still lives. */
#include "survey/processes.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "survey/nodename.h"

#define CMDLINE_MAX (256 * 1024)
/* What the kernel shows, and how many functions of it are enough to tell a driver's remove(). */
#define STACK_MAX 16384
#define STACK_SHOWN 8

/*
 * A system may hide processes of others (hidepid=, proc(5)): then even that one exists is seen by a privileged look only.
 */
static int list(const struct root *root, const char *path, struct strlist *ret)
{
	BRACKET(PROCESSES);

	return root_list(root, path, ret);
}

static int read_line(const struct root *root, const char *path, char *buf, size_t size)
{
	BRACKET(PROCESSES);

	return root_read_line(root, path, buf, size);
}

static int read_file(const struct root *root, const char *path, size_t limit, char **ret,
		     size_t *ret_len)
{
	BRACKET(PROCESSES);

	return root_read(root, path, limit, ret, ret_len);
}

/* Numbers of all processes. */
static int processes_list(const struct root *root, struct strlist *ret)
{
	struct strlist all;
	int r = list(root, "proc", &all);

	if (r < 0)
		return r;
	*ret = (struct strlist){ 0 };
	for (size_t i = 0; i < all.count; i++)
		if (isdigit((unsigned char)all.item[i][0]))
			strlist_add(ret, all.item[i]);
	strlist_done(&all);
	return 0;
}

/** struct seen_open - one descriptor of a process and what it leads to */
struct seen_open {
	pid_t pid;
	char *target;
};

struct seen_opens {
	struct seen_open *item;
	size_t count;
};

/*
 * Whether a descriptor of a device node is one of its path only, O_PATH in the flags of proc_pid_fdinfo(5): it uses nothing. udev has one for a
 * moment of each node that appears. Of other files it does not matter, and there are many.
 */
static bool is_path_only(const struct root *root, const char *pid, const char *fd,
			 const char *target)
{
	char path[64], text[256];
	_cleanup_close_ int file = -1;
	const char *flags;
	ssize_t len;

	if (strncmp(target, "/dev/", strlen("/dev/")) && !strstr(target, "/vfio/"))
		return false;
	snprintf(path, sizeof(path), "proc/%s/fdinfo/%s", pid, fd);
	file = root_openat(root, path, O_RDONLY);
	len = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	if (len < 0)
		return false;
	text[len] = '\0';
	flags = strstr(text, "flags:");
	return flags && (strtoul(flags + strlen("flags:"), NULL, 8) & O_PATH);
}

static bool is_denied(int r)
{
	return r == -EACCES || r == -EPERM;
}

/* Whether a process has mounts of its own, and so names that are not ours; @own is our namespace. */
static bool is_elsewhere(const struct root *root, const char *pid, const char *own)
{
	char path[64], id[64];

	snprintf(path, sizeof(path), "proc/%s/ns/mnt", pid);
	return root_readlink(root, path, id, sizeof(id)) == 0 && strcmp(id, own) != 0;
}

/* What a descriptor leads to, a device node by the host's name of it; 0 or -errno. */
static int read_target(const struct root *root, const char *link, bool elsewhere, char *target)
{
	int r = root_readlink(root, link, target, PATH_MAX);

	if (r == 0 && nodename_may_differ(target, elsewhere))
		nodename_read(root, link, target, PATH_MAX);
	return r;
}

/* One process; false where a descriptor of it may not be seen. That it, or one, has just gone is no obstacle. */
static bool look_at(const struct root *root, const char *pid, const char *own,
		    struct seen_opens *ret)
{
	struct strlist fds;
	bool all = true, elsewhere;
	char path[64];
	int r;

	snprintf(path, sizeof(path), "proc/%s/fd", pid);
	r = root_list(root, path, &fds);
	if (r < 0)
		return !is_denied(r);
	elsewhere = fds.count && is_elsewhere(root, pid, own);
	for (size_t i = 0; i < fds.count; i++) {
		char link[128], target[PATH_MAX];

		snprintf(link, sizeof(link), "proc/%s/fd/%s", pid, fds.item[i]);
		r = read_target(root, link, elsewhere, target);
		all = all && !is_denied(r);
		if (r == 0 && !is_path_only(root, pid, fds.item[i], target))
			*mem_append(&ret->item, &ret->count) =
				(struct seen_open){ (pid_t)strtol(pid, NULL, 10),
						    mem_strdup(target) };
	}
	strlist_done(&fds);
	return all;
}

/* All of them in one bracket; what they have open is judged after it. */
static bool look_at_all(const struct root *root, struct seen_opens *ret)
{
	struct strlist pids;
	char own[64] = "";
	bool all = true;
	BRACKET_MASK(NEED_BIT(PROCESSES) | NEED_BIT(READ));

	if (processes_list(root, &pids) < 0)
		return false;
	(void)root_readlink(root, "proc/self/ns/mnt", own, sizeof(own));
	for (size_t i = 0; i < pids.count; i++)
		if (strtol(pids.item[i], NULL, 10) != getpid())
			all = look_at(root, pids.item[i], own, ret) && all;
	strlist_done(&pids);
	return all;
}

bool processes_walk(const struct root *root, processes_open_fn *seen, void *context)
{
	struct seen_opens opens = { 0 };
	bool all = root->live && look_at_all(root, &opens);

	for (size_t i = 0; i < opens.count; i++) {
		seen(context, opens.item[i].pid, opens.item[i].target);
		free(opens.item[i].target);
	}
	free(opens.item);
	return all;
}

/** struct member - a process and the namespace it is in, as the target of its proc/PID/ns link names it */
struct member {
	pid_t pid;
	char id[64];
};

struct members {
	struct member *item;
	size_t count;
};

static void look_at_namespaces(const struct root *root, const char *kind, struct members *ret)
{
	struct strlist pids;
	BRACKET_MASK(NEED_BIT(PROCESSES) | NEED_BIT(READ));

	if (processes_list(root, &pids) < 0)
		return;
	for (size_t i = 0; i < pids.count; i++) {
		struct member item = { .pid = (pid_t)strtol(pids.item[i], NULL, 10) };
		char path[64];

		snprintf(path, sizeof(path), "proc/%s/ns/%s", pids.item[i], kind);
		if (root_readlink(root, path, item.id, sizeof(item.id)) == 0)
			*mem_append(&ret->item, &ret->count) = item;
	}
	strlist_done(&pids);
}

void processes_namespaces(const struct root *root, const char *kind, struct strlist *ret)
{
	_cleanup_free_ char *path = mem_printf("proc/self/ns/%s", kind);
	struct members all = { 0 };
	struct strlist known = { 0 };
	char own[64];

	*ret = (struct strlist){ 0 };
	if (!root->live || root_readlink(root, path, own, sizeof(own)) < 0)
		return;
	strlist_add(&known, own);
	look_at_namespaces(root, kind, &all);
	for (size_t i = 0; i < all.count; i++) {
		if (strlist_has(&known, all.item[i].id))
			continue;
		strlist_add(&known, all.item[i].id);
		strlist_addf(ret, "%d", (int)all.item[i].pid);
	}
	free(all.item);
	strlist_done(&known);
}

char *process_name(const struct root *root, pid_t pid)
{
	char path[64], name[64];

	snprintf(path, sizeof(path), "proc/%d/comm", (int)pid);
	return mem_strdup(read_line(root, path, name, sizeof(name)) < 0 ? "?" : name);
}

char *process_guest(const struct root *root, pid_t pid)
{
	_cleanup_free_ char *cmdline = NULL;
	char path[64];
	size_t len;
	bool next = false;

	snprintf(path, sizeof(path), "proc/%d/cmdline", (int)pid);
	if (read_file(root, path, CMDLINE_MAX, &cmdline, &len) < 0)
		return NULL;
	/* QEMU: -name guest=NAME,… or -name NAME */
	for (const char *arg = cmdline; arg < cmdline + len; arg += strlen(arg) + 1) {
		if (next) {
			const char *name = strstr(arg, "guest=");

			name = name ? name + strlen("guest=") : arg;
			return mem_printf("%.*s", (int)strcspn(name, ","), name);
		}
		next = !strcmp(arg, "-name");
	}
	return NULL;
}

char *process_stack(const struct root *root, pid_t pid)
{
	_cleanup_free_ char *text = NULL;
	struct strlist functions = { 0 };
	char path[64], *save = NULL, *stack = NULL;

	snprintf(path, sizeof(path), "proc/%d/stack", (int)pid);
	{
		/* Stacks are for CAP_SYS_ADMIN alone, whoever owns the file (fs/proc/base.c). */
		BRACKET_MASK(NEED_BIT(PROCESSES) | NEED_BIT(GUARD));

		if (root_read(root, path, STACK_MAX, &text, NULL) < 0)
			return NULL;
	}
	/* "[<0>] snd_card_free+0x12/0x40 [snd]" */
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *name = strchr(line, ' ');
		size_t len = name ? strcspn(name + 1, "+ ") : 0;

		if (len && functions.count < STACK_SHOWN)
			strlist_addf(&functions, "%.*s", (int)len, name + 1);
	}
	if (functions.count)
		stack = strlist_join(&functions, " < ");
	strlist_done(&functions);
	return stack;
}

/* State and start time from proc/PID/stat, whose second field, the name, may hold anything up to the last ')'. */
static int read_stat(const struct root *root, pid_t pid, char *ret_state, uint64_t *ret_started)
{
	char path[64], text[2048], *at, *save = NULL, *word;
	int r;

	snprintf(path, sizeof(path), "proc/%d/stat", (int)pid);
	r = read_line(root, path, text, sizeof(text));
	if (r < 0)
		return r;
	at = strrchr(text, ')');
	if (!at)
		return -EINVAL;
	word = strtok_r(at + 1, " ", &save);
	*ret_state = word ? word[0] : '?';
	for (int i = 3; word && i < 22; i++)
		word = strtok_r(NULL, " ", &save);
	return word ? num_parse(word, 10, UINT64_MAX, ret_started) : -EINVAL;
}

int process_started(const struct root *root, pid_t pid, uint64_t *ret)
{
	char state;

	return read_stat(root, pid, &state, ret);
}

int process_boot_id(const struct root *root, char *buf, size_t size)
{
	return root_read_line(root, "proc/sys/kernel/random/boot_id", buf, size);
}

bool process_lives(const struct root *root, pid_t pid, uint64_t started, const char *boot)
{
	char now[64], state;
	uint64_t start;

	if (process_boot_id(root, now, sizeof(now)) < 0 || strcmp(now, boot))
		return false;
	return read_stat(root, pid, &state, &start) == 0 && start == started && state != 'Z' &&
	       state != 'X';
}
