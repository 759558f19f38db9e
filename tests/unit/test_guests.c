// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds a group, by whichever of vfio's nodes, on a host of a few files that passes for the live one. */
#include <check.h>

#include "survey/guests.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/suite.h"

/*
 * Group 11 has a device with vfio-pci, whose own node is vfio3; group 12 one that its driver let go of; group 13 one with
 * a driver of the host's.
 */
static const char *const made[] = {
	"d proc/77/fd",
	"f proc/77/comm qemu-kvm",
	"d sys/devices/a/vfio-dev/vfio3",
	"l sys/devices/a/vfio-dev/vfio3/device ../..",
	"l sys/devices/a/iommu_group ../../kernel/iommu_groups/11",
	"l sys/devices/a/driver ../vfio-pci",
	"l sys/class/vfio-dev/vfio3 ../../devices/a/vfio-dev/vfio3",
	"l sys/kernel/iommu_groups/11/devices/a ../../../../devices/a",
	"d sys/devices/b",
	"l sys/kernel/iommu_groups/12/devices/b ../../../../devices/b",
	"l sys/devices/c/driver ../nvme",
	"l sys/kernel/iommu_groups/13/devices/c ../../../../devices/c",
};

static void make_parents(int top, const char *path)
{
	char part[128];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdirat(top, part, 0755);
	}
}

static void make(int top, const char *line)
{
	char path[128] = "", text[128] = "";
	FILE *file;

	ck_assert_int_ge(sscanf(line + 2, "%127s %127s", path, text), 1);
	make_parents(top, path);
	if (line[0] == 'd') {
		ck_assert_int_eq(mkdirat(top, path, 0755), 0);
	} else if (line[0] == 'l') {
		ck_assert_int_eq(symlinkat(text, top, path), 0);
	} else {
		int fd = openat(top, path, O_WRONLY | O_CREAT, 0644);

		file = fdopen(fd, "w");
		ck_assert_ptr_nonnull(file);
		fprintf(file, "%s\n", text);
		fclose(file);
	}
}

/** struct fake - the host: its directory and root */
struct fake {
	char top[32];
	struct root root;
};

