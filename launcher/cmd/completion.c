// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun completion: what the scripts for shells are made of, from the tables of verbs and options; and the words of this host they ask for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/completion.h"
#include "decide/finding.h"

/*
 * Theory of operation
 *
 * A script has one line for each verb: its options, and what kind of word it takes, which the synopsis tells. Guests and
 * devices are asked for when the key is pressed, by `vmrun completion guests` and `devices`; profiles are files. An
 * option's value is no word of the verb: the scripts pass it over where they look for the verb, and offer what the table
 * of options says of it.
 */

/* A synopsis like "bash|zsh|fish": the words themselves. */
static bool is_choice(const struct command *command)
{
	const char *synopsis = command->synopsis;

	return strchr(synopsis, '|') &&
	       strspn(synopsis, "abcdefghijklmnopqrstuvwxyz|") == strlen(synopsis);
}

/* What a verb's words are, for the scripts. */
const char *completion_kind(const struct command *command)
{
	if (command->verbs || is_choice(command))
		return "verbs";
	if (strstr(command->synopsis, "PROFILE"))
		return "profile";
	if (strstr(command->synopsis, "GUEST SELECTOR"))
		return "plug";
	if (strstr(command->synopsis, "GUEST"))
		return "guest";
	if (strstr(command->synopsis, "SELECTOR"))
		return "device";
	if (strstr(command->synopsis, ".xml"))
		return "xml";
	if (strstr(command->synopsis, "DIR"))
		return "directory";
	return strstr(command->synopsis, "VERB") ? "all" : "none";
}

void completion_verbs(const char *between)
{
	for (size_t i = 0; commands[i]; i++)
		printf("%s%s", i ? between : "", commands[i]->name);
}

/* The second words of a verb of two, or those to choose from, or nothing. */
void completion_second(const struct command *command)
{
	for (const char *at = command->verbs || !is_choice(command) ? "" : command->synopsis; *at;
	     at++) {
		if (at == command->synopsis)
			putchar(' ');
		putchar(*at == '|' ? ' ' : *at);
	}
	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		printf(" %s", strchr(command->verbs[i]->name, ' ') + 1);
}

/* Options with a value, as they stand on a command line. */
void completion_valued(const char *between)
{
	const char *before = "";

	for (int id = 0; id < OPT_COUNT; id++) {
		const struct option_row *row = option_row(id);

		if (!row->value)
			continue;
		printf("%s--%s", before, row->name);
		before = between;
		if (row->letter)
			printf("%s-%c", before, row->letter);
	}
}

/* The words an option's value is one of. */
void completion_values(const char *completes)
{
	const char *const *codes = finding_code_names();

	if (strcmp(completes, COMPLETE_CODES))
		fputs(completes, stdout);
	for (size_t i = 0; !strcmp(completes, COMPLETE_CODES) && i < FINDING_CODE_COUNT; i++)
		printf("%s%s", i ? " " : "", codes[i]);
}

/* Text between single quotes of zsh and fish, where a quote, and in zsh's specifications a colon and brackets, mean something. */
void completion_quoted(const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr(":[]", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
}

bool completion_is(const struct option_row *row, const char *by)
{
	return row->completes && !strcmp(row->completes, by);
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
		{ "bash", completion_bash, NULL }, { "zsh", completion_zsh, NULL },
		{ "fish", completion_fish, NULL }, { "devices", NULL, print_devices },
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
	.help = "a script that completes verbs, options and their values, guests, devices and profiles",
	.options = OPT(SYSROOT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_completion,
};
