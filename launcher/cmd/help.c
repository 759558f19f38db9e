// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun help: the program's help, or a verb's. */
#include <errno.h>

#include "base/str.h"
#include "cmd/cmd.h"

/* The verb the words name, or NULL: "survey", "host", "host check". */
static const struct command *find(const struct args *args)
{
	const struct command *command = command_find(args->words[0]);

	return command && args->word_count > 1 ? command_find_second(command, args->words[1])
					       : command;
}

static int run_help(const struct args *args)
{
	const struct command *command;
	struct err e = { 0 };

	if (!args->word_count) {
		help_program();
		return ERR_NONE;
	}
	command = find(args);
	if (!command) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "there is no verb \"%s%s%s\"", args->words[0],
			args->word_count > 1 ? " " : "",
			args->word_count > 1 ? args->words[1] : "");
		err_fix(&e, "vmrun help lists them");
		return report_error(args, &e);
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
