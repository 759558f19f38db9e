// SPDX-License-Identifier: GPL-2.0-or-later
/* The completion script of zsh. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/completion.h"

/* What completes a word of a kind, or an option's value. */
static const char *zsh_action(const char *kind)
{
	static const struct {
		const char *kind, *action;
	} actions[] = {
		{ "profile", "_files -g \"*.profile\"" },
		{ "xml", "_files -g \"*.xml\"" },
		{ "guest", "_vmrun_guests" },
		{ "device", "_vmrun_devices" },
		{ "directory", "_files -/" },
		{ COMPLETE_DIRS, "_files -/" },
		{ COMPLETE_FILES, "_files" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(kind, actions[i].kind))
			return actions[i].action;
	return NULL;
}

static void print_zsh_option(const struct option_row *row)
{
	const char *action = row->completes ? zsh_action(row->completes) : " ";

	printf(" '*--%s%s[", row->name, row->value ? "=" : "");
	completion_quoted(row->help);
	putchar(']');
	if (row->value && action)
		printf(":%s:%s", row->value, action);
	else if (row->value) {
		printf(":%s:(", row->value);
		completion_values(row->completes);
		putchar(')');
	}
	putchar('\'');
}

/* What follows the second words of the verbs of two. */
static void print_zsh_second(void)
{
	printf("_vmrun_second() {\n\tcase \" $words \" in\n");
	for (size_t i = 0; commands[i]; i++)
		for (size_t j = 0; commands[i]->verbs && commands[i]->verbs[j]; j++) {
			const struct command *second = commands[i]->verbs[j];
			const char *action = zsh_action(completion_kind(second));

			if (action)
				printf("\t(*' %s '*'%s '*) %s ;;\n", commands[i]->name,
				       strchr(second->name, ' ') + 1, action);
		}
	printf("\tesac\n}\n");
}

static void print_zsh_words(const struct command *command)
{
	const char *kind = completion_kind(command);

	if (!strcmp(kind, "verbs")) {
		printf(" '1:verb:(");
		completion_second(command);
		printf(")'%s", command->verbs ? " '*:word:_vmrun_second'" : "");
	} else if (!strcmp(kind, "all")) {
		printf(" '1:verb:(");
		completion_verbs(" ");
		printf(")'");
	} else if (!strcmp(kind, "plug")) {
		printf(" '1:guest:_vmrun_guests' '*:device:_vmrun_devices'");
	} else if (strcmp(kind, "none")) {
		printf(" '*:%s:%s'", kind, zsh_action(kind));
	}
}

void completion_zsh(void)
{
	printf("#compdef vmrun\n# zsh completion of vmrun: vmrun completion zsh >_vmrun, in a folder of $fpath\n"
	       "_vmrun_guests() { compadd -- ${(f)\"$(vmrun completion guests 2>/dev/null)\"} }\n"
	       "_vmrun_devices() {\n"
	       "\tlocal -a lines; lines=(${(f)\"$(vmrun completion devices 2>/dev/null)\"})\n"
	       "\tcompadd -d lines -- ${lines%%%%$'\\t'*}\n"
	       "}\n");
	print_zsh_second();
	printf("_vmrun() {\n\tlocal -a verbs; verbs=(\n");
	for (size_t i = 0; commands[i]; i++) {
		printf("\t\t'%s:", commands[i]->name);
		completion_quoted(commands[i]->help);
		printf("'\n");
	}
	printf("\t)\n"
	       "\tlocal -i at=2\n"
	       "\twhile (( at < CURRENT )); do\n"
	       "\t\tcase $words[at] in\n\t\t(");
	completion_valued("|");
	printf(") (( at += 2 )) ;;\n"
	       "\t\t(-*) (( at++ )) ;;\n"
	       "\t\t(*) break ;;\n"
	       "\t\tesac\n"
	       "\tdone\n"
	       "\tif (( at == CURRENT )) && [[ $words[CURRENT] != -* ]]; then\n"
	       "\t\t_describe verb verbs; _files -g '*.profile'; return\n"
	       "\tfi\n"
	       "\tif (( at >= CURRENT )); then\n\t\t_arguments");
	for (int id = 0; id < OPT_COUNT; id++)
		if ((OPTS_ALWAYS & 1u << id) || option_row(id)->value)
			print_zsh_option(option_row(id));
	printf("\n\t\treturn\n\tfi\n"
	       "\tlocal verb=$words[at]; shift $(( at - 1 )) words; (( CURRENT -= at - 1 ))\n"
	       "\tcase $verb in\n");
	for (size_t i = 0; commands[i]; i++) {
		printf("\t%s) _arguments", commands[i]->name);
		for (int id = 0; id < OPT_COUNT; id++)
			if (options_of(commands[i]) & 1u << id)
				print_zsh_option(option_row(id));
		print_zsh_words(commands[i]);
		printf(" ;;\n");
	}
	printf("\tesac\n}\n_vmrun \"$@\"\n");
}
