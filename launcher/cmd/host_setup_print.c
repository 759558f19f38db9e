// SPDX-License-Identifier: GPL-2.0-or-later
/* What vmrun host setup shows: a diff per file with its reason, commands, notes; or all of it as JSON. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "cmd/host_setup.h"
#include "model/linediff.h"

static char *diff_between(const char *path, const struct hostfile_text *from,
			  const struct hostfile_text *to)
{
	return linediff_unified(from->bytes ? path : "/dev/null", from->bytes ? from->bytes : "",
				from->len, to->bytes ? path : "/dev/null",
				to->bytes ? to->bytes : "", to->len);
}

size_t setup_report_changes(const struct setup_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->count; i++)
		n += report->items[i].standing == SETUP_WRITE ||
		     report->items[i].standing == SETUP_BACK;
	return n;
}

size_t setup_report_by_hand(const struct setup_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->count; i++)
		n += report->items[i].standing == SETUP_BY_HAND;
	return n;
}

/* Three ways: what setup wrote into the former file, and what somebody else then did to that. */
static void print_by_hand(const struct setup_item *item)
{
	_cleanup_free_ char *ours = diff_between(item->path, &item->former, &item->written),
			    *theirs = diff_between(item->path, &item->written, &item->now);

	printf("# %s: changed by hand since setup wrote it; it stays as it is\n", item->path);
	printf("# what setup wrote:\n%s# what was changed since:\n%s", ours, theirs);
}

static void print_item(const struct setup_item *item)
{
	_cleanup_free_ char *diff = NULL;

	switch (item->standing) {
	case SETUP_SAME:
		return;
	case SETUP_BY_HAND:
		print_by_hand(item);
		return;
	case SETUP_WRITE:
	case SETUP_BACK:
		break;
	}
	diff = diff_between(item->path, &item->now, &item->then);
	printf("# %s: %s\n%s", item->path,
	       item->standing == SETUP_BACK ? "put back as it was before setup wrote it"
					    : item->why,
	       diff);
}

void setup_report_print(const struct setup_report *report)
{
	const struct setup_plan *plan = report->plan;

	for (size_t i = 0; i < report->count; i++)
		print_item(&report->items[i]);
	for (size_t i = 0; i < plan->command_count; i++) {
		_cleanup_free_ char *line = strlist_join(&plan->commands[i].argv, " ");

		printf("# then: %s (%s)\n", line, plan->commands[i].why);
	}
	for (size_t i = 0; i < plan->notes.count; i++)
		printf("# note: %s\n", plan->notes.item[i]);
	for (size_t i = 0; i < plan->unknown.count; i++)
		printf("# could not be found out: %s\n", plan->unknown.item[i]);
	if (report->effects & EFFECT_REBOOT)
		printf("# takes effect after a reboot: kernel parameters and what the initramfs does\n");
	if (report->effects & EFFECT_LOGIN)
		printf("# takes effect after the user has logged in again: limits\n");
	if (report->pending)
		printf("# an earlier run was interrupted: --apply finishes it, --undo takes it back\n");
	if (setup_report_changes(report) || setup_report_by_hand(report) || report->pending) {
		if (!strcmp(report->state, "shown"))
			printf("# nothing was changed: --apply does it\n");
	} else if (plan->by_hand.count) {
		_cleanup_free_ char *list = strlist_join(&plan->by_hand, " ");

		printf("# nothing could be changed; left to be done by hand: give the kernel %s\n",
		       list);
	} else {
		printf("# nothing to change: all is as it is to be\n");
	}
}

static struct json *item_json(const struct setup_item *item)
{
	static const char *const names[] = { "same", "write", "put-back", "changed-by-hand" };
	_cleanup_free_ char *diff = item->standing == SETUP_BY_HAND
					    ? diff_between(item->path, &item->written, &item->now)
					    : diff_between(item->path, &item->now, &item->then);
	struct json *o = json_new_object();

	json_put_str(o, "path", item->path);
	json_put_str(o, "state", names[item->standing]);
	json_put_str(o, "why", item->why);
	json_put_str(o, "diff", diff);
	return o;
}

void setup_report_json(const struct setup_report *report)
{
	struct json *o = json_new_object(), *files = json_new_array(), *run = json_new_array();
	const struct setup_plan *plan = report->plan;

	json_put_str(o, "schema", "vmrun.hostsetup/1");
	json_put_str(o, "state", report->state);
	json_put_bool(o, "interrupted", report->pending);
	for (size_t i = 0; i < report->count; i++)
		json_add(files, item_json(&report->items[i]));
	json_put(o, "files", files);
	for (size_t i = 0; i < plan->command_count; i++) {
		struct json *command = json_new_object();

		json_put_list(command, "argv", &plan->commands[i].argv);
		json_put_str(command, "why", plan->commands[i].why);
		json_add(run, command);
	}
	json_put(o, "commands", run);
	json_put_list(o, "parameters", &plan->parameters);
	json_put_int(o, "early", (int64_t)plan->early);
	json_put_list(o, "notes", &plan->notes);
	json_put_list(o, "unknown", &plan->unknown);
	json_put_bool(o, "reboot", report->effects & EFFECT_REBOOT);
	print_json(o);
}

void setup_report_done(struct setup_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->items[i].path);
		free(report->items[i].now.bytes);
		free(report->items[i].then.bytes);
		free(report->items[i].former.bytes);
		free(report->items[i].written.bytes);
	}
	free(report->items);
	*report = (struct setup_report){ 0 };
}
