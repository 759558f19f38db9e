// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's serial console on stdout. */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "vm/virt_conn.h"
#include "vm/virt_lib.h"

/* The one thread that copies; a child watches one guest. */
static pthread_t copier;
static bool copying;

/* Writes all of it, whatever stdout is; false when nobody reads it any more. */
static bool write_all(const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		buf += n;
		len -= (size_t)n;
	}
	return true;
}

/*
 * Reads on after stdout is closed: a console that nobody empties would stop the guest that writes
 * to it.
 */
static void *copy(void *opaque)
{
	virStreamPtr stream = opaque;
	bool wanted = true;
	char buf[4096];
	int n;

	while ((n = virt_lib.virStreamRecv(stream, buf, sizeof(buf))) > 0)
		wanted = wanted && write_all(buf, (size_t)n);
	return NULL;
}

int virt_console_start(struct virt_conn *conn, struct err *e)
{
	virStreamPtr stream = virt_lib.virStreamNew(conn->conn, 0);
	int r;

	if (!stream || virt_lib.virDomainOpenConsole(conn->domain, NULL, stream, 0) < 0) {
		virt_conn_error(conn, ERR_VIRT, EIO, e);
		err_wrap(e, "console");
		return -EIO;
	}
	r = pthread_create(&copier, NULL, copy, stream);
	if (r)
		return err_sys(e, r, NULL, "cannot start a thread");
	copying = true;
	return 0;
}

void virt_console_finish(void)
{
	struct timespec until;

	if (!copying || clock_gettime(CLOCK_REALTIME, &until) < 0)
		return;
	until.tv_sec++;
	(void)pthread_timedjoin_np(copier, NULL, &until);
	copying = false;
}
