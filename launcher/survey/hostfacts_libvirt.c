// SPDX-License-Identifier: GPL-2.0-or-later
/* libvirt and QEMU, for host check: configuration, daemon, hook, program, user. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "model/qemuconf.h"
#include "survey/hostfacts_parts.h"
#include "survey/processes.h"

#define CONF "etc/libvirt/qemu.conf"
#define HOOKS "etc/libvirt/hooks/qemu.d"

static char *string_of(const struct qemuconf *conf, const char *key)
{
	const struct qemuconf_entry *entry = qemuconf_find(conf, key);

	return entry && entry->kind == QEMUCONF_STRING
		       ? mem_printf("%.*s", (int)entry->value_len, entry->value)
		       : NULL;
}

void hostfacts_parse_qemu_conf(const char *text, struct qemu_conf *ret)
{
	const struct qemuconf_entry *acl, *dynamic;
	struct qemuconf conf;
	struct err e = { 0 };

	if (qemuconf_scan(text, strlen(text), "line", &conf, &e) < 0) {
		ret->fault = mem_printf("%s: %s", e.subject, e.message);
		return;
	}
	acl = qemuconf_find(&conf, "cgroup_device_acl");
	dynamic = qemuconf_find(&conf, "dynamic_ownership");
	ret->acl_set = acl && qemuconf_strings(acl, &ret->acl);
	if (acl && !ret->acl_set)
		ret->fault =
			mem_printf("line:%zu: cgroup_device_acl is no list of strings", acl->line);
	ret->dynamic_ownership_off = dynamic && dynamic->value_len && *dynamic->value == '0';
	ret->user = string_of(&conf, "user");
	ret->group = string_of(&conf, "group");
	qemuconf_done(&conf);
}

void qemu_conf_done(struct qemu_conf *conf)
{
	strlist_done(&conf->acl);
	free(conf->user);
	free(conf->group);
	free(conf->fault);
	*conf = (struct qemu_conf){ 0 };
}

/*
 * Whether a line of etc/passwd or etc/group begins with @name, or by number ("+64055") has it in
 * its third field.
 */
static bool has_entry(const char *text, const char *name)
{
	const char *number = name + (*name == '+');

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *field = line;

		if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
			return true;
		for (int i = 0; i < 2; i++) {
			field += strcspn(field, ":\n");
			field += *field == ':';
		}
		if (!strncmp(field, number, strlen(number)) && field[strlen(number)] == ':')
			return true;
	}
	return false;
}

/* Whom libvirt runs QEMU as: its configuration, else what distributions build in. */
static void find_user(const struct root *root, struct libvirt_facts *libvirt)
{
	static const char *const usual[] = { "libvirt-qemu", "qemu" };
	_cleanup_free_ char *users = NULL, *groups = NULL;

	libvirt->user_known = root_read(root, "etc/passwd", HOSTFACTS_CONF_MAX, &users, NULL) == 0;
	for (size_t i = 0; libvirt->user_known && i < ARRAY_SIZE(usual) && !libvirt->user; i++)
		if (has_entry(users, usual[i]))
			libvirt->user = mem_strdup(usual[i]);
	if (libvirt->user_known && libvirt->conf.user) {
		free(libvirt->user);
		libvirt->user = mem_strdup(has_entry(users, libvirt->conf.user) ? libvirt->conf.user
										: NULL);
	}
	if (libvirt->conf.group &&
	    root_read(root, "etc/group", HOSTFACTS_CONF_MAX, &groups, NULL) == 0)
		libvirt->group_exists = has_entry(groups, libvirt->conf.group) ? FACT_YES : FACT_NO;
}

static enum daemon_state try_socket(const char *path)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (fd < 0)
		return DAEMON_UNKNOWN;
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0 || errno == EAGAIN)
		return DAEMON_ANSWERS;
	return errno == EACCES || errno == EPERM ? DAEMON_REFUSES_US : DAEMON_SILENT;
}

