// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether start may return while its guest runs: only where somebody else sees to the guest's end. */
#include "cmd/handover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/state.h"
#include "base/cleanup.h"
#include "survey/guests.h"

/* Where `make install` puts the hook that libvirt calls. */
#define HOOK_FILE "etc/libvirt/hooks/qemu.d/vmrun"

#define LOCK_MS 30000

int handover_check(const struct args *args, const struct scene *scene, bool changes, struct err *e)
{
	if (!args_has(args, NO_WAIT))
		return 0;
	if (scene->where.embed) {
		err_set(e, ERR_VIRT, EOPNOTSUPP, "--no-wait",
			"libvirt's embedded driver would start the guest, and nobody else would see its end");
		return err_fix(
			e,
			"start libvirtd, or run the guest as a service: systemctl start vmrun@NAME");
	}
	if (!changes || root_exists(&scene->root, HOOK_FILE))
		return 0;
	err_set(e, ERR_VIRT, ENOENT, "--no-wait",
		"nobody would give the devices back: libvirt has no /" HOOK_FILE);
	return err_fix(
		e,
		"make install puts it there, then: systemctl reload libvirtd; or: systemctl start vmrun@NAME");
}

/* What the hook and we say to each other through the journal is said under the lock, so that one of us sees the end. */
static int leave_to_hook(const struct scene *scene, struct journal *journal, struct err *e)
{
	_cleanup_close_ int lock = -1;
	struct journal now = { 0 };
	bool leave = false;
	int r = state_lock(&scene->root, LOCK_MS, &lock, e);

	if (r == 0)
		r = guests_journal_of(&scene->root, journal->guest, &now, e);
	if (r == 0)
		leave = now.hooked && !now.released;
	if (leave) {
		/* As it is on disk: others may have attached a device meanwhile. */
		now.pid = 0;
		r = state_write_journal(&scene->root, &now, e);
	}
	journal_done(&now);
	return r < 0 ? r : leave;
}

/* What start stays for whatever the hook does; NULL for nothing. */
static const char *own_reason(const struct args *args, const struct scene *scene,
			      const struct journal *journal)
{
	if (args_has(args, WAIT))
		return "as asked";
	if (!strcmp(scene->profile.serial, "stdio"))
		return "to show its console";
	if (scene->where.embed)
		return journal->device_count ? "to give its devices back" : "to see it end";
	return journal->device_count || args_has(args, NO_WAIT) ? NULL : "to see it end";
}

bool handover(const struct args *args, const struct scene *scene, struct journal *journal,
	      char why[static HANDOVER_WHY])
{
	const char *reason = own_reason(args, scene, journal);
	struct err e = { 0 };
	int r;

	if (!reason && !journal->device_count)
		return true;
	r = reason ? 0 : leave_to_hook(scene, journal, &e);
	if (r > 0)
		return true;
	if (reason)
		snprintf(why, HANDOVER_WHY, "%s", reason);
	else if (r < 0)
		snprintf(why, HANDOVER_WHY, "to give its devices back: %s", e.message);
	else if (root_exists(&scene->root, HOOK_FILE))
		snprintf(
			why, HANDOVER_WHY,
			"to give its devices back: libvirt does not call /%s yet (systemctl reload libvirtd)",
			HOOK_FILE);
	else
		snprintf(why, HANDOVER_WHY,
			 "to give its devices back: libvirt has no /%s that would", HOOK_FILE);
	return false;
}
