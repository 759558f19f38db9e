// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun host check: is this host ready for guests that own devices. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "decide/hostcheck.h"
#include "survey/hostfacts.h"

/** enum host_status - exit statuses of this verb alone: what it found, not whether it could look */
enum host_status { HOST_GOOD = 0, HOST_WARNINGS = 1, HOST_FAILURES = 2 };

static const char *color_of(enum hostcheck_result result)
{
	switch (result) {
	case HOSTCHECK_PASS:
		return "\033[32m";
	case HOSTCHECK_NOTE:
		return "\033[34m";
	case HOSTCHECK_WARN:
		return "\033[33m";
	case HOSTCHECK_FAIL:
		break;
	}
	return "\033[31m";
}

/* A line as virt-host-validate(1) prints it, and below it what mends the host. */
static void print_check(const struct hostcheck *check, bool color)
{
	const char *name = hostcheck_result_name(check->result);

	printf("%6s: Checking %-60s: %s%s%s", check->topic, check->title,
	       color ? color_of(check->result) : "", name, color ? "\033[0m" : "");
	if (check->message && check->result != HOSTCHECK_PASS)
		printf(" (%s)", check->message);
	putchar('\n');
	if (check->fix)
		printf("        fix: %s\n", check->fix);
}

static struct json *check_json(const struct hostcheck *check)
{
	struct json *o = json_new_object();

	json_put_str(o, "code", check->code);
	json_put_str(o, "topic", check->topic);
	json_put_str(o, "title", check->title);
	json_put_str(o, "result", hostcheck_result_name(check->result));
	json_put_bool(o, "measured", check->measured);
	json_put_str(o, "message", check->message);
	json_put_str(o, "fix", check->fix);
	return o;
}

static void print_checks_json(const struct hostchecks *checks)
{
	struct json *o = json_new_object(), *array = json_new_array(),
		    *unmeasured = json_new_array();

	for (size_t i = 0; i < checks->count; i++) {
		json_add(array, check_json(&checks->item[i]));
		if (!checks->item[i].measured)
			json_add_str(unmeasured, checks->item[i].code);
	}
	json_put_str(o, "schema", "vmrun.hostcheck/1");
	json_put_str(o, "result", hostcheck_result_name(hostcheck_worst(checks)));
	json_put(o, "checks", array);
	json_put(o, "unmeasured", unmeasured);
	print_json(o);
}

static int status_of(enum hostcheck_result worst)
{
	switch (worst) {
	case HOSTCHECK_PASS:
	case HOSTCHECK_NOTE:
		return HOST_GOOD;
	case HOSTCHECK_WARN:
		return HOST_WARNINGS;
	case HOSTCHECK_FAIL:
		break;
	}
	return HOST_FAILURES;
}

static int run_check(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	struct hostchecks checks;
	struct hostfacts facts;
	struct err e = { 0 };
	int r = scene_open(args, false, &scene, &e), status;

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r < 0) {
		report_error(args, &e);
		return HOST_FAILURES;
	}
	hostfacts_scan(&scene.root, &scene.host, &facts);
	hostcheck_run(&scene.host, &facts, &checks);
	if (args_has(args, JSON))
		print_checks_json(&checks);
	else
		for (size_t i = 0; i < checks.count; i++)
			if (!args_has(args, QUIET) || checks.item[i].result >= HOSTCHECK_WARN)
				print_check(&checks.item[i], args->color);
	status = status_of(hostcheck_worst(&checks));
	hostchecks_done(&checks);
	hostfacts_done(&facts);
	return status;
}

static const struct command command_host_check = {
	.name = "host check",
	.synopsis = "",
	.help = "is this host ready: every check of virt-host-validate and more, each with its fix\n\n"
		"exit status: 0 ready, 1 warnings, 2 failures",
	.options = OPT(JSON) | OPT(SYSROOT),
	.needs = PRIVS_SURVEY,
	.run = run_check,
};

static const struct command *const verbs[] = { &command_host_check, &command_host_setup, NULL };

/* "host" without a verb of its own. */
static int run_host(const struct args *args)
{
	const char *seconds[ARRAY_SIZE(verbs) - 1], *near = NULL;
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++)
		seconds[i] = strchr(verbs[i]->name, ' ') + 1;
	if (args->word_count) {
		near = str_nearest(args->words[0], seconds, ARRAY_SIZE(seconds));
		err_set(&e, ERR_USAGE, EINVAL, NULL, "there is no verb \"host %s\"",
			STR_SHOWN(args->words[0]));
	} else {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "what is to be done with the host?");
	}
	if (near)
		err_fix(&e, "did you mean vmrun host %s?", near);
	else
		err_fix(&e,
			"vmrun host check shows whether it is ready, vmrun host setup makes it so");
	return report_error(args, &e);
}

const struct command command_host = {
	.name = "host",
	.synopsis = "check|setup",
	.help = "is this host ready for guests that own devices",
	.max_words = SIZE_MAX,
	.needs = PRIVS_NONE,
	.verbs = verbs,
	.run = run_host,
};
