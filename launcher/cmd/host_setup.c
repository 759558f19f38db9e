// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun host setup: the files that make this host ready for guests that own devices, shown, written, put back. */
#include "cmd/host_setup.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/regenerate.h"
#include "base/cleanup.h"
#include "cmd/progress.h"
#include "survey/hostfacts.h"
#include "survey/setupfacts.h"
#include "survey/survey.h"

/**
 * struct setup - one run of the verb
 * @args:	the command line
 * @root, @host, @facts, @files: the host
 * @profiles, @picks: of each word, @count of them
 * @run:	what is kept of earlier runs
 * @plan:	what is to be
 * @report:	what is shown
 */
struct setup {
	const struct args *args;
	struct root root;
	struct host host;
	struct hostfacts facts;
	struct setup_facts files;
	struct profile *profiles;
	struct picks *picks;
	size_t count;
	struct hostfiles run;
	struct setup_plan plan;
	struct setup_report report;
};

static void setup_done(struct setup *setup)
{
	setup_report_done(&setup->report);
	setup_plan_done(&setup->plan);
	hostfiles_close(&setup->run);
	for (size_t i = 0; i < setup->count; i++) {
		picks_done(&setup->picks[i]);
		profile_done(&setup->profiles[i]);
	}
	free(setup->picks);
	free(setup->profiles);
	setupfacts_done(&setup->files);
	hostfacts_done(&setup->facts);
	host_done(&setup->host);
	root_close(&setup->root);
}

/* Words that go into configuration files: nothing in them that such a file gives a meaning to. */
static int check_name(const char *option, const char *name, struct err *e)
{
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || (n && strchr("-_.", name[n]) && name[n]))
		n++;
	if (n && !name[n])
		return 0;
	return err_set(e, ERR_USAGE, EINVAL, NULL,
		       "%s takes a name of letters, digits, \"-\", \"_\" and \".\"", option);
}

static int check_args(const struct args *args, struct err *e)
{
	bool change = args_has(args, APPLY) || args_has(args, UNDO);
	int r = args->user ? check_name("--user", args->user, e) : 0;

	for (size_t i = 0; r == 0 && i < args->blacklist.count; i++)
		r = check_name("--blacklist", args->blacklist.item[i], e);
	if (r < 0)
		return r;
	if (args_has(args, APPLY) && args_has(args, UNDO))
		return err_set(e, ERR_USAGE, EINVAL, NULL, "--apply and --undo exclude each other");
	if (args_has(args, UNDO) && args->word_count)
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "--undo puts everything back and takes no profile");
	if (change && !strcmp(args->sysroot, "/") && geteuid() != 0) {
		err_set(e, ERR_PRIVILEGE, EPERM, NULL,
			"changing the host's configuration needs root");
		return err_fix(e, "sudo vmrun host setup --%s",
			       args_has(args, APPLY) ? "apply" : "undo");
	}
	return 0;
}

/* Files are judged as they were before setup wrote them; those changed by hand as they are. */
static int restore_view(struct setup *setup, struct err *e)
{
	const struct hostmanifest *manifest = &setup->run.manifest;

	for (size_t i = 0; i < manifest->count; i++) {
		const struct hostfile_entry *entry = &manifest->entries[i];
		_cleanup_free_ char *path = mem_printf("/%s", entry->path);
		struct setup_file *file = setupfacts_file(&setup->files, path);
		enum hostfile_standing standing;
		struct hostfile_text former;
		int r = hostfiles_standing(&setup->run, entry, &standing, e);

		if (r < 0)
			return r;
		if (standing != HOSTFILE_WRITTEN || !file)
			continue;
		r = hostfiles_copy(&setup->run, &entry->former, &former, e);
		if (r < 0)
			return r;
		free(file->bytes);
		file->bytes = former.bytes;
		file->len = former.len;
	}
	return 0;
}

/* Whatever such a profile is given comes from the persisted pool, which is bound early as it is. */
static bool only_pool(const struct profile *profile)
{
	for (size_t i = 0; i < profile->pci_count; i++)
		if (profile->pci[i].from != FROM_POOL)
			return false;
	return true;
}

static int look(struct setup *setup, struct err *e)
{
	const struct args *args = setup->args;
	int r = root_open(args->sysroot, &setup->root, e);

	for (size_t i = 0; r == 0 && i < args->word_count; i++) {
		struct profile profile;

		r = profile_load(args->words[i], &profile, e);
		if (r < 0)
			return r;
		setup->profiles =
			mem_resize(setup->profiles, setup->count + 1, sizeof(*setup->profiles));
		setup->profiles[setup->count] = profile;
		*mem_append(&setup->picks, &setup->count) = (struct picks){ 0 };
	}
	if (r == 0)
		r = survey_scan(&setup->root, &setup->host, e);
	for (size_t i = 0; r == 0 && i < setup->count; i++)
		if (!only_pool(&setup->profiles[i]))
			r = resolve(&setup->profiles[i], &setup->host, &setup->picks[i], e);
	if (r < 0)
		return r;
	hostfacts_scan(&setup->root, &setup->host, &setup->facts);
	setupfacts_scan(&setup->root, &setup->host, &setup->files);
	r = hostfiles_open(&setup->root, args_has(args, APPLY) || args_has(args, UNDO), &setup->run,
			   e);
	return r < 0 ? r : restore_view(setup, e);
}

