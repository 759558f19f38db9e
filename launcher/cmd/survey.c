// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun survey: every device, who uses it, and whether it may be handed over. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/survey_json.h"
#include "cmd/survey_table.h"
#include "decide/verdict.h"

static void judge(const struct host *host, size_t device, struct findings *ret)
{
	verdict_judge(host, device, ret);
	verdict_judge_siblings(host, device, ret);
}

static int run_survey(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ bool *shown = NULL;
	struct findings *findings;
	struct err e = { 0 };
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r < 0)
		return report_error(args, &e);
	shown = mem_zalloc((scene.host.device_count + 1) * sizeof(*shown));
	r = select_devices(args, &scene.host, shown, &e);
	if (r < 0)
		return report_error(args, &e);
	findings = mem_zalloc((scene.host.device_count + 1) * sizeof(*findings));
	for (size_t i = 0; i < scene.host.device_count; i++)
		judge(&scene.host, i, &findings[i]);
	if (args_has(args, JSON))
		print_json(survey_json(&scene.host, shown, findings));
	else
		survey_table(&(struct survey_view){ &scene.host, shown, findings }, args->color);
	for (size_t i = 0; i < scene.host.device_count; i++)
		findings_done(&findings[i]);
	free(findings);
	return ERR_NONE;
}

const struct command command_survey = {
	.name = "survey",
	.synopsis = "[SELECTOR…]",
	.help = "every device: group, driver, who uses it, may it be handed over",
	.options = OPT(JSON) | OPT(SYSROOT),
	.max_words = SIZE_MAX,
	.run = run_survey,
};
