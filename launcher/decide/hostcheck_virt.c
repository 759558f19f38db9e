// SPDX-License-Identifier: GPL-2.0-or-later
/* Host checks of QEMU, libvirt, memory, and what vmrun left. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostcheck_parts.h"

#define GIB ((uint64_t)1024 * 1024 * 1024)
#define NO_CONF "/etc/libvirt/qemu.conf may not be read by this user, or is not in the capture"

/* QEMU's own needs come on top of the guest's memory. */
#define LOCK_EXTRA GIB

/* Less is not worth a guest. */
#define LOCK_LEAST (2 * GIB)

void check_memlock(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct lock_facts *lock = &in->facts->lock;
	const struct memory *memory = &in->host->memory;
	_cleanup_free_ char *unit = lock->unit ? mem_printf("; libvirt's unit: %s", lock->unit)
					       : mem_strdup("");

	if (!memory->memlock_known)
		hostcheck_unmeasured(
			ret, "the limit of a captured host is known only where it was captured");
	else if (memory->memlock_bytes == UINT64_MAX)
		hostcheck_pass(ret, "no limit%s", unit);
	else if (lock->raisable)
		hostcheck_note(
			ret,
			"limit %" PRIu64
			" KiB, which root raises for each guest; guests an ordinary user starts have "
			"that user's%s",
			memory->memlock_bytes / 1024, unit);
	else if (lock->ram_known && memory->memlock_bytes >= lock->ram_bytes)
		hostcheck_pass(ret, "limit %" PRIu64 " MiB%s", memory->memlock_bytes >> 20, unit);
	else if (memory->memlock_bytes >= LOCK_LEAST)
		hostcheck_note(ret,
			       "limit %" PRIu64 " MiB: a guest this user starts may have %" PRIu64
			       " MiB%s",
			       memory->memlock_bytes >> 20,
			       (memory->memlock_bytes - LOCK_EXTRA) >> 20, unit);
	else
		hostcheck_bad(
			ret, in->severity,
			mem_strdup(
				"sudo vmrun host setup --apply --user \"$USER\" PROFILE…, then log in again"),
			"limit %" PRIu64
			" KiB: guests this user starts (qemu:///session, embedded) need their memory and 1 "
			"GiB more%s",
			memory->memlock_bytes / 1024, unit);
}

void check_hugepages(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct memory *memory = &in->host->memory;
	struct strlist list = { 0 };
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < memory->pool_count; i++) {
		const struct hugepages *pool = &memory->pools[i];
		_cleanup_free_ char *where = pool->node < 0 ? mem_strdup("")
							    : mem_printf(" on node %d", pool->node);

		if (pool->total)
			strlist_addf(&list, "%" PRIu64 " KiB%s: %" PRIu64 " of %" PRIu64 " free",
				     pool->page_bytes / 1024, where, pool->free, pool->total);
	}
	text = strlist_join(&list, "; ");
	if (!in->facts->pools_known)
		hostcheck_unmeasured(ret, "/sys/kernel/mm/hugepages cannot be read");
	else if (list.count)
		hostcheck_note(ret, "%s", text);
	else
		hostcheck_note(
			ret,
			"none are reserved; for a profile with hugepages, 1024 of 2 MiB: sysctl vm.nr_hugepages=1024");
	strlist_done(&list);
}

void check_qemu_binary(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;

	if (libvirt->qemu)
		hostcheck_pass(ret, "%s", libvirt->qemu);
	else if (!libvirt->qemu_known)
		hostcheck_unmeasured(ret, "/usr/bin is not to be seen");
	else
		hostcheck_bad(ret, in->severity,
			      fix_install(in, "qemu-system-x86", "qemu-kvm", "qemu-x86",
					  "qemu-system-x86"),
			      "neither qemu-system-x86_64 nor qemu-kvm is installed");
}

