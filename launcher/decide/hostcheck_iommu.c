// SPDX-License-Identifier: GPL-2.0-or-later
/* Host checks of the IOMMU and of what the kernel was told about it. */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "decide/hostcheck_parts.h"

#define NO_LOG \
	"the kernel's log may not be read by this user (kernel.dmesg_restrict), or is not in the capture"
#define LOG_CUT "the kernel's log no longer reaches back to the start"

void check_iommu_firmware(const struct hostcheck_in *in, struct hostcheck *ret)
{
	if (in->host->iommu != IOMMU_NONE)
		hostcheck_pass(ret, "%s", iommu_kind_name(in->host->iommu));
	else if (!in->facts->firmware_known)
		hostcheck_unmeasured(ret, "there are no ACPI tables to look at");
	else
		hostcheck_bad(
			ret, in->severity,
			mem_strdup(
				"switch the IOMMU (Intel: VT-d; AMD: IOMMU, AMD-Vi) on in firmware setup; in a virtual machine, "
				"give it one (QEMU: -device intel-iommu)"),
			"firmware describes none: no ACPI table DMAR, IVRS or IORT");
}

void check_iommu_enabled(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct host *host = in->host;
	char *fix;

	if (host->iommu_enabled) {
		hostcheck_pass(ret, "%zu groups", host->group_count);
		return;
	}
	if (host->iommu == IOMMU_NONE && !in->facts->firmware_known) {
		hostcheck_unmeasured(ret, "no groups and no ACPI tables are to be seen");
		return;
	}
	if (host->iommu == IOMMU_NONE)
		fix = mem_strdup("first switch it on in firmware setup");
	else if (host->iommu == IOMMU_INTEL &&
		 (!host->cmdline || !strstr(host->cmdline, "intel_iommu=on")))
		fix = in->facts->loader == LOADER_UNKNOWN ? fix_boot_add(in, "intel_iommu=on")
							  : fix_setup(in, " && reboot");
	else
		fix = mem_strdup("see why: dmesg | grep -i -e DMAR -e AMD-Vi -e smmu -e iommu");
	hostcheck_bad(ret, in->severity, fix, "no device has a group: the kernel uses no IOMMU");
}

/*
 * Documentation/admin-guide/kernel-parameters.txt: iommu=off and amd_iommu=off hold wherever they
 * stand, of intel_iommu= the last of on and off. Returns the word that switches off, newly
 * allocated, or NULL.
 */
