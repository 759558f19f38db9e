// SPDX-License-Identifier: GPL-2.0-or-later
/* Which guest holds which group: open vfio nodes, vmrun's reservations. */
#include "survey/guests.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "survey/facts.h"
#include "survey/processes.h"
#include "survey/statefile.h"
#include "survey/vfionodes.h"

static char *describe_process(const struct root *root, pid_t pid, const char *guest)
{
	_cleanup_free_ char *name = process_name(root, pid);

	if (guest)
		return mem_printf("guest %s (%s, pid %d)", guest, name, (int)pid);
	return mem_printf("%s (pid %d)", name, (int)pid);
}

static int compare_id(const void *key, const void *element)
{
	int x = *(const int *)key, y = ((const struct group *)element)->id;

	return (x > y) - (x < y);
}

static struct group *find_group(const struct host *host, int id)
{
	if (!host->group_count)
		return NULL;
	return bsearch(&id, host->groups, host->group_count, sizeof(*host->groups), compare_id);
}

static void set_holder(struct group *group, struct holder holder)
{
	if (!group->holder)
		group->holder = mem_zalloc(sizeof(*group->holder));
	free(group->holder->name);
	free(group->holder->what);
	*group->holder = holder;
}

/* Groups that nobody was seen to hold are free; if a node of a group that cannot be told is open, only those it is not of. */
static void settle(const struct root *root, bool lost, struct host *host)
{
	for (size_t i = 0; i < host->group_count; i++) {
		struct group *group = &host->groups[i];

		if (group->held == FACT_UNKNOWN &&
		    !(lost && vfionodes_may_be_lost(root, group->id)))
			group->held = FACT_NO;
	}
}

static void read_nodes(const struct root *root, const struct holders *holders, struct host *host)
{
	bool lost = false;

	for (size_t i = 0; i < holders->count; i++) {
		const struct open_node *open = &holders->item[i];
		int id = vfionodes_group(root, open->node);
		struct group *group = find_group(host, id);
		char *guest;

		lost |= id == VFIONODES_LOST;
		if (!group || group->held == FACT_YES)
			continue;
		guest = process_guest(root, open->pid);
		group->held = FACT_YES;
		set_holder(group,
			   (struct holder){ .name = guest,
					    .pid = (int)open->pid,
					    .what = describe_process(root, open->pid, guest) });
	}
	if (holders->all)
		settle(root, lost, host);
}

/* As the live host said it, or what can be said of an older or a described host. */
static char *captured_what(const struct json *row, int64_t pid)
{
	const char *guest = json_get_str(row, "guest"), *what = json_get_str(row, "what");

	if (what)
		return mem_strdup(what);
	return mem_printf("guest %s (pid %d)", guest ? guest : "?", (int)pid);
}

static void read_captured_holders(const struct json *facts, struct host *host)
{
	const struct json *holders = json_get(facts, "holders");

	for (size_t i = 0; i < json_count(holders); i++) {
		const struct json *row = json_at(holders, i);
		const char *guest = json_get_str(row, "guest");
		int64_t id = -1, pid = 0;
		struct group *group;

		json_get_int(row, "group", &id);
		json_get_int(row, "pid", &pid);
		group = id < 0 || id > INT_MAX ? NULL : find_group(host, (int)id);
		if (!group)
			continue;
		group->held = FACT_YES;
		set_holder(group, (struct holder){ .name = mem_strdup(guest),
						   .pid = (int)pid,
						   .what = captured_what(row, pid) });
	}
	for (size_t i = 0; i < host->group_count; i++)
		if (host->groups[i].held == FACT_UNKNOWN)
			host->groups[i].held = facts_group_unseen(facts, host->groups[i].id);
}

const char *guests_state_dir(const struct root *root)
{
	return root->state ? root->state : STATE_DIR;
}

int guests_journals(const struct root *root, struct strlist *ret)
{
	struct strlist all;
	int r = root_list(root, guests_state_dir(root), &all);

	*ret = (struct strlist){ 0 };
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 0; i < all.count; i++) {
		const char *name = all.item[i], *end = strrchr(name, '.');

		if (!strncmp(name, STATE_GUEST_PREFIX, strlen(STATE_GUEST_PREFIX)) && end &&
		    !strcmp(end, STATE_SUFFIX))
			strlist_add(ret, name);
	}
	strlist_done(&all);
	return 0;
}

