// SPDX-License-Identifier: GPL-2.0-or-later
/* Disk images of a guest that are made where there are none. */
#include "act/images.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "model/qcow2.h"

static int write_all(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What is in the file; nothing of it takes room on the disk yet but qcow2's tables. */
static int fill(int fd, const struct profile_disk *disk)
{
	_cleanup_free_ uint8_t *begin = NULL;
	uint64_t length = disk->size_bytes;
	size_t len = 0;
	int r;

	if (!strcmp(disk->format, "qcow2"))
		begin = qcow2_empty(disk->size_bytes, &len, &length);
	r = write_all(fd, begin, len);
	if (r == 0 && ftruncate(fd, (off_t)length) < 0)
		r = -errno;
	return r;
}

static int give(int fd, uid_t uid, gid_t gid)
{
	BRACKET(NODE);

	return fchown(fd, uid, gid) < 0 ? -errno : 0;
}

static int create(const struct profile_disk *disk, uid_t uid, gid_t gid, struct strlist *made,
		  struct err *e)
{
	_cleanup_close_ int fd =
		open(disk->source, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0) {
		err_sys(e, errno, disk->source, "cannot make the image");
		return err_fix(e, "make its directory, or name one that is there");
	}
	strlist_add(made, disk->source);
	r = fill(fd, disk);
	if (r == 0 && uid != (uid_t)-1)
		r = give(fd, uid, gid);
	return r < 0 ? err_sys(e, -r, disk->source, "cannot make the image") : 0;
}

int images_create(const struct profile *profile, uid_t uid, gid_t gid, struct strlist *made,
		  struct err *e)
{
	for (size_t i = 0; i < profile->disk_count; i++) {
		int r = profile->disks[i].size_bytes ? create(&profile->disks[i], uid, gid, made, e)
						     : 0;

		if (r < 0) {
			images_remove(made);
			return r;
		}
	}
	return 0;
}

void images_remove(struct strlist *made)
{
	for (size_t i = 0; i < made->count; i++)
		unlink(made->item[i]);
	strlist_done(made);
}
