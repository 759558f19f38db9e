// SPDX-License-Identifier: GPL-2.0-or-later
/* Privilege: what this process may and may not do, from its start to each bracket. The only user of libcap-ng. */
#include "act/privs.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

/** struct use_of_cap - a capability, its name, and what it is used for; a need may take several */
struct use_of_cap {
	enum need need;
	unsigned int cap;
	const char *name;
	const char *reason;
};

#define USE(need, cap, reason)                              \
	{                                                   \
		NEED_##need, CAP_##cap, "CAP_" #cap, reason \
	}

/* The table in vmrun(8), which a test compares with this one. */
static const struct use_of_cap uses_of_caps[] = {
	USE(WRITE, DAC_OVERRIDE, "write driver_override, bind and unbind; keep the journal"),
	USE(NODE, CHOWN, "give /dev/vfio nodes to QEMU's user"),
	USE(NODE, FOWNER, "put the mode of /dev/vfio nodes back"),
	USE(PROCESSES, SYS_PTRACE, "see which process holds a device"),
	USE(PROCESSES, DAC_READ_SEARCH, "list what processes have open"),
	USE(READ, DAC_READ_SEARCH, "read firmware tables, disks and journals"),
	USE(CONFIG, SYS_ADMIN, "read all of a device's configuration space"),
	USE(LOG, SYSLOG, "read the kernel's log"),
	USE(GUARD, SYS_ADMIN, "read back the devices a guest's control group allows"),
	USE(NETNS, SYS_ADMIN, "list the interfaces of other network namespaces"),
	USE(GUARD, NET_ADMIN, "find the programs of that control group"),
	USE(USER, SETUID, "become QEMU's user"),
	USE(USER, SETGID, "become QEMU's group"),
	USE(MEMLOCK, SYS_RESOURCE, "let QEMU lock the guest's memory"),
	USE(MODULE, SYS_MODULE, "load vfio-pci"),
	USE(BOUNDING, SETPCAP, "take all capabilities from children for good"),
	USE(SIGNAL, KILL, "end a guest that another user's vmrun started"),
	USE(NETWORK, NET_ADMIN, "set addresses and VLANs of virtual functions"),
};

/* Whether vmrun was started without privilege, as privs_begin() found it; whether nothing is permitted any more. */
static bool ordinary, begun, empty;

static bool taken_by(unsigned int needs, unsigned int cap)
{
	for (size_t i = 0; i < ARRAY_SIZE(uses_of_caps); i++)
		if (uses_of_caps[i].cap == cap && needs & 1U << uses_of_caps[i].need)
			return true;
	return false;
}

int privs_refuse_secure(struct err *e)
{
	if (!getauxval(AT_SECURE))
		return 0;
	err_set(e, ERR_PRIVILEGE, EPERM, NULL,
		"it is installed setuid, setgid or with file capabilities, and refuses to run so: every local user could take "
		"devices from the host");
	return err_fix(
		e,
		"chmod u-s,g-s and setcap -r its file; give privilege by sudo, polkit or a systemd unit");
}

/* Asks the kernel anew: libcap-ng's idea of the sets is another process's after fork(2). */
static bool read_sets(void)
{
	return capng_get_caps_process() == 0;
}

/* Whether a set is what it was made: permitted within what @keep takes, and in effect exactly what @effective does. */
static bool sets_are(unsigned int keep, unsigned int effective)
{
	if (!read_sets() || capng_have_capabilities(CAPNG_SELECT_AMBIENT) > CAPNG_NONE)
		return false;
	for (unsigned int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		bool permitted = capng_have_capability(CAPNG_PERMITTED, cap);

		if ((permitted && !taken_by(keep, cap)) ||
		    capng_have_capability(CAPNG_INHERITABLE, cap) ||
		    capng_have_capability(CAPNG_EFFECTIVE, cap) !=
			    (permitted && taken_by(effective, cap)))
			return false;
	}
	return true;
}

