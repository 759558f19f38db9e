/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases of host check: what is otherwise than on the good host, and how a check then comes out. */
#ifndef VMRUN_TESTS_UNIT_HOSTCHECK_CASES_H
#define VMRUN_TESTS_UNIT_HOSTCHECK_CASES_H

/* X(name, code, result, part of the message, part of the fix or "" for none, statements on h and f) */
#define CASES(X) CASES_QEMU(X) CASES_IOMMU(X) CASES_KERNEL(X) CASES_VFIO(X) CASES_VIRT(X)

#define CASES_QEMU(X)                                                                            \
	X(cpu_none, "cpu", FAIL, "neither vmx nor svm", "-cpu host", f->kvm.flag = NULL)         \
	X(cpu_amd, "cpu", PASS, "svm", "", f->kvm.flag = "svm")                                  \
	X(kvm_none, "kvm-node", FAIL, "", "modprobe kvm_intel", f->kvm.node = FACT_NO)           \
	X(kvm_none_amd, "kvm-node", FAIL, "", "modprobe kvm_amd", f->kvm.node = FACT_NO;         \
	  f->kvm.flag = "svm")                                                                   \
	X(kvm_access_none, "kvm-access", FAIL, "there is no /dev/kvm", "modprobe",               \
	  f->kvm.node = FACT_NO)                                                                 \
	X(kvm_access_qemu, "kvm-access", FAIL, "libvirt-qemu may not",                           \
	  "usermod -a -G kvm libvirt-qemu", f->kvm.by_qemu = FACT_NO)                            \
	X(kvm_access_us, "kvm-access", FAIL, "this user", "usermod -a -G kvm $USER",             \
	  f->kvm.by_us = FACT_NO)                                                                \
	X(kvm_access_whom, "kvm-access", NOTE, "could not", "", f->kvm.by_qemu = FACT_UNKNOWN)   \
	X(vhost_none, "vhost-net", WARN, "", "modprobe vhost_net", f->kvm.vhost_net = FACT_NO)   \
	X(tun_none, "tun", FAIL, "", "modprobe tun", f->kvm.tun = FACT_NO)                       \
	X(no_cpu, "cgroup-cpu", FAIL, "", "/proc/mounts", f->cgroup.controllers = LIST(T("io"))) \
	X(no_cpuset, "cgroup-cpuset", FAIL, "", "/proc/mounts",                                  \
	  f->cgroup.controllers = LIST(T("io")))                                                 \
	X(no_memory, "cgroup-memory", FAIL, "",                                                  \
	  "take cgroup_disable=memory from GRUB_CMDLINE_LINUX",                                  \
	  f->cgroup.controllers = LIST(T("io"));                                                 \
	  h->cmdline = T("a cgroup_disable=memory b"))                                           \
	X(no_blkio, "cgroup-blkio", FAIL, "", "/proc/mounts",                                    \
	  f->cgroup.controllers = LIST(T("cpu")))                                                \
	X(no_bpf, "cgroup-devices", FAIL, "", "CONFIG_CGROUP_BPF", f->cgroup.bpf = FACT_NO)      \
	X(bpf_unknown, "cgroup-devices", NOTE, "/boot/config-6.1.0-18-amd64", "",                \
	  f->cgroup.bpf = FACT_UNKNOWN)                                                          \
	X(no_cgroups, "cgroup-cpuacct", FAIL, "no control groups", "mount -t cgroup2",           \
	  f->cgroup.version = 0;                                                                 \
	  f->cgroup.controllers.count = 0)                                                       \
	X(cgroup_1, "cgroup-devices", FAIL, "", "mount -t cgroup -o devices",                    \
	  f->cgroup.version = 1)                                                                 \
	X(cgroup_1_has, "cgroup-blkio", PASS, "", "", f->cgroup.version = 1;                     \
	  f->cgroup.controllers = LIST(T("blkio")))                                              \
	X(secure_off, "secure-guest", NOTE, "are off", "", f->kvm.secure_guests = FACT_NO)

