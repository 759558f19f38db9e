// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes of the host: what they have open, who they are, whether one still lives. */
#include "survey/processes.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"

#define CMDLINE_MAX (256 * 1024)
/* What the kernel shows, and how many functions of it are enough to tell a driver's remove(). */
#define STACK_MAX 16384
#define STACK_SHOWN 8

int processes_list(const struct root *root, struct strlist *ret)
{
	struct strlist all;
	int r = root_list(root, "proc", &all);

	if (r < 0)
		return r;
	*ret = (struct strlist){ 0 };
	for (size_t i = 0; i < all.count; i++)
		if (isdigit((unsigned char)all.item[i][0]))
			strlist_add(ret, all.item[i]);
	strlist_done(&all);
	return 0;
}

/* One process; false where its descriptors may not be seen. That it has just ended is no obstacle. */
static bool walk_one(const struct root *root, const char *pid, processes_open_fn *seen, void *context)
{
	struct strlist fds;
	char path[64];
	int r;

	snprintf(path, sizeof(path), "proc/%s/fd", pid);
	r = root_list(root, path, &fds);
	if (r < 0)
		return r != -EACCES && r != -EPERM;
	for (size_t i = 0; i < fds.count; i++) {
		char link[128], target[PATH_MAX];

		snprintf(link, sizeof(link), "proc/%s/fd/%s", pid, fds.item[i]);
		if (root_readlink(root, link, target, sizeof(target)) == 0)
			seen(context, (pid_t)strtol(pid, NULL, 10), target);
	}
	strlist_done(&fds);
	return true;
}

bool processes_walk(const struct root *root, processes_open_fn *seen, void *context)
{
	struct strlist pids;
	bool all = true;

	if (!root->live || processes_list(root, &pids) < 0)
		return false;
	for (size_t i = 0; i < pids.count; i++)
		if (strtol(pids.item[i], NULL, 10) != getpid())
			all = walk_one(root, pids.item[i], seen, context) && all;
	strlist_done(&pids);
	return all;
}

char *process_name(const struct root *root, pid_t pid)
{
	char path[64], name[64];

	snprintf(path, sizeof(path), "proc/%d/comm", (int)pid);
	return mem_strdup(root_read_line(root, path, name, sizeof(name)) < 0 ? "?" : name);
}

char *process_guest(const struct root *root, pid_t pid)
{
	_cleanup_free_ char *cmdline = NULL;
	char path[64];
	size_t len;
	bool next = false;

	snprintf(path, sizeof(path), "proc/%d/cmdline", (int)pid);
	if (root_read(root, path, CMDLINE_MAX, &cmdline, &len) < 0)
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
	if (root_read(root, path, STACK_MAX, &text, NULL) < 0)
		return NULL;
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
	r = root_read_line(root, path, text, sizeof(text));
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
	return read_stat(root, pid, &state, &start) == 0 && start == started && state != 'Z' && state != 'X';
}
