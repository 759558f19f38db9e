// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What mends a host, in this host's own commands: its boot loader, packages, initramfs, services.
 */
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"

/* The command that writes GRUB's configuration from /etc/default/grub. */
static const char *grub_command(const struct hostcheck_in *in)
{
	switch (in->facts->distro) {
	case DISTRO_DEBIAN:
		return "update-grub";
	case DISTRO_FEDORA:
	case DISTRO_SUSE:
		return "grub2-mkconfig -o /boot/grub2/grub.cfg";
	case DISTRO_ARCH:
	case DISTRO_UNKNOWN:
		break;
	}
	return "grub-mkconfig -o /boot/grub/grub.cfg";
}

/* @verb is "add" or "take", @place "to" or "from", @option grubby's. */
static char *fix_boot(const struct hostcheck_in *in, const char *parameter, const char *verb,
		      const char *place, const char *option)
{
	const char *kernel = in->host->kernel ? in->host->kernel : "$(uname -r)";

	switch (in->facts->loader) {
	case LOADER_GRUBBY:
		return mem_printf("grubby --update-kernel=ALL --%s=%s && reboot", option,
				  parameter);
	case LOADER_GRUB:
		return mem_printf(
			"%s %s %s GRUB_CMDLINE_LINUX in /etc/default/grub, then %s && reboot", verb,
			parameter, place, grub_command(in));
	case LOADER_KERNEL_INSTALL:
		if (in->facts->image.tool == INITRAMFS_MKINITCPIO)
			return mem_printf(
				"%s %s %s /etc/kernel/cmdline, then mkinitcpio -P && reboot", verb,
				parameter, place);
		return mem_printf(
			"%s %s %s /etc/kernel/cmdline, then kernel-install add %s /usr/lib/modules/%s/vmlinuz && reboot",
			verb, parameter, place, kernel, kernel);
	case LOADER_ENTRIES:
		return mem_printf(
			"%s %s %s the line \"options\" of the boot loader's entries, then reboot",
			verb, parameter, place);
	case LOADER_UNKNOWN:
		break;
	}
	return mem_printf(
		"%s %s %s the kernel command line where the boot loader keeps it, then reboot",
		verb, parameter, place);
}

char *fix_boot_add(const struct hostcheck_in *in, const char *parameter)
{
	return fix_boot(in, parameter, "add", "to", "args");
}

char *fix_boot_remove(const struct hostcheck_in *in, const char *parameter)
{
	return fix_boot(in, parameter, "take", "from", "remove-args");
}

char *fix_setup(const struct hostcheck_in *in, const char *then)
{
	_cleanup_free_ char *arguments = strlist_join(&in->facts->written.arguments, " ");

	return mem_printf("vmrun host setup --apply%s%s%s", *arguments ? " " : "", arguments, then);
}

char *fix_install(const struct hostcheck_in *in, const char *debian, const char *fedora,
		  const char *suse, const char *arch)
{
	switch (in->facts->distro) {
	case DISTRO_DEBIAN:
		return mem_printf("apt install %s", debian);
	case DISTRO_FEDORA:
		return mem_printf("dnf install %s", fedora);
	case DISTRO_SUSE:
		return mem_printf("zypper install %s", suse);
	case DISTRO_ARCH:
		return mem_printf("pacman -S %s", arch);
	case DISTRO_UNKNOWN:
		break;
	}
	return mem_printf("install %s (as Debian calls it; Fedora: %s)", debian, fedora);
}

const char *fix_image(const struct hostcheck_in *in)
{
	switch (in->facts->image.tool) {
	case INITRAMFS_TOOLS:
		return "update-initramfs -u";
	case INITRAMFS_DRACUT:
		return "dracut --force";
	case INITRAMFS_MKINITCPIO:
		return "mkinitcpio -P";
	case INITRAMFS_UNKNOWN:
		break;
	}
	return "make the initramfs anew";
}

char *fix_restart(const struct hostcheck_in *in)
{
	const char *daemon = in->facts->libvirt.daemon ? in->facts->libvirt.daemon : "libvirtd";

	if (in->facts->libvirt.systemd)
		return mem_printf("systemctl restart %s", daemon);
	return mem_printf("end %s and start it again: kill $(cat /run/%s.pid); %s -d", daemon,
			  daemon, daemon);
}

char *fix_setting(const struct hostcheck_in *in, const struct setting *setting, const char *what)
{
	if (setting->on_cmdline)
		return fix_boot_remove(in, what);
	return mem_printf("take \"%s\" out of %s, then %s && reboot", what, setting->where,
			  fix_image(in));
}
