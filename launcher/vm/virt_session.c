// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon of the user's session, under whose limit on locked memory its guests' QEMU runs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "vm/virt_impl.h"

#define LIMITS_SIZE_MAX (16 * 1024)

/* Process at the other end of a socket, or 0. */
static pid_t listener(const char *path)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (fd < 0 || strlen(path) >= sizeof(addr.sun_path))
		return 0;
	strcpy(addr.sun_path, path);
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return 0;
	return peer.pid;
}

/* Where libvirt has the sockets of a session: virGetUserRuntimeDirectory(). */
static pid_t session_daemon(void)
{
	static const char *const names[] = { "virtqemud-sock", "libvirt-sock" };
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *home = getenv("HOME");
	_cleanup_free_ char *dir = runtime ? mem_printf("%s/libvirt", runtime)
				   : home  ? mem_printf("%s/.cache/libvirt", home)
					   : NULL;

	for (size_t i = 0; dir && i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = mem_printf("%s/%s", dir, names[i]);
		pid_t pid = listener(path);

		if (pid > 0)
			return pid;
	}
	return 0;
}

/* proc(5), limits: "Max locked memory         67108864             67108864             bytes" */
static bool parse_limit(char *text, uint64_t *ret)
{
	char *save = NULL, *line = strstr(text, "Max locked memory"), *soft, *hard;

	if (!line)
		return false;
	soft = strtok_r(line + strlen("Max locked memory"), " \n", &save);
	hard = soft ? strtok_r(NULL, " \n", &save) : NULL;
	if (!hard)
		return false;
	*ret = UINT64_MAX;
	return !strcmp(hard, "unlimited") || num_parse(hard, 10, UINT64_MAX, ret) == 0;
}

pid_t virt_session_limit(const struct root *root, uint64_t *ret)
{
	pid_t pid = session_daemon();
	_cleanup_free_ char *path = mem_printf("proc/%d/limits", (int)pid), *text = NULL;

	if (!pid || root_read(root, path, LIMITS_SIZE_MAX, &text, NULL) < 0 ||
	    !parse_limit(text, ret))
		return 0;
	return pid;
}

void virt_session_raise(uint64_t bytes)
{
	pid_t pid = session_daemon();
	struct rlimit limit;
	BRACKET(MEMLOCK);

	if (!pid || prlimit(pid, RLIMIT_MEMLOCK, NULL, &limit) < 0 || limit.rlim_max >= bytes)
		return;
	limit.rlim_max = bytes;
	(void)prlimit(pid, RLIMIT_MEMLOCK, &limit, NULL);
}
