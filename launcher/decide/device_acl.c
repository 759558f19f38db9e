// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether libvirt's daemon lets QEMU open the device nodes that a profile has it open itself. */
#include "decide/device_acl.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

/* defaultDeviceACL of libvirt's src/qemu/qemu_cgroup.c, the nodes that every version has. */
static const char *const built_in[] = {
	"/dev/null",	"/dev/full", "/dev/zero", "/dev/random",
	"/dev/urandom", "/dev/ptmx", "/dev/kvm",
};

static bool allowed(const char *node, const struct qemu_conf *conf)
{
	for (size_t i = 0; !conf->acl_set && i < ARRAY_SIZE(built_in); i++)
		if (!strcmp(node, built_in[i]))
			return true;
	return conf->acl_set && strlist_has(&conf->acl, node);
}

/* The whole line as it has to be: what is allowed now, and what is missing. */
static char *wanted_line(const struct strlist *missing, const struct qemu_conf *conf)
{
	struct strlist quoted = { 0 };
	char *list, *line;

	for (size_t i = 0; !conf->acl_set && i < ARRAY_SIZE(built_in); i++)
		strlist_addf(&quoted, "\"%s\"", built_in[i]);
	for (size_t i = 0; conf->acl_set && i < conf->acl.count; i++)
		strlist_addf(&quoted, "\"%s\"", conf->acl.item[i]);
	for (size_t i = 0; i < missing->count; i++)
		strlist_addf(&quoted, "\"%s\"", missing->item[i]);
	list = strlist_join(&quoted, ", ");
	line = mem_printf("cgroup_device_acl = [ %s ]", list);
	free(list);
	strlist_done(&quoted);
	return line;
}

int device_acl_check(const char *profile, const struct strlist *nodes, const struct qemu_conf *conf,
		     struct err *e)
{
	_cleanup_free_ char *names = NULL, *line = NULL;
	struct strlist missing = { 0 };

	for (size_t i = 0; i < nodes->count; i++)
		if (!allowed(nodes->item[i], conf))
			strlist_add(&missing, nodes->item[i]);
	if (!missing.count)
		return 0;
	names = strlist_join(&missing, ", ");
	line = wanted_line(&missing, conf);
	strlist_done(&missing);
	err_set(e, ERR_VIRT, EACCES, profile,
		"libvirt's daemon does not let QEMU open %s (device-node in [qemu]): cgroup_device_acl of "
		"/etc/libvirt/qemu.conf lacks it",
		names);
	return err_fix(
		e,
		"put %s into it, and restart the daemon: systemctl restart libvirtd (or virtqemud)",
		line);
}
