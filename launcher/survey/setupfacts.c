// SPDX-License-Identifier: GPL-2.0-or-later
/* What host setup looks at beyond host check: files it may change, installed kernels, programs that make images. */
#include "survey/setupfacts.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/shellconf.h"
#include "survey/hostfacts.h"

#define FILE_MAX ((size_t)1024 * 1024)

static const char *const program_names[] = {
	[PROGRAM_UPDATE_INITRAMFS] = "update-initramfs",
	[PROGRAM_LSINITRAMFS] = "lsinitramfs",
	[PROGRAM_DRACUT] = "dracut",
	[PROGRAM_LSINITRD] = "lsinitrd",
	[PROGRAM_MKINITCPIO] = "mkinitcpio",
	[PROGRAM_LSINITCPIO] = "lsinitcpio",
	[PROGRAM_UPDATE_GRUB] = "update-grub",
	[PROGRAM_GRUB_MKCONFIG] = "grub-mkconfig",
	[PROGRAM_GRUB2_MKCONFIG] = "grub2-mkconfig",
	[PROGRAM_KERNEL_INSTALL] = "kernel-install",
	[PROGRAM_SYSTEMCTL] = "systemctl",
	[PROGRAM_UDEVADM] = "udevadm",
};
static_assert(ARRAY_SIZE(program_names) == PROGRAM_COUNT, "a name per program");

static void find_programs(const struct root *root, struct setup_facts *facts)
{
	static const char *const folders[] = { "usr/sbin", "usr/bin", "sbin", "bin" };

	for (size_t i = 0; i < PROGRAM_COUNT; i++)
		for (size_t k = 0; k < ARRAY_SIZE(folders) && !facts->programs[i]; k++) {
			_cleanup_free_ char *path =
				mem_printf("/%s/%s", folders[k], program_names[i]);

			if (root_exists(root, path + 1))
				facts->programs[i] = take_ptr(path);
		}
	/* Where udev does not run, as in an image being made, there is nobody to tell. */
	if (!root_exists(root, "run/udev/control")) {
		free(facts->programs[PROGRAM_UDEVADM]);
		facts->programs[PROGRAM_UDEVADM] = NULL;
	}
}

/* A file that may be changed, where it is there. */
static const struct setup_file *take_file(const struct root *root, const char *path,
					  struct setup_facts *facts)
{
	struct setup_file *file;
	char *bytes;
	size_t len;
	int r = root_read(root, path + 1, FILE_MAX, &bytes, &len);

	if (r < 0) {
		if (r != -ENOENT && r != -ENOTDIR)
			strlist_addf(&facts->unknown, "%s cannot be read: %s", path, strerror(-r));
		return NULL;
	}
	file = mem_append(&facts->files, &facts->file_count);
	*file = (struct setup_file){ mem_strdup(path), bytes, len };
	return file;
}

static bool ends(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len > end && !strcmp(name + len - end, suffix);
}

/* The files NAME…SUFFIX of a folder, with a slash before them. */
static void list_files(const struct root *root, const char *folder, const char *suffix,
		       struct strlist *ret)
{
	struct strlist names = { 0 };

