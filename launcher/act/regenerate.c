// SPDX-License-Identifier: GPL-2.0-or-later
/* The distribution's own commands after files were changed, and a look into what they made. */
#include "act/regenerate.h"

#include <errno.h>
#include <string.h>

#include "act/spawn.h"
#include "base/cleanup.h"

/* An initramfs takes a minute on a slow machine, and there may be several kernels. */
#define COMMAND_MS (30 * 60 * 1000)
#define VIEWER_MS (5 * 60 * 1000)
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

/* What is in one target: the list of an image's files, or a file's text. */
static int look_into(const struct root *root, const struct setup_command *command,
		     const char *target, char **ret, struct err *e)
{
	struct strlist argv = { 0 };
	int r;

	if (command->proof == PROOF_TEXT) {
		r = root_read(root, target + 1, TEXT_MAX, ret, NULL);
		return r < 0 ? err_sys(e, -r, target, "cannot read it") : 0;
	}
	for (size_t i = 0; i < command->viewer.count; i++)
		strlist_add(&argv, command->viewer.item[i]);
	strlist_add(&argv, target);
	r = spawn_run(&argv, VIEWER_MS, ret, e);
	strlist_done(&argv);
	return r;
}

static int prove(const struct root *root, const struct setup_command *command, const char *target,
		 struct err *e)
{
	_cleanup_free_ char *content = NULL, *list = NULL;
	struct strlist missing = { 0 };
	int r = look_into(root, command, target, &content, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < command->wanted.count; i++)
		if (!strstr(content, command->wanted.item[i]))
			strlist_add(&missing, command->wanted.item[i]);
	if (!missing.count)
		return 0;
	list = strlist_join(&missing, ", ");
	strlist_done(&missing);
	err_set(e, ERR_UNEXPECTED, ENODATA, target, "%s ran, and %s is not in it",
		command->argv.item[0], list);
	return err_fix(
		e,
		command->proof == PROOF_TEXT
			? "see what else sets kernel parameters (/etc/default/grub.d), then vmrun host setup --apply"
			: "run the command by hand and read what it says; vmrun host setup --undo puts all back");
}

int regenerate(const struct root *root, const struct setup_command *command, struct err *e)
{
	_cleanup_free_ char *output = NULL;
	int r = spawn_run(&command->argv, COMMAND_MS, &output, e);

	for (size_t i = 0; r == 0 && command->proof != PROOF_NONE && i < command->targets.count;
	     i++)
		r = prove(root, command, command->targets.item[i], e);
	return r;
}
