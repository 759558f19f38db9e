// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun survey: every device, who uses it, and whether it may be handed over. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/survey_dot.h"
#include "cmd/survey_html.h"
#include "cmd/survey_json.h"
#include "cmd/survey_table.h"
#include "decide/verdict.h"

static int write_page(const struct args *args, const struct survey_view *view)
{
	_cleanup_free_ char *text = NULL;
	struct err e = { 0 };
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	survey_html(view, out);
	if (fclose(out) == EOF)
		abort();
	if (output_write(args->html, text, len, &e) < 0)
		return report_error(args, &e);
	return ERR_NONE;
}

/* Prints what was found in the form that was asked for. */
static int show(const struct args *args, const struct survey_view *view)
{
	if (args->html)
		return write_page(args, view);
	if (args_has(args, JSON))
		survey_json(stdout, view->host, view->shown, view->findings);
	else if (args->format && !strcmp(args->format, "dot"))
		survey_dot(view, stdout);
	else
		survey_table(view, args_has(args, QUIET), args->color);
	return ERR_NONE;
}

/* --json, --format and --html each say what the output is. */
static int check_format(const struct args *args, struct err *e)
{
	bool json = args_has(args, JSON);

	if (args->html && (json || args->format))
		return err_set(e, ERR_USAGE, EINVAL, NULL, "--html and %s exclude each other",
			       args->format ? "--format" : "--json");
	if (json && args->format && strcmp(args->format, "json"))
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "--json and --format=%s exclude each other", args->format);
	return 0;
}

static int run_survey(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ bool *shown = NULL;
	struct findings *findings;
	struct err e = { 0 };
	int r = check_format(args, &e);

	if (r == 0)
		r = scene_open(args, false, &scene, &e);
	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r < 0)
		return report_error(args, &e);
	shown = mem_zalloc((scene.host.device_count + 1) * sizeof(*shown));
	r = select_devices(args, &scene.host, shown, &e);
	if (r < 0)
		return report_error(args, &e);
	if (args->html || (args->format && !strcmp(args->format, "dot")))
		survey_add_bridges(&scene.host, shown);
	scene_redact(args, &scene);
	findings = mem_zalloc((scene.host.device_count + 1) * sizeof(*findings));
	verdict_judge_all(&scene.host, findings);
	r = show(args, &(struct survey_view){ &scene.host, shown, findings });
	for (size_t i = 0; i < scene.host.device_count; i++)
		findings_done(&findings[i]);
	free(findings);
	return r;
}

const struct command command_survey = {
	.name = "survey",
	.synopsis = "[SELECTOR…]",
	.help = "every device: group, driver, who uses it, may it be handed over",
	.options = OPT(JSON) | OPT(SYSROOT) | OPT(FORMAT) | OPT(HTML) | OPT(REDACT),
	.max_words = SIZE_MAX,
	.needs = PRIVS_SURVEY | NEED_BIT(WRITE),
	.run = run_survey,
};
