// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Early binding, for host check: what wants vfio's modules in the initramfs, and whether the image
 * has them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "survey/hostfacts_parts.h"

/*
 * Documentation/driver-api/early-userspace/buffer-format.rst: the header of a file, all of it
 * ASCII.
 */
#define HEADER_SIZE 110
#define OFFSET_FILESIZE 54
#define OFFSET_NAMESIZE 94
#define NAME_MAX_SIZE 4096
#define TRAILER "TRAILER!!!"

/* An image has some thousand files; a damaged one ends here. */
#define FILES_MAX 1000000

static uint64_t align4(uint64_t offset)
{
	return (offset + 3) & ~(uint64_t)3;
}

static int field(const char *header, size_t offset, uint64_t *ret)
{
	char digits[9];

	memcpy(digits, header + offset, 8);
	digits[8] = '\0';
	return num_parse(digits, 16, UINT32_MAX, ret);
}

/*
 * One file at *@offset, moved to the next. What it is: FACT_YES, has the word; FACT_NO, has not;
 * FACT_UNKNOWN, is no file of an archive that is not compressed.
 */
static enum fact one_file(image_read_fn *read, void *context, const char *word, uint64_t *offset)
{
	char header[HEADER_SIZE], name[NAME_MAX_SIZE + 1];
	uint64_t name_size, file_size;

	if (read(context, header, sizeof(header), *offset) != (ssize_t)sizeof(header) ||
	    (memcmp(header, "070701", 6) != 0 && memcmp(header, "070702", 6) != 0) ||
	    field(header, OFFSET_FILESIZE, &file_size) < 0 ||
	    field(header, OFFSET_NAMESIZE, &name_size) < 0 || name_size == 0 ||
	    name_size > NAME_MAX_SIZE ||
	    read(context, name, name_size, *offset + HEADER_SIZE) != (ssize_t)name_size)
		return FACT_UNKNOWN;
	name[name_size] = '\0';
	*offset = align4(align4(*offset + HEADER_SIZE + name_size) + file_size);
	return strstr(name, word) ? FACT_YES : FACT_NO;
}

/* Skips the zeros between archives; whether anything follows. */
static bool skip_zeros(image_read_fn *read, void *context, uint64_t *offset)
{
	char block[512];
	ssize_t n;

	while ((n = read(context, block, sizeof(block), *offset)) > 0) {
		ssize_t i = 0;

		while (i < n && !block[i])
			i++;
		*offset += (uint64_t)i;
		if (i < n)
			return true;
	}
	return false;
}

enum fact hostfacts_image_has(image_read_fn *read, void *context, const char *word)
{
	uint64_t offset = 0;
	bool any = false;

	for (int i = 0; i < FILES_MAX; i++) {
		if (!skip_zeros(read, context, &offset))
			return any ? FACT_NO : FACT_UNKNOWN;
		switch (one_file(read, context, word, &offset)) {
		case FACT_YES:
			return FACT_YES;
		case FACT_UNKNOWN:
			return FACT_UNKNOWN;
		case FACT_NO:
			any = true;
			break;
		}
	}
	return FACT_UNKNOWN;
}

static ssize_t read_file(void *context, void *buf, size_t len, uint64_t offset)
{
	return pread(*(int *)context, buf, len, (off_t)offset);
}

/*
 * A word of vfio in a line that is no comment: initramfs-tools' modules, dracut's add_drivers,
 * mkinitcpio's MODULES.
 */
static bool asks(const char *text)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *begin = line + strspn(line, " \t");
		const char *at = *begin == '#' ? NULL
					       : memmem(begin, strcspn(begin, "\n"), "vfio", 4);

		if (at)
			return true;
	}
	return false;
}

static void take_asking(void *context, const char *path, const char *text)
{
	struct image_facts *image = context;

	if (asks(text))
		strlist_add(&image->asked_by, path);
}

static void find_asking(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	static const char *const files[] = { "etc/initramfs-tools/modules", "etc/mkinitcpio.conf",
					     "etc/dracut.conf" };
	static const char *const dracut[] = { "etc/dracut.conf.d", "usr/lib/dracut/dracut.conf.d" };
	struct image_facts *image = &facts->image;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = mem_printf("/%s", files[i]), *text = NULL;

		if (root_read(root, files[i], HOSTFACTS_CONF_MAX, &text, NULL) == 0)
			take_asking(image, path, text);
	}
	hostfacts_conf_files(root, dracut, ARRAY_SIZE(dracut), ".conf", take_asking, image);
	if (host->cmdline && strstr(host->cmdline, "rd.driver.pre=vfio"))
		strlist_add(&image->asked_by, "rd.driver.pre= on the kernel command line");
	for (size_t i = 0; i < facts->vfio.setting_count; i++) {
		const struct setting *setting = &facts->vfio.settings[i];

		if (setting->name && !strcmp(setting->name, "ids"))
			strlist_addf(&image->asked_by, "ids= in %s", setting->where);
	}
}

static enum initramfs find_tool(const struct root *root)
{
	static const struct {
		const char *path;
		enum initramfs tool;
	} tools[] = {
		{ "usr/sbin/update-initramfs", INITRAMFS_TOOLS },
		{ "usr/bin/mkinitcpio", INITRAMFS_MKINITCPIO },
		{ "usr/bin/dracut", INITRAMFS_DRACUT },
		{ "etc/initramfs-tools", INITRAMFS_TOOLS },
		{ "etc/mkinitcpio.conf", INITRAMFS_MKINITCPIO },
		{ "etc/dracut.conf.d", INITRAMFS_DRACUT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		if (root_exists(root, tools[i].path))
			return tools[i].tool;
	return INITRAMFS_UNKNOWN;
}

void hostfacts_image(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	static const char *const names[] = { "/boot/initrd.img-%s", "/boot/initramfs-%s.img",
					     "/boot/initrd-%s", "/boot/initramfs-linux.img" };
	struct image_facts *image = &facts->image;

	find_asking(root, host, facts);
	image->tool = find_tool(root);
	for (size_t i = 0; i < ARRAY_SIZE(names) && host->kernel && !image->path; i++) {
		const char *rest = strstr(names[i], "%s");
		_cleanup_free_ char *path = rest ? mem_printf("%.*s%s%s", (int)(rest - names[i]),
							      names[i], host->kernel, rest + 2)
						 : mem_strdup(names[i]);
		_cleanup_close_ int fd = -1;

		if (!root_exists(root, path + 1))
			continue;
		fd = root_openat(root, path + 1, O_RDONLY | O_NOCTTY);
		if (fd >= 0 && image->asked_by.count)
			image->has_vfio = hostfacts_image_has(read_file, &fd, "/vfio-pci.ko");
		image->path = take_ptr(path);
	}
}
