// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun completion: scripts for shells, from the tables of verbs and options; and the words of this host they ask for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"

/*
 * Theory of operation
 *
 * A script has one line for each verb: its options, and what kind of word it takes, which the synopsis tells. Guests and
 * devices are asked for when the key is pressed, by `vmrun completion guests` and `devices`; profiles are files.
 */

/* What a verb's words are, for the scripts. */
static const char *kind_of(const struct command *command)
{
	if (command->verbs)
		return "verbs";
	if (strstr(command->synopsis, "PROFILE"))
		return "profile";
	if (strstr(command->synopsis, "GUEST SELECTOR"))
		return "plug";
	if (strstr(command->synopsis, "GUEST"))
		return "guest";
	if (strstr(command->synopsis, "SELECTOR"))
		return "device";
	if (strstr(command->synopsis, "DIR"))
		return "directory";
	return strstr(command->synopsis, "VERB") ? "all" : "none";
}

/* A verb of two words takes what any of its second words does. */
static bool takes(const struct command *command, int id)
{
	unsigned int mask = command->options | OPTS_ALWAYS;

	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		mask |= command->verbs[i]->options;
	return (mask & 1u << id) != 0;
}

static void print_verbs(const char *between)
{
	for (size_t i = 0; commands[i]; i++)
		printf("%s%s", i ? between : "", commands[i]->name);
}

/* The second words of a verb of two, or nothing. */
static void print_second(const struct command *command)
{
	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		printf(" %s", strchr(command->verbs[i]->name, ' ') + 1);
}

static void print_bash(void)
{
	printf("# bash completion of vmrun: source <(vmrun completion bash)\n"
	       "_vmrun() {\n"
	       "\tlocal line=${COMP_LINE:0:COMP_POINT} verb= word options= kind=none second=\n"
	       "\tlocal cur=${line##*[[:space:]]}\n"
	       "\tlocal IFS=$' \\t\\n'\n"
	       "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	       "\t\tcase $word in -*) ;; *) verb=$word; break ;; esac\n"
	       "\tdone\n"
	       "\tcase $verb in\n"
	       "\t'') kind=first options='");
	for (int id = 0; id < OPT_COUNT; id++)
		if (OPTS_ALWAYS & 1u << id)
			printf("--%s ", option_row(id)->name);
	printf("' ;;\n");
	for (size_t i = 0; commands[i]; i++) {
		printf("\t%s) kind=%s second='", commands[i]->name, kind_of(commands[i]));
		print_second(commands[i]);
		printf("' options='");
		for (int id = 0; id < OPT_COUNT; id++)
			if (takes(commands[i], id))
				printf("--%s ", option_row(id)->name);
		printf("' ;;\n");
	}
	printf("\tesac\n"
	       "\tif [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")); return; fi\n"
	       "\tcase $kind in\n"
	       "\tfirst) COMPREPLY=($(compgen -W '");
	print_verbs(" ");
	printf("' -- \"$cur\") $(compgen -f -X '!*.profile' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
	       "\tprofile) COMPREPLY=($(compgen -f -X '!*.profile' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
	       "\tguest) COMPREPLY=($(compgen -W \"$(vmrun completion guests 2>/dev/null)\" -- \"$cur\")) ;;\n"
	       "\tdevice) COMPREPLY=($(compgen -W \"$(vmrun completion devices 2>/dev/null | cut -f1 | sed 's/^0000://')\" -- \"$cur\")) ;;\n"
	       "\tplug) COMPREPLY=($(compgen -W \"$(vmrun completion guests 2>/dev/null; vmrun completion devices 2>/dev/null | cut -f1 | sed 's/^0000://')\" -- \"$cur\")) ;;\n"
	       "\tdirectory) COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n"
	       "\tverbs) COMPREPLY=($(compgen -W \"$second\" -- \"$cur\")) ;;\n"
	       "\tall) COMPREPLY=($(compgen -W '");
	print_verbs(" ");
	printf("' -- \"$cur\")) ;;\n"
	       "\tesac\n"
	       "\t# Readline breaks words at colons, and wants what follows the last one.\n"
	       "\t[[ $cur != *:* || $COMP_WORDBREAKS != *:* ]] || COMPREPLY=(\"${COMPREPLY[@]#\"${cur%%\"${cur##*:}\"}\"}\")\n"
	       "}\n"
	       "complete -o filenames -o bashdefault -F _vmrun vmrun\n");
}

