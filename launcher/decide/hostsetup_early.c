// SPDX-License-Identifier: GPL-2.0-or-later
/* Early binding: in what order modules load, and what the images need for it. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "decide/hostsetup_parts.h"
#include "model/mkinitcpio.h"

/*
 * A device is bound early by driver_override, for the one card in the one place, before udev loads any driver: ids= would
 * take every card of the kind. vfio_virqfd is never named: since 6.2 there is none, and before vfio-pci brought it along.
 */
#define MODULES "vfio_pci vfio_iommu_type1"

static const char tools_hook[] =
	"#!/bin/sh\n"
	"# Written by vmrun host setup: what binds devices early, into the image.\n"
	"case ${1-} in prereqs) exit 0 ;; esac\n"
	". /usr/share/initramfs-tools/hook-functions\n"
	"manual_add_modules " MODULES "\n"
	"mkdir -p \"$DESTDIR/etc/vmrun\"\n"
	"cp -p " EARLY_LIST " \"$DESTDIR" EARLY_LIST "\"\n"
	"copy_exec " EARLY_PROGRAM "\n";

/* Scripts run in the order of their names where none asks for another; udev's is next. */
static const char tools_script[] =
	"#!/bin/sh\n"
	"# Written by vmrun host setup: binds devices before udev loads the host's drivers.\n"
	"case ${1-} in prereqs) exit 0 ;; esac\n"
	"exec " EARLY_PROGRAM " bind\n";

static const char dracut_conf[] = "# Written by vmrun host setup: see modules.d/05vmrun.\n"
				  "add_dracutmodules+=\" vmrun \"\n";

static const char dracut_module[] =
	"#!/bin/bash\n"
	"# Written by vmrun host setup: what binds devices early, into the image.\n"
	"check() {\n\treturn 0\n}\n\n"
	"depends() {\n\treturn 0\n}\n\n"
	"installkernel() {\n\thostonly='' instmods " MODULES "\n}\n\n"
	"install() {\n"
	"\tinst_multiple readlink modprobe\n"
	"\tinst_simple " EARLY_LIST "\n"
	"\tinst_script " EARLY_PROGRAM "\n"
	"\tinst_hook pre-udev 00 \"$moddir/vmrun-early.sh\"\n"
	"}\n";

static const char dracut_script[] =
	"#!/bin/sh\n"
	"# Written by vmrun host setup: binds devices before udev loads the host's drivers.\n" EARLY_PROGRAM
	" bind\n";

static const char cpio_install[] =
	"#!/bin/bash\n"
	"# Written by vmrun host setup: what binds devices early, into the image.\n"
	"build() {\n"
	"\tlocal module\n"
	"\tfor module in " MODULES "; do\n\t\tadd_module \"$module\"\n\tdone\n"
	"\tadd_file " EARLY_LIST "\n"
	"\tadd_binary " EARLY_PROGRAM "\n"
	"\tadd_binary readlink\n"
	"\tif [[ \" ${HOOKS[*]} \" == *' systemd '* ]]; then\n"
	"\t\tadd_file /etc/initcpio/vmrun-early.service "
	"/usr/lib/systemd/system/vmrun-early.service\n"
	"\t\tadd_symlink /usr/lib/systemd/system/sysinit.target.wants/vmrun-early.service "
	"../vmrun-early.service\n"
	"\telse\n\t\tadd_runscript\n\tfi\n"
	"}\n\n"
	"help() {\n\techo 'Gives devices to vfio-pci before the host drivers load.'\n}\n";

static const char cpio_hook[] =
	"#!/usr/bin/ash\n"
	"# Written by vmrun host setup: binds devices before udev loads the host's drivers.\n"
	"run_earlyhook() {\n\t" EARLY_PROGRAM " bind\n}\n";

static const char cpio_unit[] =
	"# Written by vmrun host setup: binds devices before udev loads the host's drivers.\n"
	"[Unit]\n"
	"Description=Give devices to vfio-pci before the host drivers load\n"
	"DefaultDependencies=no\n"
	"ConditionPathExists=" EARLY_LIST "\n"
	"Before=systemd-udevd.service systemd-udev-trigger.service sysinit.target\n\n"
	"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=" EARLY_PROGRAM " bind\n";

