// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading signatures: images of disks, what makes a reader fail, and one that takes too long. */
#include "survey/probe.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define IMAGE_SIZE (64 * 1024 * 1024)
#define ENOUGH_MS 10000

static char dir[PATH_MAX];
static struct root root;

static void setup(void)
{
	const char *tmp = getenv("TMPDIR");
	char dev[PATH_MAX + 8];

	snprintf(dir, sizeof(dir), "%s/vmrun-probe.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(dev, sizeof(dev), "%s/dev", dir);
	ck_assert_int_eq(mkdir(dev, 0700), 0);
	ck_assert_int_eq(root_open(dir, &root, NULL), 0);
}

static char *path_of(const char *name)
{
	return mem_printf("%s/dev/%s", dir, name);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void teardown(void)
{
	root_close(&root);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int make(const char *name, off_t size)
{
	_cleanup_free_ char *path = path_of(name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	return fd;
}

static void put(int fd, const void *bytes, size_t len, off_t at)
{
	ck_assert_int_eq(pwrite(fd, bytes, len, at), (ssize_t)len);
}

/* On-disk format of LUKS 1, 6.1: magic and version. */
static void make_luks(void)
{
	_cleanup_close_ int fd = make("luks", IMAGE_SIZE);

	put(fd, "LUKS\xba\xbe\x00\x01", 8, 0);
}

/* Uberblocks of the first label, 128 KiB in, one each KiB: their magic. */
static void make_zfs(void)
{
	_cleanup_close_ int fd = make("zfs", IMAGE_SIZE);
	const uint64_t magic = 0x00bab10c;

	for (int i = 0; i < 16; i++)
		put(fd, &magic, sizeof(magic), 128 * 1024 + i * 1024);
}

static void make_random(void)
{
	_cleanup_close_ int fd = make("random", IMAGE_SIZE);
	uint32_t state = 1;
	uint8_t block[4096];

	for (off_t at = 0; at < 1024 * 1024; at += (off_t)sizeof(block)) {
		for (size_t i = 0; i < sizeof(block); i++)
			block[i] = (uint8_t)((state = state * 1103515245 + 12345) >> 16);
		put(fd, block, sizeof(block), at);
	}
}

static void done(struct probe_job *job)
{
	strlist_done(&job->nodes);
	for (size_t i = 0; i < job->found_count; i++)
		signature_done(&job->found[i]);
	free(job->found);
}

static const struct signed_image {
	const char *name;
	void (*make)(void);
	const char *type;
} images[] = {
	{ "luks", make_luks, "crypto_LUKS" },
	{ "zfs", make_zfs, "zfs_member" },
	{ "random", make_random, NULL },
	{ "absent", NULL, NULL },
};

START_TEST(one_image)
{
	const struct signed_image *row = &images[_i];
	_cleanup_free_ char *node = mem_printf("/dev/%s", row->name);
	struct probe_job job = { 0 };

	if (row->make)
		row->make();
	strlist_add(&job.nodes, node);
	probe_run(&root, &job, 1, ENOUGH_MS);
	ck_assert(job.known);
	ck_assert_uint_eq(job.found_count, row->type ? 1 : 0);
	if (row->type) {
		ck_assert_str_eq(job.found[0].type, row->type);
		ck_assert_str_eq(job.found[0].name, node);
	}
	done(&job);
}
END_TEST

/* More disks than children at a time, each with several nodes; every answer comes to its own disk. */
START_TEST(many_disks)
{
	struct probe_job jobs[70] = { 0 };

	make_luks();
	make_zfs();
	close(make("empty", IMAGE_SIZE));
	close(make("short", 100));
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		strlist_add(&jobs[i].nodes, "/dev/empty");
		strlist_add(&jobs[i].nodes, "/dev/short");
		strlist_add(&jobs[i].nodes, i % 2 ? "/dev/luks" : "/dev/zfs");
	}
	probe_run(&root, jobs, ARRAY_SIZE(jobs), ENOUGH_MS);
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		ck_assert(jobs[i].known);
		ck_assert_uint_eq(jobs[i].found_count, 1);
		ck_assert_str_eq(jobs[i].found[0].name, i % 2 ? "/dev/luks" : "/dev/zfs");
		ck_assert_str_eq(jobs[i].found[0].type, i % 2 ? "crypto_LUKS" : "zfs_member");
		done(&jobs[i]);
	}
}
END_TEST

/* A disk that does not answer in time is not known; whoever reads it is gone, or was told to go. */
START_TEST(out_of_time)
{
	struct probe_job job = { 0 };

	make_luks();
	strlist_add(&job.nodes, "/dev/luks");
	probe_run(&root, &job, 1, 0);
	ck_assert(!job.known);
	ck_assert_uint_eq(job.found_count, 0);
	done(&job);
}
END_TEST

/** main() - Run the tests */
int main(void)
{
	TCase *tests = tcase_create("probe");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, one_image, 0, (int)ARRAY_SIZE(images));
	tcase_add_test(tests, many_disks);
	tcase_add_test(tests, out_of_time);
	return suite_run("probe", tests);
}
