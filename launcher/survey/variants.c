// SPDX-License-Identifier: GPL-2.0-or-later
/* The drivers that hand devices to guests: vfio-pci, and variants made for particular cards. */
#include "survey/variants.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/hostfacts_parts.h"

#define ALIAS_LINE "alias " VFIO_ALIAS
#define VFIO_ALIAS "vfio_pci:"
#define ALIASES_SIZE_MAX (64 * 1024 * 1024)
#define HOLDERS "sys/module/vfio_pci_core/holders"

/** struct alias - a line of modules.alias: cards, and the module made for them */
struct alias {
	char *pattern;
	char *module;
};

struct aliases {
	struct alias *item;
	size_t count;
};

/* Of a module the kernel has loaded, its driver; its name otherwise, which is the driver's by custom (KBUILD_MODNAME). */
static char *driver_of(const struct root *root, const char *module)
{
	_cleanup_free_ char *path = mem_printf("sys/module/%s/drivers", module);
	struct strlist names = { 0 };
	char *driver = NULL;

	if (!strcmp(module, "vfio_pci"))
		return mem_strdup(VFIO_DRIVER);
	if (root_list(root, path, &names) < 0)
		names = (struct strlist){ 0 };
	for (size_t i = 0; i < names.count && !driver; i++)
		if (!strncmp(names.item[i], "pci:", 4))
			driver = mem_strdup(names.item[i] + 4);
	strlist_done(&names);
	return driver ? driver : mem_strdup(module);
}

static void add_driver(const struct root *root, const char *module, struct host *host)
{
	_cleanup_free_ char *name = driver_of(root, module), *path = NULL;
	struct vfio_driver *driver;

	if (host_vfio_driver(host, name))
		return;
	path = mem_printf("sys/bus/pci/drivers/%s", name);
	driver = mem_append(&host->vfio_drivers, &host->vfio_driver_count);
	*driver = (struct vfio_driver){ .name = take_ptr(name),
					.module = mem_strdup(module),
					.registered = root_exists(root, path) };
}

/* "alias vfio_pci:v000015B3d0000101Esv*sd*bc*sc*i* mlx5_vfio_pci" */
static void parse_line(const char *line, struct aliases *ret)
{
	char pattern[128], module[64];

	if (sscanf(line, "alias %127s %63s", pattern, module) == 2)
		*mem_append(&ret->item, &ret->count) =
			(struct alias){ mem_strdup(pattern), mem_strdup(module) };
}

static void read_aliases(const struct root *root, const struct host *host, struct aliases *ret)
{
	_cleanup_free_ char *path = mem_printf("lib/modules/%s/modules.alias", host->kernel);
	_cleanup_free_ char *text = NULL;

	if (!host->kernel || root_read(root, path, ALIASES_SIZE_MAX, &text, NULL) < 0)
		return;
	for (const char *at = text; (at = strstr(at, ALIAS_LINE)); at++)
		if (at == text || at[-1] == '\n')
			parse_line(at, ret);
}

static void aliases_done(struct aliases *aliases)
{
	for (size_t i = 0; i < aliases->count; i++) {
		free(aliases->item[i].pattern);
		free(aliases->item[i].module);
	}
	free(aliases->item);
}

static size_t wildcards(const char *pattern)
{
	size_t count = 0;

	for (; *pattern; pattern++)
		count += *pattern == '*' || *pattern == '?';
	return count;
}

static const char *module_for(const struct aliases *aliases, const struct strlist *blacklist,
			      const struct device *dev)
{
	const struct alias *best = NULL;
	char name[96];

	/* As the kernel composes it (scripts/mod/file2alias.c, do_pci_entry()). */
	snprintf(name, sizeof(name), VFIO_ALIAS "v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X",
		 dev->vendor, dev->device, dev->subsystem_vendor, dev->subsystem_device,
		 dev->class_code >> 16 & 0xff, dev->class_code >> 8 & 0xff, dev->class_code & 0xff);
	for (size_t i = 0; i < aliases->count; i++) {
		const struct alias *alias = &aliases->item[i];

		if (fnmatch(alias->pattern, name, 0) == 0 &&
		    !strlist_has(blacklist, alias->module) &&
		    (!best || wildcards(alias->pattern) < wildcards(best->pattern)))
			best = alias;
	}
	return best ? best->module : NULL;
}

