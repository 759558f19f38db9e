// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun status: guests and their devices, the pool, what an interrupted run left, what is stuck. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/state.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/guard.h"
#include "cmd/guest.h"
#include "cmd/pool.h"
#include "survey/guests.h"
#include "survey/processes.h"

/**
 * struct run_state - one journal, and what became of its run
 * @journal:	the journal
 * @owned:	the vmrun that wrote it looks after the guest
 * @held:	a process has a device of it open: the guest runs
 */
struct run_state {
	struct journal journal;
	bool owned;
	bool held;
};

/**
 * struct run_states - what vmrun keeps on disk
 * @item:	the journals, @count of them
 * @vfs:	physical functions it had make virtual ones, @vf_count of them
 */
struct run_states {
	struct run_state *item;
	size_t count;
	struct vf_record *vfs;
	size_t vf_count;
};

static void states_done(struct run_states *states)
{
	for (size_t i = 0; i < states->count; i++)
		journal_done(&states->item[i].journal);
	free(states->item);
	free(states->vfs);
}

static bool held(const struct host *host, const struct journal *journal)
{
	for (size_t i = 0; i < journal->device_count; i++) {
		const struct device *dev = host_find(host, &journal->devices[i].addr);
		const struct group *group = dev ? host_group(host, dev) : NULL;

		if (group && group->held == FACT_YES)
			return true;
	}
	return false;
}

/* A run that lives has a virtual function of it. */
static bool vfs_used(const struct run_states *states, const struct vf_record *record)
{
	for (size_t i = 0; i < states->count; i++) {
		const struct run_state *state = &states->item[i];

		for (size_t j = 0; (state->owned || state->held) && j < state->journal.device_count;
		     j++)
			if (state->journal.devices[j].vf_number >= 0 &&
			    pciaddr_equal(&state->journal.devices[j].pf, &record->pf))
				return true;
	}
	return false;
}

static bool stuck(const struct root *root, const struct journal *journal,
		  const struct journal_device *dev)
{
	return dev->janitor &&
	       process_lives(root, dev->janitor, dev->janitor_started, journal->boot);
}

/*
 * "working" (by hand), "running", "starting" or "ending" (its vmrun is at work; of a guest left to libvirt's hook there is none), "orphaned"
 * (it runs, and nobody will give its devices back), "leftover"
 */
static const char *state_word(const struct run_state *state)
{
	if (!state->owned && state->journal.hooked && state->held)
		return "running";
	if (state->owned && state->journal.verb)
		return "working";
	if (state->owned)
		return state->held		      ? "running"
		       : state->journal.guest_started ? "ending"
						      : "starting";
	return state->held ? "orphaned" : "leftover";
}

static int load_states(const struct scene *scene, const char *guest, struct run_states *ret,
		       struct err *e)
{
	struct strlist files;
	int r = guests_journals(&scene->root, &files);

	if (r < 0) {
		err_set(e, ERR_PRIVILEGE, -r, guests_state_dir(&scene->root), "cannot read it: %s",
			strerror(-r));
		return err_fix(e, "run it as root: sudo vmrun status");
	}
	for (size_t i = 0; i < files.count && r == 0; i++) {
		struct run_state state = { 0 };

		r = guests_load_journal(&scene->root, files.item[i], &state.journal, e);
		if (r == -ENOENT)
			r = 0;
		if (r < 0 || !state.journal.guest ||
		    (guest && strcmp(guest, state.journal.guest))) {
			journal_done(&state.journal);
			continue;
		}
		state.owned = process_lives(&scene->root, state.journal.pid, state.journal.started,
					    state.journal.boot);
		state.held = held(&scene->host, &state.journal);
		*mem_append(&ret->item, &ret->count) = state;
	}
	strlist_done(&files);
	/* An ordinary user has made none. */
	if (r == 0 && !guest && !scene->root.state)
		r = state_load_vfs(&scene->root, &ret->vfs, &ret->vf_count, e);
	if (r == 0 && guest && !ret->count)
		r = err_set(e, ERR_NO_DEVICE, ENOENT, guest,
			    "vmrun runs no guest of this name with devices");
	return r;
}