void check_libvirt_installed(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;

	if (libvirt->daemon)
		hostcheck_pass(ret, "%s", libvirt->daemon);
	else if (!libvirt->daemon_known)
		hostcheck_unmeasured(ret, "/usr/sbin is not to be seen");
	else
		hostcheck_bad(ret, in->severity,
			      fix_install(in, "libvirt-daemon-system", "libvirt-daemon-driver-qemu",
					  "libvirt-daemon-qemu", "libvirt"),
			      "neither virtqemud nor libvirtd is installed");
}

void check_libvirt_answers(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;
	const char *daemon = libvirt->daemon ? libvirt->daemon : "libvirtd";

	switch (libvirt->state) {
	case DAEMON_ANSWERS:
		hostcheck_pass(ret, "%s", "");
		return;
	case DAEMON_REFUSES_US:
		hostcheck_unmeasured(
			ret, "the socket is closed to this user (group libvirt may use it)");
		return;
	case DAEMON_UNKNOWN:
		hostcheck_unmeasured(ret, "a captured host does not answer");
		return;
	case DAEMON_SILENT:
		break;
	}
	hostcheck_bad(
		ret, in->severity,
		!libvirt->daemon   ? mem_strdup("install libvirt's daemon first")
		: libvirt->systemd ? mem_printf("systemctl enable --now %s.socket", daemon)
				   : mem_printf("%s -d", daemon),
		"it does not: guests are started by libvirt's embedded driver, and virsh does not see them");
}

void check_qemu_user(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;
	const struct qemu_conf *conf = &libvirt->conf;

	if (!libvirt->user_known)
		hostcheck_unmeasured(ret, "/etc/passwd cannot be read");
	else if (!libvirt->user && conf->user)
		hostcheck_bad(
			ret, in->severity,
			mem_printf(
				"useradd --system --no-create-home -G kvm %s, or correct user = in "
				"/etc/libvirt/qemu.conf",
				conf->user),
			"qemu.conf's user %s does not exist", conf->user);
	else if (!libvirt->user)
		hostcheck_bad(ret, in->severity,
			      fix_install(in, "libvirt-daemon-system", "libvirt-daemon-driver-qemu",
					  "libvirt-daemon-qemu", "libvirt"),
			      "there is neither a user libvirt-qemu nor a user qemu");
	else if (conf->group && libvirt->group_exists == FACT_NO)
		hostcheck_bad(
			ret, in->severity,
			mem_printf(
				"groupadd --system %s, or correct group = in /etc/libvirt/qemu.conf",
				conf->group),
			"qemu.conf's group %s does not exist", conf->group);
	else if (!strcmp(libvirt->user, "root") || !strcmp(libvirt->user, "+0"))
		hostcheck_bad(
			ret, HOSTCHECK_WARN,
			mem_strdup(
				"take user = \"root\" out of /etc/libvirt/qemu.conf, then restart "
				"libvirt's daemon"),
			"QEMU runs as root: a guest that breaks out of it owns the host");
	else if (!libvirt->conf_known)
		hostcheck_unmeasured(ret, "%s; %s exists", NO_CONF, libvirt->user);
	else
		hostcheck_pass(ret, "%s", libvirt->user);
}

/*
 * What QEMU opens of its own accord: libvirt's built-in list, which a list in qemu.conf replaces,
 * and vfio's container.
 */
static const char *const wanted_nodes[] = { "/dev/null",   "/dev/full",	    "/dev/zero",
					    "/dev/random", "/dev/urandom",  "/dev/ptmx",
					    "/dev/kvm",	   "/dev/vfio/vfio" };

void hostcheck_wanted_nodes(struct strlist *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(wanted_nodes); i++)
		strlist_add(ret, wanted_nodes[i]);
}

