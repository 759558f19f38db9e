/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What host check looks at beyond the survey: how the host is set up, not which devices it has. */
#ifndef VMRUN_SURVEY_HOSTFACTS_H
#define VMRUN_SURVEY_HOSTFACTS_H

#include "base/json.h"
#include "base/root.h"
#include "model/host.h"

/* The hook that libvirt calls, with a slash before it. */
#define HOSTFACTS_HOOK "/etc/libvirt/hooks/qemu.d/vmrun"

/* What host setup writes to have systemd start vmrun-pool.service; with a slash before it. */
#define POOL_WANTED_FILE "/etc/systemd/system/sysinit.target.d/50-vmrun.conf"

/** enum distro - whose commands mend the host: package manager, initramfs */
enum distro { DISTRO_UNKNOWN, DISTRO_DEBIAN, DISTRO_FEDORA, DISTRO_SUSE, DISTRO_ARCH };

/** enum loader - what holds the kernel command line */
enum loader { LOADER_UNKNOWN, LOADER_GRUB, LOADER_GRUBBY, LOADER_KERNEL_INSTALL, LOADER_ENTRIES };

/** enum initramfs - what makes the image */
enum initramfs { INITRAMFS_UNKNOWN, INITRAMFS_TOOLS, INITRAMFS_DRACUT, INITRAMFS_MKINITCPIO };

/** enum setting_kind - what is said about a module, modprobe.d(5) */
enum setting_kind { SETTING_OPTION, SETTING_BLACKLIST, SETTING_INSTALL };

/**
 * struct setting - something said about a module of vfio
 * @kind:	an option; that it is not to be loaded by alias; a command in place of loading it
 * @module:	its name with underscores
 * @name:	SETTING_OPTION: the parameter
 * @value:	of the parameter, or the command; NULL where there is none
 * @where:	the file, "the kernel command line", or the running module's own file
 * @running:	it is in effect now
 * @on_cmdline:	it stands on the kernel command line
 */
struct setting {
	enum setting_kind kind;
	char *module, *name, *value, *where;
	bool running;
	bool on_cmdline;
};

/**
 * struct qemu_conf - what /etc/libvirt/qemu.conf sets, as far as it matters here
 * @acl_set, @acl: cgroup_device_acl
 * @user, @group: QEMU's, or NULL where not set
 * @dynamic_ownership_off: libvirt is told not to give QEMU the nodes
 * @fault:	why the file could not be understood, or NULL
 */
struct qemu_conf {
	bool acl_set;
	struct strlist acl;
	char *user, *group;
	bool dynamic_ownership_off;
	char *fault;
};

/**
 * struct kernel_says - lines of the kernel's log of this boot
 * @readable:	there is a log to read
 * @complete:	it reaches back to the start, so that what is not in it was not said
 * @unknown_parameters: of the command line, handed to user space (the kernel says so since 5.14)
 * @unknown_options: of an IOMMU parameter, as "intel_iommu=sm_foo"
 */
struct kernel_says {
	bool readable;
	bool complete;
	struct strlist unknown_parameters;
	struct strlist unknown_options;
};

/**
 * struct kvm_facts - what QEMU needs for its guests' CPUs and networks
 * @cpu:	/proc/cpuinfo could be read and is that of an x86 CPU: @flag tells
 * @flag:	"vmx" or "svm", or NULL for none
 * @node:	/dev/kvm is there
 * @by_qemu:	QEMU's user may open it
 * @by_us:	this user may; FACT_UNKNOWN for a captured host
 * @vhost_net, @tun: /dev/vhost-net and /dev/net/tun are there
 * @secure_guests: kvm_amd's sev, or Intel's tdx
 */
struct kvm_facts {
	bool cpu;
	const char *flag;
	enum fact node, by_qemu, by_us;
	enum fact vhost_net, tun, secure_guests;
};

/**
 * struct vfio_facts - how vfio is set up
 * @settings:	what is said about its modules, in the order of effect
 * @config_known: modprobe's folders could be read
 * @iommufd, @cdev: /dev/iommu; there are nodes per device now (/dev/vfio/devices,
 * CONFIG_VFIO_DEVICE_CDEV)
 * @udev_rules:	files with rules for the nodes of vfio
 * @rules_known: udev's folders could be read
 */