/* Puts into effect what @needs takes, as far as it is permitted; the sets have been read. */
static int set_effective(unsigned int needs)
{
	for (unsigned int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		bool wanted = taken_by(needs, cap) && capng_have_capability(CAPNG_PERMITTED, cap);

		capng_update(wanted ? CAPNG_ADD : CAPNG_DROP, CAPNG_EFFECTIVE, cap);
	}
	return capng_apply(CAPNG_SELECT_CAPS);
}

/* What cannot be taken out of effect again must not run on; no kernel is known to refuse it. */
static void switch_needs(unsigned int needs)
{
	if (empty)
		return;
	/* Read each time: a change of user within a bracket has changed them. */
	if (!read_sets() || set_effective(needs) < 0 || (!needs && !sets_are(PRIVS_ALL, 0)))
		abort();
}

int privs_keep(unsigned int needs, struct err *e)
{
	if (!read_sets())
		return err_set(e, ERR_UNEXPECTED, EIO, NULL,
			       "cannot read the capabilities of this process");
	empty = true;
	for (unsigned int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (!taken_by(needs, cap))
			capng_update(CAPNG_DROP, CAPNG_PERMITTED, cap);
		else if (capng_have_capability(CAPNG_PERMITTED, cap))
			empty = false;
		capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_INHERITABLE, cap);
	}
	capng_clear(CAPNG_SELECT_AMBIENT);
	if (capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) < 0 || !sets_are(needs, 0))
		return err_set(e, ERR_UNEXPECTED, EPERM, NULL,
			       "the kernel did not take the capabilities away");
	bracket_install(switch_needs);
	return 0;
}

int privs_begin(unsigned int needs, struct err *e)
{
	ordinary = privs_ordinary();
	begun = true;
	return privs_keep(needs, e);
}

/* No exec(2) shall fill a set again. Needs CAP_SETPCAP, and is left to no_new_privs without it. */
static int clear_bounding(void)
{
	BRACKET(BOUNDING);

	if (!read_sets())
		return -EIO;
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) < 0 || !read_sets() ||
	    capng_have_capabilities(CAPNG_SELECT_BOUNDS) != CAPNG_NONE)
		return -EPERM;
	return 0;
}

int privs_child(unsigned int needs, struct err *e)
{
	if (clear_bounding() < 0)
		return err_set(e, ERR_UNEXPECTED, EPERM, NULL,
			       "the kernel did not clear the bounding set");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return err_sys(e, errno, NULL, "cannot set no_new_privs");
	return privs_keep(needs, e);
}

bool privs_have(unsigned int needs)
{
	return privs_require(needs, NULL) == 0;
}

bool privs_ordinary(void)
{
	return begun ? ordinary : geteuid() != 0 && !privs_have(NEED_BIT(WRITE));
}

int privs_require(unsigned int needs, struct err *e)
{
	_cleanup_free_ char *list = NULL;
	struct strlist missing = { 0 };

	if (!read_sets())
		return err_set(e, ERR_UNEXPECTED, EIO, NULL,
			       "cannot read the capabilities of this process");
	for (size_t i = 0; i < ARRAY_SIZE(uses_of_caps); i++) {
		const struct use_of_cap *use = &uses_of_caps[i];

		if (needs & 1U << use->need && !capng_have_capability(CAPNG_PERMITTED, use->cap))
			strlist_addf(&missing, "%s (to %s)", use->name, use->reason);
	}
	if (!missing.count)
		return 0;
	list = strlist_join(&missing, ", ");
	strlist_done(&missing);
	err_set(e, ERR_PRIVILEGE, EPERM, NULL, "changing the host needs %s", list);
	if (geteuid() == 0)
		return err_fix(
			e, "root lacks them here, as in a container: run it where root has them");
	return err_fix(e, "run it as root: sudo vmrun …, or systemctl start vmrun@PROFILE");
}