static void add_blacklisted(struct strlist *blacklist, const char *module)
{
	_cleanup_free_ char *plain = mem_strdup(module);

	for (char *c = plain; *c; c++)
		if (*c == '-')
			*c = '_';
	strlist_add(blacklist, plain);
}

static void take_modprobe(void *context, const char *path, const char *text)
{
	char module[64];

	(void)path;
	for (const char *line = text; line; line = strchr(line, '\n'))
		if (sscanf(line += *line == '\n', " blacklist %63s", module) == 1)
			add_blacklisted(context, module);
}

/* "module_blacklist=" is the kernel's, "modprobe.blacklist=" modprobe's: both name modules with commas between them. */
static void take_cmdline(const char *cmdline, struct strlist *blacklist)
{
	_cleanup_free_ char *copy = mem_strdup(cmdline);
	char *words = NULL, *names = NULL;

	for (char *word = strtok_r(copy, " ", &words); word; word = strtok_r(NULL, " ", &words)) {
		char *equals = strchr(word, '=');

		if (!equals || (strncmp(word, "module_blacklist=", 17) &&
				strncmp(word, "modprobe.blacklist=", 19)))
			continue;
		for (char *name = strtok_r(equals + 1, ",", &names); name;
		     name = strtok_r(NULL, ",", &names))
			add_blacklisted(blacklist, name);
	}
}

/* An administrator who blacklists a variant does not want it chosen for him; a profile may still name it. */
static void read_blacklist(const struct root *root, const struct host *host, struct strlist *ret)
{
	static const char *const folders[] = { "etc/modprobe.d", "run/modprobe.d",
					       "usr/local/lib/modprobe.d", "usr/lib/modprobe.d",
					       "lib/modprobe.d" };

	hostfacts_conf_files(root, folders, ARRAY_SIZE(folders), ".conf", take_modprobe, ret);
	if (host->cmdline)
		take_cmdline(host->cmdline, ret);
}

static void choose(const struct root *root, const struct aliases *aliases, struct host *host)
{
	struct strlist blacklist = { 0 };

	/* Without variants there is nothing to choose: most kernels for servers have none. */
	if (aliases->count < 2)
		return;
	read_blacklist(root, host, &blacklist);
	for (size_t i = 0; i < host->device_count; i++) {
		const char *module = module_for(aliases, &blacklist, &host->devices[i]);

		if (module && strcmp(module, "vfio_pci"))
			host->devices[i].vfio_driver = driver_of(root, module);
	}
	strlist_done(&blacklist);
}

void variants_scan(const struct root *root, struct host *host)
{
	struct aliases aliases = { 0 };
	struct strlist holders = { 0 };

	add_driver(root, "vfio_pci", host);
	read_aliases(root, host, &aliases);
	for (size_t i = 0; i < aliases.count; i++)
		add_driver(root, aliases.item[i].module, host);
	if (root_list(root, HOLDERS, &holders) == 0) {
		for (size_t i = 0; i < holders.count; i++)
			add_driver(root, holders.item[i], host);
		strlist_done(&holders);
	}
	choose(root, &aliases, host);
	aliases_done(&aliases);
	for (size_t i = 0; i < host->device_count; i++)
		host->devices[i].vfio = host_vfio_driver(host, host->devices[i].driver);
}

bool variants_has(const struct root *root, const char *driver)
{
	_cleanup_free_ char *link = mem_printf("sys/bus/pci/drivers/%s/module", driver);
	_cleanup_free_ char *holder = NULL;
	char module[64];

	if (!strcmp(driver, VFIO_DRIVER))
		return true;
	if (root_link_name(root, link, module, sizeof(module)) < 0)
		return false;
	holder = mem_printf(HOLDERS "/%s", module);
	return root_exists(root, holder);
}
