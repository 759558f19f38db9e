// SPDX-License-Identifier: GPL-2.0-or-later
/* Options: one table from which reading and help both come. */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/str.h"
#include "cmd/cmd.h"

static const struct option_row option_rows[] = {
	[OPT_JSON] = { "json", 0, NULL, "print one JSON object instead of text", NULL },
	[OPT_SYSROOT] = { "sysroot", 0, "DIR", "answer for the host captured in DIR",
			  COMPLETE_DIRS },
	[OPT_CONNECT] = { "connect", 'c', "URI", "libvirt connection to use", NULL },
	[OPT_VERBOSE] = { "verbose", 'v', NULL,
			  "show what is written to the kernel, and what was passed over", NULL },
	[OPT_QUIET] = { "quiet", 'q', NULL, "no progress, only errors; of a report, only problems",
			NULL },
	[OPT_COLOR] = { "color", 0, "WHEN", "auto, always or never (auto; NO_COLOR is honoured)",
			"auto always never" },
	[OPT_HELP] = { "help", 'h', NULL, "show this help", NULL },
	[OPT_VERSION] = { "version", 0, NULL, "show the version", NULL },
	[OPT_DRY_RUN] = { "dry-run", 'n', NULL, "show the plan, change nothing", NULL },
	[OPT_WAIT] = { "wait", 0, NULL,
		       "stay until the guest ends, whoever else would see to its end", NULL },
	[OPT_NO_WAIT] = { "no-wait", 0, NULL,
			  "do not stay: refuse where nobody else would give the devices back",
			  NULL },
	[OPT_ACCEPT] = { "accept", 0, "CODE",
			 "go on in spite of this finding (repeatable; never for a block)",
			 COMPLETE_CODES },
	[OPT_FORCE] = { "force", 0, NULL, "switch the guest off instead of asking it to shut down",
			NULL },
	[OPT_LOG] = { "log", 0, "FILE", "explain the messages in FILE (- is standard input)",
		      COMPLETE_FILES },
	[OPT_CURRENT] = { "current", 0, "FILE",
			  "change this saved conrep file instead of writing a new one",
			  COMPLETE_FILES },
	[OPT_FORMAT] = { "format", 0, "FORMAT",
			 "table, json (the same as --json) or dot (for graphviz)",
			 "table json dot" },
	[OPT_REDACT] = { "redact", 0, NULL,
			 "replace serial numbers, MAC addresses and UUIDs by tokens", NULL },
	[OPT_KEEP] = { "keep", 0, "WHAT",
		       "leave in what is private: cmdline, log, ids or all (repeatable)",
		       "cmdline log ids all" },
	[OPT_TO] = { "to", 0, "SYSTEM", "opennebula, kubevirt or proxmox",
		     "opennebula kubevirt proxmox" },
	[OPT_PERSIST] = { "persist", 0, NULL,
			  "at every start of the host, too (bind), or not any more (release)",
			  NULL },
	[OPT_APPLY] = { "apply", 0, NULL,
			"host setup: write the files, run the distribution's commands; pool: take what is persisted",
			NULL },
	[OPT_UNDO] = { "undo", 0, NULL, "put every file back as it was, and run the commands again",
		       NULL },
	[OPT_IOMMU_PT] = { "iommu-pt", 0, NULL,
			   "add iommu=pt: the host's own devices are not translated", NULL },
	[OPT_USER] = { "user", 0, "NAME",
		       "NAME starts guests without privilege: locked memory, nodes of groups",
		       NULL },
	[OPT_BLACKLIST] = { "blacklist", 0, "DRIVER",
			    "keep this driver from loading for any card (repeatable)", NULL },
	[OPT_LIVE] = { "live", 0, NULL, "in the guest that runs (the default where it does)",
		       NULL },
	[OPT_CONFIG] = { "config", 0, NULL,
			 "in libvirt's definition of the guest, from its next start", NULL },
	[OPT_TIMEOUT] = { "timeout", 0, "TIME",
			  "how long the guest may take to let go of a device (30s)", NULL },
	[OPT_AFTER] = { "after", 0, "WHERE", "host or pool: where the device goes in the end",
			"host pool" },
	[OPT_HTML] = { "html", 0, "FILE", "write a page to post into FILE (- is standard output)",
		       COMPLETE_FILES },
};
static_assert(ARRAY_SIZE(option_rows) == OPT_COUNT, "a row per option");

