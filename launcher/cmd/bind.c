// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun bind: devices of the host into the pool. */
#include <stdint.h>

#include "act/privs.h"
#include "cmd/byhand.h"
#include "cmd/cmd.h"

static int run_bind(const struct args *args)
{
	return byhand_run(args, PLAN_BIND);
}

const struct command command_bind = {
	.name = "bind",
	.synopsis = "SELECTOR…",
	.help = "take devices, and what shares their groups, from the host into the pool",
	.options = OPT(JSON) | OPT(DRY_RUN) | OPT(ACCEPT) | OPT(PERSIST),
	.min_words = 1,
	.max_words = SIZE_MAX,
	.needs = PRIVS_ALL,
	.run = run_bind,
};