static char *switches_off(const struct host *host)
{
	_cleanup_free_ char *copy = mem_strdup(host->cmdline);
	char *found = NULL, *save = NULL;

	for (char *word = strtok_r(copy, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		char *value = strchr(word, '='), *inner = NULL;
		_cleanup_free_ char *whole = mem_strdup(word);
		bool intel;

		if (!value)
			continue;
		*value++ = '\0';
		intel = !strcmp(word, "intel_iommu") && host->iommu != IOMMU_AMD;
		if (!intel && strcmp(word, "iommu") != 0 &&
		    (strcmp(word, "amd_iommu") != 0 || host->iommu == IOMMU_INTEL))
			continue;
		for (char *item = strtok_r(value, ",", &inner); item;
		     item = strtok_r(NULL, ",", &inner)) {
			bool off = !strcmp(item, "off"), on = intel && !strcmp(item, "on");
			bool undone = on && found &&
				      !strncmp(found, "intel_iommu", strlen("intel_iommu"));

			if (off || undone)
				free(found);
			if (off || undone)
				found = off ? mem_strdup(whole) : NULL;
		}
	}
	return found;
}

void check_iommu_parameters(const struct hostcheck_in *in, struct hostcheck *ret)
{
	_cleanup_free_ char *word = NULL;

	if (!in->host->cmdline) {
		hostcheck_unmeasured(ret, "/proc/cmdline cannot be read");
		return;
	}
	word = switches_off(in->host);
	if (word)
		hostcheck_bad(ret, in->severity,
			      in->facts->loader == LOADER_UNKNOWN ? fix_boot_remove(in, word)
								  : fix_setup(in, " && reboot"),
			      "%s is on the kernel command line", word);
	else
		hostcheck_pass(ret, "%s", "");
}

/*
 * The word of the command line that has an unknown option ("intel_iommu=sm_foo"); newly allocated.
 */
static char *word_with(const struct host *host, const char *unknown)
{
	_cleanup_free_ char *copy = mem_strdup(host->cmdline);
	size_t len = strcspn(unknown, "=");
	char *save = NULL;

	for (char *word = copy ? strtok_r(copy, " \n", &save) : NULL; word;
	     word = strtok_r(NULL, " \n", &save))
		if (!strncmp(word, unknown, len + 1) && strstr(word + len, unknown + len + 1))
			return mem_strdup(word);
	return mem_strdup(unknown);
}

static char *fix_option(const struct hostcheck_in *in, const char *unknown)
{
	_cleanup_free_ char *word = word_with(in->host, unknown), *fix = fix_boot_remove(in, word);

	if (!strcmp(word, unknown))
		return take_ptr(fix);
	return mem_printf("%s; what else it says may stay", fix);
}

void check_iommu_options(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct kernel_says *says = &in->facts->says;
	_cleanup_free_ char *list = strlist_join(&says->unknown_options, ", ");

	if (says->unknown_options.count)
		hostcheck_bad(ret, in->severity, fix_option(in, says->unknown_options.item[0]),
			      "the kernel's log calls them unknown and passes them over: %s", list);
	else if (!says->readable)
		hostcheck_unmeasured(ret, NO_LOG);
	else if (!says->complete)
		hostcheck_unmeasured(ret, LOG_CUT);
	else
		hostcheck_pass(ret, "%s", "");
}

static bool unsafe_allowed(const struct hostfacts *facts)
{
	for (size_t i = 0; i < facts->vfio.setting_count; i++) {
		const struct setting *setting = &facts->vfio.settings[i];

		if (setting->running && setting->value && setting->value[0] == 'Y' &&
		    !strcmp(setting->name, "allow_unsafe_interrupts"))
			return true;
	}
	return false;
}

void check_interrupt_remapping(const struct hostcheck_in *in, struct hostcheck *ret)
{
	static const char *const off[] = { "intremap=off", "nointremap" };
	char *fix = NULL;

	if (in->host->interrupt_remapping == FACT_YES) {
		hostcheck_pass(ret, "%s", "");
		return;
	}
	if (!in->host->iommu_enabled) {
		hostcheck_unmeasured(ret, "the IOMMU is not in use");
		return;
	}
	if (in->host->interrupt_remapping == FACT_UNKNOWN) {
		hostcheck_unmeasured(ret, in->host->iommu == IOMMU_SMMU
						  ? "on Arm /proc/interrupts does not tell"
						  : "/proc/interrupts cannot be read");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(off) && !fix; i++)
		if (hostcheck_has_word(in->host, off[i]))
			fix = fix_boot_remove(in, off[i]);
	if (!fix)
		fix = mem_strdup(
			"switch interrupt remapping (with x2APIC) on in firmware setup; or, where guests are trusted: echo "
			"options vfio_iommu_type1 allow_unsafe_interrupts=1 >/etc/modprobe.d/vmrun-unsafe.conf && reboot");
	if (unsafe_allowed(in->facts))
		hostcheck_bad(
			ret, HOSTCHECK_WARN, fix,
			"off, and allow_unsafe_interrupts lets devices be handed over all the same: "
			"a guest can then send the host any interrupt");
	else
		hostcheck_bad(ret, in->severity, fix, "off: vfio refuses to hand devices over");
}

void check_acs_override(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct klog *klog = &in->host->klog;
	bool asked = in->host->cmdline && strstr(in->host->cmdline, "pcie_acs_override=");

	if (klog->acs_override)
		hostcheck_bad(
			ret, in->severity, fix_boot_remove(in, "pcie_acs_override=…"),
			"pcie_acs_override is at work: devices in different groups may reach each other's memory");
	else if (!in->host->cmdline)
		hostcheck_unmeasured(ret, "/proc/cmdline cannot be read");
	else if (asked && !klog->readable)
		hostcheck_unmeasured(
			ret,
			"pcie_acs_override= is given; whether this kernel knows it, its log tells, and that may not "
			"be read");
	else if (asked && !klog->complete)
		hostcheck_unmeasured(ret, LOG_CUT);
	else
		hostcheck_pass(ret, "%s", "");
}

/* What a misspelt parameter may have been meant to be. */
static const char *const ours[] = {
	"intel_iommu",	     "amd_iommu",      "iommu",	     "intremap",
	"pcie_acs_override", "hugepages",      "hugepagesz", "default_hugepagesz",
	"isolcpus",	     "nohz_full",      "rcu_nocbs",  "module_blacklist",
	"irqaffinity",	     "cgroup_disable",
};

/*
 * Words of user space: environment in capitals, what init systems read; and what the kernel's own
 * loader has read before.
 */
static bool of_user_space(const char *name)
{
	static const char *const words[] = { "initrd",	    "splash",  "nosplash",   "single",
					     "emergency",   "rescue",  "auto",	     "noprompt",
					     "cryptdevice", "boot",    "persistent", "components",
					     "toram",	    "verbose", "text",	     "nokaslr",
					     "luks",	    "dolvm",   "domdadm" };

	if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0')
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(name, words[i]))
			return true;
	return false;
}

