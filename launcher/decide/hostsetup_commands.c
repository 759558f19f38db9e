// SPDX-License-Identifier: GPL-2.0-or-later
/* The distribution's own commands that make changed files hold, and what their result is to have in it. */
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostsetup_parts.h"

/* A command: the program, then its arguments up to NULL. */
static struct setup_command *add_command(struct setup_plan *plan, const char *why,
					 const char *program, ...)
{
	struct setup_command *command = mem_append(&plan->commands, &plan->command_count);
	va_list ap;

	command->why = mem_strdup(why);
	va_start(ap, program);
	for (const char *word = program; word; word = va_arg(ap, const char *))
		strlist_add(&command->argv, word);
	va_end(ap);
	return command;
}

/* Each image has the module, the program and the list; or none of them after an undo, which is not looked into. */
static void prove_image(const struct setup_facts *setup, enum setup_program viewer,
			const char *image, bool built_in, struct setup_plan *plan,
			struct setup_command *command)
{
	if (!plan->early || !setup->programs[viewer] || !image)
		return;
	command->proof = PROOF_LIST;
	if (!command->viewer.count) {
		strlist_add(&command->viewer, setup->programs[viewer]);
		if (viewer == PROGRAM_LSINITCPIO)
			strlist_add(&command->viewer, "-l");
		strlist_add(&command->wanted, &EARLY_PROGRAM[1]);
		strlist_add(&command->wanted, &EARLY_LIST[1]);
		if (!built_in)
			strlist_add(&command->wanted, "/vfio-pci.ko");
	}
	strlist_add(&command->targets, image);
}

static void add_image(const struct hostfacts *facts, const struct setup_facts *setup,
		      struct setup_plan *plan)
{
	static const char why[] = "makes the images of all kernels anew";
	char *const *programs = setup->programs;
	struct setup_command *command = NULL;
	enum setup_program viewer = PROGRAM_LSINITRAMFS;

	if (facts->image.tool == INITRAMFS_TOOLS && programs[PROGRAM_UPDATE_INITRAMFS]) {
		command = add_command(plan, why, programs[PROGRAM_UPDATE_INITRAMFS], "-u", "-k",
				      "all", (char *)NULL);
	} else if (facts->image.tool == INITRAMFS_DRACUT && programs[PROGRAM_DRACUT]) {
		command = add_command(plan, why, programs[PROGRAM_DRACUT], "--regenerate-all",
				      "--force", (char *)NULL);
		viewer = PROGRAM_LSINITRD;
	} else if (facts->image.tool == INITRAMFS_MKINITCPIO && programs[PROGRAM_MKINITCPIO]) {
		command = add_command(plan, why, programs[PROGRAM_MKINITCPIO], "-P", (char *)NULL);
		viewer = PROGRAM_LSINITCPIO;
	} else {
		strlist_add(&plan->unknown,
			    "how the initramfs is made anew: its program is not installed");
		return;
	}
	for (size_t i = 0; viewer != PROGRAM_LSINITCPIO && i < setup->kernel_count; i++)
		if (setup->kernels[i].has_vfio)
			prove_image(setup, viewer, setup->kernels[i].image,
				    setup->kernels[i].built_in, plan, command);
	for (size_t i = 0; viewer == PROGRAM_LSINITCPIO && i < setup->presets.count; i++)
		prove_image(setup, viewer, setup->presets.item[i], false, plan, command);
	if (plan->early && command->proof == PROOF_NONE)
		strlist_add(
			&plan->unknown,
			"whether the images have early binding in them: none is in /boot, or no program "
			"lists them");
}

static void add_grub(const struct setup_facts *setup, struct setup_plan *plan)
{
	const char *config = setup->grub_config;
	struct setup_command *command = NULL;
	static const char why[] = "makes GRUB's menu anew";

	/* Entries in files of their own were changed themselves, and the menu has no parameters in it. */
	if (!config || setup->entries.count)
		return;
	if (setup->programs[PROGRAM_UPDATE_GRUB])
		command =
			add_command(plan, why, setup->programs[PROGRAM_UPDATE_GRUB], (char *)NULL);
	else if (setup->programs[PROGRAM_GRUB2_MKCONFIG])
		command = add_command(plan, why, setup->programs[PROGRAM_GRUB2_MKCONFIG], "-o",
				      config, (char *)NULL);
	else if (setup->programs[PROGRAM_GRUB_MKCONFIG])
		command = add_command(plan, why, setup->programs[PROGRAM_GRUB_MKCONFIG], "-o",
				      config, (char *)NULL);
	else
		strlist_addf(&plan->unknown, "how %s is made anew: grub-mkconfig is not installed",
			     config);
	if (!command || !plan->parameters.count)
		return;
	command->proof = PROOF_TEXT;
	strlist_add(&command->targets, config);
	for (size_t i = 0; i < plan->parameters.count; i++)
		strlist_add(&command->wanted, plan->parameters.item[i]);
}

/* Reading its configuration, a daemon looks for hooks as well. Without systemd it is told by hand. */
static void add_libvirt(const struct hostfacts *facts, unsigned int effects, const char *systemctl,
			struct setup_plan *plan)
{
	const char *daemon = facts->libvirt.daemon;

	if (!daemon || !(effects & (EFFECT_LIBVIRT | EFFECT_HOOK)))
		return;
	if (systemctl && effects & EFFECT_LIBVIRT)
		add_command(plan, "libvirt reads qemu.conf; guests go on", systemctl, "try-restart",
			    daemon, (char *)NULL);
	else if (systemctl)
		add_command(plan, "libvirt looks for hooks; guests go on", systemctl,
			    "try-reload-or-restart", daemon, (char *)NULL);
	else if (effects & EFFECT_LIBVIRT)
		setup_note(plan, "restart %s, so that it reads qemu.conf", daemon);
	else
		setup_note(plan, "so that %s looks for hooks: kill -HUP $(cat /run/%s.pid)", daemon,
			   daemon);
}

void hostsetup_commands(const struct hostfacts *facts, const struct setup_facts *setup,
			unsigned int effects, struct setup_plan *plan)
{
	const char *systemctl = facts->libvirt.systemd ? setup->programs[PROGRAM_SYSTEMCTL] : NULL;

	if (effects & EFFECT_IMAGE)
		add_image(facts, setup, plan);
	if (effects & EFFECT_LOADER && setupfacts_file(setup, "/etc/default/grub"))
		add_grub(setup, plan);
	/* Unified images hold the command line; entries were changed themselves. */
	if (effects & EFFECT_LOADER && setupfacts_file(setup, "/etc/kernel/cmdline") &&
	    !setup->entries.count && setup->programs[PROGRAM_KERNEL_INSTALL])
		add_command(plan, "makes entries or unified images of all kernels anew",
			    setup->programs[PROGRAM_KERNEL_INSTALL], "add-all", (char *)NULL);
	if (effects & EFFECT_UDEV && setup->programs[PROGRAM_UDEVADM])
		add_command(plan, "udev reads its rules", setup->programs[PROGRAM_UDEVADM],
			    "control", "--reload", (char *)NULL);
	if (effects & EFFECT_SYSTEMD && systemctl)
		add_command(plan, "systemd reads its units", systemctl, "daemon-reload",
			    (char *)NULL);
	add_libvirt(facts, effects, systemctl, plan);
}