static struct json *device_json(const struct scene *scene, const struct journal_device *dev)
{
	const struct device *now = host_find(&scene->host, &dev->addr);
	struct json *o = json_new_object();

	json_put_str(o, "address", PCIADDR_STR(&dev->addr));
	json_put_str(o, "role", dev->attach ? "attach" : "sibling");
	json_put_int(o, "group", dev->group);
	json_put_str(o, "driver", now ? now->driver : NULL);
	json_put_str(o, "after", dev->to_pool ? "pool" : "host");
	return o;
}

static struct json *guard_json(const struct scene *scene, const struct run_state *state)
{
	struct guard_view view;
	struct json *o;

	guard_view_read(&scene->root, &state->journal, &view);
	o = guard_view_json(&view);
	guard_view_done(&view);
	return o;
}

static struct json *run_json(const struct scene *scene, const struct run_state *state)
{
	struct json *o = json_new_object(), *devices = json_new_array();

	json_put_str(o, "name", state->journal.verb ? NULL : state->journal.guest);
	json_put_str(o, "verb", state->journal.verb ? state->journal.verb : "start");
	json_put_str(o, "state", state_word(state));
	json_put_str(o, "uri", state->journal.uri);
	json_put_int(o, "pid", state->journal.pid);
	json_put_bool(o, "hooked", state->journal.hooked);
	for (size_t i = 0; i < state->journal.device_count; i++)
		json_add(devices, device_json(scene, &state->journal.devices[i]));
	json_put(o, "devices", devices);
	json_put(o, "guard", guard_json(scene, state));
	return o;
}

static struct json *stuck_json(const struct scene *scene, const struct run_states *states)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < states->count; i++)
		for (size_t j = 0; j < states->item[i].journal.device_count; j++) {
			const struct journal_device *dev = &states->item[i].journal.devices[j];
			_cleanup_free_ char *stack = NULL;
			struct json *o;

			if (!stuck(&scene->root, &states->item[i].journal, dev))
				continue;
			o = json_new_object();
			json_put_str(o, "address", PCIADDR_STR(&dev->addr));
			json_put_str(o, "guest",
				     states->item[i].journal.verb ? NULL
								  : states->item[i].journal.guest);
			json_put_int(o, "janitor", dev->janitor);
			json_put_str(o, "users", dev->users);
			stack = process_stack(&scene->root, dev->janitor);
			json_put_str(o, "stack", stack);
			json_add(array, o);
		}
	return array;
}

static struct json *functions_json(const struct run_states *states)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < states->vf_count; i++) {
		struct json *o = json_new_object();

		json_put_str(o, "pf", PCIADDR_STR(&states->vfs[i].pf));
		json_put_int(o, "count", states->vfs[i].count);
		json_put_bool(o, "leftover", !vfs_used(states, &states->vfs[i]));
		json_add(array, o);
	}
	return array;
}

static struct json *status_json(const struct scene *scene, const struct run_states *states)
{
	struct json *o = json_new_object(), *guests = json_new_array(),
		    *leftover = json_new_array(), *work = json_new_array();

	json_put_str(o, "schema", "vmrun.status/1");
	for (size_t i = 0; i < states->count; i++) {
		const struct run_state *state = &states->item[i];

		if (state->owned && state->journal.verb)
			json_add(work, run_json(scene, state));
		else
			json_add(state->owned || state->held ? guests : leftover,
				 run_json(scene, state));
	}
	json_put(o, "guests", guests);
	json_put(o, "work", work);
	json_put(o, "pool", pool_devices_json(&scene->host));
	json_put(o, "leftover", leftover);
	json_put(o, "functions", functions_json(states));
	json_put(o, "stuck", stuck_json(scene, states));
	return o;
}

static void print_stuck(const struct scene *scene, const struct journal_device *dev)
{
	_cleanup_free_ char *why = guest_stuck_why(&scene->root, dev);

	printf("  stuck: process %d waits for its driver to let go\n", (int)dev->janitor);
	if (why)
		printf("  %-12s %s\n", "why", why);
}

