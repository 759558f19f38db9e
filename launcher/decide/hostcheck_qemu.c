// SPDX-License-Identifier: GPL-2.0-or-later
/* Host checks that virt-host-validate(1) has too: virtualization, nodes, control groups. */
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"

#define NO_DEV "the captured host has no /dev"

void check_cpu(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct kvm_facts *kvm = &in->facts->kvm;

	if (!kvm->cpu) {
		hostcheck_unmeasured(ret, "/proc/cpuinfo has no flags of an x86 CPU");
		return;
	}
	if (kvm->flag) {
		hostcheck_pass(ret, "%s", kvm->flag);
		return;
	}
	hostcheck_bad(
		ret, in->severity,
		mem_strdup(
			"switch virtualization (Intel: VT-x; AMD: SVM) on in firmware setup; in a virtual machine, give it "
			"its host's CPU (QEMU: -cpu host, libvirt: <cpu mode='host-passthrough'/>)"),
		"the CPU has neither vmx nor svm: guests run emulated (accel=tcg), and slowly");
}

/* The module that belongs to the CPU. */
static char *load_kvm(const struct hostcheck_in *in)
{
	const char *flag = in->facts->kvm.flag;

	if (!flag)
		return mem_strdup(
			"first see to hardware virtualization, then modprobe kvm_intel (AMD: kvm_amd)");
	return mem_printf("modprobe %s; where that fails, see dmesg | grep -i kvm",
			  !strcmp(flag, "vmx") ? "kvm_intel" : "kvm_amd");
}

void check_kvm_node(const struct hostcheck_in *in, struct hostcheck *ret)
{
	hostcheck_fact(in, in->facts->kvm.node, NO_DEV,
		       "there is none: KVM is not loaded, or not possible", load_kvm(in), ret);
}

void check_kvm_access(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct kvm_facts *kvm = &in->facts->kvm;
	const char *user = in->facts->libvirt.user;

	if (kvm->node == FACT_UNKNOWN)
		hostcheck_unmeasured(ret, NO_DEV);
	else if (kvm->node == FACT_NO)
		hostcheck_bad(ret, in->severity, load_kvm(in), "there is no /dev/kvm");
	else if (kvm->by_qemu == FACT_NO && user)
		hostcheck_bad(
			ret, in->severity,
			mem_printf(
				"usermod -a -G kvm %s && chgrp kvm /dev/kvm && chmod g+rw /dev/kvm",
				user),
			"QEMU's user %s may not open it", user);
	else if (kvm->by_us == FACT_NO)
		hostcheck_bad(
			ret, in->severity,
			mem_strdup("as root: usermod -a -G kvm $USER; then log in again"),
			"this user may not open it, so neither may guests of qemu:///session");
	else if (kvm->by_qemu == FACT_YES)
		hostcheck_pass(ret, "by QEMU's user %s", user ? user : "");
	else
		hostcheck_unmeasured(ret, "whom QEMU runs as is not known");
}

void check_vhost_net(const struct hostcheck_in *in, struct hostcheck *ret)
{
	hostcheck_fact(in, in->facts->kvm.vhost_net, NO_DEV,
		       "there is none: guests' networks are slower",
		       mem_strdup("modprobe vhost_net"), ret);
}

void check_tun(const struct hostcheck_in *in, struct hostcheck *ret)
{
	hostcheck_fact(in, in->facts->kvm.tun, NO_DEV,
		       "there is none: guests have no bridged networks", mem_strdup("modprobe tun"),
		       ret);
}

/*
 * In version 2 some have other names or are always there; devices are guarded by a program
 * (cgroup-v2.rst).
 */
static enum fact has_controller(const struct cgroup_facts *cgroup, const char *name)
{
	if (cgroup->version == 2 && !strcmp(name, "devices"))
		return cgroup->bpf;
	if (cgroup->version == 2 && !strcmp(name, "cpuacct"))
		return FACT_YES;
	if (cgroup->version == 2 && !strcmp(name, "blkio"))
		name = "io";
	return strlist_has(&cgroup->controllers, name) ? FACT_YES : FACT_NO;
}

static char *fix_controller(const struct hostcheck_in *in)
{
	_cleanup_free_ char *disabled = mem_printf("cgroup_disable=%s", in->arg);

	if (hostcheck_has_word(in->host, disabled))
		return fix_boot_remove(in, disabled);
	if (in->facts->cgroup.version == 0)
		return mem_strdup("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	if (in->facts->cgroup.version == 1)
		return mem_printf(
			"mkdir -p /sys/fs/cgroup/%s && mount -t cgroup -o %s cgroup /sys/fs/cgroup/%s",
			in->arg, in->arg, in->arg);
	if (!strcmp(in->arg, "devices"))
		return mem_strdup(
			"boot a kernel with CONFIG_CGROUP_BPF (the distribution's standard one has it)");
	return mem_printf(
		"see that nothing mounts version 1's %s (grep cgroup /proc/mounts), or boot a kernel that has it",
		in->arg);
}

void check_cgroup(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct cgroup_facts *cgroup = &in->facts->cgroup;
	_cleanup_free_ char *why = NULL;

	if (!cgroup->known) {
		hostcheck_unmeasured(ret, "which control groups are mounted is not to be seen");
		return;
	}
	why = mem_printf("the configuration of the kernel (/boot/config-%s) cannot be read",
			 in->host->kernel ? in->host->kernel : "*");
	hostcheck_fact(in, has_controller(cgroup, in->arg), why,
		       cgroup->version ? "the kernel has none, or it is not mounted"
				       : "no control groups are mounted",
		       fix_controller(in), ret);
}

void check_cgroup_version(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct cgroup_facts *cgroup = &in->facts->cgroup;

	if (!cgroup->known)
		hostcheck_unmeasured(ret, "which control groups are mounted is not to be seen");
	else if (!cgroup->version)
		hostcheck_note(
			ret,
			"none are mounted: libvirt starts guests without guarding their devices");
	else
		hostcheck_pass(ret, "version %u, devices are guarded by %s", cgroup->version,
			       cgroup->version == 2 ? "a program per guest"
						    : "the devices controller");
}

void check_secure_guest(const struct hostcheck_in *in, struct hostcheck *ret)
{
	enum fact fact = in->facts->kvm.secure_guests;

	if (fact == FACT_YES)
		hostcheck_pass(ret, "%s", "");
	else if (fact == FACT_NO)
		hostcheck_note(
			ret, "encrypted guests are off; they are not needed to hand devices over");
	else
		hostcheck_unmeasured(ret, "KVM is not loaded, or too old to tell");
}