/* Process 77 has @target open. */
static void open_fake(struct fake *fake, const char *target)
{
	struct err e = { 0 };

	snprintf(fake->top, sizeof(fake->top), "/tmp/guests.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fake->top));
	ck_assert_int_eq(root_open(fake->top, &fake->root, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		make(fake->root.fd, made[i]);
	ck_assert_int_eq(symlinkat(target, fake->root.fd, "proc/77/fd/5"), 0);
	fake->root.live = true;
}

static void close_fake(struct fake *fake)
{
	_cleanup_free_ char *command = mem_printf("rm -rf %s", fake->top);

	root_close(&fake->root);
	ck_assert_int_eq(system(command), 0);
}

static const struct row {
	const char *target;
	int group;
	enum fact held;
} rows[] = {
	{ "/dev/vfio/11", 11, FACT_YES },
	{ "/dev/vfio/11", 12, FACT_NO },
	{ "/dev/vfio/11 (deleted)", 11, FACT_YES },
	{ "/dev/vfio/vfio", 11, FACT_NO },
	{ "/dev/vfio/noiommu-12", 12, FACT_YES },
	{ "/dev/vfio/noiommu-12", 11, FACT_NO },
	{ "/dev/vfio/devices/vfio3", 11, FACT_YES },
	{ "/dev/vfio/devices/vfio3", 12, FACT_NO },
	{ "/dev/vfio/devices/vfio3 (deleted)", 11, FACT_YES },
	{ "/run/libvirt/qemu/1.dev/vfio/devices/vfio3", 11, FACT_YES },
	/* The name is gone already while the unbind waits: of the device without driver, perhaps, and of no other. */
	{ "/dev/vfio/devices/vfio4 (deleted)", 12, FACT_UNKNOWN },
	{ "/dev/vfio/devices/vfio4 (deleted)", 11, FACT_NO },
	{ "/dev/vfio/devices/vfio4 (deleted)", 13, FACT_NO },
	/* Of a device without group. */
	{ "/dev/vfio/devices/vfio3", -1, FACT_NO },
};

START_TEST(by_a_process)
{
	const struct row *row = &rows[_i];
	_cleanup_free_ char *what = NULL;
	struct fake fake;
	enum fact held;

	open_fake(&fake, row->target);
	held = guests_group_held(&fake.root, row->group, &what);
	ck_assert_msg(held == row->held, "%s, group %d: %d", row->target, row->group, (int)held);
	ck_assert_str_eq(what ? what : "", held == FACT_NO ? "" : "qemu-kvm (pid 77)");
	ck_assert_int_eq(guests_group_pid(&fake.root, row->group), held == FACT_YES ? 77 : 0);
	close_fake(&fake);
}
END_TEST

/* A survey says the same of the groups it has. */
START_TEST(surveyed)
{
	const struct row *row = &rows[_i];
	struct group groups[] = { { .id = 11 }, { .id = 12 }, { .id = 13 } };
	struct host host = { .groups = groups, .group_count = ARRAY_SIZE(groups) };
	struct holders holders;
	struct fake fake;

	open_fake(&fake, row->target);
	holders_scan(&fake.root, NULL, &holders);
	guests_scan(&fake.root, NULL, &holders, &host);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		ck_assert_msg(groups[i].id != row->group || groups[i].held == row->held,
			      "%s, group %d: %d", row->target, row->group, (int)groups[i].held);
	holders_done(&holders);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (groups[i].holder) {
			free(groups[i].holder->name);
			free(groups[i].holder->what);
		}
		free(groups[i].holder);
	}
	close_fake(&fake);
}
END_TEST

/* What a link that may not be read leads to, nobody knows: not that the group is free. */
START_TEST(denied)
{
	_cleanup_free_ char *what = NULL;
	struct fake fake;
	pid_t pid;
	int status;

	open_fake(&fake, "/dev/vfio/11");
	ck_assert_int_eq(chmod(fake.top, 0755), 0);
	ck_assert_int_eq(fchmodat(fake.root.fd, "proc/77/fd", 0444, 0), 0);
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(99);
		_exit((int)guests_group_held(&fake.root, 11, &what));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(fchmodat(fake.root.fd, "proc/77/fd", 0755, 0), 0);
	close_fake(&fake);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), FACT_UNKNOWN);
}
END_TEST

/* What docker run --device /dev/sdb:/dev/xvdb gives a container: a device that the host calls otherwise. */
static const struct name {
	const char *mounts, *path, *node;
} names[] = {
	{ "mnt:[2]", "xvdb", "/dev/sdb" },
	{ "mnt:[1]", "xvdb", NULL },
	{ "mnt:[1]", "dev/xvdb", "/dev/sdb" },
	{ "mnt:[2]", "file", NULL },
};

START_TEST(in_a_container)
{
	const struct name *row = &names[_i];
	char target[64], line[64];
	struct holders holders;
	struct fake fake;

	open_fake(&fake, "/dev/null");
	make(fake.root.fd, "l proc/self/ns/mnt mnt:[1]");
	snprintf(line, sizeof(line), "l proc/77/ns/mnt %s", row->mounts);
	make(fake.root.fd, line);
	/* Number 1:3 is there on every host; here it is the disk's. */
	make(fake.root.fd, "f sys/dev/char/1:3/uevent DEVNAME=sdb");
	make(fake.root.fd, "f file text");
	snprintf(target, sizeof(target), "%s/%s", fake.top, row->path);
	if (strcmp(row->path, "file")) {
		snprintf(line, sizeof(line), "l %s /dev/null", row->path);
		make(fake.root.fd, line);
	}
	ck_assert_int_eq(symlinkat(target, fake.root.fd, "proc/77/fd/6"), 0);
	holders_scan(&fake.root, NULL, &holders);
	ck_assert(holders.all);
	ck_assert_uint_eq(holders.count, row->node ? 1 : 0);
	if (row->node)
		ck_assert_str_eq(holders.item[0].node, row->node);
	holders_done(&holders);
	close_fake(&fake);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("guests");

	tcase_add_loop_test(tests, by_a_process, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tests, surveyed, 0, ARRAY_SIZE(rows));
	tcase_add_test(tests, denied);
	tcase_add_loop_test(tests, in_a_container, 0, ARRAY_SIZE(names));
	return suite_run("guests", tests);
}
