// SPDX-License-Identifier: GPL-2.0-or-later
/* Which devices a guest's control group lets it open, read back from the kernel. */
#include "survey/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/bracket.h"
#include "base/cleanup.h"
#include "base/log.h"

#define CGROUP_SIZE_MAX (64 * 1024)
#define LIST_SIZE_MAX (1024 * 1024)

/* Programs of a group and those above it; instructions of one (the kernel's limit is 1,000,000 for the privileged). */
#define PROGRAMS_MAX 64
#define INSNS_MAX 65536
#define MAPS_MAX 64

/** struct guard_map - a map a program looks into: its id, descriptor and the size of its keys and values */
struct guard_map {
	uint32_t id;
	int fd;
	uint32_t key_size, value_size;
};

/** struct guard_program - a program and its maps, open, so that what was read once stays what is asked */
struct guard_program {
	struct bpf_insn *insns;
	size_t count;
	struct guard_map *maps;
	size_t map_count;
};

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	long r = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return r < 0 ? -errno : (int)r;
}

static int get_fd(enum bpf_cmd command, uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };

	return bpf(command, &attr);
}

static int get_info(int fd, void *info, uint32_t size)
{
	union bpf_attr attr = { 0 };

	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = size;
	attr.info.info = (uint64_t)(uintptr_t)info;
	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

static int open_map(uint32_t id, struct guard_map *ret)
{
	struct bpf_map_info info = { 0 };
	_cleanup_close_ int fd = get_fd(BPF_MAP_GET_FD_BY_ID, id);
	int r = fd < 0 ? fd : get_info(fd, &info, sizeof(info));

	if (r < 0)
		return r;
	*ret = (struct guard_map){ .id = id,
				   .key_size = info.key_size,
				   .value_size = info.value_size };
	ret->fd = take_fd(fd);
	return 0;
}

/* Twice: how much there is, then all of it. A program that may not be dumped has no instructions. */
static int read_program(uint32_t id, struct guard_program *ret)
{
	_cleanup_close_ int fd = get_fd(BPF_PROG_GET_FD_BY_ID, id);
	struct bpf_prog_info size = { 0 }, info = { 0 };
	uint32_t maps[MAPS_MAX];
	int r = fd < 0 ? fd : get_info(fd, &size, sizeof(size));

	if (r < 0)
		return r;
	if (!size.xlated_prog_len || size.xlated_prog_len > INSNS_MAX * sizeof(struct bpf_insn) ||
	    size.nr_map_ids > MAPS_MAX)
		return -EPERM;
	ret->count = size.xlated_prog_len / sizeof(struct bpf_insn);
	ret->insns = mem_zalloc(size.xlated_prog_len);
	info.xlated_prog_insns = (uint64_t)(uintptr_t)ret->insns;
	info.xlated_prog_len = size.xlated_prog_len;
	info.map_ids = (uint64_t)(uintptr_t)maps;
	info.nr_map_ids = size.nr_map_ids;
	r = get_info(fd, &info, sizeof(info));
	for (uint32_t i = 0; r == 0 && i < size.nr_map_ids; i++)
		r = open_map(maps[i], mem_append(&ret->maps, &ret->map_count));
	return r;
}

static int query(int group, uint32_t *ids, uint32_t *count)
{
	union bpf_attr attr = { 0 };
	int r;

	attr.query.target_fd = (uint32_t)group;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.query_flags = BPF_F_QUERY_EFFECTIVE;
	attr.query.prog_ids = (uint64_t)(uintptr_t)ids;
	attr.query.prog_cnt = PROGRAMS_MAX;
	r = bpf(BPF_PROG_QUERY, &attr);
	*count = attr.query.prog_cnt;
	return r;
}

/* Everything that needs privilege; what the programs mean is found out after it. */
static int read_programs(const struct root *root, const char *path, struct guard *guard)
{
	_cleanup_close_ int group = root_openat(root, path, O_RDONLY | O_DIRECTORY);
	uint32_t ids[PROGRAMS_MAX], count = 0;
	int r = group;
	BRACKET(GUARD);

	if (r >= 0)
		r = query(group, ids, &count);
	for (uint32_t i = 0; r == 0 && i < count; i++)
		r = read_program(ids[i], mem_append(&guard->programs, &guard->program_count));
	return r;
}

/* Where the hierarchy of version 2 is mounted, alone or beside those of version 1. */
static char *unified_path(const struct root *root, const char *path)
{
	static const char *const mounts[] = { "sys/fs/cgroup/unified", "sys/fs/cgroup" };

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		_cleanup_free_ char *full = mem_printf("%s%s", mounts[i], path),
				    *procs = mem_printf("%s/cgroup.procs", full);

		if (root_exists(root, procs))
			return take_ptr(full);
	}
	return NULL;
}

