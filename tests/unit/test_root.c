// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the host behind a directory: reading, links that lead out, pipes, writes. */
#include "base/root.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/root_dir.h"
#include "unit/suite.h"

static char dir[PATH_MAX];
static struct root root;

static const char *below(const char *path)
{
	static char full[PATH_MAX + 256];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	return full;
}

static void put_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(below(path), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static void put_link(const char *path, const char *target)
{
	ck_assert_int_eq(symlink(target, below(path)), 0);
}

/* The directory stands for a captured host, with a file beside it that must stay out of reach. */
static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/vmrun-root.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	put_file("secret", "outside\n", 8);
	ck_assert_int_eq(mkdir(below("host"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys/drivers"), 0755), 0);
	ck_assert_int_eq(root_open(below("host"), &root, NULL), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void tear_down(void)
{
	root_close(&root);
	root_close(&root);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

START_TEST(opened)
{
	struct root other = { .fd = -1 };
	struct err e = { 0 };

	ck_assert(!root.live);
	ck_assert_int_eq(root_open("/", &other, NULL), 0);
	ck_assert(other.live);
	root_close(&other);
	ck_assert_int_eq(root_open("/nonexistent", &other, &e), -ENOENT);
	ck_assert_str_eq(e.subject, "/nonexistent");
	ck_assert_str_eq(e.message, "it is no captured host: No such file or directory");
	ck_assert_int_eq(root_open("/etc/passwd", &other, &e), -ENOTDIR);
}
END_TEST

START_TEST(whole_files)
{
	_cleanup_free_ char *large = mem_zalloc(20000), *text = NULL, *empty = NULL, *all = NULL;
	size_t len = 99;

	put_file("host/sys/attr", "a\0b\n", 4);
	put_file("host/sys/empty", "", 0);
	memset(large, 'x', 20000);
	put_file("host/sys/large", large, 20000);

	ck_assert_int_eq(root_read(&root, "sys/attr", 4, &text, &len), 0);
	ck_assert_uint_eq(len, 4);
	ck_assert_int_eq(memcmp(text, "a\0b\n", 5), 0);
	ck_assert_int_eq(root_read(&root, "sys/empty", 0, &empty, &len), 0);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(empty, "");
	ck_assert_int_eq(root_read(&root, "sys/large", 20000, &all, &len), 0);
	ck_assert_uint_eq(len, 20000);
	ck_assert_uint_eq(strlen(all), 20000);

	free(take_ptr(text));
	ck_assert_int_eq(root_read(&root, "sys/attr", 3, &text, &len), -EFBIG);
	ck_assert_int_eq(root_read(&root, "sys/large", 19999, &text, &len), -EFBIG);
	ck_assert_int_eq(root_read(&root, "sys/absent", 10, &text, NULL), -ENOENT);
	ck_assert_int_eq(root_read(&root, "sys", 10, &text, NULL), -EISDIR);
	ck_assert_ptr_null(text);
}
END_TEST

static const struct {
	const char *content;
	int result;
	const char *line;
} lines[] = {
	{ "0x8086\n", 0, "0x8086" },
	{ "no newline", 0, "no newline" },
	{ "", 0, "" },
	{ "\n", 0, "" },
	{ "blanks \t \r\n", 0, "blanks" },
	{ "first\nsecond\n", 0, "first" },
	{ "  kept", 0, "  kept" },
	{ "123456789012345", 0, "123456789012345" },
	{ "1234567890123456", -EFBIG, NULL },
};

START_TEST(line)
{
	char buf[16] = "untouched";

	put_file("host/sys/attr", lines[_i].content, strlen(lines[_i].content));
	ck_assert_int_eq(root_read_line(&root, "sys/attr", buf, sizeof(buf)), lines[_i].result);
	ck_assert_str_eq(buf, lines[_i].line ? lines[_i].line : "untouched");
}
END_TEST

START_TEST(line_longer_than_any_attribute)
{
	_cleanup_free_ char *text = mem_zalloc(9000), *buf = mem_zalloc(8192);

	memset(text, 'x', 5000);
	put_file("host/sys/attr", text, 5000);
	ck_assert_int_eq(root_read_line(&root, "sys/attr", buf, 8192), -EFBIG);
	text[4000] = '\n';
	put_file("host/sys/attr", text, 5000);
	ck_assert_int_eq(root_read_line(&root, "sys/attr", buf, 8192), 0);
	ck_assert_uint_eq(strlen(buf), 4000);
}
END_TEST

START_TEST(numbers)
{
	uint64_t value = 5;

	put_file("host/sys/attr", "0x10ec\n", 7);
	ck_assert_int_eq(root_read_u64(&root, "sys/attr", 16, &value), 0);
	ck_assert_uint_eq(value, 0x10ec);
	ck_assert_int_eq(root_read_u64(&root, "sys/attr", 10, &value), -EINVAL);
	put_file("host/sys/attr", "-1\n", 3);
	ck_assert_int_eq(root_read_u64(&root, "sys/attr", 10, &value), -EINVAL);
	ck_assert_int_eq(root_read_u64(&root, "sys/absent", 10, &value), -ENOENT);
	ck_assert_uint_eq(value, 0x10ec);
}
END_TEST

/* Links of a captured host that point to absolute paths or upwards mean paths in it. */
START_TEST(links_stay_inside)
{
	char buf[64];

	put_link("host/sys/up", "../../secret");
	put_link("host/sys/further", "../../../../../../../../secret");
	put_link("host/sys/absolute", "/sys/attr");
	put_link("host/outside", dir);
	put_link("host/self", "/proc/self/root");
	put_file("host/sys/attr", "inside\n", 7);

	ck_assert_int_eq(root_read_line(&root, "sys/up", buf, sizeof(buf)), -ENOENT);
	ck_assert_int_eq(root_read_line(&root, "sys/further", buf, sizeof(buf)), -ENOENT);
	ck_assert_int_eq(root_read_line(&root, "../secret", buf, sizeof(buf)), -ENOENT);
	ck_assert_int_eq(root_read_line(&root, "outside/secret", buf, sizeof(buf)), -ENOENT);
	ck_assert_int_eq(root_read_line(&root, "self/etc/passwd", buf, sizeof(buf)), -ENOENT);
	ck_assert(!root_exists(&root, "../secret"));
	ck_assert(!root_exists(&root, "outside/secret"));
	ck_assert_int_eq(root_read_line(&root, "sys/absolute", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "inside");
	ck_assert_int_eq(root_read_line(&root, "/sys/attr", buf, sizeof(buf)), 0);
}
END_TEST

START_TEST(targets)
{
	char buf[64] = "untouched", small[4] = "x";

	put_link("host/sys/driver", "../../bus/pci/drivers/vfio-pci");
	put_link("host/sys/bare", "name");
	put_file("host/sys/attr", "", 0);
	ck_assert_int_eq(root_readlink(&root, "sys/attr", buf, sizeof(buf)), -EINVAL);
	ck_assert_int_eq(root_readlink(&root, "sys/absent", buf, sizeof(buf)), -ENOENT);
	ck_assert_str_eq(buf, "untouched");
	ck_assert_int_eq(root_readlink(&root, "sys/driver", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "../../bus/pci/drivers/vfio-pci");
	ck_assert_int_eq(root_link_name(&root, "sys/driver", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "vfio-pci");
	ck_assert_int_eq(root_link_name(&root, "sys/bare", small, sizeof(small)), -EFBIG);
	ck_assert_int_eq(root_readlink(&root, "sys/bare", small, sizeof(small)), -EFBIG);
	ck_assert_str_eq(small, "x");
	ck_assert(root_exists(&root, "sys/driver"));
	ck_assert(!root_exists(&root, "sys/driver/bind"));
}
END_TEST

START_TEST(listed)
{
	struct strlist names = { 0 };

	ck_assert_int_eq(root_list(&root, "sys/drivers", &names), 0);
	ck_assert_uint_eq(names.count, 0);
	put_file("host/sys/drivers/nvme", "", 0);
	put_file("host/sys/drivers/ahci", "", 0);
	put_file("host/sys/drivers/.hidden", "", 0);
	ck_assert_int_eq(root_list(&root, "sys/drivers", &names), 0);
	ck_assert_uint_eq(names.count, 3);
	ck_assert_str_eq(names.item[0], ".hidden");
	ck_assert_str_eq(names.item[1], "ahci");
	ck_assert_str_eq(names.item[2], "nvme");
	ck_assert_int_eq(root_list(&root, "sys/absent", &names), -ENOENT);
	ck_assert_int_eq(root_list(&root, "sys/drivers/nvme", &names), -ENOTDIR);
	ck_assert_uint_eq(names.count, 3);
	strlist_done(&names);
}
END_TEST

/* Nobody writes to the pipe: without care, opening it for reading would wait for ever. */
START_TEST(pipe_in_a_capture)
{
	char buf[16];

	ck_assert_int_eq(mkfifo(below("host/sys/pipe"), 0644), 0);
	ck_assert_int_eq(root_read_line(&root, "sys/pipe", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "");
}
END_TEST

START_TEST(written)
{
	char buf[64];

	put_file("host/sys/driver_override", "(null)\n", 7);
	ck_assert_int_eq(root_write(&root, "sys/driver_override", "vfio-pci"), 0);
	ck_assert_int_eq(root_read_line(&root, "sys/driver_override", buf, sizeof(buf)), 0);
	/* an attribute has no length: the file is not cut, as the kernel would not */
	ck_assert_str_eq(buf, "vfio-pci");
	ck_assert_int_eq(root_write(&root, "sys/absent", "x"), -ENOENT);
	ck_assert(!root_exists(&root, "sys/absent"));
	ck_assert_int_eq(root_write(&root, "sys", "x"), -EISDIR);
}
END_TEST

static int refuse_write(void *context, const char *path, const char *value)
{
	snprintf(context, 64, "%s=%s", path, value);
	return -EBUSY;
}

START_TEST(written_elsewhere)
{
	char seen[64] = "";

	root.write = refuse_write;
	root.context = seen;
	ck_assert_int_eq(root_write(&root, "sys/absent", "x"), -EBUSY);
	ck_assert_str_eq(seen, "sys/absent=x");
}
END_TEST

/* Looks into an open directory follow no link, on no part of the way. */
START_TEST(directories)
{
	_cleanup_root_dir_ struct root_dir sys = { .fd = -1 };
	_cleanup_root_dir_ struct root_dir in = { .fd = -1 };
	_cleanup_root_dir_ struct root_dir no = { .fd = -1 };
	struct strlist names = { 0 };
	char buf[64];

	put_file("host/sys/drivers/nvme", "inside\n", 7);
	put_link("host/sys/way", "drivers");
	put_link("host/sys/out", "../..");
	put_link("host/sys/drivers/self", "nvme");
	ck_assert_int_eq(root_dir_open(&root, "sys", &sys), 0);
	ck_assert_int_eq(root_dir_read_line(&sys, "drivers/nvme", buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "inside");
	ck_assert_int_lt(root_dir_read_line(&sys, "way/nvme", buf, sizeof(buf)), 0);
	ck_assert_int_lt(root_dir_read_line(&sys, "out/secret", buf, sizeof(buf)), 0);
	ck_assert_int_lt(root_dir_read_line(&sys, "drivers/self", buf, sizeof(buf)), 0);
	ck_assert_int_lt(root_dir_read_line(&sys, "drivers/../../../secret", buf, sizeof(buf)), 0);

	ck_assert_int_eq(root_dir_open_in(&sys, "drivers", "sys/drivers", &in), 0);
	ck_assert_str_eq(in.path, "sys/drivers");
	ck_assert_int_eq(root_dir_read_line(&in, "nvme", buf, sizeof(buf)), 0);
	ck_assert_int_lt(root_dir_open_in(&sys, "way", "sys/way", &no), 0);
	ck_assert_int_lt(root_dir_read_line(&no, "nvme", buf, sizeof(buf)), 0);

	ck_assert_int_eq(root_dir_list(&sys, "drivers", &names), 0);
	ck_assert_uint_eq(names.count, 2);
	ck_assert_str_eq(names.item[0], "nvme");
	strlist_done(&names);
	ck_assert_int_eq(root_dir_list(&in, NULL, &names), 0);
	ck_assert_uint_eq(names.count, 2);
	strlist_done(&names);
	ck_assert_int_lt(root_dir_list(&sys, "way", &names), 0);
	ck_assert_int_lt(root_dir_list(&no, NULL, &names), 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("root");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, opened);
	tcase_add_test(tests, whole_files);
	tcase_add_loop_test(tests, line, 0, ARRAY_SIZE(lines));
	tcase_add_test(tests, line_longer_than_any_attribute);
	tcase_add_test(tests, numbers);
	tcase_add_test(tests, links_stay_inside);
	tcase_add_test(tests, targets);
	tcase_add_test(tests, listed);
	tcase_add_test(tests, directories);
	tcase_add_test(tests, pipe_in_a_capture);
	tcase_add_test(tests, written);
	tcase_add_test(tests, written_elsewhere);
	return suite_run("root", tests);
}
