// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of images that are made: both formats as QEMU's own tool sees them, what is there stays, failures leave nothing. */
#include "act/images.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/made.h"
#include "unit/suite.h"

static char dir[] = "/tmp/vmrun-images-XXXXXX";

static struct profile with_disk(const char *name, const char *keys)
{
	_cleanup_free_ char *text = mem_printf("[disk \"d\"]\nsource = %s/%s\n%s", dir, name, keys);

	return made_profile(text);
}

static const struct {
	const char *name, *keys, *format;
	unsigned long long size;
} images[] = {
	{ "raw", "size = 40G\n", "raw", 40ULL << 30 },
	{ "small", "format = qcow2\nsize = 1M\n", "qcow2", 1ULL << 20 },
	{ "qcow2", "format = qcow2\nsize = 40G\n", "qcow2", 40ULL << 30 },
	{ "odd", "format = qcow2\nsize = 513M\n", "qcow2", 513ULL << 20 },
	{ "huge", "format = qcow2\nsize = 20T\n", "qcow2", 20ULL << 40 },
};

/* qemu-img, where it is installed, finds no error and the size that was asked for. */
START_TEST(made)
{
	struct profile profile = with_disk(images[_i].name, images[_i].keys);
	_cleanup_free_ char *info = mem_printf(
		"command -v qemu-img >/dev/null || exit 0; qemu-img info -f %s %s/%s | "
		"grep -q '(%llu bytes)' && { [ %s = raw ] || qemu-img check -q -f %s %s/%s; }",
		images[_i].format, dir, images[_i].name, images[_i].size, images[_i].format,
		images[_i].format, dir, images[_i].name);
	struct strlist list = { 0 };
	struct err e = { 0 };
	struct stat st;

	ck_assert_msg(images_create(&profile, (uid_t)-1, (gid_t)-1, &list, &e) == 0, "%s: %s",
		      e.subject, e.message);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_int_eq(stat(profile.disks[0].source, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_msg(st.st_blocks < 4096, "%lld blocks", (long long)st.st_blocks);
	ck_assert_int_eq(system(info), 0);
	images_remove(&list);
	ck_assert_int_lt(stat(profile.disks[0].source, &st), 0);
	profile_done(&profile);
}
END_TEST

/* What is there is the guest's data: it is neither changed nor removed. */
START_TEST(kept)
{
	struct profile profile = with_disk("data", "size = 1G\n");
	struct strlist list = { 0 };
	struct stat st;
	FILE *file = fopen(profile.disks[0].source, "w");

	fputs("data", file);
	fclose(file);
	ck_assert_int_eq(images_create(&profile, (uid_t)-1, (gid_t)-1, &list, NULL), 0);
	ck_assert_uint_eq(list.count, 0);
	images_remove(&list);
	ck_assert_int_eq(stat(profile.disks[0].source, &st), 0);
	ck_assert_int_eq(st.st_size, 4);
	unlink(profile.disks[0].source);
	profile_done(&profile);
}
END_TEST

START_TEST(undone)
{
	_cleanup_free_ char *text = mem_printf(
		"[disk \"a\"]\nsource = %s/a\nsize = 1G\n[disk \"b\"]\nsource = %s/none/b\nsize = 1G\n",
		dir, dir);
	struct profile profile = made_profile(text);
	struct strlist list = { 0 };
	struct err e = { 0 };

	ck_assert_int_eq(images_create(&profile, (uid_t)-1, (gid_t)-1, &list, &e), -ENOENT);
	ck_assert_ptr_nonnull(strstr(e.subject, "/none/b"));
	ck_assert_int_lt(access(profile.disks[0].source, F_OK), 0);
	profile_done(&profile);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("images");
	int status;

	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	tcase_add_loop_test(tests, made, 0, (int)ARRAY_SIZE(images));
	tcase_add_test(tests, kept);
	tcase_add_test(tests, undone);
	status = suite_run("images", tests);
	rmdir(dir);
	return status;
}
