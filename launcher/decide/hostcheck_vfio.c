// SPDX-License-Identifier: GPL-2.0-or-later
/* Host checks of vfio: its driver, options, nodes, early binding; and of the kernel around it. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"

#define NO_CONFIG "modprobe's configuration is not to be seen"

void check_vfio_driver(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const char *kernel = in->host->kernel ? in->host->kernel : "running here";
	char *fix = fix_install(in,
				"linux-image-amd64, the standard kernel in place of a small one,",
				"kernel-modules", "kernel-default", "linux");
	_cleanup_free_ char *message = mem_printf("kernel %s has none", kernel);

	hostcheck_fact(in, in->host->vfio,
		       "neither the driver nor /lib/modules is there to look at", message, fix,
		       ret);
	if (in->host->vfio == FACT_YES)
		hostcheck_pass(ret, "%s", in->host->vfio_registered ? "loaded" : "can be loaded");
}

/*
 * What keeps a module from loading: a false command or the kernel's own list for good, a blacklist
 * only by alias.
 */
static enum hostcheck_result keeps_away(const struct setting *setting)
{
	if (setting->kind == SETTING_BLACKLIST)
		return HOSTCHECK_WARN;
	if (setting->kind == SETTING_INSTALL &&
	    (setting->on_cmdline || !setting->value || strstr(setting->value, "/true") ||
	     strstr(setting->value, "/false")))
		return HOSTCHECK_FAIL;
	return HOSTCHECK_PASS;
}

void check_vfio_blacklist(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct vfio_facts *vfio = &in->facts->vfio;
	enum hostcheck_result worst = HOSTCHECK_PASS;
	const struct setting *which = NULL;
	_cleanup_free_ char *what = NULL;

	for (size_t i = 0; i < vfio->setting_count; i++)
		if (keeps_away(&vfio->settings[i]) > worst) {
			which = &vfio->settings[i];
			worst = keeps_away(which);
		}
	if (which) {
		if (which->on_cmdline)
			what = mem_printf("%s=%s",
					  which->kind == SETTING_BLACKLIST ? "modprobe.blacklist"
									   : "module_blacklist",
					  which->module);
		else if (which->kind == SETTING_BLACKLIST)
			what = mem_printf("blacklist %s", which->module);
		else
			what = mem_printf("install %s %s", which->module,
					  which->value ? which->value : "");
		hostcheck_bad(ret, worst, fix_setting(in, which, what), "\"%s\" in %s", what,
			      which->where);
	} else if (!vfio->config_known) {
		hostcheck_unmeasured(ret, NO_CONFIG);
	} else {
		hostcheck_pass(ret, "%s", "");
	}
}

/* Addresses of the cards that "10de:1b80:…,…" takes, where it takes more than one. */
static char *taken_by(const struct host *host, const char *ids)
{
	_cleanup_free_ char *copy = mem_strdup(ids ? ids : "");
	struct strlist list = { 0 };
	char *save = NULL, *text;

	for (char *id = strtok_r(copy, ", ", &save); id; id = strtok_r(NULL, ", ", &save)) {
		unsigned int vendor, device;

		if (sscanf(id, "%x:%x", &vendor, &device) != 2)
			continue;
		for (size_t i = 0; i < host->device_count; i++)
			if (host->devices[i].vendor == vendor && host->devices[i].device == device)
				strlist_add(&list, PCIADDR_STR(&host->devices[i].addr));
	}
	text = list.count > 1 ? strlist_join(&list, ", ") : NULL;
	strlist_done(&list);
	return text;
}

void check_vfio_ids(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct vfio_facts *vfio = &in->facts->vfio;

	for (size_t i = 0; i < vfio->setting_count; i++) {
		const struct setting *setting = &vfio->settings[i];
		_cleanup_free_ char *what = NULL, *cards = NULL;

		if (setting->kind != SETTING_OPTION || strcmp(setting->name, "ids") != 0)
			continue;
		what = setting->on_cmdline
			       ? mem_printf("vfio-pci.ids=%s", setting->value ? setting->value : "")
			       : mem_printf("ids=%s", setting->value ? setting->value : "");
		cards = taken_by(in->host, setting->value);
		hostcheck_bad(
			ret, in->severity, fix_setting(in, setting, what),
			"%s in %s takes every card with these ids from the host%s%s; vmrun binds each by its address",
			what, setting->where, cards ? ", here " : "", cards ? cards : "");
		return;
	}
	if (vfio->config_known)
		hostcheck_pass(ret, "%s", "");
	else
		hostcheck_unmeasured(ret, NO_CONFIG);
}

/*
 * drivers/vfio/pci/vfio_pci.c and vfio_iommu_type1.c, the descriptions of their parameters: what
 * each means when on.
 */
