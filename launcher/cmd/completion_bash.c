// SPDX-License-Identifier: GPL-2.0-or-later
/* The completion script of bash. */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/completion.h"

static void print_bash_values(void)
{
	printf("\tcase $value in\n\t'') ;;\n");
	for (int id = 0; id < OPT_COUNT; id++) {
		const struct option_row *row = option_row(id);

		if (!row->completes)
			continue;
		printf("\t--%s) ", row->name);
		if (completion_is(row, COMPLETE_FILES))
			printf("kind=file ;;\n");
		else if (completion_is(row, COMPLETE_DIRS))
			printf("kind=directory ;;\n");
		else {
			printf("kind=verbs second='");
			completion_values(row->completes);
			printf("' ;;\n");
		}
	}
	printf("\t*) return ;;\n\tesac\n");
}

/* What the scripts share with no verb: which words stand before the one in question, and whose value that one is. */
static void print_bash_words(void)
{
	printf("# bash completion of vmrun: source <(vmrun completion bash)\n"
	       "_vmrun() {\n"
	       "\tlocal line=${COMP_LINE:0:COMP_POINT} verb= given= value= before= word options= kind=none second=\n"
	       "\tlocal cur=${line##*[[:space:]]}\n"
	       "\tlocal IFS=$' \\t\\n'\n"
	       "\tlocal -a words\n"
	       "\t# Not COMP_WORDS, which are broken at \"=\" and \":\".\n"
	       "\tread -ra words <<<\"${line%%\"$cur\"}\"\n"
	       "\tfor word in \"${words[@]:1}\"; do\n"
	       "\t\tif [[ $value ]]; then value=; continue; fi\n"
	       "\t\tcase $word in\n\t\t");
	completion_valued("|");
	printf(") value=$word ;;\n"
	       "\t\t-*) ;;\n"
	       "\t\t*) if [[ ! $verb ]]; then verb=$word; elif [[ ! $given ]]; then given=$word; fi ;;\n"
	       "\t\tesac\n"
	       "\tdone\n"
	       "\tif [[ ! $value && $cur == --*=* ]]; then\n"
	       "\t\tvalue=${cur%%%%=*} cur=${cur#*=}\n"
	       "\t\t[[ $COMP_WORDBREAKS == *=* ]] || before=$value=\n"
	       "\tfi\n");
}

static void print_bash_verb(const struct command *command)
{
	printf("\t%s) kind=%s second='", command->name, completion_kind(command));
	completion_second(command);
	printf("' options='");
	for (int id = 0; id < OPT_COUNT; id++)
		if (options_of(command) & 1u << id)
			printf("--%s ", option_row(id)->name);
	printf("' ;;\n");
}

/* What follows the second word of a verb of two. */
static void print_bash_second(void)
{
	printf("\tif [[ $kind == verbs && $given ]]; then\n"
	       "\t\tcase \"$verb $given\" in\n");
	for (size_t i = 0; commands[i]; i++)
		for (size_t j = 0; commands[i]->verbs && commands[i]->verbs[j]; j++)
			printf("\t\t'%s') kind=%s ;;\n", commands[i]->verbs[j]->name,
			       completion_kind(commands[i]->verbs[j]));
	printf("\t\t*) kind=none ;;\n\t\tesac\n\tfi\n");
}

void completion_bash(void)
{
	print_bash_words();
	printf("\tcase $verb in\n"
	       "\t'') kind=first options='");
	for (int id = 0; id < OPT_COUNT; id++)
		if (OPTS_ALWAYS & 1u << id)
			printf("--%s ", option_row(id)->name);
	printf("' ;;\n");
	for (size_t i = 0; commands[i]; i++)
		print_bash_verb(commands[i]);
	printf("\tesac\n");
	print_bash_second();
	print_bash_values();
	printf("\tif [[ ! $value && $cur == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")); return; fi\n"
	       "\tcase $kind in\n"
	       "\tfirst) COMPREPLY=($(compgen -W '");
	completion_verbs(" ");
	printf("' -- \"$cur\") $(compgen -f -X '!*.profile' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
	       "\tprofile) COMPREPLY=($(compgen -f -X '!*.profile' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
	       "\txml) COMPREPLY=($(compgen -f -X '!*.xml' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
	       "\tguest) COMPREPLY=($(compgen -W \"$(vmrun completion guests 2>/dev/null)\" -- \"$cur\")) ;;\n"
	       "\tdevice) COMPREPLY=($(compgen -W \"$(vmrun completion devices 2>/dev/null | cut -f1 | sed 's/^0000://')\" -- \"$cur\")) ;;\n"
	       "\tplug) COMPREPLY=($(compgen -W \"$(vmrun completion guests 2>/dev/null; vmrun completion devices 2>/dev/null | cut -f1 | sed 's/^0000://')\" -- \"$cur\")) ;;\n"
	       "\tdirectory) COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n"
	       "\tfile) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
	       "\tverbs) COMPREPLY=($(compgen -W \"$second\" -- \"$cur\")) ;;\n"
	       "\tall) COMPREPLY=($(compgen -W '");
	completion_verbs(" ");
	printf("' -- \"$cur\")) ;;\n"
	       "\tesac\n"
	       "\t[[ ! $before ]] || COMPREPLY=(\"${COMPREPLY[@]/#/$before}\")\n"
	       "\t# Readline breaks words at colons, and wants what follows the last one.\n"
	       "\t[[ $cur != *:* || $COMP_WORDBREAKS != *:* ]] || COMPREPLY=(\"${COMPREPLY[@]#\"${cur%%\"${cur##*:}\"}\"}\")\n"
	       "}\n"
	       "complete -o filenames -o bashdefault -F _vmrun vmrun\n");
}