static int parse_journal(const char *text, size_t len, void *ret, struct err *e)
{
	return journal_parse(text, len, ret, e);
}

int guests_load_journal(const struct root *root, const char *name, struct journal *ret,
			struct err *e)
{
	return statefile_load(root, name, parse_journal, ret, e);
}

/* Whether a run that is gone left nothing in a group but what was in the pool before, and is there now. */
static bool yields(const struct journal *journal, int group, const struct host *host)
{
	/* Between the hook's first call and the guest's start nobody holds it, and it is awaited all the same. */
	if (journal->hooked)
		return false;
	for (size_t i = 0; i < journal->device_count; i++) {
		const struct journal_device *entry = &journal->devices[i];
		const struct device *dev = host_find(host, &entry->addr);

		if (entry->group == group &&
		    (!binding_is_vfio(&entry->before) || !dev || !dev->vfio || entry->janitor))
			return false;
	}
	return true;
}

int guests_journal_of(const struct root *root, const char *guest, struct journal *ret,
		      struct err *e)
{
	_cleanup_free_ char *name = mem_printf(STATE_GUEST_PREFIX "%s" STATE_SUFFIX, guest);

	/* A guest's name has no slash, so that nothing outside the directory is meant; a longer one has no journal. */
	return strchr(guest, '/') || strlen(name) > NAME_MAX
		       ? err_sys(e, ENOENT, guest, "no guest's name")
		       : guests_load_journal(root, name, ret, e);
}

/* Groups of one run: reserved from before the first change until after the last one is undone. */
static void reserve_groups(const struct root *root, const struct journal *journal,
			   struct host *host)
{
	bool lives = process_lives(root, journal->pid, journal->started, journal->boot);
	_cleanup_free_ char *who = journal_who(journal);

	for (size_t i = 0; i < journal->device_count; i++) {
		struct group *group = find_group(host, journal->devices[i].group);
		struct device *dev = host_find(host, &journal->devices[i].addr);
		bool stale = !lives && group && group->held != FACT_YES;

		if (dev && journal->devices[i].janitor &&
		    process_lives(root, journal->devices[i].janitor,
				  journal->devices[i].janitor_started, journal->boot))
			dev->state = DEVICE_STUCK;
		if (dev) {
			identity_done(&dev->recorded);
			dev->recorded = (struct identity){ .known = true,
							   .vendor = journal->devices[i].vendor,
							   .device = journal->devices[i].device };
		}
		if (group)
			set_holder(
				group,
				(struct holder){
					.name = journal->verb ? NULL : mem_strdup(journal->guest),
					.pid = (int)journal->pid,
					.reserved = true,
					.stale = stale,
					.yields = stale && yields(journal, group->id, host),
					.what = mem_printf("%s%s (%spid %d%s)",
							   stale ? "the interrupted run of " : "",
							   who, journal->verb ? "" : "vmrun, ",
							   (int)journal->pid,
							   lives ? "" : ", is gone") });
	}
}

static void read_reservations(const struct root *root, struct host *host)
{
	struct strlist names;
	int r = guests_journals(root, &names);

	if (r < 0) {
		strlist_add(&host->unmeasured, "reservations");
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		struct journal journal = { 0 };
		struct err e = { 0 };

		if (guests_load_journal(root, names.item[i], &journal, &e) < 0) {
			log_debug("%s: %s", e.subject, e.message);
			strlist_add(&host->unmeasured, "reservations");
			continue;
		}
		reserve_groups(root, &journal, host);
		journal_done(&journal);
	}
	strlist_done(&names);
}

/* That a record is there says enough; it is read so that a capture has it whole. */
static void look_into(const struct root *root, const char *name)
{
	_cleanup_free_ char *path = mem_printf(STATE_DIR "/%s", name);
	_cleanup_free_ char *text = NULL;

	(void)root_read(root, path, STATE_SIZE_MAX, &text, NULL);
}