static const char *option_means(const char *name)
{
	static const char *const texts[][2] = {
		{ "disable_idle_d3", "devices nobody uses stay at full power" },
		{ "enable_sriov",
		  "virtual functions can be made of a device that is itself handed over" },
		{ "nointxmask", "no device may share a line interrupt" },
		{ "disable_denylist", "devices known to break the host can be handed over" },
		{ "allow_unsafe_interrupts",
		  "without interrupt remapping a guest can send the host any interrupt" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(texts[i][0], name))
			return texts[i][1];
	return "";
}

static bool is_on(const struct setting *setting)
{
	return !setting->value || strchr("Yy1", setting->value[0]) || !strcmp(setting->value, "on");
}

void check_vfio_option(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct vfio_facts *vfio = &in->facts->vfio;
	const struct setting *last = NULL, *source = NULL;
	_cleanup_free_ char *what = NULL;

	for (size_t i = 0; i < vfio->setting_count; i++) {
		const struct setting *setting = &vfio->settings[i];

		if (setting->kind != SETTING_OPTION || strcmp(setting->name, in->arg) != 0)
			continue;
		last = setting;
		if (!setting->running)
			source = setting;
	}
	if (!last && !vfio->config_known) {
		hostcheck_unmeasured(ret, NO_CONFIG);
		return;
	}
	if (!last || !is_on(last)) {
		hostcheck_pass(ret, "%s", "");
		return;
	}
	if (!source)
		source = last;
	if (in->severity == HOSTCHECK_NOTE) {
		hostcheck_note(ret, "on (%s): %s", source->where, option_means(in->arg));
		return;
	}
	what = source->on_cmdline ? mem_printf("%s.%s=%s", source->module, in->arg,
					       source->value ? source->value : "1")
				  : mem_printf("%s", in->arg);
	hostcheck_bad(ret, in->severity,
		      source->running
			      ? mem_printf("modprobe -r %s && modprobe %s, with no guest running",
					   source->module, source->module)
			      : fix_setting(in, source, what),
		      "on (%s): %s", source->where, option_means(in->arg));
}

void check_vfio_nodes(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct vfio_facts *vfio = &in->facts->vfio;

	if (vfio->iommufd == FACT_UNKNOWN)
		hostcheck_unmeasured(ret, "the captured host has no /dev");
	else
		hostcheck_note(
			ret,
			"iommufd (/dev/iommu): %s; nodes per device (/dev/vfio/devices): %s; vmrun uses those per group",
			vfio->iommufd == FACT_YES ? "there" : "not there",
			vfio->cdev == FACT_YES ? "there" : "none now");
}

void check_vfio_udev(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct vfio_facts *vfio = &in->facts->vfio;
	_cleanup_free_ char *list = strlist_join(&vfio->udev_rules, ", ");

	if (vfio->udev_rules.count)
		hostcheck_note(ret, "%s", list);
	else if (!vfio->rules_known)
		hostcheck_unmeasured(ret, "udev's rules are not to be seen");
	else
		hostcheck_note(ret,
			       "none: nodes belong to root until libvirt or vmrun gives them away");
}

void check_initramfs(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct image_facts *image = &in->facts->image;
	_cleanup_free_ char *list = strlist_join(&image->asked_by, ", ");

	if (!image->asked_by.count && in->facts->vfio.config_known)
		hostcheck_pass(ret, "nothing asks for it");
	else if (!image->asked_by.count)
		hostcheck_unmeasured(ret, NO_CONFIG);
	else if (!image->path)
		hostcheck_unmeasured(ret, "%s ask for it, and no image of kernel %s is in /boot",
				     list, in->host->kernel ? in->host->kernel : "unknown");
	else if (image->has_vfio == FACT_YES)
		hostcheck_pass(ret, "%s has vfio-pci", image->path);
	else if (image->has_vfio == FACT_NO)
		hostcheck_bad(
			ret, in->severity, mem_printf("%s && reboot", fix_image(in)),
			"%s ask for it, and %s has no vfio-pci: the host's drivers come first",
			list, image->path);
	else
		hostcheck_unmeasured(
			ret,
			"%s ask for it, and %s is compressed or unreadable; %s %s | grep vfio shows",
			list, image->path,
			image->tool == INITRAMFS_DRACUT	      ? "lsinitrd"
			: image->tool == INITRAMFS_MKINITCPIO ? "lsinitcpio"
							      : "lsinitramfs",
			image->path);
}

void check_kernel_age(const struct hostcheck_in *in, struct hostcheck *ret)
{
	enum fact old = hostcheck_kernel_before(in->host->kernel, 5, 15);

	if (old == FACT_UNKNOWN)
		hostcheck_unmeasured(ret, "the kernel's release cannot be read");
	else if (old == FACT_YES)
		hostcheck_note(ret,
			       "%s is older: how it resets a device (reset_method) cannot be read",
			       in->host->kernel);
	else
		hostcheck_pass(ret, "%s", in->host->kernel);
}

/* kernel_lockdown(7). */
void check_lockdown(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const char *mode = in->facts->security.lockdown;

	if (!mode && in->facts->security.lockdown_built == FACT_NO)
		hostcheck_pass(ret, "the kernel has none");
	else if (!mode)
		hostcheck_unmeasured(ret, "/sys/kernel/security/lockdown cannot be read");
	else if (!strcmp(mode, "none"))
		hostcheck_pass(ret, "none");
	else
		hostcheck_note(
			ret,
			"%s: vfio works; forbidden are modules without a signature, an ACPI table of one's own (DMAR), "
			"writing PCI configuration and memory from user space (setpci)%s",
			mode,
			!strcmp(mode, "confidentiality")
				? ", and reading the kernel's memory (tracing, kcore)"
				: "");
}

void check_secure_boot(const struct hostcheck_in *in, struct hostcheck *ret)
{
	enum fact fact = in->facts->security.secure_boot;

	if (fact == FACT_UNKNOWN)
		hostcheck_unmeasured(ret, "UEFI's variables cannot be read");
	else if (fact == FACT_YES)
		hostcheck_note(ret, "on: only signed modules load, and lockdown is likely");
	else
		hostcheck_pass(ret, "off");
}

void check_lsm(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct security_facts *security = &in->facts->security;

	if (!security->lsm_known)
		hostcheck_unmeasured(ret, "/sys is not to be seen");
	else
		hostcheck_note(ret, "AppArmor is %s, SELinux is %s",
			       security->apparmor == FACT_YES ? "on" : "off",
			       security->selinux ? security->selinux : "off");
}
