// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a recorded host is nobody else's business, by the file it is in. */
#include "survey/private.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"

/** struct pass - one walk over a tree */
struct pass {
	struct redactor *redactor;
	unsigned int keep;
};

typedef void reduce_fn(struct redactor *redactor, struct tree *file);

static void set_text(struct tree *file, char *text)
{
	tree_set(file, TREE_FILE, text, strlen(text));
	free(text);
}

static void reduce_cmdline(struct redactor *redactor, struct tree *file)
{
	(void)redactor;
	set_text(file, redact_cmdline(file->data));
}

/* Of the lists of modules, which say no more than which kernel it is, the few lines that were of use. */
static void reduce_modules(struct redactor *redactor, struct tree *file)
{
	(void)redactor;
	set_text(file, redact_modules(file->data));
}

static void reduce_mountinfo(struct redactor *redactor, struct tree *file)
{
	set_text(file, redact_mountinfo(redactor, file->data));
}

static void reduce_fstab(struct redactor *redactor, struct tree *file)
{
	set_text(file, redact_fstab(redactor, file->data));
}

static void reduce_conf(struct redactor *redactor, struct tree *file)
{
	(void)redactor;
	set_text(file, redact_conf(file->data));
}

static void reduce_unit(struct redactor *redactor, struct tree *file)
{
	(void)redactor;
	set_text(file, redact_unit(file->data));
}

static void reduce_udev(struct redactor *redactor, struct tree *file)
{
	set_text(file, redact_udev(redactor, file->data));
}

static void reduce_names(struct redactor *redactor, struct tree *file)
{
	set_text(file, redact_names(redactor, file->data));
}

static void reduce_serial(struct redactor *redactor, struct tree *file)
{
	_cleanup_free_ char *token = NULL;

	if (!file->len)
		return;
	file->data[strcspn(file->data, "\n")] = '\0';
	token = redact_serial(redactor, file->data);
	set_text(file, mem_printf("%s\n", token));
}

/* What a loop device or a target is set up on: a disk, whose links are named by serial numbers and labels; or somebody's file. */
static void reduce_backing(struct redactor *redactor, struct tree *file)
{
	static const char links[] = "/dev/disk/";
	_cleanup_free_ char *token = NULL;
	char *name;

	file->data[strcspn(file->data, "\n")] = '\0';
	if (strncmp(file->data, "/dev/", strlen("/dev/")) != 0) {
		set_text(file, mem_strdup("/file\n"));
		return;
	}
	if (strncmp(file->data, links, strlen(links)) != 0) {
		token = redact_names(redactor, file->data);
		set_text(file, mem_printf("%s\n", token));
		return;
	}
	name = strrchr(file->data, '/') + 1;
	token = redact_serial(redactor, name);
	*name = '\0';
	set_text(file, mem_printf("%s%s\n", file->data, token));
}

static void reduce_config(struct redactor *redactor, struct tree *file)
{
	redact_config(redactor, file->data, file->len);
}

static void reduce_smbios(struct redactor *redactor, struct tree *file)
{
	(void)redactor;
	file->len = redact_smbios(file->data, file->len);
}

/* Text only; firmware's tables have nothing of the kind. */
static void reduce_text(struct redactor *redactor, struct tree *file)
{
	if (!memchr(file->data, '\0', file->len))
		redact_text(redactor, file->data, file->len);
}

/* The first that fits; in a pattern, * is any text, slashes too. */
static const struct rule {
	const char *pattern;
	enum private_part part;
	reduce_fn *reduce;
} rules[] = {
	{ "proc/cmdline", PRIVATE_CMDLINE, reduce_cmdline },
	{ "lib/modules/*/modules.*", 0, reduce_modules },
	{ "proc/*/mountinfo", PRIVATE_IDS, reduce_mountinfo },
	{ "etc/fstab", PRIVATE_IDS, reduce_fstab },
	{ "etc/crypttab", PRIVATE_IDS, reduce_fstab },
	{ "etc/libvirt/qemu.conf", 0, reduce_conf },
	{ "*/systemd/system/*", 0, reduce_unit },
	{ "run/udev/data/b*", PRIVATE_IDS, reduce_udev },
	{ "proc/swaps", PRIVATE_IDS, reduce_names },
	{ "*/dm/name", PRIVATE_IDS, reduce_names },
	{ "*/loop/backing_file", PRIVATE_IDS, reduce_backing },
	{ "sys/kernel/config/*/device_path", PRIVATE_IDS, reduce_backing },
	{ "sys/kernel/config/*/udev_path", PRIVATE_IDS, reduce_backing },
	{ "sys/*/config", PRIVATE_IDS, reduce_config },
	{ "sys/firmware/dmi/tables/DMI", PRIVATE_IDS, reduce_smbios },
	{ "*serial", PRIVATE_IDS, reduce_serial },
	{ "*asset_tag", PRIVATE_IDS, reduce_serial },
	{ "*/wwid", PRIVATE_IDS, reduce_serial },
	{ "*/eui", PRIVATE_IDS, reduce_serial },
	{ "*/unique_id", PRIVATE_IDS, reduce_serial },
	{ "*/vpd_pg*", PRIVATE_IDS, reduce_serial },
	{ "*", PRIVATE_IDS, reduce_text },
};

static void redact_file(const struct pass *pass, struct tree *file, const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (fnmatch(rules[i].pattern, path, 0))
			continue;
		if (!(pass->keep & rules[i].part))
			rules[i].reduce(pass->redactor, file);
		return;
	}
}

static void redact_node(void *context, struct tree *node, const char *path)
{
	const struct pass *pass = context;

	/* By its name before it is replaced; what is in a directory is shown under the new one. */
	if (node->kind == TREE_FILE)
		redact_file(pass, node, path);
	else if (node->kind == TREE_LINK && !(pass->keep & PRIVATE_IDS))
		redact_text(pass->redactor, node->data, node->len);
	if (pass->keep & PRIVATE_IDS)
		return;
	if (!fnmatch("dev/disk/*/*", path, 0)) {
		/* As reduce_backing() has it. */
		char *token = redact_serial(pass->redactor, node->name);

		free(node->name);
		node->name = token;
	} else {
		redact_text(pass->redactor, node->name, strlen(node->name));
	}
}

void private_redact(struct tree *tree, struct redactor *redactor, unsigned int keep)
{
	struct pass pass = { .redactor = redactor, .keep = keep };

	tree_walk(tree, redact_node, &pass);
}
