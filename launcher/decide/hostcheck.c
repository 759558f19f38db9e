// SPDX-License-Identifier: GPL-2.0-or-later
/* Is this host ready for guests that own devices: one table of named checks, pure. */
#include "decide/hostcheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"

/*
 * Theory of operation
 *
 * A check looks at facts that have been read and says how it came out; it makes no system call. Its
 * row has the gravest result it may have. What could not be measured is never passed: it is a note
 * that says so.
 *
 * The first rows are those of virt-host-validate(1) for QEMU, under its titles, and at least as
 * strict as it is.
 */

/**
 * struct row - one check
 * @code, @topic, @title: as struct hostcheck has them
 * @severity:	gravest result
 * @check:	the function
 * @arg:	which one of several
 */
struct row {
	const char *code, *topic, *title;
	enum hostcheck_result severity;
	hostcheck_fn *check;
	const char *arg;
};

#define FAIL HOSTCHECK_FAIL
#define WARN HOSTCHECK_WARN
#define NOTE HOSTCHECK_NOTE

static const struct row rows[] = {
	{ "cpu", "QEMU", "for hardware virtualization", FAIL, check_cpu, NULL },
	{ "kvm-node", "QEMU", "if device /dev/kvm exists", FAIL, check_kvm_node, NULL },
	{ "kvm-access", "QEMU", "if device /dev/kvm is accessible", FAIL, check_kvm_access, NULL },
	{ "vhost-net", "QEMU", "if device /dev/vhost-net exists", WARN, check_vhost_net, NULL },
	{ "tun", "QEMU", "if device /dev/net/tun exists", FAIL, check_tun, NULL },
	{ "cgroup-cpu", "QEMU", "for cgroup 'cpu' controller support", FAIL, check_cgroup, "cpu" },
	{ "cgroup-cpuacct", "QEMU", "for cgroup 'cpuacct' controller support", FAIL, check_cgroup,
	  "cpuacct" },
	{ "cgroup-cpuset", "QEMU", "for cgroup 'cpuset' controller support", FAIL, check_cgroup,
	  "cpuset" },
	{ "cgroup-memory", "QEMU", "for cgroup 'memory' controller support", FAIL, check_cgroup,
	  "memory" },
	{ "cgroup-devices", "QEMU", "for cgroup 'devices' controller support", FAIL, check_cgroup,
	  "devices" },
	{ "cgroup-blkio", "QEMU", "for cgroup 'blkio' controller support", FAIL, check_cgroup,
	  "blkio" },
	{ "iommu-firmware", "QEMU", "for device assignment IOMMU support", FAIL,
	  check_iommu_firmware, NULL },
	{ "iommu-enabled", "QEMU", "if IOMMU is enabled by kernel", FAIL, check_iommu_enabled,
	  NULL },
	{ "secure-guest", "QEMU", "for secure guest support", NOTE, check_secure_guest, NULL },

	{ "iommu-parameters", "IOMMU", "for kernel parameters that switch it off", FAIL,
	  check_iommu_parameters, NULL },
	{ "iommu-options", "IOMMU", "for options the kernel does not know", FAIL,
	  check_iommu_options, NULL },
	{ "interrupt-remapping", "IOMMU", "for interrupt remapping", FAIL,
	  check_interrupt_remapping, NULL },
	{ "acs-override", "IOMMU", "if groups are what the hardware says", WARN, check_acs_override,
	  NULL },

	{ "kernel-age", "KERNEL", "for version 5.15 or later", NOTE, check_kernel_age, NULL },
	{ "kernel-parameters", "KERNEL", "for parameters it does not know", FAIL,
	  check_kernel_parameters, NULL },
	{ "lockdown", "KERNEL", "for lockdown", NOTE, check_lockdown, NULL },
	{ "secure-boot", "KERNEL", "for Secure Boot", NOTE, check_secure_boot, NULL },
	{ "lsm", "KERNEL", "for AppArmor and SELinux", NOTE, check_lsm, NULL },
	{ "cgroup-version", "KERNEL", "for the version of control groups", NOTE,
	  check_cgroup_version, NULL },

	{ "vfio-driver", "VFIO", "for the driver vfio-pci", FAIL, check_vfio_driver, NULL },
	{ "vfio-blacklist", "VFIO", "for what keeps its modules from loading", FAIL,
	  check_vfio_blacklist, NULL },
	{ "vfio-ids", "VFIO", "for cards bound by their ids", WARN, check_vfio_ids, NULL },
	{ "vfio-disable-idle-d3", "VFIO", "option disable_idle_d3", NOTE, check_vfio_option,
	  "disable_idle_d3" },
	{ "vfio-enable-sriov", "VFIO", "option enable_sriov", WARN, check_vfio_option,
	  "enable_sriov" },
	{ "vfio-nointxmask", "VFIO", "option nointxmask", WARN, check_vfio_option, "nointxmask" },
	{ "vfio-disable-denylist", "VFIO", "option disable_denylist", WARN, check_vfio_option,
	  "disable_denylist" },
	{ "vfio-unsafe-interrupts", "VFIO", "option allow_unsafe_interrupts", WARN,
	  check_vfio_option, "allow_unsafe_interrupts" },
	{ "vfio-nodes", "VFIO", "for iommufd and nodes per device", NOTE, check_vfio_nodes, NULL },
	{ "vfio-udev", "VFIO", "for udev rules of its nodes", NOTE, check_vfio_udev, NULL },
	{ "initramfs", "VFIO", "if early binding is in the initramfs", WARN, check_initramfs,
	  NULL },

	{ "memlock", "MEMORY", "if guests may lock theirs", WARN, check_memlock, NULL },
	{ "hugepages", "MEMORY", "for hugepages", NOTE, check_hugepages, NULL },

	{ "qemu-binary", "VIRT", "for QEMU", FAIL, check_qemu_binary, NULL },
	{ "libvirt-installed", "VIRT", "for libvirt's daemon", FAIL, check_libvirt_installed,
	  NULL },
	{ "libvirt-answers", "VIRT", "if libvirt's system socket answers", WARN,
	  check_libvirt_answers, NULL },
	{ "qemu-user", "VIRT", "for QEMU's user and group", FAIL, check_qemu_user, NULL },
	{ "device-acl", "VIRT", "cgroup_device_acl of qemu.conf", WARN, check_device_acl, NULL },
	{ "dynamic-ownership", "VIRT", "dynamic_ownership of qemu.conf", NOTE,
	  check_dynamic_ownership, NULL },
	{ "hook", "VIRT", "for vmrun's hook", WARN, check_hook, NULL },

	{ "setup", "VMRUN", "for what host setup wrote", WARN, check_setup, NULL },
	{ "setup-boot", "VMRUN", "for what host setup asks of the kernel", FAIL, check_setup_boot,
	  NULL },
	{ "early", "VMRUN", "if devices were bound early", WARN, check_early, NULL },
	{ "persisted", "VMRUN", "if the persisted pool comes with the host", WARN, check_persisted,
	  NULL },
	{ "leftover", "VMRUN", "for interrupted runs", WARN, check_leftover, NULL },
	{ "stuck", "VMRUN", "for devices that are stuck", FAIL, check_stuck, NULL },
};

