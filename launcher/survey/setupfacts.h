/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What host setup looks at beyond host check: files it may change, installed kernels, programs that make images. */
#ifndef VMRUN_SURVEY_SETUPFACTS_H
#define VMRUN_SURVEY_SETUPFACTS_H

#include "base/root.h"
#include "model/host.h"

/** enum setup_program - programs that make what the host boots from, and that look into it */
enum setup_program {
	PROGRAM_UPDATE_INITRAMFS,
	PROGRAM_LSINITRAMFS,
	PROGRAM_DRACUT,
	PROGRAM_LSINITRD,
	PROGRAM_MKINITCPIO,
	PROGRAM_LSINITCPIO,
	PROGRAM_UPDATE_GRUB,
	PROGRAM_GRUB_MKCONFIG,
	PROGRAM_GRUB2_MKCONFIG,
	PROGRAM_KERNEL_INSTALL,
	PROGRAM_SYSTEMCTL,
	PROGRAM_UDEVADM,
	PROGRAM_COUNT
};

/**
 * struct setup_file - a file that may be changed
 * @path:	with a slash before it
 * @bytes:	@len bytes and a NUL; NULL where there is none
 * @len:	number of bytes
 */
struct setup_file {
	char *path;
	char *bytes;
	size_t len;
};

/**
 * struct setup_kernel - an installed kernel
 * @release:	its name below /lib/modules
 * @has_vfio:	it has vfio-pci and its IOMMU driver, as modules or built in
 * @built_in:	vfio-pci is built in
 * @image:	its initramfs, with a slash before it; NULL where none was found
 */
struct setup_kernel {
	char *release;
	bool has_vfio, built_in;
	char *image;
};

/**
 * struct setup_facts - all of it
 * @programs:	path of each program, or NULL
 * @files:	@file_count files that are there and may be changed
 * @entries:	of these, the loader's entries; those that boot for rescue are not among them
 * @grub_dropins: /etc/default/grub.d/…, read after /etc/default/grub, that set kernel parameters
 * @grub_config: what grub-mkconfig writes, with a slash before it; NULL where there is no GRUB
 * @kernels:	@kernel_count installed kernels
 * @presets:	images that mkinitcpio's presets name
 * @pool_unit:	vmrun-pool.service is installed
 * @pool_enabled: and systemctl has enabled it
 * @iommu_default_on: the running kernel uses an Intel IOMMU without being told (CONFIG_INTEL_IOMMU_DEFAULT_ON)
 * @sealed:	/usr belongs to an image (ostree): what is written there does not stay
 * @modules:	per device of the host, the module of its driver; NULL where it has none
 * @unknown:	what could not be found out, a sentence each
 */
struct setup_facts {
	char *programs[PROGRAM_COUNT];
	struct setup_file *files;
	size_t file_count;
	struct strlist entries;
	struct strlist grub_dropins;
	char *grub_config;
	struct setup_kernel *kernels;
	size_t kernel_count;
	struct strlist presets;
	bool pool_unit, pool_enabled;
	enum fact iommu_default_on;
	bool sealed;
	char **modules;
	size_t module_count;
	struct strlist unknown;
};

/**
 * setupfacts_scan() - Read them; changes nothing
 * @root:	the host
 * @host:	snapshot of the survey
 * @ret:	filled; setupfacts_done()
 */
void setupfacts_scan(const struct root *root, const struct host *host, struct setup_facts *ret);

/** setupfacts_file() - The file @path (with a slash before it) among @facts, or NULL */
struct setup_file *setupfacts_file(const struct setup_facts *facts, const char *path);

/** setupfacts_uid() - The number of a user in /etc/passwd into @ret; 0, or -ENOENT */
int setupfacts_uid(const struct root *root, const char *name, unsigned int *ret);

/** setupfacts_done() - Release what @facts owns */
void setupfacts_done(struct setup_facts *facts);

#endif
