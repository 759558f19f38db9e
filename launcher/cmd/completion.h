/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion: what the scripts of all shells are made of. */
#ifndef VMRUN_CMD_COMPLETION_H
#define VMRUN_CMD_COMPLETION_H

#include <stdbool.h>

#include "cmd/cmd.h"

/** completion_bash() - Print the script of bash to stdout */
void completion_bash(void);

/** completion_zsh() - Print that of zsh */
void completion_zsh(void);

/** completion_fish() - Print that of fish */
void completion_fish(void);

/**
 * completion_kind() - What a verb's words are
 * @command:	the verb
 *
 * Return: "verbs" (completion_second() has them), "profile", "plug" (a guest, then devices), "guest", "device", "xml",
 * "directory", "all" (any verb) or "none"
 */
const char *completion_kind(const struct command *command);

/** completion_verbs() - Print all verbs, with @between between them */
void completion_verbs(const char *between);

/** completion_second() - Print the words that can follow a verb of the kind "verbs", a blank before each; else nothing */
void completion_second(const struct command *command);

/** completion_valued() - Print the options that have a value, as they stand on a command line, with @between between them */
void completion_valued(const char *between);

/** completion_values() - Print the words an option's value is one of; @completes is its row's, words or COMPLETE_CODES */
void completion_values(const char *completes);

/** completion_is() - Whether the value of an option is completed by @by, a COMPLETE_… */
bool completion_is(const struct option_row *row, const char *by);

/** completion_quoted() - Print text that stands between single quotes of zsh or fish, escaping what means something there */
void completion_quoted(const char *text);

#endif
