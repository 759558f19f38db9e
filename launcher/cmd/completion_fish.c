// SPDX-License-Identifier: GPL-2.0-or-later
/* The completion script of fish. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/completion.h"

/* What completes the words of a verb, the second of a verb of two among them: the end of a line of fish's. */
static void print_fish_kind(const struct command *command)
{
	const char *kind = completion_kind(command);

	if (!strcmp(kind, "profile"))
		printf("-k -xa '(__fish_complete_suffix .profile)'\n");
	else if (!strcmp(kind, "xml"))
		printf("-k -xa '(__fish_complete_suffix .xml)'\n");
	else if (!strcmp(kind, "guest"))
		printf("-fa '(vmrun completion guests 2>/dev/null)'\n");
	else if (!strcmp(kind, "plug"))
		printf("-fa '(vmrun completion guests 2>/dev/null; vmrun completion devices 2>/dev/null)'\n");
	else if (!strcmp(kind, "device"))
		printf("-fa '(vmrun completion devices 2>/dev/null)'\n");
	else if (!strcmp(kind, "directory"))
		printf("-xa '(__fish_complete_directories)'\n");
	else {
		printf("-fa '");
		if (!strcmp(kind, "all"))
			completion_verbs(" ");
		completion_second(command);
		printf("'\n");
	}
}

static void print_fish_words(const struct command *command)
{
	bool verbs = !strcmp(completion_kind(command), "verbs");

	printf("complete -c vmrun -n '__vmrun_at %s%s' ", command->name, verbs ? " \"\"" : "");
	print_fish_kind(command);
	if (verbs)
		printf("complete -c vmrun -n '__vmrun_at %s' -f\n", command->name);
	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		printf("complete -c vmrun -n '__vmrun_at %s' ", command->verbs[i]->name);
		print_fish_kind(command->verbs[i]);
	}
}

static void print_fish_option(const struct command *command, const struct option_row *row)
{
	printf("complete -c vmrun -n '__vmrun_at %s' -l %s", command->name, row->name);
	if (completion_is(row, COMPLETE_FILES))
		printf(" -rF");
	else if (completion_is(row, COMPLETE_DIRS))
		printf(" -xa '(__fish_complete_directories)'");
	else if (row->completes) {
		printf(" -xa '");
		completion_values(row->completes);
		putchar('\'');
	} else if (row->value)
		printf(" -x");
	printf(" -d '");
	completion_quoted(row->help);
	printf("'\n");
}

/* The words before the one in question, without options and their values: the verb, and what follows it. */
static void print_fish_before(void)
{
	printf("# fish completion of vmrun: vmrun completion fish >~/.config/fish/completions/vmrun.fish\n"
	       "function __vmrun_at --description 'the words so far begin with these; \"\" is none'\n"
	       "\tset -l words\n"
	       "\tset -l value no\n"
	       "\tfor word in (commandline -opc)[2..-1]\n"
	       "\t\tif test $value = yes\n\t\t\tset value no\n\t\t\tcontinue\n\t\tend\n"
	       "\t\tswitch $word\n\t\t\tcase ");
	completion_valued(" ");
	printf("\n\t\t\t\tset value yes\n"
	       "\t\t\tcase '-*'\n"
	       "\t\t\tcase '*'\n"
	       "\t\t\t\tset -a words $word\n"
	       "\t\tend\n"
	       "\tend\n"
	       "\tfor i in (seq (count $argv))\n"
	       "\t\ttest \"$words[$i]\" = \"$argv[$i]\"; or return 1\n"
	       "\tend\n"
	       "end\n"
	       "complete -c vmrun -n '__vmrun_at \"\"' -k -xa '(__fish_complete_suffix .profile)'\n");
}

void completion_fish(void)
{
	print_fish_before();
	for (size_t i = 0; commands[i]; i++) {
		printf("complete -c vmrun -n '__vmrun_at \"\"' -fa %s -d '", commands[i]->name);
		completion_quoted(commands[i]->help);
		printf("'\n");
		for (int id = 0; id < OPT_COUNT; id++)
			if (options_of(commands[i]) & 1u << id)
				print_fish_option(commands[i], option_row(id));
		print_fish_words(commands[i]);
	}
}
