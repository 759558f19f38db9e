// SPDX-License-Identifier: GPL-2.0-or-later
/* What most verbs begin with: host, profile, connection, plan. */
#include <errno.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "act/state.h"
#include "cmd/romfile.h"
#include "base/cleanup.h"
#include "decide/device_acl.h"
#include "model/redact.h"
#include "survey/hostfacts.h"
#include "survey/survey.h"

/* The file libvirt ships is one large comment of some 30 KiB. */
#define CONF_SIZE_MAX (1024 * 1024)

/* What a captured host has, in whole or in part: a directory with nothing of it is the wrong one, not a host without devices. */
static int check_root(const struct root *root, struct err *e)
{
	static const char *const parts[] = { "sys", "etc", "proc", "facts.json" };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (root->live || faccessat(root->fd, parts[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return 0;
	err_set(e, ERR_USAGE, ENOENT, root->path,
		"it is no captured host: it has no sys, etc, proc or facts.json");
	return err_fix(e, "--sysroot wants the directory that vmrun capture made");
}

int scene_open(const struct args *args, bool profile, struct scene *scene, struct err *e)
{
	int r = profile ? profile_load(args->words[0], &scene->profile, e) : 0;

	if (r == 0)
		r = root_open(args->sysroot, &scene->root, e);
	if (r == 0)
		r = check_root(&scene->root, e);
	if (r == 0)
		state_choose(&scene->root);
	return r;
}

int scene_survey(struct scene *scene, struct err *e)
{
	return survey_scan_for(&scene->root, scene->profile.name ? &scene->profile : NULL,
			       &scene->host, e);
}

void scene_redact(const struct args *args, struct scene *scene)
{
	char hostname[256] = "";
	struct redactor redactor = { 0 };

	if (!args_has(args, REDACT))
		return;
	if (scene->root.live && gethostname(hostname, sizeof(hostname) - 1) == 0)
		redactor.hostname = hostname;
	redact_host(&redactor, &scene->host);
	redact_done(&redactor);
}

/* The system daemon guards what QEMU opens; whose configuration may not be read, it is for libvirt to say. */
static int check_device_nodes(const struct scene *scene, struct err *e)
{
	_cleanup_free_ char *text = NULL;
	struct qemu_conf conf = { 0 };
	int r;

	if (!scene->where.owns_nodes || !scene->profile.device_nodes.count)
		return 0;
	r = root_read(&scene->root, "etc/libvirt/qemu.conf", CONF_SIZE_MAX, &text, NULL);
	if (r < 0 && r != -ENOENT)
		return 0;
	hostfacts_parse_qemu_conf(text ? text : "", &conf);
	r = device_acl_check(scene->profile.file, &scene->profile.device_nodes, &conf, e);
	qemu_conf_done(&conf);
	return r;
}

void scene_options(const struct args *args, const struct scene *scene, struct plan_options *ret)
{
	const struct virt_where *where = &scene->where;

	*ret = (struct plan_options){ .accept = &args->accept, .uri = "no connection" };
	/* A captured host is planned for as root would. */
	ret->ordinary = scene->root.live && privs_ordinary();
	if (!where->uri)
		return;
	ret->uri = where->uri;
	ret->embed = where->embed != NULL;
	ret->owns_nodes = where->owns_nodes;
	ret->user = where->user;
	ret->uid = where->uid;
	ret->limit_known = where->limit_known;
	ret->limit_bytes = where->limit_bytes;
	ret->self = where->uid == geteuid();
}

int scene_plan(const struct args *args, struct scene *scene, struct err *e)
{
	struct plan_options options;
	struct err no_connection = { 0 };
	int chosen, r;

	chosen = virt_choose(&scene->root, args->connect, scene->profile.uri, scene->profile.name,
			     &scene->where, &no_connection);
	scene_options(args, scene, &options);
	r = plan_build(&scene->profile, &scene->host, &options, &scene->plan, e);
	if (r == 0 && scene->plan.verdict == PLAN_GO)
		r = romfile_check(&scene->plan, scene->root.live, e);
	/* What is wrong with the devices is said first: a missing libvirt is mended faster. */
	if (r == 0 && chosen == 0 && scene->plan.verdict == PLAN_GO)
		return check_device_nodes(scene, e);
	if (r < 0 || chosen == 0 || scene->plan.verdict != PLAN_GO)
		return r;
	*e = no_connection;
	return chosen;
}

void scene_forget(struct scene *scene)
{
	plan_done(&scene->plan);
	virt_where_done(&scene->where);
	host_done(&scene->host);
}

void scene_close(struct scene *scene)
{
	scene_forget(scene);
	profile_done(&scene->profile);
	root_close(&scene->root);
}
