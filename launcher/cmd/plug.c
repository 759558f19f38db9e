// SPDX-License-Identifier: GPL-2.0-or-later
/* What attach and detach share: which guest is meant, whether it runs, and what of it is to be changed. */
#include "cmd/plug.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/num.h"
#include "base/str.h"
#include "cmd/guest.h"
#include "decide/hotplug.h"
#include "model/domain.h"
#include "survey/guests.h"
#include "survey/processes.h"
#include "vm/domxml.h"

#define TIMEOUT_MS 30000
#define TIMEOUT_MAX_MS (3600 * 1000)

void plug_close(struct plug *plug)
{
	journal_done(&plug->guest);
	scene_close(&plug->scene);
	cleanup_close_p(&plug->lock);
}

static int read_options(struct plug *plug, struct err *e)
{
	const struct args *args = plug->args;
	uint64_t ms = TIMEOUT_MS;

	if (args->timeout && (num_parse_time(args->timeout, &ms) < 0 || !ms || ms > TIMEOUT_MAX_MS))
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "--timeout is a time like 30s, up to an hour, not \"%s\"",
			       STR_SHOWN(args->timeout));
	plug->timeout_ms = (int)ms;
	if (args_has(args, SYSROOT) && !args_has(args, DRY_RUN)) {
		err_set(e, ERR_USAGE, EINVAL, NULL, "nothing can be changed on a captured host");
		return err_fix(e, "--dry-run shows what would be done");
	}
	return args->after ? hotplug_after(args->after, &plug->after, e) : 0;
}

/* The devices of a guest that vmrun has no journal of. */
static void take_domain(struct plug *plug, const struct domain *domain)
{
	plug->guest.uuid = mem_strdup(domain->uuid ? domain->uuid : "");
	plug->memory_bytes = domain->count ? 0 : domain->memory_bytes;
	for (size_t i = 0; i < domain->count; i++) {
		struct journal_device *dev =
			mem_append(&plug->guest.devices, &plug->guest.device_count);

		dev->addr = domain->devices[i].addr;
		dev->group = -1;
		dev->vf_number = -1;
		dev->attach = true;
	}
}

/* libvirt is asked about a guest that vmrun did not start, or that has had no device so far. */
static int ask_libvirt(struct plug *plug, const char *name, struct err *e)
{
	struct virt_description description = { 0 };
	struct domain domain = { 0 };
	int r = virt_choose(&plug->scene.root, plug->args->connect, NULL, name, &plug->scene.where,
			    e);

	if (r == 0)
		r = virt_describe(&plug->scene.where, name, &description, e);
	if (r == 0)
		r = domain_parse(description.xml, strlen(description.xml), &domain, e);
	if (r < 0) {
		virt_description_done(&description);
		return r;
	}
	plug->guest.guest = mem_strdup(name);
	plug->guest.uri = mem_strdup(plug->scene.where.uri);
	plug->guest.embed = mem_strdup(plug->scene.where.embed);
	plug->active = description.active;
	plug->persistent = description.persistent;
	take_domain(plug, &domain);
	domain_done(&domain);
	virt_description_done(&description);
	return 0;
}

/* A journal may outlive its guest; what it holds then is for `vmrun recover`. */
static int check_active(struct plug *plug, struct err *e)
{
	const struct journal *guest = &plug->guest;
	int r = virt_is_active(&plug->scene.where, guest->guest, guest->uuid, &plug->active, e);

	if (r < 0 || plug->active)
		return r;
	err_set(e, ERR_NO_DEVICE, ENOENT, guest->guest, "it does not run");
	return err_fix(e, "vmrun status shows what it has left; vmrun recover puts that back");
}

static int find_guest(struct plug *plug, const char *name, struct err *e)
{
	const struct root *root = &plug->scene.root;
	int r = guests_journal_of(root, name, &plug->guest, e);

	if (r == 0) {
		plug->journalled = plug->active = true;
		r = virt_choose(root, plug->guest.uri, NULL, name, &plug->scene.where, e);
		/* Where a captured host is looked at, there need be no libvirt. */
		if (!root->live)
			return 0;
		return r < 0 ? r : check_active(plug, e);
	}
	if (r != -ENOENT)
		return r;
	if (!root->live)
		return err_set(e, ERR_NO_DEVICE, ENOENT, name,
			       "vmrun ran no guest of this name with devices");
	/* An ordinary user does not see root's. */
	if (guest_needs_root(root, name, r) && privs_require(PRIVS_CHANGE, e) < 0)
		return -EPERM;
	return ask_libvirt(plug, name, e);
}

