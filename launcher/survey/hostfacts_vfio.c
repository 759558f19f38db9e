// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How vfio is set up, for host check: options of its modules, what keeps them away, rules for their
 * nodes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/hostfacts_parts.h"

#define CMDLINE "the kernel command line"

/* Modules are named with dashes or underscores; the kernel takes both. */
static void underscores(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

static bool of_vfio(const char *module)
{
	return !strcmp(module, "vfio") || !strncmp(module, "vfio_", strlen("vfio_"));
}

/* Appends a setting where it is about a module of vfio; all texts are copied. */
static void add(struct vfio_facts *vfio, enum setting_kind kind, const char *module,
		const char *name, const char *value, const char *where)
{
	_cleanup_free_ char *plain = mem_strdup(module);
	struct setting *setting;

	underscores(plain);
	if (!of_vfio(plain))
		return;
	setting = mem_append(&vfio->settings, &vfio->setting_count);
	*setting = (struct setting){ .kind = kind,
				     .module = take_ptr(plain),
				     .name = mem_strdup(name),
				     .value = mem_strdup(value),
				     .where = mem_strdup(where),
				     .on_cmdline = !strcmp(where, CMDLINE) };
}

/* "NAME=VALUE", or "NAME" which switches it on. */
static void add_option(struct vfio_facts *vfio, const char *module, const char *text,
		       const char *where)
{
	size_t len = strcspn(text, "=");
	_cleanup_free_ char *name = mem_printf("%.*s", (int)len, text);

	underscores(name);
	add(vfio, SETTING_OPTION, module, name, text[len] ? text + len + 1 : NULL, where);
}

/* One line of modprobe.d(5) in words. */
static void parse_line(char *line, const char *where, struct vfio_facts *vfio)
{
	char *save = NULL, *verb = strtok_r(line, " \t", &save),
	     *module = strtok_r(NULL, " \t", &save), *word;

	if (!verb || *verb == '#' || !module)
		return;
	if (!strcmp(verb, "blacklist"))
		add(vfio, SETTING_BLACKLIST, module, NULL, NULL, where);
	else if (!strcmp(verb, "install"))
		add(vfio, SETTING_INSTALL, module, NULL, save ? save + strspn(save, " \t") : "",
		    where);
	else if (!strcmp(verb, "options"))
		while ((word = strtok_r(NULL, " \t", &save)))
			add_option(vfio, module, word, where);
}

void hostfacts_parse_modprobe(const char *text, const char *where, struct vfio_facts *vfio)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL;

	/* A backslash at the end of a line joins it with the next. */
	for (char *at = copy; (at = strstr(at, "\\\n")); at += 2)
		at[0] = at[1] = ' ';
	for (char *line = strtok_r(copy, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
		parse_line(line, where, vfio);
}

/* "a,b,c" of module_blacklist= and modprobe.blacklist=. */
static void parse_blacklist(char *list, enum setting_kind kind, struct vfio_facts *vfio)
{
	char *save = NULL;

	for (char *module = strtok_r(list, ",", &save); module; module = strtok_r(NULL, ",", &save))
		add(vfio, kind, module, NULL, kind == SETTING_INSTALL ? "module_blacklist" : NULL,
		    CMDLINE);
}

void hostfacts_parse_cmdline(const char *cmdline, struct vfio_facts *vfio)
{
	_cleanup_free_ char *copy = mem_strdup(cmdline);
	char *save = NULL;

	/*
	 * module_blacklist= is the kernel's, which then refuses the module altogether;
	 * modprobe.blacklist= is modprobe's.
	 */
	for (char *word = strtok_r(copy, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		char *dot = strchr(word, '.'), *equals = strchr(word, '=');

		if (!strncmp(word, "module_blacklist=", strlen("module_blacklist="))) {
			parse_blacklist(equals + 1, SETTING_INSTALL, vfio);
		} else if (!strncmp(word, "modprobe.blacklist=", strlen("modprobe.blacklist="))) {
			parse_blacklist(equals + 1, SETTING_BLACKLIST, vfio);
		} else if (dot && (!equals || dot < equals)) {
			*dot = '\0';
			add_option(vfio, word, dot + 1, CMDLINE);
		}
	}
}

static void take_modprobe(void *context, const char *path, const char *text)
{
	hostfacts_parse_modprobe(text, path, context);
}

/*
 * What holds in the running kernel comes last and outweighs what files say. ids= is not shown by
 * the kernel.
 */
static void read_running(const struct root *root, struct vfio_facts *vfio)
{
	static const char *const modules[] = { "vfio_pci", "vfio_iommu_type1", "vfio" };

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		_cleanup_free_ char *folder = mem_printf("sys/module/%s/parameters", modules[i]);
		struct strlist names = { 0 };

		if (root_list(root, folder, &names) < 0)
			continue;
		for (size_t k = 0; k < names.count; k++) {
			_cleanup_free_ char *path = mem_printf("/%s/%s", folder, names.item[k]);
			char value[64];

			if (root_read_line(root, path + 1, value, sizeof(value)) < 0)
				continue;
			add(vfio, SETTING_OPTION, modules[i], names.item[k], value, path);
			vfio->settings[vfio->setting_count - 1].running = true;
		}
		strlist_done(&names);
	}
}

static void take_rule(void *context, const char *path, const char *text)
{
	struct vfio_facts *vfio = context;

	if (strstr(text, "SUBSYSTEM==\"vfio\"") || strstr(text, "KERNEL==\"vfio/"))
		strlist_add(&vfio->udev_rules, path);
}

void hostfacts_vfio(const struct root *root, const struct host *host, struct hostfacts *facts)
{
	static const char *const modprobe[] = { "etc/modprobe.d", "run/modprobe.d",
						"usr/local/lib/modprobe.d", "usr/lib/modprobe.d",
						"lib/modprobe.d" };
	static const char *const udev[] = { "etc/udev/rules.d", "run/udev/rules.d",
					    "usr/local/lib/udev/rules.d", "usr/lib/udev/rules.d",
					    "lib/udev/rules.d" };
	struct vfio_facts *vfio = &facts->vfio;

	vfio->config_known = hostfacts_conf_files(root, modprobe, ARRAY_SIZE(modprobe), ".conf",
						  take_modprobe, vfio);
	if (host->cmdline)
		hostfacts_parse_cmdline(host->cmdline, vfio);
	read_running(root, vfio);
	vfio->iommufd = hostfacts_there(root, "dev", "dev/iommu");
	vfio->cdev = hostfacts_there(root, "dev", "dev/vfio/devices");
	vfio->rules_known =
		hostfacts_conf_files(root, udev, ARRAY_SIZE(udev), ".rules", take_rule, vfio);
}

void vfio_facts_done(struct vfio_facts *vfio)
{
	for (size_t i = 0; i < vfio->setting_count; i++) {
		free(vfio->settings[i].module);
		free(vfio->settings[i].name);
		free(vfio->settings[i].value);
		free(vfio->settings[i].where);
	}
	free(vfio->settings);
	strlist_done(&vfio->udev_rules);
	*vfio = (struct vfio_facts){ 0 };
}
