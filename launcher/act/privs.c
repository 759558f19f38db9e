// SPDX-License-Identifier: GPL-2.0-or-later
/* Privilege: what changing the host needs, and refusing to run with more than was meant. The only user of libcap-ng. */
#include "act/privs.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

/** struct needed_cap - a capability, its name for people, and the reason it is asked for */
struct needed_cap {
	unsigned int cap;
	const char *name;
	const char *reason;
	bool module;
};

static const struct needed_cap needed_caps[] = {
	{ CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE", "write driver_override, bind and unbind; keep the journal", false },
	{ CAP_CHOWN, "CAP_CHOWN", "give /dev/vfio nodes to QEMU's user", false },
	{ CAP_FOWNER, "CAP_FOWNER", "put the mode of /dev/vfio nodes back", false },
	{ CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "see which process holds a device", false },
	{ CAP_SETUID, "CAP_SETUID", "become QEMU's user", false },
	{ CAP_SETGID, "CAP_SETGID", "become QEMU's group", false },
	{ CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE", "let QEMU lock the guest's memory", false },
	{ CAP_SYS_MODULE, "CAP_SYS_MODULE", "load vfio-pci", true },
};

int privs_refuse_secure(struct err *e)
{
	if (!getauxval(AT_SECURE))
		return 0;
	err_set(e, ERR_PRIVILEGE, EPERM, NULL,
		"it is installed setuid, setgid or with file capabilities, and refuses to run so: every local user could take "
		"devices from the host");
	return err_fix(e, "chmod u-s,g-s and setcap -r its file; give privilege by sudo, polkit or a systemd unit");
}

int privs_need_act(bool module, struct err *e)
{
	_cleanup_free_ char *list = NULL;
	struct strlist missing = { 0 };

	if (capng_get_caps_process() < 0)
		return err_set(e, ERR_UNEXPECTED, EIO, NULL, "cannot read the capabilities of this process");
	for (size_t i = 0; i < ARRAY_SIZE(needed_caps); i++)
		if ((module || !needed_caps[i].module) && !capng_have_capability(CAPNG_EFFECTIVE, needed_caps[i].cap))
			strlist_addf(&missing, "%s (to %s)", needed_caps[i].name, needed_caps[i].reason);
	if (!missing.count)
		return 0;
	list = strlist_join(&missing, ", ");
	strlist_done(&missing);
	err_set(e, ERR_PRIVILEGE, EPERM, NULL, "changing the host needs %s", list);
	if (geteuid() == 0)
		return err_fix(e, "root lacks them here, as in a container: run it where root has them");
	return err_fix(e, "run it as root: sudo vmrun …, or systemctl start vmrun@PROFILE");
}
