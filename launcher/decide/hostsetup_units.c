// SPDX-License-Identifier: GPL-2.0-or-later
/* Who calls vmrun on this host: libvirt by its hook, systemd for the persisted pool. */
#include <string.h>

#include "base/cleanup.h"
#include "decide/hostsetup_parts.h"

/* The same as hooks/libvirt/qemu.in is installed with. */
static const char hook[] = "#!/bin/sh\n"
			   "# Written by vmrun host setup: libvirt calls it for every guest.\n"
			   "exec " VMRUN_BINDIR "/vmrun hook qemu \"$@\"\n";

#define HOOK_WHY \
	"guests that virsh starts are looked at as those of vmrun start are, and vmrun start need not stay"

int setup_hook(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	const struct setup_file *file = setupfacts_file(in->setup, HOSTFACTS_HOOK);

	(void)e;
	if (!in->facts->libvirt.daemon)
		return 0;
	/* One that a package brought, or that was changed by hand since, stays as it is. */
	if (file && file->bytes)
		setup_edited(plan, file, mem_strdup(file->bytes), HOOK_WHY);
	else
		setup_file(plan, HOSTFACTS_HOOK, 0755, mem_strdup(hook), HOOK_WHY);
	return 0;
}

/* A drop-in of its own: it goes as it came, and `systemctl enable` and `disable` stay the administrator's. */
int setup_pool_unit(const struct setup_in *in, struct setup_plan *plan, struct err *e)
{
	(void)e;
	if (!in->host->persist_count || !in->facts->libvirt.systemd || in->setup->pool_enabled)
		return 0;
	if (!in->setup->pool_unit) {
		setup_note(
			plan,
			"vmrun-pool.service is not installed (make install): what is not bound early "
			"stays with the host");
		return 0;
	}
	setup_file(
		plan, POOL_WANTED_FILE, 0644,
		mem_strdup("# Written by vmrun host setup: the devices of /" PERSIST_DIR
			   ", at every start.\n"
			   "[Unit]\nWants=vmrun-pool.service\n"),
		"the persisted pool is looked at before udev loads drivers: serial numbers, and what was not bound early");
	return 0;
}