	if (root_list(root, folder, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (ends(names.item[i], suffix))
			strlist_addf(ret, "/%s/%s", folder, names.item[i]);
	strlist_done(&names);
}

/* Boot Loader Specification: entries are in loader/entries of the ESP or of the extended boot partition. */
static void take_entries(const struct root *root, struct setup_facts *facts)
{
	static const char *const folders[] = { "boot/loader/entries", "efi/loader/entries",
					       "boot/efi/loader/entries" };
	struct strlist paths = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		list_files(root, folders[i], ".conf", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		const struct setup_file *file = NULL;

		/* One entry stays as it is: the way back in. */
		if (!strstr(paths.item[i], "rescue") && !strstr(paths.item[i], "fallback"))
			file = take_file(root, paths.item[i], facts);
		if (file && (memmem(file->bytes, file->len, "linux", 5) ||
			     memmem(file->bytes, file->len, "options", 7)))
			strlist_add(&facts->entries, paths.item[i]);
	}
	strlist_done(&paths);
}

static void take_grub(const struct root *root, struct setup_facts *facts)
{
	static const char *const configs[] = { "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg" };
	struct strlist paths = { 0 };

	if (!take_file(root, "/etc/default/grub", facts))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(configs) && !facts->grub_config; i++)
		if (root_exists(root, configs[i] + 1))
			facts->grub_config = mem_strdup(configs[i]);
	list_files(root, "etc/default/grub.d", ".cfg", &paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_free_ char *text = NULL;

		if (root_read(root, paths.item[i] + 1, FILE_MAX, &text, NULL) == 0 &&
		    strstr(text, "GRUB_CMDLINE_LINUX"))
			strlist_add(&facts->grub_dropins, paths.item[i]);
	}
	strlist_done(&paths);
}

/* mkinitcpio's configuration, and the images of its presets (mkinitcpio(8)): default_image="/boot/…". */
static void take_mkinitcpio(const struct root *root, struct setup_facts *facts)
{
	struct strlist paths = { 0 }, presets = { 0 };

	strlist_add(&paths, "/etc/mkinitcpio.conf");
	list_files(root, "etc/mkinitcpio.conf.d", ".conf", &paths);
	for (size_t i = 0; i < paths.count; i++)
		take_file(root, paths.item[i], facts);
	list_files(root, "etc/mkinitcpio.d", ".preset", &presets);
	for (size_t i = 0; i < presets.count; i++) {
		_cleanup_shellconf_ struct shellconf conf = { 0 };
		const struct shellconf_item *image;
		_cleanup_free_ char *text = NULL;
		size_t len;

		if (root_read(root, presets.item[i] + 1, FILE_MAX, &text, &len) < 0 ||
		    shellconf_scan(text, len, presets.item[i], &conf, NULL) < 0)
			continue;
		image = shellconf_last(&conf, "default_image");
		if (!image)
			image = shellconf_last(&conf, "default_uki");
		if (image)
			strlist_addf(&facts->presets, "%.*s", (int)image->value_len, image->value);
	}
	strlist_done(&paths);
	strlist_done(&presets);
}

static bool has_module(const char *list, const char *name)
{
	_cleanup_free_ char *file = mem_printf("/%s.ko", name);

	return list && strstr(list, file);
}

/* What depmod(8) wrote: modules.dep names those that load, modules.builtin those that need not. */
static void take_kernel(const struct root *root, const char *release, struct setup_facts *facts)
{
	static const char *const images[] = { "/boot/initrd.img-%s", "/boot/initramfs-%s.img",
					      "/boot/initrd-%s" };
	_cleanup_free_ char *folder = mem_printf("lib/modules/%s", release),
			    *dep = mem_printf("%s/modules.dep", folder),
			    *built = mem_printf("%s/modules.builtin", folder), *modules = NULL,
			    *builtin = NULL;
	struct setup_kernel *kernel;

	root_read(root, dep, 16 * FILE_MAX, &modules, NULL);
	root_read(root, built, 16 * FILE_MAX, &builtin, NULL);
	if (!modules && !builtin)
		return;
	kernel = mem_append(&facts->kernels, &facts->kernel_count);
	kernel->release = mem_strdup(release);
	kernel->built_in = has_module(builtin, "vfio-pci");
	kernel->has_vfio = (kernel->built_in || has_module(modules, "vfio-pci")) &&
			   (has_module(builtin, "vfio_iommu_type1") ||
			    has_module(modules, "vfio_iommu_type1"));
	for (size_t i = 0; i < ARRAY_SIZE(images) && !kernel->image; i++) {
		const char *rest = strstr(images[i], "%s");
		_cleanup_free_ char *path = mem_printf("%.*s%s%s", (int)(rest - images[i]),
						       images[i], release, rest + 2);

		if (root_exists(root, path + 1))
			kernel->image = take_ptr(path);
	}
}

static void take_kernels(const struct root *root, const struct host *host,
			 struct setup_facts *facts)
{
	_cleanup_free_ char *config = NULL,
			    *path = mem_printf("boot/config-%s", host->kernel ? host->kernel : "");
	struct strlist releases = { 0 };