const struct option_row *option_row(int id)
{
	return &option_rows[id];
}

/* getopt_long's value of an option without a letter. */
#define LONG_ONLY 256

static int row_value(int id)
{
	return option_rows[id].letter ? option_rows[id].letter : LONG_ONLY + id;
}

static int set_color(const char *when, struct args *args, struct err *e)
{
	if (!strcmp(when, "always"))
		args->color = true;
	else if (!strcmp(when, "never"))
		args->color = false;
	else if (strcmp(when, "auto"))
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "--color is auto, always or never, not \"%s\"", when);
	return 0;
}

static int set_format(const char *format, struct args *args, struct err *e)
{
	static const char *const formats[] = { "table", "json", "dot" };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(format, formats[i]))
			args->format = formats[i];
	if (!args->format || strcmp(args->format, format))
		return err_set(e, ERR_USAGE, EINVAL, NULL,
			       "--format is table, json or dot, not \"%s\"", STR_SHOWN(format));
	if (!strcmp(format, "json"))
		args->given |= OPT(JSON);
	return 0;
}

static int set_option(int id, const char *value, struct args *args, struct err *e)
{
	args->given |= 1u << id;
	switch ((enum option_id)id) {
	case OPT_SYSROOT:
		args->sysroot = value;
		break;
	case OPT_CONNECT:
		args->connect = value;
		break;
	case OPT_ACCEPT:
		strlist_add(&args->accept, value);
		break;
	case OPT_LOG:
		args->log = value;
		break;
	case OPT_CURRENT:
		args->current = value;
		break;
	case OPT_FORMAT:
		return set_format(value, args, e);
	case OPT_TO:
		args->to = value;
		break;
	case OPT_KEEP:
		strlist_add(&args->keep, value);
		break;
	case OPT_HTML:
		args->html = value;
		break;
	case OPT_TIMEOUT:
		args->timeout = value;
		break;
	case OPT_AFTER:
		args->after = value;
		break;
	case OPT_USER:
		args->user = value;
		break;
	case OPT_BLACKLIST:
		strlist_add(&args->blacklist, value);
		break;
	case OPT_COLOR:
		return set_color(value, args, e);
	case OPT_VERBOSE:
		log_set_verbose(true);
		break;
	case OPT_JSON:
	case OPT_QUIET:
	case OPT_HELP:
	case OPT_VERSION:
	case OPT_DRY_RUN:
	case OPT_WAIT:
	case OPT_NO_WAIT:
	case OPT_FORCE:
	case OPT_REDACT:
	case OPT_PERSIST:
	case OPT_APPLY:
	case OPT_UNDO:
	case OPT_IOMMU_PT:
	case OPT_LIVE:
	case OPT_CONFIG:
	case OPT_COUNT:
		break;
	}
	return 0;
}

static int unknown_option(const char *word, unsigned int mask, const char *verb, struct err *e)
{
	const char *known[OPT_COUNT], *near = NULL;
	size_t count = 0;

	for (int id = 0; id < OPT_COUNT; id++)
		if (mask & 1u << id)
			known[count++] = option_rows[id].name;
	if (!strncmp(word, "--", 2)) {
		_cleanup_free_ char *name =
			mem_printf("%.*s", (int)strcspn(word + 2, "="), word + 2);

		near = str_nearest(name, known, count);
	}
	err_set(e, ERR_USAGE, EINVAL, NULL, "%s%sunknown option %s", verb ? verb : "",
		verb ? ": " : "", word);
	if (near)
		return err_fix(e, "did you mean --%s?", near);
	return err_fix(e, "vmrun help%s%s shows the options", verb ? " " : "", verb ? verb : "");
}

static int row_of(int value)
{
	for (int id = 0; id < OPT_COUNT; id++)
		if (row_value(id) == value)
			return id;
	return -1;
}

/* A letter that getopt_long() refused: of no option, or of one that this verb has not. */
static bool is_letter_of_none(int letter, unsigned int mask)
{
	int id = row_of(letter);

	return letter > 0 && letter <= CHAR_MAX && (id < 0 || !(mask & 1u << id));
}

