// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun xml: the domain XML of a profile on this host, nothing else. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "vm/domxml.h"

/* The kernel gives a virtual function its address when it is made. */
static int no_address(const struct vf_need *need, const struct scene *scene, struct err *e)
{
	err_set(e, ERR_NO_DEVICE, ENODEV, need->pick.want->id,
		"the virtual functions of %s do not exist yet, and so have no address",
		PCIADDR_STR(&scene->host.devices[need->pick.device].addr));
	return err_fix(e, "`vmrun plan` says what is made; `vmrun start` makes it");
}

static int run_xml(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_free_ char *xml = NULL;
	struct err e = { 0 };
	int r = scene_open(args, true, &scene, &e);

	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0)
		r = resolve(&scene.profile, &scene.host, &scene.plan.picks, &e);
	if (r == 0)
		r = picks_check_domains(&scene.plan.picks, &scene.host, &e);
	if (r == 0 && scene.plan.picks.need_count)
		r = no_address(&scene.plan.picks.needs[0], &scene, &e);
	if (r < 0)
		return report_error(args, &e);
	xml = domxml_build(&scene.profile, &scene.host, &scene.plan.picks);
	fputs(xml, stdout);
	return ERR_NONE;
}

const struct command command_xml = {
	.name = "xml",
	.synopsis = "PROFILE",
	.help = "the domain XML, nothing else",
	.options = OPT(SYSROOT) | OPT(CONNECT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_xml,
};
