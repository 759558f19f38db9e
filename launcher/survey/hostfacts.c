// SPDX-License-Identifier: GPL-2.0-or-later
/* What host check looks at beyond the survey: how the host is set up, not which devices it has. */
#include "survey/hostfacts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/journal.h"
#include "survey/facts.h"
#include "survey/guests.h"
#include "survey/hostfacts_parts.h"
#include "survey/processes.h"

#define SECURE_BOOT "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

enum fact hostfacts_there(const struct root *root, const char *folder, const char *path)
{
	if (root_exists(root, path))
		return FACT_YES;
	return root_exists(root, folder) ? FACT_NO : FACT_UNKNOWN;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len > end && !strcmp(name + len - end, suffix);
}

bool hostfacts_conf_files(const struct root *root, const char *const *folders, size_t count,
			  const char *suffix,
			  void (*each)(void *context, const char *path, const char *text),
			  void *context)
{
	struct strlist done = { 0 };
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct strlist names = { 0 };

		any = root_list(root, folders[i], &names) == 0 || any;
		for (size_t k = 0; k < names.count; k++) {
			_cleanup_free_ char *path = mem_printf("/%s/%s", folders[i], names.item[k]),
					    *text = NULL;

			if (!has_suffix(names.item[k], suffix) || strlist_has(&done, names.item[k]))
				continue;
			strlist_add(&done, names.item[k]);
			if (root_read(root, path + 1, HOSTFACTS_CONF_MAX, &text, NULL) == 0)
				each(context, path, text);
		}
		strlist_done(&names);
	}
	strlist_done(&done);
	return any || root_exists(root, "etc");
}

/*
 * os-release(5): ID= and ID_LIKE= hold the names of the distribution and of those it descends from.
 */
static enum distro find_distro(const struct root *root)
{
	static const struct {
		const char *word;
		enum distro distro;
	} names[] = {
		{ "debian", DISTRO_DEBIAN }, { "ubuntu", DISTRO_DEBIAN },
		{ "fedora", DISTRO_FEDORA }, { "rhel", DISTRO_FEDORA },
		{ "suse", DISTRO_SUSE },     { "arch", DISTRO_ARCH },
	};
	_cleanup_free_ char *text = NULL;

	if (root_read(root, "etc/os-release", HOSTFACTS_CONF_MAX, &text, NULL) < 0 &&
	    root_read(root, "usr/lib/os-release", HOSTFACTS_CONF_MAX, &text, NULL) < 0)
		return DISTRO_UNKNOWN;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len = strcspn(line, "\n");

		if (strncmp(line, "ID=", 3) != 0 && strncmp(line, "ID_LIKE=", 8) != 0)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			if (memmem(line, len, names[i].word, strlen(names[i].word)))
				return names[i].distro;
	}
	return DISTRO_UNKNOWN;
}

static enum loader find_loader(const struct root *root)
{
	if (root_exists(root, "usr/sbin/grubby") || root_exists(root, "usr/bin/grubby"))
		return LOADER_GRUBBY;
	if (root_exists(root, "etc/default/grub"))
		return LOADER_GRUB;
	if (root_exists(root, "etc/kernel/cmdline"))
		return LOADER_KERNEL_INSTALL;
	if (root_exists(root, "boot/loader/entries") || root_exists(root, "efi/loader/entries") ||
	    root_exists(root, "boot/efi/loader/entries"))
		return LOADER_ENTRIES;
	return LOADER_UNKNOWN;
}

/* "none [integrity] confidentiality": the one in brackets holds (kernel_lockdown(7)). */
static void scan_lockdown(const struct root *root, struct security_facts *security)
{
	char text[128];
	const char *at;

	security->lockdown_built =
		hostfacts_there(root, "sys/kernel/security/lsm", "sys/kernel/security/lockdown");
	if (root_read_line(root, "sys/kernel/security/lockdown", text, sizeof(text)) < 0)
		return;
	at = strchr(text, '[');
	if (at)
		security->lockdown = mem_printf("%.*s", (int)strcspn(at + 1, "]"), at + 1);
}

/*
 * UEFI Specification, 3.3: the variable is one byte, behind the four with its attributes that
 * efivarfs puts first.
 */
