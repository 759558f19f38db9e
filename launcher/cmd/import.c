// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun import: a guest that libvirt knows, or its XML, becomes a profile, with that XML as its base. */
#include "vm/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/privs.h"
#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "cmd/input.h"

/* A new file; one that is there is somebody's work. */
static int write_new(const char *path, const char *text, struct err *e)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	size_t len = strlen(text);
	int r;

	if (fd < 0) {
		r = err_sys(e, errno, path, "cannot write it");
		return r == -EEXIST ? err_fix(e, "move it away, or import in another directory")
				    : r;
	}
	if (write(fd, text, len) != (ssize_t)len)
		return err_sys(e, errno ? errno : EIO, path, "cannot write it");
	return 0;
}

/* What looks like a file, or is one, is no guest's name. */
static bool is_file(const char *word)
{
	size_t len = strlen(word);

	return strchr(word, '/') || !strcmp(word, "-") ||
	       (len > 4 && !strcmp(word + len - 4, ".xml")) || access(word, F_OK) == 0;
}

static int ask_libvirt(const struct args *args, struct scene *scene, char **ret, size_t *ret_len,
		       struct err *e)
{
	struct virt_description description = { 0 };
	int r = virt_choose(&scene->root, args->connect, NULL, args->words[0], &scene->where, e);

	if (r == 0)
		r = virt_describe(&scene->where, args->words[0], &description, e);
	if (r < 0)
		return r;
	*ret = description.xml;
	*ret_len = strlen(*ret);
	return 0;
}

static int run_import(const struct args *args)
{
	_cleanup_scene_ struct scene scene = SCENE_INIT;
	_cleanup_(import_done) struct import import = { 0 };
	_cleanup_free_ char *text = NULL, *profile = NULL, *base = NULL;
	struct err e = { 0 };
	size_t len = 0;
	int r = scene_open(args, false, &scene, &e);

	if (r == 0)
		r = is_file(args->words[0])
			    ? input_read(args->words[0], PROFILE_SIZE_MAX, &text, &len, &e)
			    : ask_libvirt(args, &scene, &text, &len, &e);
	if (r == 0)
		r = scene_survey(&scene, &e);
	if (r == 0) {
		r = import_domain(text, len, &scene.host, &import, &e);
		if (r < 0)
			err_wrap(&e, "%s", args->words[0]);
	}
	if (r < 0)
		return report_error(args, &e);
	profile = mem_printf("%s.profile", import.name);
	base = mem_printf("%s.xml", import.name);
	if (write_new(base, import.base, &e) < 0 || write_new(profile, import.profile, &e) < 0)
		return report_error(args, &e);
	printf("%s\n%s\n", profile, base);
	return ERR_NONE;
}

const struct command command_import = {
	.name = "import",
	.synopsis = "DOMAIN|FILE.xml",
	.help = "make a profile of a guest that libvirt knows, or of its XML",
	.options = OPT(SYSROOT) | OPT(CONNECT),
	.min_words = 1,
	.max_words = 1,
	.needs = PRIVS_SURVEY,
	.run = run_import,
};