struct vfio_facts {
	struct setting *settings;
	size_t setting_count;
	bool config_known;
	enum fact iommufd, cdev;
	struct strlist udev_rules;
	bool rules_known;
};

/**
 * struct image_facts - early binding: what asks for vfio's modules in the initramfs, and whether
 * they are in it
 * @asked_by:	files and parameters that want them there
 * @path:	image of the running kernel, with a slash before it; NULL where none was found
 * @has_vfio:	they are in it; FACT_UNKNOWN where its content is compressed or unreadable
 * @tool:	what makes images here
 */
struct image_facts {
	struct strlist asked_by;
	char *path;
	enum fact has_vfio;
	enum initramfs tool;
};

/**
 * struct lock_facts - memory that may be locked, beside the limit in host.memory
 * @raisable:	vmrun raises it where needed (root)
 * @ram_known, @ram_bytes: memory of the host
 * @unit:	LimitMEMLOCK= of libvirt's unit with its file, or NULL
 */
struct lock_facts {
	bool raisable;
	bool ram_known;
	uint64_t ram_bytes;
	char *unit;
};

/**
 * struct cgroup_facts - control groups
 * @known:	what is mounted could be measured
 * @version:	1, 2, or 0 for none
 * @controllers: names; for version 2 those of the root, for version 1 those mounted
 * @bpf:	the kernel can guard devices by a program in version 2 (CONFIG_CGROUP_BPF)
 */
struct cgroup_facts {
	bool known;
	unsigned int version;
	struct strlist controllers;
	enum fact bpf;
};

/** enum daemon_state - whether a libvirt daemon answers on the system socket */
enum daemon_state { DAEMON_UNKNOWN, DAEMON_ANSWERS, DAEMON_REFUSES_US, DAEMON_SILENT };

/**
 * struct libvirt_facts - libvirt and QEMU
 * @conf_known:	/etc/libvirt/qemu.conf was read, or is not there
 * @conf:	what it sets
 * @user:	whom QEMU runs as under the system daemon, or NULL where there is no such user
 * @user_known:	/etc/passwd was read
 * @group_exists: qemu.conf's group is one
 * @state:	whether the daemon answers
 * @daemon:	"virtqemud" or "libvirtd", whichever is installed; NULL for neither
 * @daemon_known: the folder of daemons was there to look at
 * @hook:	file of our hook, or NULL
 * @hook_known:	the folder of hooks could be read, or is not there
 * @hook_late:	it is younger than the running daemon
 * @qemu:	the program, or NULL
 * @qemu_known:	the folders of programs were there to look at
 * @systemd:	systemd runs the host
 */
struct libvirt_facts {
	bool conf_known;
	struct qemu_conf conf;
	char *user;
	bool user_known;
	enum fact group_exists;
	enum daemon_state state;
	const char *daemon;
	bool daemon_known;
	char *hook;
	bool hook_known;
	enum fact hook_late;
	char *qemu;
	bool qemu_known;
	bool systemd;
};

/**
 * struct security_facts - what else forbids
 * @lockdown:	"none", "integrity" or "confidentiality" (kernel_lockdown(7)), or NULL where unknown
 * @lockdown_built: the kernel has lockdown; FACT_UNKNOWN where securityfs is not there
 * @secure_boot: of UEFI; FACT_NO for a host without UEFI, too
 * @apparmor:	AppArmor is on
 * @selinux:	"enforcing", "permissive", or NULL for neither
 * @lsm_known:	which modules are active could be measured
 */
struct security_facts {
	char *lockdown;
	enum fact lockdown_built;
	enum fact secure_boot;
	enum fact apparmor;
	const char *selinux;
	bool lsm_known;
};

/**
 * struct state_facts - what runs of vmrun left
 * @known:	the journals could be read
 * @leftover:	guests whose run is gone, with their devices not put back
 */
struct state_facts {
	bool known;
	struct strlist leftover;
};

