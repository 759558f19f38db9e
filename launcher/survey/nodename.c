// SPDX-License-Identifier: GPL-2.0-or-later
/* The host's own name of a device node that a process has open under another one. */
#include "survey/nodename.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

#define UEVENT_MAX 4096

bool nodename_may_differ(const char *target, bool elsewhere)
{
	/* What every process has open, and what is no place for a device. */
	static const char *const prefixes[] = {
		"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/pts/",
		"/dev/tty",  "/dev/shm/", "/proc/",	 "/sys/",	 "/usr/",
		"/lib",	     "/etc/",	  "/var/log/",	 "/memfd:",
	};

	if (target[0] != '/')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(target, prefixes[i], strlen(prefixes[i])))
			return false;
	return elsewhere || (strncmp(target, "/dev/", strlen("/dev/")) && strstr(target, "/dev/"));
}

void nodename_read(const struct root *root, const char *link, char *target, size_t size)
{
	_cleanup_free_ char *text = NULL;
	const char *name;
	struct statx st;
	char path[64];

	/* A file may be on a server that does not answer: what is known here has to do. */
	if (statx(root->fd, link, AT_STATX_DONT_SYNC, STATX_TYPE, &st) < 0 ||
	    !(S_ISBLK(st.stx_mode) || S_ISCHR(st.stx_mode)))
		return;
	snprintf(path, sizeof(path), "sys/dev/%s/%u:%u/uevent",
		 S_ISBLK(st.stx_mode) ? "block" : "char", st.stx_rdev_major, st.stx_rdev_minor);
	if (root_read(root, path, UEVENT_MAX, &text, NULL) < 0)
		return;
	name = strstr(text, "DEVNAME=");
	if (name && (name == text || name[-1] == '\n'))
		snprintf(target, size, "/dev/%.*s", (int)strcspn(name + strlen("DEVNAME="), "\n"),
			 name + strlen("DEVNAME="));
}