/* The modular daemon first, as virt_choose() does; a captured host does not answer. */
static enum daemon_state ask_daemon(const struct root *root)
{
	enum daemon_state state;

	if (!root->live)
		return DAEMON_UNKNOWN;
	state = try_socket("/run/libvirt/virtqemud-sock");
	return state == DAEMON_SILENT ? try_socket("/run/libvirt/libvirt-sock") : state;
}

static void find_programs(const struct root *root, struct libvirt_facts *libvirt)
{
	static const char *const qemu[] = { "/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-kvm",
					    "/usr/libexec/qemu-kvm",
					    "/usr/bin/qemu-system-aarch64" };

	libvirt->qemu_known = root_exists(root, "usr/bin");
	for (size_t i = 0; i < ARRAY_SIZE(qemu) && !libvirt->qemu; i++)
		if (root_exists(root, qemu[i] + 1))
			libvirt->qemu = mem_strdup(qemu[i]);
	libvirt->daemon_known = root_exists(root, "usr/sbin") || root_exists(root, "usr/bin");
	if (root_exists(root, "usr/sbin/virtqemud"))
		libvirt->daemon = "virtqemud";
	else if (root_exists(root, "usr/sbin/libvirtd"))
		libvirt->daemon = "libvirtd";
	libvirt->systemd = root_exists(root, "run/systemd/system");
}

/* Seconds since the epoch at which a process was started: proc(5), stat's btime and field 22. */
static int started_at(const struct root *root, pid_t pid, uint64_t *ret)
{
	_cleanup_free_ char *text = NULL;
	const char *at;
	uint64_t ticks;
	int r = process_started(root, pid, &ticks);

	if (r == 0)
		r = root_read(root, "proc/stat", HOSTFACTS_LOG_MAX, &text, NULL);
	at = r == 0 ? strstr(text, "\nbtime ") : NULL;
	if (!at)
		return -ENOENT;
	*ret = strtoull(at + strlen("\nbtime "), NULL, 10) + ticks / (uint64_t)sysconf(_SC_CLK_TCK);
	return 0;
}

/* A hook installed under a running daemon is not called until the daemon is told. */
static enum fact hook_late(const struct root *root, const char *hook)
{
	static const char *const pids[] = { "run/virtqemud.pid", "run/libvirtd.pid" };
	_cleanup_close_ int fd = root_openat(root, hook, O_PATH);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		uint64_t pid, begin;

		if (root_read_u64(root, pids[i], 10, &pid) == 0 && pid <= INT32_MAX &&
		    started_at(root, (pid_t)pid, &begin) == 0)
			return (uint64_t)st.st_mtim.tv_sec > begin ? FACT_YES : FACT_NO;
	}
	return FACT_UNKNOWN;
}

static void find_hook(const struct root *root, struct libvirt_facts *libvirt)
{
	struct strlist names = { 0 };
	int r = root_list(root, HOOKS, &names);

	libvirt->hook_known = r == 0 || (r == -ENOENT && root_exists(root, "etc"));
	if (strlist_has(&names, "vmrun")) {
		libvirt->hook = mem_strdup("/" HOOKS "/vmrun");
		libvirt->hook_late = hook_late(root, HOOKS "/vmrun");
	}
	strlist_done(&names);
}

void hostfacts_libvirt(const struct root *root, struct hostfacts *facts)
{
	struct libvirt_facts *libvirt = &facts->libvirt;
	_cleanup_free_ char *text = NULL;
	int r = root_read(root, CONF, HOSTFACTS_CONF_MAX, &text, NULL);

	libvirt->conf_known = r == 0 || (r == -ENOENT && root_exists(root, "etc"));
	if (r == 0)
		hostfacts_parse_qemu_conf(text, &libvirt->conf);
	find_user(root, libvirt);
	libvirt->state = ask_daemon(root);
	find_programs(root, libvirt);
	find_hook(root, libvirt);
}
