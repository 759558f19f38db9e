// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun help: the program's help, or a verb's. */
#include <errno.h>

#include "base/str.h"
#include "cmd/cmd.h"

static int run_help(const struct args *args)
{
	const struct command *command;
	struct err e = { 0 };

	if (!args->word_count) {
		help_program();
		return ERR_NONE;
	}
	command = command_find(args->words[0]);
	if (!command) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "there is no verb \"%s\"", args->words[0]);
		err_fix(&e, "vmrun help lists them");
		return report_error(args, &e);
	}
	if (args->word_count > 1) {
		const struct command *second = command_find_second(command, args->words[1]);

		command = second ? second : command;
	}
	help_command(command);
	return ERR_NONE;
}

const struct command command_help = {
	.name = "help",
	.synopsis = "[VERB]",
	.help = "this help, or that of one verb",
	.max_words = 2,
	.needs = PRIVS_NONE,
	.run = run_help,
};