/*
 * The parameter meant by an unknown one, "" where it is one of passthrough all the same, or NULL.
 */
static const char *meant(const char *name)
{
	static const char *const parts[] = { "iommu",	 "vfio",     "acs_override",
					     "hugepage", "intremap", "kvm" };
	const char *near = strlen(name) < 5 ? NULL : str_nearest(name, ours, ARRAY_SIZE(ours));

	for (size_t i = 0; i < ARRAY_SIZE(parts) && !near; i++)
		if (strstr(name, parts[i]))
			near = "";
	return near;
}

void check_kernel_parameters(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct kernel_says *says = &in->facts->says;
	_cleanup_free_ char *list = NULL, *grave = NULL;
	struct strlist all = { 0 };
	const char *near = NULL;

	for (size_t i = 0; i < says->unknown_parameters.count; i++) {
		const char *word = says->unknown_parameters.item[i];
		_cleanup_free_ char *name = mem_printf("%.*s", (int)strcspn(word, "="), word);

		if (of_user_space(name))
			continue;
		strlist_add(&all, word);
		if (!grave && (near = meant(name)))
			grave = mem_strdup(word);
	}
	list = strlist_join(&all, " ");
	if (grave)
		hostcheck_bad(
			ret, in->severity, fix_boot_remove(in, grave),
			"the kernel does not know %s%s%s%s", list,
			*near && strncmp(near, grave, strcspn(grave, "=")) ? "; perhaps meant: "
									   : "",
			*near && strncmp(near, grave, strcspn(grave, "=")) ? near : "",
			strstr(grave, "acs_override") ? "; it lacks the patch, and groups are real"
						      : "");
	else if (all.count)
		hostcheck_bad(ret, HOSTCHECK_WARN, fix_boot_remove(in, list),
			      "the kernel does not know %s and leaves it to user space", list);
	else if (hostcheck_kernel_before(in->host->kernel, 5, 14) != FACT_NO)
		hostcheck_unmeasured(ret, "kernels before 5.14 do not say which they do not know");
	else if (!says->readable)
		hostcheck_unmeasured(ret, NO_LOG);
	else if (!says->complete)
		hostcheck_unmeasured(ret, LOG_CUT);
	else
		hostcheck_pass(ret, "%s", "");
	strlist_done(&all);
}