static void read_unified(const struct root *root, struct guard *guard)
{
	_cleanup_free_ char *path = unified_path(root, guard->path);
	int r = path ? read_programs(root, path, guard) : -ENOENT;

	if (r < 0)
		log_debug("devices of control group %s: %s", guard->path, strerror(-r));
	else
		guard->guarded = guard->program_count ? FACT_YES : FACT_NO;
}

static void read_list(const struct root *root, struct guard *guard)
{
	_cleanup_free_ char *path = mem_printf("sys/fs/cgroup/devices%s/devices.list", guard->path);

	if (root_read(root, path, LIST_SIZE_MAX, &guard->list, NULL) < 0)
		return;
	guard->guarded = strncmp(guard->list, "a *:* rwm", strlen("a *:* rwm")) ? FACT_YES
										: FACT_NO;
}

/* proc/PID/cgroup, cgroups(7): "5:devices:/path" in version 1, "0::/path" in version 2. */
static char *path_in(const char *text, const char *controllers)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;

		if (!second)
			continue;
		*second = '\0';
		if (!strcmp(first + 1, controllers))
			return mem_strdup(second + 1);
	}
	return NULL;
}

void guard_read(const struct root *root, pid_t pid, struct guard *ret)
{
	_cleanup_free_ char *file = mem_printf("proc/%d/cgroup", (int)pid), *text = NULL;

	*ret = (struct guard){ .guarded = FACT_UNKNOWN };
	if (!root->live || root_read(root, file, CGROUP_SIZE_MAX, &text, NULL) < 0)
		return;
	ret->path = path_in(text, "devices");
	if (ret->path) {
		ret->version = 1;
		read_list(root, ret);
		return;
	}
	ret->path = path_in(text, "");
	if (!ret->path)
		return;
	ret->version = 2;
	read_unified(root, ret);
}

/* Kernels before 5.19 refuse any bpf(2) to the unprivileged, where that is switched off. */
static int look_up(union bpf_attr *attr)
{
	BRACKET(GUARD);

	return bpf(BPF_MAP_LOOKUP_ELEM, attr);
}

static int lookup(void *context, uint32_t id, const void *key, void *value, size_t size)
{
	const struct guard_program *program = context;

	for (size_t i = 0; i < program->map_count; i++) {
		const struct guard_map *map = &program->maps[i];
		union bpf_attr attr = { 0 };
		int r;

		if (map->id != id)
			continue;
		if (map->key_size != sizeof(uint64_t) || map->value_size > size)
			return -EINVAL;
		attr.map_fd = (uint32_t)map->fd;
		attr.key = (uint64_t)(uintptr_t)key;
		attr.value = (uint64_t)(uintptr_t)value;
		r = look_up(&attr);
		return r == -ENOENT ? 0 : r < 0 ? r : 1;
	}
	return -EINVAL;
}

static enum fact programs_allow(const struct guard *guard, const struct devquery *query)
{
	for (size_t i = 0; i < guard->program_count; i++) {
		struct guard_program *program = &guard->programs[i];
		struct devprog prog = { program->insns, program->count, lookup, program };
		struct err e = { 0 };
		bool allowed;

		if (devprog_allows(&prog, query, &allowed, &e) < 0) {
			log_debug("control group %s: %s", guard->path, e.message);
			return FACT_UNKNOWN;
		}
		if (!allowed)
			return FACT_NO;
	}
	return FACT_YES;
}

enum fact guard_allows(const struct guard *guard, bool block, dev_t devno)
{
	const struct devquery query = { .block = block,
					.access = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE,
					.major_number = major(devno),
					.minor_number = minor(devno) };

	if (guard->guarded != FACT_YES)
		return guard->guarded == FACT_NO ? FACT_YES : FACT_UNKNOWN;
	if (guard->version == 1)
		return devlist_allows(guard->list, &query) ? FACT_YES : FACT_NO;
	return programs_allow(guard, &query);
}

void guard_done(struct guard *guard)
{
	for (size_t i = 0; i < guard->program_count; i++) {
		struct guard_program *program = &guard->programs[i];

		for (size_t j = 0; j < program->map_count; j++)
			if (program->maps[j].fd > 0)
				close(program->maps[j].fd);
		free(program->maps);
		free(program->insns);
	}
	free(guard->programs);
	free(guard->list);
	free(guard->path);
	*guard = (struct guard){ 0 };
}