static void print_device(const struct scene *scene, const struct run_state *state,
			 const struct journal_device *dev)
{
	const struct device *now = host_find(&scene->host, &dev->addr);

	printf("  %s  %-7s  group %-3d  driver %-12s  after: %-4s", PCIADDR_STR(&dev->addr),
	       dev->attach ? "attach" : "sibling", dev->group,
	       now && now->driver ? now->driver : "none", dev->to_pool ? "pool" : "host");
	if (stuck(&scene->root, &state->journal, dev))
		print_stuck(scene, dev);
	else
		printf("\n");
}

static const char *fix_of(const struct scene *scene, const struct run_state *state)
{
	if (state->held)
		return "vmrun stop ends it and gives its devices back";
	for (size_t i = 0; i < state->journal.device_count; i++)
		if (!stuck(&scene->root, &state->journal, &state->journal.devices[i]))
			return "vmrun recover";
	return "end what uses the device; it is put back by itself then";
}

static void print_guard(const struct scene *scene, const struct run_state *state)
{
	_cleanup_free_ char *text = NULL, *fault = NULL;
	struct guard_view view;

	guard_view_read(&scene->root, &state->journal, &view);
	text = guard_view_text(&view);
	fault = guard_view_fault(&view);
	guard_view_done(&view);
	if (text)
		printf("  %-12s %s\n", "guard", text);
	if (fault)
		printf("  %-12s %s\n", "wrong", fault);
}

static void print_head(const struct run_state *state)
{
	_cleanup_free_ char *who = journal_who(&state->journal);

	printf("%s: %s", who, state_word(state));
	if (!state->journal.verb)
		printf(" through %s", state->journal.uri);
	if (!state->owned && state->journal.hooked)
		printf(" (libvirt's hook gives its devices back)\n");
	else
		printf(" (%spid %d%s)\n", state->journal.verb ? "" : "vmrun, ",
		       (int)state->journal.pid, state->owned ? "" : ", is gone");
}

static void print_text(const struct scene *scene, const struct run_states *states)
{
	bool any = states->count > 0;

	for (size_t i = 0; i < states->count; i++) {
		const struct run_state *state = &states->item[i];

		print_head(state);
		for (size_t j = 0; j < state->journal.device_count; j++)
			print_device(scene, state, &state->journal.devices[j]);
		print_guard(scene, state);
		if (!state->owned && !(state->journal.hooked && state->held))
			printf("  %-12s %s\n", "fix", fix_of(scene, state));
	}
	for (size_t i = 0; i < states->vf_count; i++) {
		bool used = vfs_used(states, &states->vfs[i]);

		any = true;
		printf("virtual functions of %s: %u, made for %s\n",
		       PCIADDR_STR(&states->vfs[i].pf), states->vfs[i].count,
		       used ? "a guest" : "a run that is gone");
		if (!used)
			printf("  %-12s %s\n", "fix", "vmrun recover");
	}
	for (size_t i = 0; i < scene->host.device_count; i++) {
		const struct device *dev = &scene->host.devices[i];

		if (dev->state != DEVICE_POOL)
			continue;
		any = true;
		printf("pool: %s  belongs to %s  %s\n", PCIADDR_STR(&dev->addr), pool_home(dev),
		       dev->name);
	}
	if (!any)
		printf("no guest, nothing in the pool, nothing left over\n");
}

static int run_status(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_(states_done) struct run_states states = { 0 };
	struct err e = { 0 };
	_cleanup_free_ char *guest = args->word_count ? guest_named(args->words[0]) : NULL;
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0)
		r = load_states(&scene, guest, &states, &e);
	if (r < 0)
		return report_error(args, &e);
	if (args_has(args, JSON))
		print_json(status_json(&scene, &states));
	else
		print_text(&scene, &states);
	return ERR_NONE;
}

const struct command command_status = {
	.name = "status",
	.synopsis = "[GUEST]",
	.help = "guests, their devices, the pool, what is left over or stuck",
	.options = OPT(JSON) | OPT(SYSROOT),
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_status,
};