static void scan_secure_boot(const struct root *root, struct security_facts *security)
{
	_cleanup_free_ char *bytes = NULL;
	size_t len;

	if (root_read(root, SECURE_BOOT, 64, &bytes, &len) == 0 && len == 5)
		security->secure_boot = bytes[4] == 1 ? FACT_YES : FACT_NO;
	else if (root->live && root_exists(root, "sys/firmware") &&
		 !root_exists(root, "sys/firmware/efi"))
		security->secure_boot = FACT_NO;
}

static void scan_security(const struct root *root, struct security_facts *security)
{
	char text[16];

	scan_lockdown(root, security);
	scan_secure_boot(root, security);
	security->lsm_known = root_exists(root, "sys/module");
	security->apparmor = FACT_NO;
	if (root_read_line(root, "sys/module/apparmor/parameters/enabled", text, sizeof(text)) ==
		    0 &&
	    text[0] == 'Y')
		security->apparmor = FACT_YES;
	if (root_read_line(root, "sys/fs/selinux/enforce", text, sizeof(text)) == 0)
		security->selinux = text[0] == '1' ? "enforcing" : "permissive";
}

/*
 * Whether a process holds a group of the run: then its guest lives, though the vmrun that started
 * it does not.
 */
static bool guest_lives(const struct host *host, const struct journal *journal)
{
	for (size_t i = 0; i < journal->device_count; i++) {
		const struct device *dev = host_find(host, &journal->devices[i].addr);
		const struct group *group = dev ? host_group(host, dev) : NULL;

		if (group && group->held == FACT_YES)
			return true;
	}
	return false;
}

static void scan_state(const struct root *root, const struct host *host, struct state_facts *state)
{
	struct strlist files;

	/* A capture without privilege has none of them, whether there are some or not. */
	if (!root->live && !host->privileged && !root_exists(root, STATE_DIR))
		return;
	if (guests_journals(root, &files) < 0)
		return;
	state->known = true;
	for (size_t i = 0; i < files.count; i++) {
		struct journal journal = { 0 };

		if (guests_load_journal(root, files.item[i], &journal, NULL) < 0) {
			state->known = false;
			continue;
		}
		if (!process_lives(root, journal.pid, journal.started, journal.boot) &&
		    !guest_lives(host, &journal)) {
			_cleanup_free_ char *who = journal_who(&journal);

			strlist_add(&state->leftover, who);
		}
		journal_done(&journal);
	}
	strlist_done(&files);
}

void hostfacts_scan(const struct root *root, const struct host *host, struct hostfacts *ret)
{
	struct hostfacts facts = { .ordinary = root->live ? geteuid() != 0 : !host->privileged };

	facts.distro = find_distro(root);
	facts.loader = find_loader(root);
	facts.firmware_known = root_exists(root, "sys/firmware/acpi/tables");
	hostfacts_log(root, &facts);
	hostfacts_libvirt(root, &facts);
	hostfacts_kvm(root, &facts);
	hostfacts_vfio(root, host, &facts);
	hostfacts_image(root, host, &facts);
	hostfacts_limits(root, host, &facts);
	scan_security(root, &facts.security);
	scan_state(root, host, &facts.state);
	if (!root->live) {
		_cleanup_json_ struct json *captured = facts_load(root);

		hostfacts_recall(json_get(captured, "host_check"), &facts);
	}
	hostfacts_written(root, host, &facts);
	*ret = facts;
}

void hostfacts_done(struct hostfacts *facts)
{
	strlist_done(&facts->says.unknown_parameters);
	strlist_done(&facts->says.unknown_options);
	vfio_facts_done(&facts->vfio);
	strlist_done(&facts->image.asked_by);
	free(facts->image.path);
	free(facts->lock.unit);
	strlist_done(&facts->cgroup.controllers);
	qemu_conf_done(&facts->libvirt.conf);
	free(facts->libvirt.user);
	free(facts->libvirt.hook);
	free(facts->libvirt.qemu);
	free(facts->security.lockdown);
	strlist_done(&facts->state.leftover);
	strlist_done(&facts->written.changed);
	strlist_done(&facts->written.parameters);
	strlist_done(&facts->written.late);
	strlist_done(&facts->written.unlisted);
	strlist_done(&facts->written.forgotten);
	strlist_done(&facts->written.arguments);
	*facts = (struct hostfacts){ 0 };
}
