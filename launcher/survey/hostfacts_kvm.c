// SPDX-License-Identifier: GPL-2.0-or-later
/* What QEMU needs of the kernel, for host check: KVM, virtual networks, and who may use them. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "survey/hostfacts_parts.h"

/* Field @index of a line of etc/passwd or etc/group as a number; UINT32_MAX where it is none. */
static uint32_t number_field(const char *line, int index)
{
	_cleanup_free_ char *text = NULL;
	uint64_t number;

	for (; index > 0; index--) {
		line += strcspn(line, ":\n");
		line += *line == ':';
	}
	text = mem_printf("%.*s", (int)strcspn(line, ":\n"), line);
	return num_parse(text, 10, UINT32_MAX - 1, &number) < 0 ? UINT32_MAX : (uint32_t)number;
}

/* Whether @user is in the comma-separated list at the end of a line of etc/group. */
static bool is_member(const char *line, const char *user)
{
	const char *end = line + strcspn(line, "\n"),
		   *at = memrchr(line, ':', (size_t)(end - line));

	while (at && at < end) {
		size_t len = strcspn(++at, ",\n");

		if (len == strlen(user) && !strncmp(at, user, len))
			return true;
		at += len;
	}
	return false;
}

/* Whether group @gid of etc/group has @user as a member. */
static bool in_group(const char *groups, uint32_t gid, const char *user)
{
	for (const char *line = groups; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (number_field(line, 2) == gid && is_member(line, user))
			return true;
	return false;
}

/* Whether @user may open a node for reading and writing, by its owner, group and mode. */
static enum fact may_open(const struct root *root, const struct stat *st, const char *user)
{
	_cleanup_free_ char *users = NULL, *groups = NULL;
	size_t len = strlen(user);

	if ((st->st_mode & 06) == 06)
		return FACT_YES;
	if (root_read(root, "etc/passwd", HOSTFACTS_CONF_MAX, &users, NULL) < 0 ||
	    root_read(root, "etc/group", HOSTFACTS_CONF_MAX, &groups, NULL) < 0)
		return FACT_UNKNOWN;
	for (const char *line = users; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, user, len) != 0 || line[len] != ':')
			continue;
		if (number_field(line, 2) == 0)
			return FACT_YES;
		if (number_field(line, 2) == st->st_uid)
			return (st->st_mode & 0600) == 0600 ? FACT_YES : FACT_NO;
		if (number_field(line, 3) == st->st_gid || in_group(groups, st->st_gid, user))
			return (st->st_mode & 060) == 060 ? FACT_YES : FACT_NO;
		return FACT_NO;
	}
	return FACT_UNKNOWN;
}

static void scan_node(const struct root *root, struct hostfacts *facts)
{
	_cleanup_close_ int fd = root_openat(root, "dev/kvm", O_PATH);
	struct kvm_facts *kvm = &facts->kvm;
	struct stat st;

	if (kvm->node != FACT_YES || fd < 0 || fstat(fd, &st) < 0)
		return;
	if (facts->libvirt.user)
		kvm->by_qemu = may_open(root, &st, facts->libvirt.user);
	if (root->live)
		kvm->by_us = faccessat(root->fd, "dev/kvm", R_OK | W_OK, AT_EACCESS) == 0 ? FACT_YES
											  : FACT_NO;
}

/* The word among the flags of the first processor. */
static bool has_flag(const char *cpuinfo, const char *flag)
{
	const char *line = strstr(cpuinfo, "\nflags"), *at;
	size_t len = line ? strcspn(line + 1, "\n") : 0, word = strlen(flag);

	for (at = line; at && (at = memmem(at, (size_t)(line + 1 + len - at), flag, word));
	     at += word)
		if (at[-1] == ' ' && (at[word] == ' ' || at[word] == '\n' || !at[word]))
			return true;
	return false;
}

static void scan_cpu(const struct root *root, struct kvm_facts *kvm)
{
	_cleanup_free_ char *text = NULL;

	if (root_read(root, "proc/cpuinfo", HOSTFACTS_LOG_MAX, &text, NULL) < 0 ||
	    !strstr(text, "\nflags"))
		return;
	kvm->cpu = true;
	kvm->flag = has_flag(text, "vmx") ? "vmx" : has_flag(text, "svm") ? "svm" : NULL;
}

static enum fact parameter_is_on(const struct root *root, const char *path)
{
	char text[8];

	if (root_read_line(root, path, text, sizeof(text)) < 0)
		return FACT_UNKNOWN;
	return text[0] == 'Y' || text[0] == '1' ? FACT_YES : FACT_NO;
}

void hostfacts_kvm(const struct root *root, struct hostfacts *facts)
{
	struct kvm_facts *kvm = &facts->kvm;

	scan_cpu(root, kvm);
	kvm->node = hostfacts_there(root, "dev", "dev/kvm");
	kvm->vhost_net = hostfacts_there(root, "dev", "dev/vhost-net");
	kvm->tun = hostfacts_there(root, "dev", "dev/net/tun");
	kvm->secure_guests = parameter_is_on(root, "sys/module/kvm_amd/parameters/sev");
	if (kvm->secure_guests == FACT_UNKNOWN)
		kvm->secure_guests = parameter_is_on(root, "sys/module/kvm_intel/parameters/tdx");
	scan_node(root, facts);
}
