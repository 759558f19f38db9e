// SPDX-License-Identifier: GPL-2.0-or-later
/* From the command line to a verb, from its result to an exit status. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "config.h"

const struct command *const commands[] = {
	&command_start,	  &command_plan,
	&command_xml,	  &command_stop,
	&command_status,  &command_survey,
	&command_explain, &command_pool,
	&command_bind,	  &command_release,
	&command_attach,  &command_detach,
	&command_capture, &command_rmrds,
	&command_recover, &command_host,
	&command_hook,	  &command_import,
	&command_export,  &command_completion,
	&command_help,	  NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

const struct command *command_find_second(const struct command *first, const char *name)
{
	for (size_t i = 0; first->verbs && first->verbs[i]; i++)
		if (!strcmp(strchr(first->verbs[i]->name, ' ') + 1, name))
			return first->verbs[i];
	return NULL;
}

static int unknown_verb(const char *word, struct err *e)
{
	const char *names[ARRAY_SIZE(commands)], *near;
	size_t count = 0;

	for (; commands[count]; count++)
		names[count] = commands[count]->name;
	near = str_nearest(word, names, count);
	err_set(e, ERR_USAGE, EINVAL, NULL, "\"%s\" is neither a verb nor a profile that exists",
		word);
	if (near)
		return err_fix(e, "did you mean vmrun %s?", near);
	return err_fix(e, "vmrun help shows the verbs");
}

/* vmrun PROFILE is vmrun start PROFILE: what looks like a file, or is one, is no verb. */
static bool is_profile(const char *word)
{
	return strchr(word, '/') || strchr(word, '.') || access(word, F_OK) == 0;
}

static void to_front(char **argv, int at)
{
	char *word = argv[at];

	memmove(&argv[2], &argv[1], (size_t)(at - 1) * sizeof(*argv));
	argv[1] = word;
}

/* The same for the second word of a verb, where it has one; the words of its own are left alone. */
static void find_second(int argc, char **argv, const struct command **command, int *first)
{
	int at = options_first_word(argc - 1, argv + 1);
	const struct command *second = at < argc - 1 ? command_find_second(*command, argv[1 + at])
						     : NULL;

	if (!second)
		return;
	to_front(argv + 1, at);
	*command = second;
	*first = 2;
}

/* Finds the verb in @argv and moves it to the front, so that options before it are read like those behind it. */
static int find_verb(int argc, char **argv, const struct command **ret, int *ret_first,
		     struct err *e)
{
	int at = options_first_word(argc, argv);

	*ret = NULL;
	*ret_first = 0;
	if (at == argc)
		return 0;
	*ret = command_find(argv[at]);
	if (!*ret && !is_profile(argv[at]))
		return unknown_verb(argv[at], e);
	if (!*ret) {
		*ret = &command_start;
		return 0;
	}
	to_front(argv, at);
	*ret_first = 1;
	find_second(argc, argv, ret, ret_first);
	return 0;
}

static int check_words(const struct command *command, const struct args *args, struct err *e)
{
	if (args->word_count >= command->min_words && args->word_count <= command->max_words)
		return 0;
	err_set(e, ERR_USAGE, EINVAL, NULL, "usage: vmrun %s %s", command->name, command->synopsis);
	return err_fix(e, "vmrun help %s", command->name);
}

/* Of a captured host nothing is read that the user could not read himself. */
static int begin(const struct command *command, const struct args *args, struct err *e)
{
	int r = privs_refuse_secure(e);

	return r < 0 ? r : privs_begin(args_has(args, SYSROOT) ? PRIVS_NONE : command->needs, e);
}

static int run(const struct command *command, const struct args *args)
{
	struct err e = { 0 };

	if (args_has(args, VERSION)) {
		printf("vmrun %s\n", VMRUN_VERSION);
		return ERR_NONE;
	}
	if (args_has(args, HELP) && command) {
		help_command(command);
		return ERR_NONE;
	}
	if (args_has(args, HELP)) {
		help_program();
		return ERR_NONE;
	}
	if (!command) {
		err_set(&e, ERR_USAGE, EINVAL, NULL, "what is to be done?");
		err_fix(&e, "vmrun PROFILE starts a guest, vmrun help shows the verbs");
		return report_error(args, &e);
	}
	if (check_words(command, args, &e) < 0 || begin(command, args, &e) < 0)
		return report_error(args, &e);
	/* Who reads what it says may go away (tee, ssh); that must not end it between two changes of the host. */
	if (command->needs & NEED_BIT(NODE))
		(void)signal(SIGPIPE, SIG_IGN);
	return command->run(args);
}

/* A survey of thousands of functions writes megabytes; a page at a time, the calls are a good part of its work. */
static void buffer_output(void)
{
	static char buffer[64 * 1024];

	if (!isatty(STDOUT_FILENO))
		(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

int dispatch(int argc, char **argv)
{
	struct args args = { .sysroot = "/",
			     .color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") };
	const struct command *command;
	struct err e = { 0 };
	int first, status;

	buffer_output();
	if (find_verb(argc, argv, &command, &first, &e) < 0 ||
	    options_parse(command, argc - first, argv + first, &args, &e) < 0)
		status = report_error(&args, &e);
	else
		status = run(command, &args);
	strlist_done(&args.accept);
	strlist_done(&args.keep);
	strlist_done(&args.blacklist);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "vmrun: cannot write to standard output: %s\n", strerror(errno));
		return status ? status : ERR_UNEXPECTED;
	}
	return status;
}
