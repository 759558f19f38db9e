// SPDX-License-Identifier: GPL-2.0-or-later
/* Running a command of the distribution: fixed arguments, clean environment, a deadline, its output kept. */
#include "act/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/text.h"

#define WAIT_MS 100

static char *const environment[] = {
	(char[]){ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
	(char[]){ "HOME=/root" },
	(char[]){ "LANG=C.UTF-8" },
	NULL,
};

/* Starts it with its output in @output. */
static int start(const struct strlist *argv, int output, pid_t *ret)
{
	_cleanup_free_ char **words = mem_zalloc((argv->count + 1) * sizeof(*words));
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int r;

	for (size_t i = 0; i < argv->count; i++)
		words[i] = argv->item[i];
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	r = posix_spawn(ret, words[0], &files, &attributes, words, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return -r;
}

/* Takes what it writes until it has closed its output or ended; what it left running may hold the pipe. */
static int collect(int output, pid_t pid, int timeout_ms, struct text *text, int *status)
{
	int64_t end = clock_ms() + timeout_ms;
	bool ended = false;

	for (;;) {
		struct pollfd fd = { .fd = output, .events = POLLIN };
		char buf[4096];
		ssize_t n = 0;

		if (clock_ms() > end)
			return -ETIMEDOUT;
		if (poll(&fd, 1, WAIT_MS) > 0)
			n = read(output, buf, sizeof(buf));
		if (n > 0) {
			if (text->len < SPAWN_OUTPUT_MAX)
				text_add(text, buf, (size_t)n);
			continue;
		}
		if (ended)
			return 0;
		if (waitpid(pid, status, WNOHANG) == pid)
			ended = true;
	}
}

/* The last line of an output that has anything in it. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *newline;

	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	newline = strrchr(text, '\n');
	return newline ? newline + 1 : text;
}

static int judge(const struct strlist *argv, int r, int status, const char *output, struct err *e)
{
	_cleanup_free_ char *copy = mem_strdup(output);
	const char *program = argv->item[0], *said = last_line(copy);

	if (r == -ETIMEDOUT)
		return err_set(e, ERR_UNEXPECTED, ETIMEDOUT, program,
			       "it did not end in time, and was killed");
	if (WIFSIGNALED(status))
		return err_set(e, ERR_UNEXPECTED, EIO, program, "it was ended by signal %d",
			       WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return err_set(e, ERR_UNEXPECTED, EIO, program, "it failed with status %d%s%s",
			       WEXITSTATUS(status), *said ? ": " : "", STR_SHOWN(said));
	return 0;
}

int spawn_run(const struct strlist *argv, int timeout_ms, char **ret, struct err *e)
{
	_cleanup_close_ int output = -1;
	struct text text = { 0 };
	int ends[2], status = 0, r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(e, errno, argv->item[0], "cannot start it");
	output = ends[0];
	fcntl(output, F_SETFL, O_NONBLOCK);
	r = start(argv, ends[1], &pid);
	close(ends[1]);
	if (r < 0)
		return err_sys(e, -r, argv->item[0], "cannot start it");
	r = collect(output, pid, timeout_ms, &text, &status);
	if (r < 0) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	*ret = text_take(&text);
	return judge(argv, r, status, *ret, e);
}