unsigned int options_of(const struct command *command)
{
	unsigned int mask = command->options | OPTS_ALWAYS;

	for (size_t i = 0; command->verbs && command->verbs[i]; i++)
		mask |= command->verbs[i]->options;
	return mask;
}

int options_parse(const struct command *command, int argc, char **argv, struct args *args,
		  struct err *e)
{
	unsigned int mask = command ? options_of(command)
				    : OPTS_ALWAYS | OPT(JSON) | OPT(CONNECT) | OPT(SYSROOT);
	struct option longs[OPT_COUNT + 1] = { 0 };
	char letters[2 * OPT_COUNT + 3] = ":";
	const char *verb = command ? command->name : NULL;
	size_t count = 0, used = 1;
	int value;

	for (int id = 0; id < OPT_COUNT; id++) {
		const struct option_row *row = &option_rows[id];

		if (!(mask & 1u << id))
			continue;
		longs[count++] = (struct option){ row->name,
						  row->value ? required_argument : no_argument,
						  NULL, row_value(id) };
		if (row->letter) {
			letters[used++] = row->letter;
			if (row->value)
				letters[used++] = ':';
		}
	}
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		int id = row_of(value), r;

		if (value == ':')
			return err_set(e, ERR_USAGE, EINVAL, NULL, "option %s needs a value",
				       argv[optind - 1]);
		/* Within a cluster of letters, getopt_long() is still at the word. */
		if (value == '?' && is_letter_of_none(optopt, mask)) {
			const char letter[] = { '-', (char)optopt, '\0' };

			return unknown_option(letter, mask, verb, e);
		}
		if (value == '?' || id < 0)
			return unknown_option(argv[optind - 1], mask, verb, e);
		r = set_option(id, optarg, args, e);
		if (r < 0)
			return r;
	}
	args->words = argv + optind;
	args->word_count = (size_t)(argc - optind);
	return 0;
}

int options_first_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		bool takes_value = false;

		if (argv[i][0] != '-')
			return i;
		for (int id = 0; id < OPT_COUNT; id++) {
			const struct option_row *row = &option_rows[id];

			if (row->value &&
			    ((!strncmp(argv[i], "--", 2) && !strcmp(argv[i] + 2, row->name)) ||
			     (row->letter && argv[i][1] == row->letter && !argv[i][2])))
				takes_value = true;
		}
		if (takes_value)
			i++;
	}
	return argc;
}

static void print_options(unsigned int mask)
{
	for (int id = 0; id < OPT_COUNT; id++) {
		const struct option_row *row = &option_rows[id];
		char left[40];

		if (!(mask & 1u << id))
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
			 row->value ? "=" : "", row->value ? row->value : "");
		printf("  %-22s %s\n", left, row->help);
	}
}

void help_command(const struct command *command)
{
	printf("usage: vmrun %s%s%s\n\n%s\n", command->name, *command->synopsis ? " " : "",
	       command->synopsis, command->help);
	for (size_t i = 0; command->verbs && command->verbs[i]; i++) {
		const struct command *verb = command->verbs[i];

		printf("%s  vmrun %s%s%-*s %.*s\n", i ? "" : "\n", verb->name,
		       *verb->synopsis ? " " : "", 24 - (int)strlen(verb->name), verb->synopsis,
		       (int)strcspn(verb->help, "\n"), verb->help);
	}
	printf("\noptions:\n");
	print_options(options_of(command));
}

void help_program(void)
{
	printf("usage: vmrun PROFILE                 start the guest of PROFILE (same as vmrun start PROFILE)\n"
	       "       vmrun VERB [OPTION…] [ARG…]\n\nverbs:\n");
	for (size_t i = 0; commands[i]; i++)
		printf("  %-8s %s%*s %s\n", commands[i]->name, commands[i]->synopsis,
		       22 - (int)str_columns(commands[i]->synopsis), "", commands[i]->help);
	printf("\noptions of every verb:\n");
	print_options(OPTS_ALWAYS);
	printf("\nvmrun help VERB shows the options of one verb; vmrun.profile(5) describes profiles.\n");
}
