// SPDX-License-Identifier: GPL-2.0-or-later
/* Users of block devices inside the kernel that claim nothing: loop devices, NVMe-oF and LIO targets. */
#include "survey/exports.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"

#define NVMET "sys/kernel/config/nvmet/subsystems"
#define LIO "sys/kernel/config/target/core"

#define DEV "/dev/"

/* Links of links; a damaged captured host must not lead us round in circles. */
#define LINKS_MAX 8

/* Takes one component off the end of @path. */
static void cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = '\0';
}

/* "/dev/sdb" for "../../sdb", a link in "/dev/disk/by-id". */
static char *target_from(const char *path, const char *target)
{
	_cleanup_free_ char *dir = mem_strdup(path);

	if (target[0] == '/')
		return mem_strdup(target);
	cut(dir);
	while (!strncmp(target, "../", 3)) {
		cut(dir);
		target += 3;
	}
	return mem_printf("%s/%s", dir, target);
}

/* What a name that somebody wrote (/dev/disk/by-id/…, /dev/vg/data) leads to. */
static char *followed(const struct root *root, const char *path)
{
	char *now = mem_strdup(path);
	char target[PATH_MAX];

	for (int i = 0; i < LINKS_MAX && !strncmp(now, DEV, strlen(DEV)); i++) {
		char *next;

		if (root_readlink(root, now + 1, target, sizeof(target)) < 0)
			break;
		next = target_from(now, target);
		free(now);
		now = next;
	}
	return now;
}

/* The path in the attribute @name of @dir as a node; NULL where it is none: an ordinary file, or nothing. */
static char *read_node(const struct root *root, const char *dir, const char *name)
{
	static const char deleted[] = " (deleted)";
	_cleanup_free_ char *attribute = mem_printf("%s/%s", dir, name);
	char path[PATH_MAX];
	size_t len;

	if (root_read_line(root, attribute, path, sizeof(path)) < 0 ||
	    strncmp(path, DEV, strlen(DEV)))
		return NULL;
	/* So d_path() says of a node that was made anew while it was open. */
	len = strlen(path);
	if (len > strlen(deleted) && !strcmp(path + len - strlen(deleted), deleted))
		path[len - strlen(deleted)] = '\0';
	return followed(root, path);
}

/* Older kernels let enable be written only: what is set up there counts as in use. */
static bool is_enabled(const struct root *root, const char *dir)
{
	_cleanup_free_ char *attribute = mem_printf("%s/enable", dir);
	char text[16];

	return root_read_line(root, attribute, text, sizeof(text)) < 0 || strcmp(text, "0") != 0;
}

static void add(struct exports *exports, struct export export)
{
	*mem_append(&exports->item, &exports->count) = export;
}

/* Documentation/ABI/testing/sysfs-block-loop: loop/ is there while it is set up. */
static void load_loops(const struct root *root, struct exports *ret)
{
	struct strlist names;

	if (root_list(root, "sys/block", &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.item[i];
		_cleanup_free_ char *dir = NULL;
		char *path;

		if (strncmp(name, "loop", 4) || !isdigit((unsigned char)name[4]))
			continue;
		dir = mem_printf("sys/block/%s/loop", name);
		path = read_node(root, dir, "backing_file");
		if (path)
			add(ret,
			    (struct export){ .path = path,
					     .loop = mem_strdup(name),
					     .fix = mem_printf("losetup -d " DEV "%s", name) });
	}
	strlist_done(&names);
}

/* Namespaces of one subsystem (drivers/nvme/target/configfs.c). */
static void load_subsystem(const struct root *root, const char *nqn, struct exports *ret)
{
	_cleanup_free_ char *all = mem_printf(NVMET "/%s/namespaces", nqn);
	struct strlist names;

	if (root_list(root, all, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *dir = mem_printf("%s/%s", all, names.item[i]);
		char *path = is_enabled(root, dir) ? read_node(root, dir, "device_path") : NULL;

		if (path)
			add(ret, (struct export){
					 .path = path,
					 .does = mem_printf("is exported by NVMe-oF subsystem %s "
							    "namespace %s",
							    nqn, names.item[i]),
					 .fix = mem_printf("echo 0 >/%s/enable", dir) });
	}
	strlist_done(&names);
}

/* Backstores of one kind, "iblock_0" (drivers/target/target_core_configfs.c). targetcli says block for iblock. */
static void load_backstores(const struct root *root, const char *kind, struct exports *ret)
{
	_cleanup_free_ char *all = mem_printf(LIO "/%s", kind);
	int len = (int)strcspn(kind, "_");
	const char *family = strncmp(kind, "iblock_", strlen("iblock_")) ? kind : "block";
	struct strlist names;

	if (!kind[len] || root_list(root, all, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *dir = mem_printf("%s/%s", all, names.item[i]);
		char *path = is_enabled(root, dir) ? read_node(root, dir, "udev_path") : NULL;

		if (path)
			add(ret, (struct export){
					 .path = path,
					 .does = mem_printf("is the LIO backstore %s/%s", kind,
							    names.item[i]),
					 .fix = mem_printf("targetcli /backstores/%.*s delete %s",
							   (int)strcspn(family, "_"), family,
							   names.item[i]) });
	}
	strlist_done(&names);
}

static void load_each(const struct root *root, const char *dir,
		      void (*load)(const struct root *root, const char *name, struct exports *ret),
		      struct exports *ret)
{
	struct strlist names;

	if (root_list(root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		load(root, names.item[i], ret);
	strlist_done(&names);
}

void exports_load(const struct root *root, struct exports *ret)
{
	*ret = (struct exports){ 0 };
	load_loops(root, ret);
	load_each(root, NVMET, load_subsystem, ret);
	load_each(root, LIO, load_backstores, ret);
}

bool export_is_of(const struct export *export, const char *name, const char *node)
{
	const char *at = export->path + strlen(DEV);

	if (!strcmp(export->path, node))
		return true;
	if (strncmp(export->path, DEV, strlen(DEV)))
		return false;
	/* sysfs writes '!' where the node's name has '/' (cciss!c0d0). */
	while (*at && (*at == *name || (*at == '/' && *name == '!'))) {
		at++;
		name++;
	}
	return !*at && !*name;
}

void exports_done(struct exports *exports)
{
	for (size_t i = 0; i < exports->count; i++) {
		struct export *export = &exports->item[i];

		free(export->path);
		free(export->loop);
		free(export->does);
		free(export->fix);
	}
	free(exports->item);
	*exports = (struct exports){ 0 };
}