/* Text between single quotes of zsh and fish, where a quote, and in zsh's specifications a colon and brackets, mean something. */
static void print_quoted(const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr(":[]", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
}

static void print_zsh(void)
{
	printf("#compdef vmrun\n# zsh completion of vmrun: vmrun completion zsh >_vmrun, in a folder of $fpath\n"
	       "_vmrun_guests() { compadd -- ${(f)\"$(vmrun completion guests 2>/dev/null)\"} }\n"
	       "_vmrun_devices() {\n"
	       "\tlocal -a lines; lines=(${(f)\"$(vmrun completion devices 2>/dev/null)\"})\n"
	       "\tcompadd -d lines -- ${lines%%%%$'\\t'*}\n"
	       "}\n"
	       "_vmrun() {\n\tlocal -a verbs; verbs=(\n");
	for (size_t i = 0; commands[i]; i++) {
		printf("\t\t'%s:", commands[i]->name);
		print_quoted(commands[i]->help);
		printf("'\n");
	}
	printf("\t)\n"
	       "\tif (( CURRENT == 2 )); then _describe verb verbs; _files -g '*.profile'; return; fi\n"
	       "\tlocal verb=$words[2]; shift words; (( CURRENT-- ))\n"
	       "\tcase $verb in\n");
	for (size_t i = 0; commands[i]; i++) {
		const char *kind = kind_of(commands[i]);

		printf("\t%s) _arguments", commands[i]->name);
		for (int id = 0; id < OPT_COUNT; id++) {
			const struct option_row *row = option_row(id);

			if (!takes(commands[i], id))
				continue;
			printf(" '*--%s%s[", row->name, row->value ? "=" : "");
			print_quoted(row->help);
			printf("]%s%s'", row->value ? ":" : "", row->value ? row->value : "");
		}
		if (!strcmp(kind, "verbs")) {
			printf(" '1:verb:(");
			print_second(commands[i]);
			printf(")'");
		} else if (!strcmp(kind, "all")) {
			printf(" '1:verb:(");
			print_verbs(" ");
			printf(")'");
		} else if (!strcmp(kind, "plug")) {
			printf(" '1:guest:_vmrun_guests' '*:device:_vmrun_devices'");
		} else if (strcmp(kind, "none")) {
			printf(" '*:%s:%s'", kind,
			       !strcmp(kind, "profile")	 ? "_files -g \"*.profile\""
			       : !strcmp(kind, "guest")	 ? "_vmrun_guests"
			       : !strcmp(kind, "device") ? "_vmrun_devices"
							 : "_files -/");
		}
		printf(" ;;\n");
	}
	printf("\tesac\n}\n_vmrun \"$@\"\n");
}

static void print_fish_words(const struct command *command)
{
	const char *kind = kind_of(command);

	printf("complete -c vmrun -n '__fish_seen_subcommand_from %s' ", command->name);
	if (!strcmp(kind, "profile"))
		printf("-k -xa '(__fish_complete_suffix .profile)'\n");
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
			print_verbs(" ");
		print_second(command);
		printf("'\n");
	}
}

static void print_fish(void)
{
	printf("# fish completion of vmrun: vmrun completion fish >~/.config/fish/completions/vmrun.fish\n"
	       "complete -c vmrun -n __fish_use_subcommand -k -xa '(__fish_complete_suffix .profile)'\n");
	for (size_t i = 0; commands[i]; i++) {
		printf("complete -c vmrun -n __fish_use_subcommand -fa %s -d '", commands[i]->name);
		print_quoted(commands[i]->help);
		printf("'\n");
		for (int id = 0; id < OPT_COUNT; id++) {
			const struct option_row *row = option_row(id);

			if (!takes(commands[i], id))
				continue;
			printf("complete -c vmrun -n '__fish_seen_subcommand_from %s' -l %s%s -d '",
			       commands[i]->name, row->name, row->value ? " -r" : "");
			print_quoted(row->help);
			printf("'\n");
		}
		print_fish_words(commands[i]);
	}
}

static void print_devices(const struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		if (!device_is_bridge(&host->devices[i]))
			printf("%s\t%s\n", PCIADDR_STR(&host->devices[i].addr),
			       host->devices[i].name);
}

/* Guests that hold or reserve devices: those that stop and status know by their devices. */
static void print_guests(const struct host *host)
{
	struct strlist names = { 0 };

	for (size_t i = 0; i < host->group_count; i++) {
		const struct holder *holder = host->groups[i].holder;

		if (!holder || !holder->name || strlist_has(&names, holder->name))
			continue;
		strlist_add(&names, holder->name);
		printf("%s\n", holder->name);
	}
	strlist_done(&names);
}

static int print_words(const struct args *args, void (*print)(const struct host *host))
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	struct err e = { 0 };

	if (scene_open(args, false, &scene, &e) < 0 || scene_survey(&scene, &e) < 0)
		return report_error(args, &e);
	print(&scene.host);
	return ERR_NONE;
}

static int run_completion(const struct args *args)
{
	static const struct {
		const char *name;
		void (*script)(void);
		void (*words)(const struct host *host);
	} kinds[] = {
		{ "bash", print_bash, NULL },	  { "zsh", print_zsh, NULL },
		{ "fish", print_fish, NULL },	  { "devices", NULL, print_devices },
		{ "guests", NULL, print_guests },
	};
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, args->words[0]))
			continue;
		if (kinds[i].words)
			return print_words(args, kinds[i].words);
		kinds[i].script();
		return ERR_NONE;
	}
	err_set(&e, ERR_USAGE, EINVAL, NULL, "there is no completion for \"%s\"", args->words[0]);
	err_fix(&e, "say bash, zsh or fish; devices and guests are what the scripts ask for");
	return report_error(args, &e);
}

const struct command command_completion = {
	.name = "completion",
	.synopsis = "bash|zsh|fish",
	.help = "a script that completes verbs, options, guests, devices and profiles",
	.options = OPT(SYSROOT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_completion,
};