const char *hostcheck_result_name(enum hostcheck_result result)
{
	static const char *const names[] = { [HOSTCHECK_PASS] = "PASS",
					     [HOSTCHECK_NOTE] = "NOTE",
					     [HOSTCHECK_WARN] = "WARN",
					     [HOSTCHECK_FAIL] = "FAIL" };

	return names[result];
}

static void __attribute__((format(printf, 3, 0)))
say(struct hostcheck *ret, enum hostcheck_result result, const char *fmt, va_list ap)
{
	char text[2048];

	vsnprintf(text, sizeof(text), fmt, ap);
	free(ret->message);
	ret->message = text[0] ? mem_strdup(text) : NULL;
	ret->result = result;
	ret->measured = true;
}

void hostcheck_pass(struct hostcheck *ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ret, HOSTCHECK_PASS, fmt, ap);
	va_end(ap);
}

void hostcheck_note(struct hostcheck *ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ret, HOSTCHECK_NOTE, fmt, ap);
	va_end(ap);
}

void hostcheck_bad(struct hostcheck *ret, enum hostcheck_result result, char *fix, const char *fmt,
		   ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ret, result, fmt, ap);
	va_end(ap);
	free(ret->fix);
	ret->fix = fix;
}

void hostcheck_unmeasured(struct hostcheck *ret, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	hostcheck_note(ret, "could not be measured: %s", text);
	ret->measured = false;
}

void hostcheck_fact(const struct hostcheck_in *in, enum fact fact, const char *why,
		    const char *message, char *fix, struct hostcheck *ret)
{
	if (fact == FACT_NO) {
		hostcheck_bad(ret, in->severity, fix, "%s", message);
		return;
	}
	if (fact == FACT_YES)
		hostcheck_pass(ret, "%s", "");
	else
		hostcheck_unmeasured(ret, "%s", why);
	free(fix);
}

enum fact hostcheck_kernel_before(const char *kernel, unsigned int major, unsigned int minor)
{
	unsigned int a, b;

	if (!kernel || sscanf(kernel, "%u.%u", &a, &b) != 2)
		return FACT_UNKNOWN;
	return a < major || (a == major && b < minor) ? FACT_YES : FACT_NO;
}

bool hostcheck_has_word(const struct host *host, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = host->cmdline; at && (at = strstr(at, word)); at += len)
		if ((at == host->cmdline || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

void hostcheck_run(const struct host *host, const struct hostfacts *facts, struct hostchecks *ret)
{
	*ret = (struct hostchecks){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const struct hostcheck_in in = { host, facts, row->arg, row->severity };
		struct hostcheck *check = mem_append(&ret->item, &ret->count);

		*check = (struct hostcheck){ .code = row->code,
					     .topic = row->topic,
					     .title = row->title };
		row->check(&in, check);
	}
}

enum hostcheck_result hostcheck_worst(const struct hostchecks *checks)
{
	enum hostcheck_result worst = HOSTCHECK_PASS;

	for (size_t i = 0; i < checks->count; i++)
		if (checks->item[i].result > worst)
			worst = checks->item[i].result;
	return worst;
}

void hostchecks_done(struct hostchecks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		free(checks->item[i].message);
		free(checks->item[i].fix);
	}
	free(checks->item);
	*checks = (struct hostchecks){ 0 };
}

enum hostcheck_result hostcheck_severity(const char *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].code, code))
			return rows[i].severity;
	return HOSTCHECK_PASS;
}
