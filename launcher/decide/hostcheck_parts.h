/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of hostcheck_run() and what they share, for its own files only. */
#ifndef VMRUN_DECIDE_HOSTCHECK_PARTS_H
#define VMRUN_DECIDE_HOSTCHECK_PARTS_H

#include "decide/hostcheck.h"

/**
 * struct hostcheck_in - what a check looks at
 * @host, @facts: the host
 * @arg:	of the row: which one of several
 * @severity:	of the row: what the check results in where it is not passed
 */
struct hostcheck_in {
	const struct host *host;
	const struct hostfacts *facts;
	const char *arg;
	enum hostcheck_result severity;
};

/** hostcheck_pass() - Passed; @fmt says with what, or is "" */
void hostcheck_pass(struct hostcheck *ret, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** hostcheck_note() - Neither good nor bad, but to be known */
void hostcheck_note(struct hostcheck *ret, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** hostcheck_bad() - Not passed; @fix is what mends it, and is taken over */
void hostcheck_bad(struct hostcheck *ret, enum hostcheck_result result, char *fix, const char *fmt,
		   ...) __attribute__((format(printf, 4, 5)));

/** hostcheck_unmeasured() - Could not be measured: a note saying why */
void hostcheck_unmeasured(struct hostcheck *ret, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * hostcheck_fact() - Passed for FACT_YES, else not measured (@why) or not passed (@message, @fix,
 * taken over)
 */
void hostcheck_fact(const struct hostcheck_in *in, enum fact fact, const char *why,
		    const char *message, char *fix, struct hostcheck *ret);

/**
 * hostcheck_kernel_before() - Whether the release @kernel is before @major.@minor; FACT_UNKNOWN
 * where it cannot be told
 */
enum fact hostcheck_kernel_before(const char *kernel, unsigned int major, unsigned int minor);

/**
 * hostcheck_has_word() - Whether the kernel command line has @word, which is whole ("iommu=off")
 */
bool hostcheck_has_word(const struct host *host, const char *word);

/** fix_boot_add() - How to put @parameter on the kernel command line of this host; free() */
char *fix_boot_add(const struct hostcheck_in *in, const char *parameter);

/** fix_boot_remove() - How to take @parameter off the kernel command line of this host; free() */
char *fix_boot_remove(const struct hostcheck_in *in, const char *parameter);

/**
 * fix_setup() - The run of host setup that mends it: with the arguments of the last one, so that what that
 * wrote stays; free()
 * @in:	what is looked at
 * @then:	what has to follow, such as " && reboot", or ""
 */
char *fix_setup(const struct hostcheck_in *in, const char *then);

/** fix_install() - How to install a package by the names it has; free() */
char *fix_install(const struct hostcheck_in *in, const char *debian, const char *fedora,
		  const char *suse, const char *arch);

/** fix_image() - The command that makes this host's initramfs anew */
const char *fix_image(const struct hostcheck_in *in);

/** fix_restart() - The command that makes libvirt's daemon read its configuration again; free() */
char *fix_restart(const struct hostcheck_in *in);

/** fix_setting() - How to take a module's @setting away, with @what to call it; free() */
char *fix_setting(const struct hostcheck_in *in, const struct setting *setting, const char *what);

/** typedef hostcheck_fn - One check: looks at @in and results in @ret */
typedef void hostcheck_fn(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_cpu() - Virtualization among the CPU's flags */
void check_cpu(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_kvm_node() - /dev/kvm is there */
void check_kvm_node(const struct hostcheck_in *in, struct hostcheck *ret);

/**
 * check_kvm_access() - QEMU's user, and an ordinary one who starts guests himself, may open
 * /dev/kvm
 */
void check_kvm_access(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vhost_net() - /dev/vhost-net is there */
void check_vhost_net(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_tun() - /dev/net/tun is there */
void check_tun(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_cgroup() - The cgroup controller in->arg */
void check_cgroup(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_secure_guest() - Encrypted guests */
void check_secure_guest(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_iommu_firmware() - Firmware describes an IOMMU */
void check_iommu_firmware(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_iommu_enabled() - The kernel uses it: devices have groups */
void check_iommu_enabled(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_interrupt_remapping() - Interrupts go through it */
void check_interrupt_remapping(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_iommu_parameters() - No kernel parameter switches it off */
void check_iommu_parameters(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_iommu_options() - No option of it is unknown to the kernel */
void check_iommu_options(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_kernel_parameters() - No kernel parameter is unknown to the kernel */
void check_kernel_parameters(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_acs_override() - Groups are what the hardware says */
void check_acs_override(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_kernel_age() - The kernel has what vmrun is tested with */
void check_kernel_age(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_lockdown() - What kernel lockdown forbids */
void check_lockdown(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_secure_boot() - UEFI Secure Boot */
void check_secure_boot(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_lsm() - AppArmor, SELinux */
void check_lsm(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_driver() - The kernel has vfio-pci */
void check_vfio_driver(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_blacklist() - Nothing keeps vfio's modules away */
void check_vfio_blacklist(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_ids() - Nothing binds cards by their ids */
void check_vfio_ids(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_option() - Vfio's module option in->arg */
void check_vfio_option(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_nodes() - What kinds of nodes vfio has */
void check_vfio_nodes(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_vfio_udev() - Rules that give vfio's nodes away */
void check_vfio_udev(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_initramfs() - The image has vfio's modules where something wants them early */
void check_initramfs(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_memlock() - Memory QEMU may lock when an ordinary user starts it */
void check_memlock(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_hugepages() - Hugepages per size and node */
void check_hugepages(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_cgroup_version() - Version of control groups */
void check_cgroup_version(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_qemu_binary() - A QEMU is installed */
void check_qemu_binary(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_libvirt_installed() - A libvirt daemon with QEMU's driver is installed */
void check_libvirt_installed(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_libvirt_answers() - It answers */
void check_libvirt_answers(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_qemu_user() - QEMU's user and group exist and are not root */
void check_qemu_user(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_device_acl() - Qemu.conf's cgroup_device_acl has what vfio needs */
void check_device_acl(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_dynamic_ownership() - Who gives QEMU the nodes */
void check_dynamic_ownership(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_hook() - Our hook of libvirt is active */
void check_hook(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_setup() - Files are as host setup wrote them */
void check_setup(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_setup_boot() - The running kernel was started with what host setup asked for, and knows it */
void check_setup_boot(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_early() - Devices to be bound early were */
void check_early(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_persisted() - The persisted pool is what is bound early, and systemd looks at the rest of it */
void check_persisted(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_leftover() - No interrupted run waits for vmrun recover */
void check_leftover(const struct hostcheck_in *in, struct hostcheck *ret);

/** check_stuck() - No device hangs between two drivers */
void check_stuck(const struct hostcheck_in *in, struct hostcheck *ret);

#endif