	root_list(root, "lib/modules", &releases);
	for (size_t i = 0; i < releases.count; i++)
		take_kernel(root, releases.item[i], facts);
	strlist_done(&releases);
	if (!facts->kernel_count)
		strlist_add(
			&facts->unknown,
			"which kernels are installed: /lib/modules has none with a list of its modules");
	if (root_read(root, path, FILE_MAX, &config, NULL) == 0)
		facts->iommu_default_on =
			strstr(config, "CONFIG_INTEL_IOMMU_DEFAULT_ON=y") ? FACT_YES : FACT_NO;
}

/* The module of each driver: /sys/bus/pci/devices/ADDRESS/driver/module. */
static void take_modules(const struct root *root, const struct host *host,
			 struct setup_facts *facts)
{
	facts->module_count = host->device_count;
	facts->modules = mem_zalloc(host->device_count * sizeof(*facts->modules));
	for (size_t i = 0; i < host->device_count; i++) {
		_cleanup_free_ char *path = mem_printf("sys/bus/pci/devices/%s/driver/module",
						       PCIADDR_STR(&host->devices[i].addr));
		char name[64];

		if (host->devices[i].driver && root_link_name(root, path, name, sizeof(name)) == 0)
			facts->modules[i] = mem_strdup(name);
	}
}

/* systemd.unit(5), UNIT FILE LOAD PATH. */
static void find_pool_unit(const struct root *root, struct setup_facts *facts)
{
	static const char *const folders[] = { "etc/systemd/system", "usr/local/lib/systemd/system",
					       "usr/lib/systemd/system", "lib/systemd/system" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *unit = mem_printf("%s/vmrun-pool.service", folders[i]);

		facts->pool_unit = facts->pool_unit || root_exists(root, unit);
	}
	facts->pool_enabled =
		root_exists(root, "etc/systemd/system/sysinit.target.wants/vmrun-pool.service");
}

void setupfacts_scan(const struct root *root, const struct host *host, struct setup_facts *ret)
{
	static const char *const files[] = { "/etc/kernel/cmdline", "/etc/libvirt/qemu.conf",
					     HOSTFACTS_HOOK };
	struct setup_facts facts = { 0 };

	find_programs(root, &facts);
	take_grub(root, &facts);
	take_entries(root, &facts);
	take_mkinitcpio(root, &facts);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		take_file(root, files[i], &facts);
	take_kernels(root, host, &facts);
	take_modules(root, host, &facts);
	find_pool_unit(root, &facts);
	facts.sealed = root_exists(root, "run/ostree-booted");
	*ret = facts;
}

struct setup_file *setupfacts_file(const struct setup_facts *facts, const char *path)
{
	for (size_t i = 0; i < facts->file_count; i++)
		if (!strcmp(facts->files[i].path, path))
			return &facts->files[i];
	return NULL;
}

int setupfacts_uid(const struct root *root, const char *name, unsigned int *ret)
{
	_cleanup_free_ char *text = NULL;
	size_t len = strlen(name);

	if (root_read(root, "etc/passwd", FILE_MAX, &text, NULL) < 0)
		return -ENOENT;
	/* passwd(5): NAME:PASSWORD:UID:… */
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!strncmp(line, name, len) && line[len] == ':' &&
		    sscanf(line + len + 1, "%*[^:\n]:%u", ret) == 1)
			return 0;
	return -ENOENT;
}

void setupfacts_done(struct setup_facts *facts)
{
	for (size_t i = 0; i < PROGRAM_COUNT; i++)
		free(facts->programs[i]);
	for (size_t i = 0; i < facts->file_count; i++) {
		free(facts->files[i].path);
		free(facts->files[i].bytes);
	}
	free(facts->files);
	strlist_done(&facts->entries);
	strlist_done(&facts->grub_dropins);
	free(facts->grub_config);
	for (size_t i = 0; i < facts->kernel_count; i++) {
		free(facts->kernels[i].release);
		free(facts->kernels[i].image);
	}
	free(facts->kernels);
	strlist_done(&facts->presets);
	for (size_t i = 0; i < facts->module_count; i++)
		free(facts->modules[i]);
	free(facts->modules);
	strlist_done(&facts->unknown);
	*facts = (struct setup_facts){ 0 };
}