/* Virtual functions that vmrun made; their physical function has a record. */
static void read_made(const struct root *root, struct host *host)
{
	struct strlist names;

	if (root_list(root, STATE_DIR, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		size_t prefix = strlen(STATE_VFS_PREFIX), suffix = strlen(STATE_SUFFIX);
		size_t len = strlen(names.item[i]);
		_cleanup_free_ char *address = NULL;
		struct device *pf = NULL;
		struct pciaddr addr;

		if (len < prefix + suffix || strncmp(names.item[i], STATE_VFS_PREFIX, prefix))
			continue;
		look_into(root, names.item[i]);
		address = mem_printf("%.*s", (int)(len - prefix - suffix), names.item[i] + prefix);
		if (pciaddr_parse(address, &addr) == 0)
			pf = host_find(host, &addr);
		if (pf)
			pf->sriov_made = true;
	}
	strlist_done(&names);
}

static void set_states(struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++) {
		struct device *dev = &host->devices[i];
		const struct group *group = host_group(host, dev);

		if (device_is_bridge(dev) || !group || dev->state == DEVICE_STUCK)
			continue;
		if (group->holder && !group->holder->stale) {
			dev->state = DEVICE_GUEST;
			device_add_use(dev, USE_GUEST, mem_strdup(group->holder->what), NULL);
		} else if (dev->vfio) {
			dev->state = DEVICE_POOL;
		}
	}
}

void guests_scan(const struct root *root, const struct json *facts, const struct holders *holders,
		 struct host *host)
{
	host->privileged = holders->all;
	if (root->live)
		read_nodes(root, holders, host);
	else
		read_captured_holders(facts, host);
	read_reservations(root, host);
	read_made(root, host);
	set_states(host);
}

/**
 * struct node_search - who holds one group
 * @pid, @what:	a process that does
 * @lost:	one that has a node of a group that cannot be told
 */
struct node_search {
	const struct root *root;
	int group;
	pid_t pid;
	char *what, *lost;
};

static void match_node(void *context, pid_t pid, const char *target)
{
	struct node_search *search = context;
	_cleanup_free_ char *guest = NULL;
	int group = search->what ? -1 : vfionodes_group(search->root, target);
	char **what = group == VFIONODES_LOST ? &search->lost : &search->what;

	if (*what || (group != VFIONODES_LOST && (group < 0 || group != search->group)))
		return;
	guest = process_guest(search->root, pid);
	*what = describe_process(search->root, pid, guest);
}

static void match_pid(void *context, pid_t pid, const char *target)
{
	struct node_search *search = context;

	if (search->group >= 0 && vfionodes_group(search->root, target) == search->group)
		search->pid = pid;
}

pid_t guests_group_pid(const struct root *root, int group)
{
	struct node_search search = { .root = root, .group = group };

	processes_walk(root, match_pid, &search);
	return search.pid;
}

/* The same of a captured host: its facts name those who held a group. */
static enum fact captured_held(const struct root *root, int group, char **ret_what)
{
	_cleanup_json_ struct json *facts = facts_load(root);
	const struct json *holders = json_get(facts, "holders");

	for (size_t i = 0; i < json_count(holders); i++) {
		int64_t id = -1, pid = 0;

		json_get_int(json_at(holders, i), "group", &id);
		json_get_int(json_at(holders, i), "pid", &pid);
		if (id != group)
			continue;
		*ret_what = captured_what(json_at(holders, i), pid);
		return FACT_YES;
	}
	return facts_group_unseen(facts, group);
}

enum fact guests_group_held(const struct root *root, int group, char **ret_what)
{
	struct node_search search = { .root = root, .group = group };
	bool all;

	*ret_what = NULL;
	if (!root->live)
		return captured_held(root, group, ret_what);
	all = processes_walk(root, match_node, &search);
	*ret_what = search.what ? search.what : search.lost;
	if (search.what) {
		free(search.lost);
		return FACT_YES;
	}
	if (search.lost && vfionodes_may_be_lost(root, group))
		return FACT_UNKNOWN;
	free(search.lost);
	*ret_what = NULL;
	return all ? FACT_NO : FACT_UNKNOWN;
}
