/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands: what a verb is, the options there are, what they share. */
#ifndef VMRUN_CMD_CMD_H
#define VMRUN_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "act/privs.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/root.h"
#include "decide/plan.h"
#include "model/host.h"
#include "model/profile.h"
#include "vm/virt.h"

/** enum option_id - every option of every verb; a verb takes those in its mask */
enum option_id {
	OPT_JSON,
	OPT_SYSROOT,
	OPT_CONNECT,
	OPT_VERBOSE,
	OPT_QUIET,
	OPT_COLOR,
	OPT_HELP,
	OPT_VERSION,
	OPT_DRY_RUN,
	OPT_WAIT,
	OPT_NO_WAIT,
	OPT_ACCEPT,
	OPT_FORCE,
	OPT_LOG,
	OPT_CURRENT,
	OPT_FORMAT,
	OPT_HTML,
	OPT_REDACT,
	OPT_KEEP,
	OPT_PERSIST,
	OPT_TO,
	OPT_APPLY,
	OPT_UNDO,
	OPT_IOMMU_PT,
	OPT_USER,
	OPT_BLACKLIST,
	OPT_LIVE,
	OPT_CONFIG,
	OPT_TIMEOUT,
	OPT_AFTER,
	OPT_COUNT
};

/**
 * struct option_row - one option
 * @name:	long name
 * @letter:	short form, or 0
 * @value:	name of its value in help, or NULL
 * @help:	one line
 * @completes:	what shells offer for its value: words with blanks between them, or one of COMPLETE_…; NULL for free text
 */
struct option_row {
	const char *name;
	char letter;
	const char *value;
	const char *help;
	const char *completes;
};

/* Values of an option that are no fixed words: files, directories, codes of findings. */
#define COMPLETE_FILES "FILES"
#define COMPLETE_DIRS "DIRS"
#define COMPLETE_CODES "CODES"

/** option_row() - The row of option @id, an enum option_id below OPT_COUNT */
const struct option_row *option_row(int id);

#define OPT(id) (1u << OPT_##id)

/* Taken by every verb, and before the verb too. */
#define OPTS_ALWAYS (OPT(VERBOSE) | OPT(QUIET) | OPT(COLOR) | OPT(HELP) | OPT(VERSION))

/**
 * struct args - one command line, read
 * @given:	mask of the options that were given
 * @sysroot:	--sysroot, or "/"
 * @connect:	--connect, or NULL
 * @color:	colour on stdout is wanted
 * @accept:	--accept, one entry per code
 * @log:	--log, or NULL
 * @current:	--current, or NULL
 * @to:		--to, or NULL
 * @format:	--format: "table", "json" (which also counts as --json) or "dot"; NULL
 * @html:	--html, or NULL
 * @keep:	--keep, one entry per word
 * @user:	--user, or NULL
 * @timeout:	--timeout, or NULL
 * @after:	--after, or NULL
 * @blacklist:	--blacklist, one entry per driver
 * @words:	@word_count arguments that are no options
 */
struct args {
	unsigned int given;
	const char *sysroot;
	const char *connect;
	bool color;
	struct strlist accept;
	const char *log;
	const char *current;
	const char *to;
	const char *format;
	const char *html;
	struct strlist keep;
	const char *user;
	const char *timeout;
	const char *after;
	struct strlist blacklist;
	char **words;
	size_t word_count;
};

/** args_has() - Whether option ID was given */
#define args_has(args, ID) (((args)->given & OPT(ID)) != 0)

/**
 * struct command - one verb; each is defined in the file of its name
 * @name:	the verb
 * @synopsis:	its arguments, as help shows them
 * @help:	one line
 * @options:	mask of options beside OPTS_ALWAYS
 * @min_words, @max_words: number of arguments
 * @needs:	what it may do that an ordinary user may not (act/privs.h); PRIVS_NONE for nothing
 * @verbs:	for a verb of two words: those that follow, ended by NULL, each with both words as its name
 * @run:	does it; prints what is to be printed; returns the exit status
 */
struct command {
	const char *name;
	const char *synopsis;
	const char *help;
	unsigned int options;
	size_t min_words, max_words;
	unsigned int needs;
	const struct command *const *verbs;
	int (*run)(const struct args *args);
};

/* The table of verbs, in the order of help; ends with NULL. */
extern const struct command *const commands[];

extern const struct command command_start, command_plan, command_xml, command_stop, command_status,
	command_survey, command_explain, command_capture, command_rmrds, command_recover,
	command_host, command_host_setup, command_hook, command_help, command_completion,
	command_import, command_export, command_pool, command_bind, command_release, command_attach,
	command_detach;

