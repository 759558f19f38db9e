// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes this host ready for these profiles: files as they are to be, each with its reason; pure. */
#include "decide/hostsetup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostsetup_parts.h"

/*
 * Theory of operation
 *
 * Every part sees the files as they were before setup first wrote them, and says what they are to be. So the result does
 * not depend on what an earlier run did, a second run wants the same, and what is no longer wanted is put back.
 */

static setup_fn *const parts[] = {
	setup_parameters, setup_early,	   setup_pool_unit, setup_blacklist,
	setup_user,	  setup_qemu_conf, setup_hook,
};

/** struct effect_row - what changing a file below a place has to be followed by */
struct effect_row {
	const char *place;
	unsigned int effects;
};

static const struct effect_row effect_rows[] = {
	{ "/etc/default/grub", EFFECT_LOADER | EFFECT_REBOOT },
	{ "/etc/kernel/cmdline", EFFECT_LOADER | EFFECT_REBOOT },
	{ "/boot/", EFFECT_REBOOT },
	{ "/efi/", EFFECT_REBOOT },
	{ "/etc/initramfs-tools/", EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/etc/dracut.conf.d/", EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/usr/lib/dracut/", EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/etc/initcpio/", EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/etc/mkinitcpio.conf", EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/etc/modprobe.d/", EFFECT_IMAGE | EFFECT_REBOOT },
	{ EARLY_LIST, EFFECT_IMAGE | EFFECT_REBOOT },
	{ "/etc/udev/", EFFECT_UDEV },
	{ "/etc/systemd/system/user@", EFFECT_SYSTEMD | EFFECT_LOGIN },
	{ "/etc/systemd/", EFFECT_SYSTEMD },
	{ "/etc/security/", EFFECT_LOGIN },
	{ "/etc/libvirt/hooks/", EFFECT_HOOK },
	{ "/etc/libvirt/", EFFECT_LIBVIRT },
};

unsigned int hostsetup_effects(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(effect_rows); i++)
		if (!strncmp(path, effect_rows[i].place, strlen(effect_rows[i].place)))
			return effect_rows[i].effects;
	return 0;
}

static char *__attribute__((format(printf, 1, 0))) format(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}

void setup_note(struct setup_plan *plan, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	strlist_add(&plan->notes, text);
}

static struct setup_change *add_change(struct setup_plan *plan, const char *path, char *text)
{
	struct setup_change *change = mem_append(&plan->changes, &plan->change_count);

	change->path = mem_strdup(path);
	change->bytes = text;
	change->len = strlen(text);
	change->effects = hostsetup_effects(path);
	return change;
}

void setup_file(struct setup_plan *plan, const char *path, unsigned int mode, char *text,
		const char *fmt, ...)
{
	struct setup_change *change = add_change(plan, path, text);
	va_list ap;

	va_start(ap, fmt);
	change->why = format(fmt, ap);
	va_end(ap);
	change->mode = mode;
}

void setup_edited(struct setup_plan *plan, const struct setup_file *file, char *text,
		  const char *why)
{
	struct setup_change *change = add_change(plan, file->path, text);

	change->why = mem_strdup(why);
	change->mode = 0644;
}

/* What forbids or changes the ways of this host, said before anything is tried. */
static void note_host(const struct setup_in *in, struct setup_plan *plan)
{
	const struct security_facts *security = &in->facts->security;

	if (in->facts->distro == DISTRO_UNKNOWN)
		strlist_add(&plan->unknown,
			    "which distribution this is: os-release names none that is known");
	if (in->facts->image.tool == INITRAMFS_UNKNOWN)
		strlist_add(
			&plan->unknown,
			"what makes the initramfs: neither initramfs-tools nor dracut nor mkinitcpio is installed");
	if (security->secure_boot == FACT_UNKNOWN)
		strlist_add(&plan->unknown, "whether UEFI Secure Boot is on");
	else if (security->secure_boot == FACT_YES)
		setup_note(
			plan,
			"Secure Boot is on: distributions sign vfio's modules; an image that is signed as a whole "
			"(UKI) has to be signed again");
	if (!security->lockdown && security->lockdown_built != FACT_NO)
		strlist_add(&plan->unknown, "whether the kernel is locked down");
	else if (security->lockdown && strcmp(security->lockdown, "none") != 0)
		setup_note(
			plan,
			"the kernel is locked down (%s): vfio works, tables and modules of one's own do not",
			security->lockdown);
	if (in->setup->sealed)
		setup_note(
			plan,
			"/usr belongs to an image (ostree): kernel parameters by `rpm-ostree kargs`, the initramfs by "
			"`rpm-ostree initramfs --enable`");
	if (!in->facts->libvirt.daemon)
		setup_note(
			plan,
			"no libvirt daemon is installed: guests are started by its embedded driver");
	if (!in->facts->libvirt.systemd && in->options->user)
		setup_note(plan, "systemd does not run this host: no unit is written");
}

int hostsetup_build(const struct host *host, const struct hostfacts *facts,
		    const struct setup_facts *setup, const struct setup_options *options,
		    struct setup_plan *ret, struct err *e)
{
	const struct setup_in in = { host, facts, setup, options };
	struct setup_plan plan = { 0 };
	int r = 0;

	for (size_t i = 0; i < setup->unknown.count; i++)
		strlist_add(&plan.unknown, setup->unknown.item[i]);
	note_host(&in, &plan);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(parts); i++)
		r = parts[i](&in, &plan, e);
	if (r < 0) {
		setup_plan_done(&plan);
		return r;
	}
	*ret = plan;
	return 0;
}

void setup_plan_done(struct setup_plan *plan)
{
	for (size_t i = 0; i < plan->change_count; i++) {
		free(plan->changes[i].path);
		free(plan->changes[i].bytes);
		free(plan->changes[i].why);
	}
	free(plan->changes);
	for (size_t i = 0; i < plan->command_count; i++) {
		strlist_done(&plan->commands[i].argv);
		free(plan->commands[i].why);
		strlist_done(&plan->commands[i].viewer);
		strlist_done(&plan->commands[i].targets);
		strlist_done(&plan->commands[i].wanted);
	}
	free(plan->commands);
	strlist_done(&plan->parameters);
	strlist_done(&plan->notes);
	strlist_done(&plan->unknown);
	strlist_done(&plan->by_hand);
	*plan = (struct setup_plan){ 0 };
}