/**
 * struct written_facts - what host setup keeps of what it wrote
 * @known:	it could be read, or there is nothing
 * @present:	setup has written files
 * @pending:	a run of it was interrupted
 * @changed:	files that are not as it wrote them
 * @parameters:	kernel parameters it asked for, "NAME=VALUE"
 * @arguments:	of the run that wrote them
 * @late:	devices on the early list that vfio-pci does not have
 * @unlisted:	devices of the persisted pool that are not on the early list
 * @forgotten:	places on it that the persisted pool asked for, and does not any more
 * @pool_wanted: systemd is told to start vmrun-pool.service with the host
 */
struct written_facts {
	bool known, present, pending;
	struct strlist changed;
	struct strlist parameters;
	struct strlist arguments;
	struct strlist late;
	struct strlist unlisted;
	struct strlist forgotten;
	bool pool_wanted;
};

/**
 * struct hostfacts - everything host check needs beyond struct host
 * @ordinary:	the host is looked at without root's privilege
 * @firmware_known: the folder of ACPI tables was there to look at
 * @pools_known: the pools in host.memory could be read
 */
struct hostfacts {
	bool ordinary;
	enum distro distro;
	enum loader loader;
	bool firmware_known;
	struct kernel_says says;
	struct kvm_facts kvm;
	struct vfio_facts vfio;
	struct image_facts image;
	bool pools_known;
	struct lock_facts lock;
	struct cgroup_facts cgroup;
	struct libvirt_facts libvirt;
	struct security_facts security;
	struct state_facts state;
	struct written_facts written;
};

/**
 * hostfacts_scan() - Read them; changes nothing
 * @root:	the host
 * @host:	snapshot of the survey
 * @ret:	filled; hostfacts_done()
 *
 * On the live host libvirt's socket is connected to, and hung up at once. What cannot be read is
 * unknown, never an error.
 */
void hostfacts_scan(const struct root *root, const struct host *host, struct hostfacts *ret);

/** hostfacts_collect() - What of @facts is no file, as the member "host_check" of facts.json; json_free() */
struct json *hostfacts_collect(const struct hostfacts *facts);

/**
 * hostfacts_compose_log() - Those lines of the kernel's log that a survey and host check understand
 * @klog:	what the survey read in it
 * @says:	what host check read in it
 * @values:	with the values of parameters that do not bear on devices
 *
 * Return: newly allocated; NULL where the log was not readable
 */
char *hostfacts_compose_log(const struct klog *klog, const struct kernel_says *says, bool values);

/** hostfacts_done() - Release what @facts owns */
void hostfacts_done(struct hostfacts *facts);

/**
 * hostfacts_parse_log() - Read the kernel's log
 * @text:	lines as dmesg(1) shows them
 * @says:	what it says is added
 */
void hostfacts_parse_log(const char *text, struct kernel_says *says);

/**
 * hostfacts_parse_modprobe() - Add what one file of modprobe.d(5), @where, with this @text says of
 * vfio's modules
 */
void hostfacts_parse_modprobe(const char *text, const char *where, struct vfio_facts *vfio);

/** hostfacts_parse_cmdline() - Add what the kernel command line says of vfio's modules */
void hostfacts_parse_cmdline(const char *cmdline, struct vfio_facts *vfio);

/**
 * hostfacts_parse_qemu_conf() - Read qemu.conf into @ret (all zero before); what it cannot read is
 * its fault
 */
void hostfacts_parse_qemu_conf(const char *text, struct qemu_conf *ret);

/** vfio_facts_done() - Release what @vfio owns */
void vfio_facts_done(struct vfio_facts *vfio);

/** qemu_conf_done() - Release what @conf owns */
void qemu_conf_done(struct qemu_conf *conf);

/** typedef image_read_fn - Read up to @len bytes of an image at @offset into @buf, as pread(2) */
typedef ssize_t image_read_fn(void *context, void *buf, size_t len, uint64_t offset);

/**
 * hostfacts_image_has() - Whether a module is in an initramfs image
 * @read:	how to read the image
 * @context:	first argument of @read
 * @word:	part of the module's file name
 *
 * An image is cpio archives behind each other, each perhaps compressed
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Names are read from those that are
 * not.
 *
 * Return: FACT_YES; FACT_NO where all of it could be read; else FACT_UNKNOWN
 */
enum fact hostfacts_image_has(image_read_fn *read, void *context, const char *word);

#endif
