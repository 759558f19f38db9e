// SPDX-License-Identifier: GPL-2.0-or-later
/* Claims: disks held exclusively while their controller is on its way to a guest. */
#include "act/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "survey/culprit.h"

/* What took the disk between the survey and now; @open: it could be opened exclusively, and is taken all the same (exports.h). */
static int check_unused(const struct root *root, const struct disk *disk, bool open, struct err *e)
{
	struct culprits *culprits = culprits_new(root);
	struct disk now = *disk;
	struct use *uses = NULL;
	size_t count = 0;

	now.busy = open ? FACT_NO : FACT_YES;
	culprits_of_disk(culprits, &now, &uses, &count);
	culprits_free(culprits);
	if (open && !count)
		return 0;
	err_set(e, ERR_REFUSED, EBUSY, NULL, "%s came into use while the start was under way: %s",
		disk->node, count ? uses[0].what : "it cannot be opened exclusively");
	if (count && uses[0].fix)
		err_fix(e, "%s", uses[0].fix);
	for (size_t i = 0; i < count; i++) {
		free(uses[i].what);
		free(uses[i].fix);
	}
	free(uses);
	return -EBUSY;
}

static struct claim *find(const struct claims *claims, const char *node)
{
	for (size_t i = 0; i < claims->count; i++)
		if (claims->item[i].fd >= 0 && !strcmp(claims->item[i].node, node))
			return &claims->item[i];
	return NULL;
}

static void add(struct claims *claims, size_t device, const char *node, int fd)
{
	*mem_append(&claims->item, &claims->count) =
		(struct claim){ .device = device, .node = mem_strdup(node), .fd = fd };
}

/* With native multipath every controller of an NVMe subsystem leads to the same disk, which we can claim once only. */
static bool share(struct claims *claims, size_t device, const char *node)
{
	const struct claim *first = find(claims, node);

	if (first)
		add(claims, device, node, first->fd);
	return first;
}

int claim_disks(const struct root *root, const struct host *host, size_t device,
		struct claims *claims, struct err *e)
{
	const struct device *dev = &host->devices[device];

	for (size_t i = 0; i < dev->disk_count; i++) {
		const struct disk *disk = &dev->disks[i];
		int fd, r;

		if (share(claims, device, disk->node))
			continue;
		fd = root_openat(root, disk->node + 1, O_RDONLY | O_EXCL | O_NONBLOCK | O_NOCTTY);
		if (fd == -EBUSY)
			return check_unused(root, disk, false, e);
		/* A drive without a medium has nothing that could be mounted; a disk that is gone neither. */
		if (fd == -ENOMEDIUM || fd == -ENXIO || fd == -ENOENT)
			continue;
		if (fd < 0)
			return err_sys(e, -fd, disk->node, "cannot claim it");
		add(claims, device, disk->node, fd);
		r = check_unused(root, disk, true, e);
		if (r < 0)
			return r;
	}
	return 0;
}

void claims_release(struct claims *claims, size_t device)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->item[i];
		int fd;

		if (claim->device != device || claim->fd < 0)
			continue;
		fd = claim->fd;
		claim->fd = -1;
		/* The last of those who share it. */
		if (!find(claims, claim->node))
			close(fd);
	}
}

void claims_done(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		claims_release(claims, claims->item[i].device);
	for (size_t i = 0; i < claims->count; i++)
		free(claims->item[i].node);
	free(claims->item);
	*claims = (struct claims){ 0 };
}