/** struct early_file - a file of one tool */
struct early_file {
	enum initramfs tool;
	const char *path;
	unsigned int mode;
	const char *text;
	const char *why;
};

#define INTO "puts early binding into the image"
#define BEFORE "runs early binding in the image, before udev"

static const struct early_file early_files[] = {
	{ INITRAMFS_TOOLS, "/etc/initramfs-tools/hooks/vmrun", 0755, tools_hook, INTO },
	{ INITRAMFS_TOOLS, "/etc/initramfs-tools/scripts/init-top/00-vmrun", 0755, tools_script,
	  BEFORE },
	{ INITRAMFS_DRACUT, "/etc/dracut.conf.d/vmrun.conf", 0644, dracut_conf,
	  "asks dracut for its module" },
	{ INITRAMFS_DRACUT, "/usr/lib/dracut/modules.d/05vmrun/module-setup.sh", 0755,
	  dracut_module, INTO },
	{ INITRAMFS_DRACUT, "/usr/lib/dracut/modules.d/05vmrun/vmrun-early.sh", 0755, dracut_script,
	  BEFORE },
	{ INITRAMFS_MKINITCPIO, "/etc/initcpio/install/vmrun", 0644, cpio_install, INTO },
	{ INITRAMFS_MKINITCPIO, "/etc/initcpio/hooks/vmrun", 0644, cpio_hook, BEFORE },
	{ INITRAMFS_MKINITCPIO, "/etc/initcpio/vmrun-early.service", 0644, cpio_unit,
	  BEFORE " (systemd)" },
};

static void want_order(const struct strlist *modules, struct setup_plan *plan)
{
	_cleanup_free_ char *list = strlist_join(modules, ", ");
	struct text text = { 0 };

	if (!modules->count)
		return;
	text_addf(
		&text,
		"# Written by vmrun host setup: devices bound early never see their host drivers.\n");
	for (size_t i = 0; i < modules->count; i++)
		text_addf(&text, "softdep %s pre: vfio_pci\n", modules->item[i]);
	setup_file(plan, "/etc/modprobe.d/vmrun.conf", 0644, text_take(&text),
		   "vfio-pci loads before %s", list);
}

/* The file that sets mkinitcpio's hooks: the last that does. */
static int want_mkinitcpio(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	const struct setup_file *target = NULL;
	char *text;
	int r;

	for (size_t i = 0; i < in->setup->file_count; i++) {
		const struct setup_file *file = &in->setup->files[i];

		if (!strncmp(file->path, "/etc/mkinitcpio.conf", strlen("/etc/mkinitcpio.conf")) &&
		    (!target || mkinitcpio_sets_hooks(file->bytes, file->len)))
			target = file;
	}
	if (!target) {
		strlist_add(&plan->unknown,
			    "what mkinitcpio puts into images: there is no /etc/mkinitcpio.conf");
		return 0;
	}
	r = mkinitcpio_add_hook(target->bytes, target->len, target->path, "vmrun", &text, e);
	if (r < 0)
		return r;
	setup_edited(plan, target, text, "the hook vmrun, before udev or systemd");
	return 0;
}

static void note_kernels(const struct setup_in *in, struct setup_plan *plan)
{
	for (size_t i = 0; i < in->setup->kernel_count; i++)
		if (!in->setup->kernels[i].has_vfio)
			setup_note(
				plan,
				"kernel %s has no vfio-pci or no vfio_iommu_type1: nothing is bound early under it",
				in->setup->kernels[i].release);
	if (in->facts->image.tool == INITRAMFS_UNKNOWN)
		setup_note(plan, "without an initramfs that is known, run " EARLY_PROGRAM
				 " bind before udev starts; nothing is bound early until then");
}

int setup_early(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	struct strlist modules = { 0 };
	int r = 0;

	setup_early_list(in, plan, &modules);
	if (plan->early) {
		want_order(&modules, plan);
		for (size_t i = 0; i < ARRAY_SIZE(early_files); i++)
			if (early_files[i].tool == in->facts->image.tool)
				setup_file(plan, early_files[i].path, early_files[i].mode,
					   mem_strdup(early_files[i].text), "%s",
					   early_files[i].why);
		if (in->facts->image.tool == INITRAMFS_MKINITCPIO)
			r = want_mkinitcpio(in, plan, e);
		note_kernels(in, plan);
	}
	strlist_done(&modules);
	return r;
}