void check_device_acl(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct qemu_conf *conf = &in->facts->libvirt.conf;
	struct strlist missing = { 0 };
	_cleanup_free_ char *list = NULL, *restart = NULL, *then = NULL;

	if (!in->facts->libvirt.conf_known) {
		hostcheck_unmeasured(ret, NO_CONF);
		return;
	}
	if (conf->fault) {
		hostcheck_unmeasured(ret, "/etc/libvirt/qemu.conf: %s", conf->fault);
		return;
	}
	for (size_t i = 0; conf->acl_set && i < ARRAY_SIZE(wanted_nodes); i++)
		if (!strlist_has(&conf->acl, wanted_nodes[i]))
			strlist_add(&missing, wanted_nodes[i]);
	list = strlist_join(&missing, ", ");
	restart = fix_restart(in);
	/* Setup itself tells a daemon that systemd runs. */
	then = in->facts->libvirt.systemd ? mem_strdup("") : mem_printf(", then %s", restart);
	if (missing.count)
		hostcheck_bad(ret, in->severity, fix_setup(in, then),
			      "the list is replaced, and lacks %s", list);
	else
		hostcheck_pass(ret, "%s",
			       conf->acl_set ? "replaced, with all that is needed"
					     : "libvirt's own");
	strlist_done(&missing);
}

void check_dynamic_ownership(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;

	if (!libvirt->conf_known)
		hostcheck_unmeasured(ret, NO_CONF);
	else if (libvirt->conf.fault)
		hostcheck_unmeasured(ret, "/etc/libvirt/qemu.conf: %s", libvirt->conf.fault);
	else if (libvirt->conf.dynamic_ownership_off)
		hostcheck_note(ret,
			       "off: vmrun gives the nodes of groups to %s, and takes them back",
			       libvirt->user ? libvirt->user : "QEMU's user");
	else
		hostcheck_pass(ret, "on: libvirt gives QEMU the nodes");
}

void check_hook(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct libvirt_facts *libvirt = &in->facts->libvirt;
	const char *daemon = libvirt->daemon ? libvirt->daemon : "libvirtd";

	if (!libvirt->hook_known)
		hostcheck_unmeasured(
			ret,
			"/etc/libvirt/hooks may not be read by this user, or is not in the capture");
	else if (!libvirt->hook)
		hostcheck_note(
			ret,
			"not installed: vmrun start stays until the guest ends; vmrun host setup --apply installs it");
	else if (libvirt->hook_late == FACT_YES)
		hostcheck_bad(ret, in->severity,
			      libvirt->systemd ? mem_printf("systemctl reload %s", daemon)
					       : mem_printf("kill -HUP $(cat /run/%s.pid)", daemon),
			      "%s is younger than the running daemon, which does not call it yet",
			      libvirt->hook);
	else if (libvirt->hook_late == FACT_UNKNOWN)
		hostcheck_unmeasured(
			ret, "%s is installed; since when libvirt's daemon runs is not to be seen",
			libvirt->hook);
	else
		hostcheck_pass(ret, "%s", libvirt->hook);
}

void check_leftover(const struct hostcheck_in *in, struct hostcheck *ret)
{
	const struct state_facts *state = &in->facts->state;
	_cleanup_free_ char *list = strlist_join(&state->leftover, ", ");

	if (state->leftover.count)
		hostcheck_bad(ret, in->severity, mem_strdup("vmrun recover"),
			      "the run of %s was interrupted, and its devices are not put back",
			      list);
	else if (!state->known)
		hostcheck_unmeasured(
			ret,
			"the journals in /run/vmrun cannot be read by this user, or not understood");
	else
		hostcheck_pass(ret, "%s", "");
}

void check_stuck(const struct hostcheck_in *in, struct hostcheck *ret)
{
	_cleanup_free_ char *text = NULL;
	struct strlist list = { 0 };

	for (size_t i = 0; i < in->host->device_count; i++)
		if (in->host->devices[i].state == DEVICE_STUCK)
			strlist_add(&list, PCIADDR_STR(&in->host->devices[i].addr));
	text = strlist_join(&list, ", ");
	if (list.count)
		hostcheck_bad(
			ret, in->severity,
			mem_strdup("end what holds it (vmrun survey names it), then vmrun recover"),
			"%s: an earlier unbind has not come back", text);
	else if (!in->facts->state.known)
		hostcheck_unmeasured(
			ret,
			"the journals in /run/vmrun cannot be read by this user, or not understood");
	else
		hostcheck_pass(ret, "%s", "");
	strlist_done(&list);
}
