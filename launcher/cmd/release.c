// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun release: devices of the pool back to the host. */
#include <stdint.h>

#include "act/privs.h"
#include "cmd/byhand.h"
#include "cmd/cmd.h"

static int run_release(const struct args *args)
{
	return byhand_run(args, PLAN_RELEASE);
}

const struct command command_release = {
	.name = "release",
	.synopsis = "SELECTOR…",
	.help = "give devices, and what shares their groups, from the pool back to the host",
	.options = OPT(JSON) | OPT(DRY_RUN) | OPT(PERSIST),
	.min_words = 1,
	.max_words = SIZE_MAX,
	.needs = PRIVS_ALL,
	.run = run_release,
};