/**
 * dispatch() - Run the verb a command line names
 * @argc, @argv: as main() got them; reordered
 *
 * Return: the exit status, an enum err_kind
 */
int dispatch(int argc, char **argv);

/** command_find() - The verb called @name, or NULL */
const struct command *command_find(const char *name);

/** command_find_second() - The verb of two words that begins with @first, whose second word is @name; NULL for none */
const struct command *command_find_second(const struct command *first, const char *name);

/**
 * options_parse() - Read the options of a verb
 * @command:	the verb, or NULL for what stands before it
 * @argc, @argv: arguments from after the verb's name (argv[0] is that name); reordered
 * @args:	receives options and words
 * @e:		ERR_USAGE, with the nearest option for a misspelt one
 *
 * Return: 0; -EINVAL
 */
int options_parse(const struct command *command, int argc, char **argv, struct args *args,
		  struct err *e);

/** options_first_word() - Index of the first argument that is neither an option nor an option's value; argc where none */
int options_first_word(int argc, char **argv);

/** help_program() - Print the help of the whole program to stdout */
void help_program(void);

/** options_of() - Mask of the options of @command: its own, those of every verb, and those of its second words */
unsigned int options_of(const struct command *command);

/** help_command() - Print the help of one verb to stdout */
void help_command(const struct command *command);

/** report_error() - Print an error once: text on stderr, and vmrun.error/1 on stdout with --json; returns the exit status */
int report_error(const struct args *args, const struct err *e);

/**
 * report_refusal() - Print why a plan may not be executed
 * @args:	command line; with --json nothing is printed (the plan or the error object holds it)
 * @plan:	plan with a verdict other than PLAN_GO
 *
 * Return: the exit status: 5, 10 or 6
 */
int report_refusal(const struct args *args, const struct plan *plan);

/** report_refused() - report_refusal() for a verb that does not show the plan: with --json the error object says why */
int report_refused(const struct args *args, const struct plan *plan);

/** refusal_error() - The refusal of @plan as an error: kind and one-line message */
void refusal_error(const struct plan *plan, struct err *ret);

/** report_error_findings() - As report_error(), with the findings of @plan in the JSON object */
int report_error_findings(const struct args *args, const struct err *e, const struct plan *plan);

/** select_none() - No device is what @word says: fills @e, ERR_NO_DEVICE; returns -ENODEV */
int select_none(const char *word, struct err *e);

/**
 * select_devices() - Mark the devices that any selector of a command line picks
 * @args:	command line; every word is a selector
 * @host:	the snapshot
 * @shown:	per device, set where it is picked; all are where there is no selector
 * @e:		ERR_USAGE for a bad selector, ERR_NO_DEVICE for one that picks nothing
 *
 * Return: 0; -EINVAL, -ENODEV
 */
int select_devices(const struct args *args, const struct host *host, bool *shown, struct err *e);

struct json;

/** findings_json() - Findings as a JSON array */
struct json *findings_json(const struct host *host, const struct findings *findings);

/** print_json() - Print @value to stdout and release it */
void print_json(struct json *value);

/** struct scene - what most verbs begin with: the host, and for those that take a profile the profile, connection and plan */
struct scene {
	struct root root;
	struct host host;
	struct profile profile;
	struct virt_where where;
	struct plan plan;
};

/** scene_open() - Open the root and read the profile of args->words[0] where @profile; 0 or -errno with @e */
int scene_open(const struct args *args, bool profile, struct scene *scene, struct err *e);

/** scene_survey() - Survey the host; 0 or -errno with @e */
int scene_survey(struct scene *scene, struct err *e);

/** scene_redact() - With --redact, replace serials, addresses and names in the snapshot by tokens */
void scene_redact(const struct args *args, struct scene *scene);

struct plan_options;

/** scene_options() - What a plan depends on beside profile and host: from the command line, and the connection where it is chosen */
void scene_options(const struct args *args, const struct scene *scene, struct plan_options *ret);

/** scene_plan() - Choose the connection and make the plan; 0 or -errno with @e */
int scene_plan(const struct args *args, struct scene *scene, struct err *e);

/** scene_forget() - Release snapshot, connection and plan, to survey and plan again */
void scene_forget(struct scene *scene);

/** scene_close() - Release what @scene owns; initialise it with SCENE_INIT */
void scene_close(struct scene *scene);

#define SCENE_INIT                  \
	{                           \
		.root = {.fd = -1 } \
	}
#define _cleanup_scene_ _cleanup_(scene_close)

#endif