#define CASES_IOMMU(X)                                                                             \
	X(no_table, "iommu-firmware", FAIL, "DMAR", "VT-d", h->iommu = IOMMU_NONE)                 \
	X(table_unknown, "iommu-firmware", NOTE, "could not", "", h->iommu = IOMMU_NONE;           \
	  f->firmware_known = false)                                                               \
	X(off_intel, "iommu-enabled", FAIL, "no device has a group",                               \
	  "vmrun host setup --apply && reboot", h->iommu_enabled = false)                          \
	X(off_with_profiles, "iommu-enabled", FAIL, "",                                            \
	  "vmrun host setup --apply --iommu-pt /etc/vmrun/nas.profile && reboot",                  \
	  h->iommu_enabled = false;                                                                \
	  f->written.arguments = LIST(T("--iommu-pt"), T("/etc/vmrun/nas.profile")))               \
	X(off_no_loader, "iommu-enabled", FAIL, "",                                                \
	  "add intel_iommu=on to the kernel command line where the boot loader keeps it",          \
	  h->iommu_enabled = false;                                                                \
	  f->loader = LOADER_UNKNOWN)                                                              \
	X(off_though_on, "iommu-enabled", FAIL, "", "dmesg", h->iommu_enabled = false;             \
	  h->cmdline = T("intel_iommu=on"))                                                        \
	X(off_amd, "iommu-enabled", FAIL, "", "dmesg", h->iommu_enabled = false;                   \
	  h->iommu = IOMMU_AMD)                                                                    \
	X(off_no_table, "iommu-enabled", FAIL, "", "firmware setup", h->iommu_enabled = false;     \
	  h->iommu = IOMMU_NONE)                                                                   \
	X(parameter_off, "iommu-parameters", FAIL, "iommu=pt,off",                                 \
	  "vmrun host setup --apply && reboot", h->cmdline = T("a iommu=pt,off"))                  \
	X(parameter_last, "iommu-parameters", FAIL, "intel_iommu=on,off", "vmrun host setup",      \
	  h->cmdline = T("intel_iommu=on,off"))                                                    \
	X(parameter_undone, "iommu-parameters", PASS, "", "",                                      \
	  h->cmdline = T("intel_iommu=off intel_iommu=on"))                                        \
	X(parameter_stays, "iommu-parameters", FAIL, "iommu=off", "vmrun host setup",              \
	  h->cmdline = T("iommu=off intel_iommu=on"))                                              \
	X(parameter_amd, "iommu-parameters", FAIL, "amd_iommu=off", "setup", h->iommu = IOMMU_AMD; \
	  h->cmdline = T("amd_iommu=off"))                                                         \
	X(parameter_other, "iommu-parameters", PASS, "", "",                                       \
	  h->cmdline = T("amd_iommu=off xiommu=off iommu=pt"))                                     \
	X(option_unknown, "iommu-options", FAIL, "intel_iommu=sm_foo", "take intel_iommu=sm_foo",  \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo")))                                 \
	X(option_grub, "iommu-options", FAIL, "",                                                  \
	  "from GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub && reboot",              \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo")))                                 \
	X(option_fedora, "iommu-options", FAIL, "",                                                \
	  "grubby --update-kernel=ALL --remove-args=intel_iommu=sm_foo",                           \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo"));                                 \
	  f->loader = LOADER_GRUBBY)                                                               \
	X(option_kernel_install, "iommu-options", FAIL, "", "kernel-install add 6.1.0-18-amd64",   \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo"));                                 \
	  f->loader = LOADER_KERNEL_INSTALL)                                                       \
	X(option_arch, "iommu-options", FAIL, "", "mkinitcpio -P",                                 \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo"));                                 \
	  f->loader = LOADER_KERNEL_INSTALL; f->image.tool = INITRAMFS_MKINITCPIO)                 \
	X(option_entries, "iommu-options", FAIL, "", "boot loader's entries",                      \
	  f->says.unknown_options = LIST(T("intel_iommu=sm_foo"));                                 \
	  f->loader = LOADER_ENTRIES)                                                              \
	X(option_cut, "iommu-options", NOTE, "no longer reaches back", "",                         \
	  f->says.complete = false)                                                                \
	X(remapping_off, "interrupt-remapping", FAIL, "refuses", "x2APIC",                         \
	  h->interrupt_remapping = FACT_NO)                                                        \
	X(remapping_asked, "interrupt-remapping", FAIL, "", "take intremap=off",                   \
	  h->interrupt_remapping = FACT_NO;                                                        \
	  h->cmdline = T("intremap=off"))                                                          \
	X(remapping_unsafe, "interrupt-remapping", WARN, "allow_unsafe_interrupts", "x2APIC",      \
	  h->interrupt_remapping = FACT_NO;                                                        \
	  SET(RUNNING("vfio_iommu_type1", "allow_unsafe_interrupts", "Y")))                        \
	X(remapping_no_iommu, "interrupt-remapping", NOTE, "could not", "",                        \
	  h->interrupt_remapping = FACT_NO;                                                        \
	  h->iommu_enabled = false)                                                                \
	X(acs_active, "acs-override", WARN, "at work", "take pcie_acs_override",                   \
	  h->klog.acs_override = true)                                                             \
	X(acs_unseen, "acs-override", NOTE, "could not", "",                                       \
	  h->cmdline = T("pcie_acs_override=downstream");                                          \
	  h->klog.readable = false)                                                                \
	X(acs_unknown, "acs-override", PASS, "", "", h->cmdline = T("pcie_acs_override=downstream"))

#define CASES_KERNEL(X)                                                                           \
	X(kernel_old, "kernel-age", NOTE, "5.10.0 is older", "", h->kernel = T("5.10.0"))         \
	X(kernel_just, "kernel-age", PASS, "", "", h->kernel = T("5.15.0"))                       \
	X(parameter_bogus, "kernel-parameters", WARN, "bogus=1", "take bogus=1",                  \
	  f->says.unknown_parameters = LIST(T("BOOT_IMAGE=/v"), T("bogus=1")))                    \
	X(parameter_misspelt, "kernel-parameters", FAIL, "perhaps meant: intel_iommu",            \
	  "take intel_iomu=on",                                                                   \
	  f->says.unknown_parameters = LIST(T("bogus=1"), T("intel_iomu=on")))                    \
	X(parameter_acs, "kernel-parameters", FAIL, "lacks the patch",                            \
	  "take pcie_acs_override=downstream",                                                    \
	  f->says.unknown_parameters = LIST(T("pcie_acs_override=downstream")))                   \
	X(parameter_user, "kernel-parameters", PASS, "", "",                                      \
	  f->says.unknown_parameters = LIST(T("BOOT_IMAGE=/v"), T("splash")))                     \
	X(parameter_before, "kernel-parameters", NOTE, "5.14", "", h->kernel = T("5.10.0"))       \
	X(parameter_unread, "kernel-parameters", NOTE, "dmesg_restrict", "",                      \
	  f->says.readable = false)                                                               \
	X(lockdown_on, "lockdown", NOTE, "integrity: vfio works", "",                             \
	  f->security.lockdown = T("integrity"))                                                  \
	X(lockdown_strict, "lockdown", NOTE, "tracing", "",                                       \
	  f->security.lockdown = T("confidentiality"))                                            \
	X(lockdown_none, "lockdown", PASS, "has none", "", f->security.lockdown = NULL;           \
	  f->security.lockdown_built = FACT_NO)                                                   \
	X(secure_boot_on, "secure-boot", NOTE, "on: only signed", "",                             \
	  f->security.secure_boot = FACT_YES)                                                     \
	X(selinux_on, "lsm", NOTE, "SELinux is enforcing", "", f->security.selinux = "enforcing") \
	X(cgroups_none, "cgroup-version", NOTE, "none are mounted", "", f->cgroup.version = 0)

#define CASES_VFIO(X)                                                                             \
	X(no_driver, "vfio-driver", FAIL, "6.1.0-18-amd64 has none",                              \
	  "apt install linux-image-amd64", h->vfio = FACT_NO)                                     \
	X(blacklisted, "vfio-blacklist", WARN, "blacklist vfio_pci",                              \
	  "take \"blacklist vfio_pci\" out of /etc/modprobe.d/b.conf",                            \
	  SET({ .kind = SETTING_BLACKLIST,                                                        \
		.module = T("vfio_pci"),                                                          \
		.where = T("/etc/modprobe.d/b.conf") }))                                          \
	X(installed_false, "vfio-blacklist", FAIL, "/bin/false", "update-initramfs -u && reboot", \
	  SET({ .kind = SETTING_INSTALL,                                                          \
		.module = T("vfio_pci"),                                                          \
		.value = T("/bin/false"),                                                         \
		.where = T("/etc/x") }))                                                          \
	X(module_blacklist, "vfio-blacklist", FAIL, "", "take module_blacklist=vfio from",        \
	  SET({ .kind = SETTING_INSTALL,                                                          \
		.module = T("vfio"),                                                              \
		.where = T("the kernel command line"),                                            \
		.on_cmdline = true }))                                                            \
	X(installed_else, "vfio-blacklist", PASS, "", "",                                         \
	  SET({ .kind = SETTING_INSTALL,                                                          \
		.module = T("vfio_pci"),                                                          \
		.value = T("/sbin/bind"),                                                         \
		.where = T("/etc/x") }))                                                          \
	X(ids_file, "vfio-ids", WARN, "here 0000:01:00.0, 0000:02:00.0",                          \
	  "take \"ids=10de:1b80\" out of /etc/modprobe.d/v.conf",                                 \
	  SET(FILE_OPTION("ids", "10de:1b80")))                                                   \
	X(ids_cmdline, "vfio-ids", WARN, "", "take vfio-pci.ids=8086:1 from GRUB_CMDLINE_LINUX",  \
	  SET({ .module = T("vfio_pci"),                                                          \
		.name = T("ids"),                                                                 \
		.value = T("8086:1"),                                                             \
		.where = T("the kernel command line"),                                            \
		.on_cmdline = true }))                                                            \
	X(idle_d3, "vfio-disable-idle-d3", NOTE, "full power", "",                                \
	  SET(RUNNING("vfio_pci", "disable_idle_d3", "Y")))                                       \
	X(sriov, "vfio-enable-sriov", WARN, "", "modprobe -r vfio_pci",                           \
	  SET(RUNNING("vfio_pci", "enable_sriov", "Y")))                                          \
	X(sriov_off, "vfio-enable-sriov", PASS, "", "",                                           \
	  SET(RUNNING("vfio_pci", "enable_sriov", "N")))                                          \
	X(sriov_was, "vfio-enable-sriov", PASS, "", "",                                           \
	  SET(FILE_OPTION("enable_sriov", "1"), RUNNING("vfio_pci", "enable_sriov", "N")))        \
	X(intx, "vfio-nointxmask", WARN, "/etc/modprobe.d/v.conf", "take \"nointxmask\" out of",  \
	  SET(FILE_OPTION("nointxmask", NULL)))                                                   \
	X(denylist, "vfio-disable-denylist", WARN, "break the host", "take",                      \
	  SET(FILE_OPTION("disable_denylist", "y")))                                              \
	X(unsafe, "vfio-unsafe-interrupts", WARN, "any interrupt", "take",                        \
	  SET(FILE_OPTION("allow_unsafe_interrupts", "1")))                                       \
	X(nodes_none, "vfio-nodes", NOTE, "iommufd (/dev/iommu): not there", "",                  \
	  f->vfio.iommufd = FACT_NO)                                                              \
	X(rules, "vfio-udev", NOTE, "/etc/udev/rules.d/v.rules", "",                              \
	  f->vfio.udev_rules = LIST(T("/etc/udev/rules.d/v.rules")))                              \
	X(image_lacks, "initramfs", WARN, "has no vfio-pci", "update-initramfs -u && reboot",     \
	  f->image.asked_by = LIST(T("/etc/m")))                                                  \
	X(image_lacks_dracut, "initramfs", WARN, "", "dracut --force",                            \
	  f->image.asked_by = LIST(T("/etc/m"));                                                  \
	  f->image.tool = INITRAMFS_DRACUT)                                                       \
	X(image_has, "initramfs", PASS, "", "", f->image.asked_by = LIST(T("/etc/m"));            \
	  f->image.has_vfio = FACT_YES)                                                           \
	X(image_unread, "initramfs", NOTE, "lsinitramfs /boot/initrd.img-6.1.0-18-amd64", "",     \
	  f->image.asked_by = LIST(T("/etc/m"));                                                  \
	  f->image.has_vfio = FACT_UNKNOWN)                                                       \
	X(image_none, "initramfs", NOTE, "could not", "", f->image.asked_by = LIST(T("/etc/m"));  \
	  f->image.path = NULL)

#define CASES_VIRT(X)                                                                              \
	X(lock_little, "memlock", WARN, "limit 8192 KiB", "sudo vmrun host setup --apply --user",  \
	  h->memory.memlock_bytes = 8 << 20)                                                       \
	X(lock_root, "memlock", NOTE, "root raises", "", h->memory.memlock_bytes = 8 << 20;        \
	  f->lock.raisable = true)                                                                 \
	X(lock_some, "memlock", NOTE, "may have 3072 MiB", "",                                     \
	  h->memory.memlock_bytes = 4ULL << 30)                                                    \
	X(lock_all, "memlock", PASS, "", "", h->memory.memlock_bytes = 4ULL << 30;                 \
	  f->lock.ram_known = true; f->lock.ram_bytes = 3ULL << 30)                                \
	X(lock_unit, "memlock", PASS, "LimitMEMLOCK=64M", "",                                      \
	  f->lock.unit = T("LimitMEMLOCK=64M (/x)"))                                               \
	X(pages, "hugepages", NOTE, "2048 KiB on node 1: 3 of 8 free", "",                         \
	  static struct hugepages pool = { 2048 * 1024, 1, 8, 3 };                                 \
	  h->memory.pools = &pool; h->memory.pool_count = 1)                                       \
	X(no_qemu, "qemu-binary", FAIL, "", "apt install qemu-system-x86", f->libvirt.qemu = NULL) \
	X(no_qemu_suse, "qemu-binary", FAIL, "", "zypper install", f->libvirt.qemu = NULL;         \
	  f->distro = DISTRO_SUSE)                                                                 \
	X(no_daemon, "libvirt-installed", FAIL, "", "apt install libvirt-daemon-system",           \
	  f->libvirt.daemon = NULL)                                                                \
	X(no_daemon_fedora, "libvirt-installed", FAIL, "", "dnf install",                          \
	  f->libvirt.daemon = NULL;                                                                \
	  f->distro = DISTRO_FEDORA)                                                               \
	X(silent, "libvirt-answers", WARN, "embedded", "systemctl enable --now libvirtd.socket",   \
	  f->libvirt.state = DAEMON_SILENT)                                                        \
	X(silent_bare, "libvirt-answers", WARN, "", "libvirtd -d",                                 \
	  f->libvirt.state = DAEMON_SILENT;                                                        \
	  f->libvirt.systemd = false)                                                              \
	X(refused, "libvirt-answers", NOTE, "closed to this user", "",                             \
	  f->libvirt.state = DAEMON_REFUSES_US)                                                    \
	X(user_gone, "qemu-user", FAIL, "qemu2 does not exist", "useradd --system",                \
	  f->libvirt.user = NULL;                                                                  \
	  f->libvirt.conf.user = T("qemu2"))                                                       \
	X(user_none, "qemu-user", FAIL, "neither", "apt install", f->libvirt.user = NULL)          \
	X(group_gone, "qemu-user", FAIL, "group g", "groupadd --system g",                         \
	  f->libvirt.conf.group = T("g");                                                          \
	  f->libvirt.group_exists = FACT_NO)                                                       \
	X(user_root, "qemu-user", WARN, "as root", "take user", f->libvirt.user = T("root"))       \
	X(user_unread, "qemu-user", NOTE, "could not", "", f->libvirt.conf_known = false)          \
	X(acl_lacks, "device-acl", WARN, "lacks /dev/full", "vmrun host setup --apply",            \
	  f->libvirt.conf.acl_set = true;                                                          \
	  f->libvirt.conf.acl = LIST(T("/dev/null"), T("/dev/zero")))                              \
	X(acl_has, "device-acl", PASS, "replaced", "", f->libvirt.conf.acl_set = true;             \
	  f->libvirt.conf.acl = LIST(T("/dev/null"), T("/dev/full"), T("/dev/zero"),               \
				     T("/dev/random"), T("/dev/urandom"), T("/dev/ptmx"),          \
				     T("/dev/kvm"), T("/dev/vfio/vfio")))                          \
	X(conf_damaged, "device-acl", NOTE, "could not", "", f->libvirt.conf.fault = T("x"))       \
	X(dynamic_off, "dynamic-ownership", NOTE, "gives the nodes of groups to libvirt-qemu", "", \
	  f->libvirt.conf.dynamic_ownership_off = true)                                            \
	X(hook_none, "hook", NOTE, "not installed", "", f->libvirt.hook = NULL)                    \
	X(hook_younger, "hook", WARN, "does not call it yet", "systemctl reload libvirtd",         \
	  f->libvirt.hook_late = FACT_YES)                                                         \
	X(hook_bare, "hook", WARN, "", "kill -HUP", f->libvirt.hook_late = FACT_YES;               \
	  f->libvirt.systemd = false)                                                              \
	X(hook_since, "hook", NOTE, "could not", "", f->libvirt.hook_late = FACT_UNKNOWN)          \
	X(left_over, "leftover", WARN, "the run of nas", "vmrun recover",                          \
	  f->state.leftover = LIST(T("nas")))                                                      \
	X(setup_by_hand, "setup", WARN, "/etc/x", "vmrun host setup", f->written.present = true;   \
	  f->written.changed = LIST(T("/etc/x")))                                                  \
	X(setup_cut, "setup", WARN, "interrupted", "--undo", f->written.present = true;            \
	  f->written.pending = true)                                                               \
	X(setup_unread, "setup", NOTE, "could not", "", f->written.known = false)                  \
	X(boot_pending, "setup-boot", WARN, "without iommu=pt", "reboot",                          \
	  f->written.parameters = LIST(T("iommu=pt")))                                             \
	X(boot_unknown, "setup-boot", FAIL, "does not know iommu=xy", "--undo",                    \
	  f->written.parameters = LIST(T("iommu=xy"));                                             \
	  f->says.unknown_parameters = LIST(T("iommu=xy")))                                        \
	X(boot_unread, "setup-boot", NOTE, "could not", "",                                        \
	  f->written.parameters = LIST(T("iommu=pt"));                                             \
	  h->cmdline = NULL)                                                                       \
	X(not_early, "early", WARN, "0000:01:00.0 (nvme)", "reboot",                               \
	  f->written.late = LIST(T("0000:01:00.0 (nvme)")))                                        \
	X(pool_off, "early", NOTE, "vmrun.pool=off", "", h->cmdline = T("a vmrun.pool=off");       \
	  f->written.late = LIST(T("0000:01:00.0 (nvme)")))                                        \
	X(not_listed, "persisted", WARN, "not on the list of devices bound early: 0000:01:00.0",   \
	  "vmrun host setup --apply && reboot", f->written.unlisted = LIST(T("0000:01:00.0")))     \
	X(listed_still, "persisted", WARN, "persisted no more: 0000/0/1c.0/00.0",                  \
	  "vmrun host setup --apply && reboot",                                                    \
	  f->written.forgotten = LIST(T("0000/0/1c.0/00.0")))                                      \
	X(no_pool_unit, "persisted", WARN, "does not start with the host",                         \
	  "vmrun host setup --apply", h->persist_count = 1)                                        \
	X(pool_no_systemd, "persisted", PASS, "1, bound early", "", h->persist_count = 1;          \
	  f->libvirt.systemd = false)                                                              \
	X(pool_unit, "persisted", PASS, "1, bound early", "", h->persist_count = 1;                \
	  f->written.pool_wanted = true)                                                           \
	X(is_stuck, "stuck", FAIL, "0000:02:00.0", "vmrun recover", twins[1].state = DEVICE_STUCK)

#endif
