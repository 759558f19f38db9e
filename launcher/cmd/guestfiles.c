// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of this host that a guest is started from. */
#include "cmd/guestfiles.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

static bool missing(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* The directory of an absolute path: "/" for what stands in it. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash > path ? (size_t)(slash - path) : 1;

	return mem_printf("%.*s", (int)len, path);
}

/* @use: "source of [disk \"root\"]" and the like; @made: the start makes it where its directory is there */
static void look(const struct profile *profile, const char *path, bool made, unsigned int line,
		 const char *use, struct strlist *ret)
{
	_cleanup_free_ char *place = made ? directory_of(path) : mem_strdup(path);
	char number[16] = "";

	if (!missing(place))
		return;
	if (line)
		snprintf(number, sizeof(number), ":%u", line);
	strlist_addf(ret, "%s: %s%s: %s", place, profile->file, number, use);
}

static void look_vm(const struct profile *profile, const char *path, bool made, const char *key,
		    struct strlist *ret)
{
	_cleanup_free_ char *use = mem_printf("%s of [vm]", key);

	if (path)
		look(profile, path, made, 0, use, ret);
}

static void look_section(const struct profile *profile, const char *path, bool made,
			 unsigned int line, const char *kind, const char *id, struct strlist *ret)
{
	_cleanup_free_ char *use = mem_printf("source of [%s \"%s\"]", kind, id);

	if (path)
		look(profile, path, made, line, use, ret);
}

void guestfiles_missing(const struct profile *profile, struct strlist *ret)
{
	static const char to_file[] = "file:";

	look_vm(profile, profile->kernel, false, "kernel", ret);
	look_vm(profile, profile->initrd, false, "initrd", ret);
	if (profile->tpm && profile->tpm[0] == '/')
		look_vm(profile, profile->tpm, false, "tpm", ret);
	if (!strncmp(profile->serial, to_file, strlen(to_file)))
		look_vm(profile, profile->serial + strlen(to_file), true, "serial", ret);
	for (size_t i = 0; i < profile->disk_count; i++) {
		const struct profile_disk *disk = &profile->disks[i];

		look_section(profile, disk->source, disk->size_bytes > 0, disk->line, "disk",
			     disk->id, ret);
	}
	for (size_t i = 0; i < profile->share_count; i++) {
		const struct profile_share *share = &profile->shares[i];

		look_section(profile, share->source, false, share->line, "share", share->id, ret);
	}
	for (size_t i = 0; i < profile->device_nodes.count; i++)
		look(profile, profile->device_nodes.item[i], false, 0, "device-node of [qemu]",
		     ret);
}
