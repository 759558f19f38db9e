// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun detach: have a guest that runs give devices up, and put them where they belong once it has. */
#include <stdint.h>

#include "act/handin.h"
#include "act/privs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "cmd/plug.h"
#include "decide/hotplug.h"

/** struct detaching - one call; @named: per device of the guest's journal */
struct detaching {
	struct plug plug;
	bool *named;
	int signal_fd;
};

static void detaching_done(struct detaching *detaching)
{
	free(detaching->named);
	plug_close(&detaching->plug);
	cleanup_close_p(&detaching->signal_fd);
}

static int find_devices(struct detaching *detaching, struct err *e)
{
	struct plug *plug = &detaching->plug;
	int r = scene_survey(&plug->scene, e);

	detaching->named = mem_zalloc(plug->guest.device_count + 1);
	return r < 0 ? r
		     : hotplug_find(&plug->guest, &plug->scene.host, plug->args->words + 1,
				    plug->args->word_count - 1, detaching->named, e);
}

/* The guest has let go of it. Where others of its group are still in the guest, the group stays as it is. */
static int give_back(struct plug *plug, const struct pciaddr *addr, struct err *e)
{
	struct journal back = { 0 };
	int r = handin_leave(&plug->scene.root, plug->guest.guest, addr, &back, e);

	if (r == 0 && plug->journalled && !back.device_count)
		progress_note(
			&plug->line,
			"%s: the guest still has others of its group, or has ended; it goes with them",
			PCIADDR_STR(addr));
	for (size_t i = 0; i < back.device_count && plug->after != AFTER_DEFAULT; i++)
		back.devices[i].to_pool = plug->after == AFTER_POOL;
	if (r == 0 && back.guest)
		r = guest_give_back(&plug->scene.root, &back,
				    plug->after == AFTER_DEFAULT ? undo_goal_of(&back) : UNDO_AFTER,
				    false, &plug->progress, e);
	journal_done(&back);
	if (r < 0)
		e->kind = ERR_LEFT;
	return r;
}

static int detach_all(struct detaching *detaching, struct err *e)
{
	struct plug *plug = &detaching->plug;
	int r = 0;

	for (size_t i = 0; r == 0 && i < plug->guest.device_count; i++) {
		const struct pciaddr *addr = &plug->guest.devices[i].addr;

		if (!detaching->named[i])
			continue;
		r = plug_one(plug, addr, true, e);
		if (r == 0 && plug->live)
			r = give_back(plug, addr, e);
	}
	return r;
}

static int carry_out(struct detaching *detaching, struct err *e)
{
	struct plug *plug = &detaching->plug;
	bool root = plug->live && plug->journalled && !privs_ordinary();
	int r = root ? privs_require(PRIVS_CHANGE, e) : 0;

	if (r == 0)
		r = plug_check_driver(plug, e);
	if (r < 0)
		return r;
	/* Between the guest's letting go and the device's being back there is no good moment to end. */
	detaching->signal_fd = guest_signals(e);
	if (detaching->signal_fd < 0)
		return detaching->signal_fd;
	return detach_all(detaching, e);
}

static int run_detach(const struct args *args)
{
	_cleanup_(detaching_done) struct detaching detaching = { .plug = PLUG_INIT(args),
								 .signal_fd = -1 };
	struct strlist devices = { 0 };
	struct err e = { 0 };

	if (plug_open(&detaching.plug, &e) < 0 || find_devices(&detaching, &e) < 0 ||
	    carry_out(&detaching, &e) < 0)
		return report_error(args, &e);
	for (size_t i = 0; i < detaching.plug.guest.device_count; i++)
		if (detaching.named[i])
			strlist_add(&devices, PCIADDR_STR(&detaching.plug.guest.devices[i].addr));
	if (args_has(args, JSON))
		print_json(plug_result(&detaching.plug, "vmrun.detach/1", &devices));
	strlist_done(&devices);
	return ERR_NONE;
}

const struct command command_detach = {
	.name = "detach",
	.synopsis = "GUEST SELECTOR…",
	.help = "have a guest that runs give devices up; put them where they belong",
	.options = OPT(JSON) | OPT(CONNECT) | OPT(LIVE) | OPT(CONFIG) | OPT(TIMEOUT) | OPT(AFTER),
	.min_words = 2,
	.max_words = SIZE_MAX,
	.needs = PRIVS_ALL,
	.run = run_detach,
};