/* By default the guest that runs is changed, and of one that does not run its definition. */
static int choose_parts(struct plug *plug, struct err *e)
{
	const struct args *args = plug->args;
	bool any = args_has(args, LIVE) || args_has(args, CONFIG);

	plug->live = any ? args_has(args, LIVE) : plug->active;
	plug->config = any ? args_has(args, CONFIG) : !plug->active;
	if (!plug->live || plug->active)
		return 0;
	err_set(e, ERR_VIRT, ENOENT, plug->guest.guest, "it does not run");
	return err_fix(e, "without --live its definition is changed, for its next start");
}

int plug_open(struct plug *plug, struct err *e)
{
	_cleanup_free_ char *name = guest_named(plug->args->words[0]);
	int r = read_options(plug, e);

	plug->progress = progress_listener(plug->args, -1, &plug->line);
	if (r == 0)
		r = scene_open(plug->args, false, &plug->scene, e);
	if (r == 0)
		r = find_guest(plug, name, e);
	return r < 0 ? r : choose_parts(plug, e);
}

int plug_check_driver(const struct plug *plug, struct err *e)
{
	const struct journal *guest = &plug->guest;

	if (!plug->journalled || !guest->embed || guest->pid == getpid() ||
	    !process_lives(&plug->scene.root, guest->pid, guest->started, guest->boot))
		return 0;
	err_set(e, ERR_VIRT, EOPNOTSUPP, guest->guest,
		"it runs in libvirt's embedded driver within vmrun (pid %d), and no other process can change it",
		(int)guest->pid);
	return err_fix(
		e,
		"add the device to its profile and start it again; or start guests through libvirtd: -c qemu:///system");
}

/* Whether the guest has a definition, as far as that can be known. */
static bool is_defined(const struct plug *plug)
{
	const struct journal *guest = &plug->guest;
	struct virt_description description = { 0 };
	struct err e = { 0 };
	bool persistent;

	if (!plug->journalled)
		return plug->persistent;
	/* Whose devices the hook or a first attach put down, others have started. */
	if (!plug->scene.root.live)
		return guest->by_hook || !guest->profile || !strcmp(guest->profile, HOTPLUG_FILE);
	if (virt_describe(&plug->scene.where, guest->guest, &description, &e) < 0)
		return true;
	persistent = description.persistent;
	virt_description_done(&description);
	return persistent;
}

int plug_check_definition(const struct plug *plug, struct err *e)
{
	if (!plug->config || is_defined(plug))
		return 0;
	err_set(e, ERR_VIRT, EOPNOTSUPP, plug->guest.guest,
		"libvirt has no definition of it that --config could change, only the guest that runs");
	return err_fix(
		e,
		"what it has at its next start its profile says: add or remove a [pci] section there");
}

int plug_one(struct plug *plug, const struct pciaddr *addr, bool detach, struct err *e)
{
	_cleanup_free_ char *what = mem_printf("%s %s: %s %s", detach ? "detach" : "attach",
					       PCIADDR_STR(addr), detach ? "from" : "to",
					       plug->guest.guest);
	_cleanup_free_ char *live = plug->live ? domxml_plug(addr, false) : NULL;
	/* Whoever starts the guest next need not be vmrun: libvirt then moves the device itself, and the hook checks it. */
	_cleanup_free_ char *config = plug->config ? domxml_plug(addr, true) : NULL;
	const struct virt_plug request = { .detach = detach,
					   .addr = *addr,
					   .live = live,
					   .config = config,
					   .timeout_ms = plug->timeout_ms };

	progress_begin(&plug->progress, what);
	return progress_end(&plug->progress, virt_plug(&plug->scene.where, plug->guest.guest,
						       plug->guest.uuid, &request, e));
}

struct json *plug_result(const struct plug *plug, const char *schema, const struct strlist *devices)
{
	struct json *o = json_new_object();

	json_put_str(o, "schema", schema);
	json_put_str(o, "guest", plug->guest.guest);
	json_put_bool(o, "live", plug->live);
	json_put_bool(o, "config", plug->config);
	json_put_list(o, "devices", devices);
	return o;
}