static int decide(struct setup *setup, struct err *e)
{
	struct setup_options options = { .profiles = setup->profiles,
					 .picks = setup->picks,
					 .profile_count = setup->count,
					 .passthrough = args_has(setup->args, IOMMU_PT),
					 .user = setup->args->user,
					 .blacklist = &setup->args->blacklist };

	if (args_has(setup->args, UNDO))
		return 0;
	if (options.user && setupfacts_uid(&setup->root, options.user, &options.uid) < 0)
		return err_set(e, ERR_USAGE, ENOENT, NULL, "there is no user %s in /etc/passwd",
			       options.user);
	return hostsetup_build(&setup->host, &setup->facts, &setup->files, &options, &setup->plan,
			       e);
}

static bool same(const struct hostfile_text *a, const struct hostfile_text *b)
{
	if (!a->bytes || !b->bytes)
		return !a->bytes && !b->bytes;
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* One file: as it is now, as it is to be, and whether somebody else has changed it. */
static int add_item(struct setup *setup, const char *path, const struct setup_change *change,
		    struct err *e)
{
	const struct hostfile_entry *entry = hostmanifest_find(&setup->run.manifest, path + 1);
	struct setup_item *item = mem_append(&setup->report.items, &setup->report.count);
	enum hostfile_standing standing = HOSTFILE_FORMER;
	int r = hostfiles_read(&setup->run, path + 1, &item->now, e);

	item->path = mem_strdup(path);
	item->why = change ? change->why : NULL;
	if (r == 0 && change) {
		item->then = (struct hostfile_text){ .len = change->len };
		item->then.bytes = mem_zalloc(change->len + 1);
		memcpy(item->then.bytes, change->bytes, change->len);
	} else if (r == 0) {
		r = hostfiles_copy(&setup->run, &entry->former, &item->then, e);
	}
	if (r == 0 && entry)
		r = hostfiles_standing(&setup->run, entry, &standing, e);
	if (r < 0)
		return r;
	if (same(&item->now, &item->then))
		return 0;
	item->standing = change ? SETUP_WRITE : SETUP_BACK;
	if (standing == HOSTFILE_BY_HAND) {
		item->standing = SETUP_BY_HAND;
		r = hostfiles_copy(&setup->run, &entry->former, &item->former, e);
		return r < 0 ? r : hostfiles_copy(&setup->run, &entry->written, &item->written, e);
	}
	setup->report.effects |= hostsetup_effects(path);
	return 0;
}

/* Every file that is wanted, then those that an earlier run wrote and that are not. */
static int compare(struct setup *setup, struct err *e)
{
	const struct hostmanifest *manifest = &setup->run.manifest;
	struct setup_report *report = &setup->report;
	int r = 0;

	report->plan = &setup->plan;
	report->state = "shown";
	report->pending = manifest->present && manifest->state != HOSTMANIFEST_APPLIED;
	for (size_t i = 0; r == 0 && i < setup->plan.change_count; i++)
		r = add_item(setup, setup->plan.changes[i].path, &setup->plan.changes[i], e);
	for (size_t i = 0; r == 0 && i < manifest->count; i++) {
		_cleanup_free_ char *path = mem_printf("/%s", manifest->entries[i].path);
		bool wanted = false;

		for (size_t k = 0; k < setup->plan.change_count; k++)
			wanted = wanted || !strcmp(setup->plan.changes[k].path, path);
		if (!wanted)
			r = add_item(setup, path, NULL, e);
		if (report->pending)
			report->effects |= hostsetup_effects(path);
	}
	hostsetup_commands(&setup->facts, &setup->files, report->effects, &setup->plan);
	return r;
}

/* What host check names for a run that keeps all this. */
static void keep_arguments(const struct args *args, struct strlist *ret)
{
	strlist_done(ret);
	if (args_has(args, IOMMU_PT))
		strlist_add(ret, "--iommu-pt");
	if (args->user)
		strlist_addf(ret, "--user=%s", args->user);
	for (size_t i = 0; i < args->blacklist.count; i++)
		strlist_addf(ret, "--blacklist=%s", args->blacklist.item[i]);
	for (size_t i = 0; i < args->word_count; i++) {
		_cleanup_free_ char *path = realpath(args->words[i], NULL);

		strlist_add(ret, path ? path : args->words[i]);
	}
}

static int write_files(struct setup *setup, struct err *e)
{
	const struct setup_plan *plan = &setup->plan;
	_cleanup_free_ struct hostfile_want *wants =
		mem_zalloc((plan->change_count + 1) * sizeof(*wants));

	if (args_has(setup->args, UNDO))
		return hostfiles_undo(&setup->run, e);
	for (size_t i = 0; i < plan->change_count; i++) {
		const struct setup_change *change = &plan->changes[i];

		wants[i] = (struct hostfile_want){ change->path + 1, change->bytes, change->len,
						   change->mode };
	}
	keep_arguments(setup->args, &setup->run.manifest.arguments);
	return hostfiles_apply(&setup->run, wants, plan->change_count, &plan->parameters, e);
}

static int run_commands(struct setup *setup, struct err *e)
{
	struct progress_line line;
	struct progress progress = progress_listener(setup->args, -1, &line);

	for (size_t i = 0; setup->root.live && i < setup->plan.command_count; i++) {
		_cleanup_free_ char *what = strlist_join(&setup->plan.commands[i].argv, " ");
		int r;

		progress_begin(&progress, what);
		r = progress_end(&progress, regenerate(&setup->root, &setup->plan.commands[i], e));
		if (r < 0)
			return r;
	}
	return 0;
}

/* A failure after the first change leaves the host between two states: what to do is said. */
static int left(struct err *e)
{
	if (e->kind != ERR_BUSY && e->kind != ERR_PRIVILEGE)
		e->kind = ERR_LEFT;
	if (!e->fix[0])
		err_fix(e,
			"vmrun host setup --apply goes on from here, --undo puts everything back");
	return -1;
}

static int change(struct setup *setup, struct err *e)
{
	bool undo = args_has(setup->args, UNDO);

	if (!undo && setup_report_by_hand(&setup->report)) {
		err_set(e, ERR_REFUSED, EEXIST, NULL,
			"%zu file%s changed by hand since setup wrote %s; nothing was written",
			setup_report_by_hand(&setup->report),
			setup_report_by_hand(&setup->report) == 1 ? " was" : "s were",
			setup_report_by_hand(&setup->report) == 1 ? "it" : "them");
		return err_fix(
			e,
			"make the change in the file by hand, or put it back as setup wrote it, and run this again");
	}
	setup->report.state = "interrupted";
	if (write_files(setup, e) < 0 || run_commands(setup, e) < 0 ||
	    hostfiles_finish(&setup->run, e) < 0)
		return left(e);
	setup->report.state = undo ? "undone" : "applied";
	setup->report.pending = false;
	if (undo && setup_report_by_hand(&setup->report)) {
		err_set(e, ERR_LEFT, EEXIST, NULL,
			"what was changed by hand since setup wrote it was left as it is");
		return err_fix(
			e,
			"take out of it by hand what setup wrote, and run vmrun host setup --undo again");
	}
	return 0;
}

static int run_setup(const struct args *args)
{
	_cleanup_(setup_done) struct setup setup = { .args = args,
						     .root = { .fd = -1 },
						     .run = { .lock = -1 } };
	struct err e = { 0 };
	bool compared = false;
	int r = check_args(args, &e);

	if (r == 0)
		r = look(&setup, &e);
	if (r == 0)
		r = decide(&setup, &e);
	if (r == 0)
		r = compare(&setup, &e);
	compared = r == 0;
	if (r == 0 && (args_has(args, APPLY) || args_has(args, UNDO)))
		r = change(&setup, &e);
	if (compared && !(args_has(args, JSON) && r < 0)) {
		if (args_has(args, JSON))
			setup_report_json(&setup.report);
		else
			setup_report_print(&setup.report);
	}
	if (compared && r == 0 && !setup.root.live && args_has(args, APPLY) &&
	    setup.plan.command_count && !args_has(args, JSON))
		printf("# the commands were not run: %s is not the running host\n",
		       setup.root.path);
	return r < 0 ? report_error(args, &e) : ERR_NONE;
}

const struct command command_host_setup = {
	.name = "host setup",
	.synopsis = "[PROFILE…]",
	.help = "the files that make this host ready for these profiles: shown as a diff, written, put back\n\n"
		"Without --apply or --undo nothing is changed. With --sysroot the files of DIR are written, and no "
		"command is run.",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(APPLY) | OPT(UNDO) | OPT(IOMMU_PT) | OPT(USER) |
		   OPT(BLACKLIST) | OPT(QUIET),
	.needs = PRIVS_SURVEY | NEED_BIT(WRITE) | NEED_BIT(NODE),
	.max_words = SIZE_MAX,
	.run = run_setup,
};
