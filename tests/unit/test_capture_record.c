// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of recording: what is looked at below a root is in the tree, links as links, and nothing else. */
#include "survey/record.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "unit/suite.h"

static char dir[PATH_MAX];
static struct root root;
static struct record *record;

static const char *below(const char *path)
{
	static char full[PATH_MAX + 256];

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	return full;
}

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(below(path), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* host/sys/bus/card is a link to host/sys/devices/card, as sysfs has them. */
static void set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/vmrun-record.XXXXXX", tmp ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(mkdir(below("host"), 0755), 0);
	ck_assert_int_eq(mkdir(below("copy"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys/bus"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys/devices"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys/devices/card"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/sys/empty"), 0755), 0);
	put_file("host/sys/devices/card/class", "first\nsecond\n");
	put_file("host/sys/devices/card/config", "bytes");
	put_file("host/sys/devices/card/other", "not looked at");
	ck_assert_int_eq(symlink("../devices/card", below("host/sys/bus/card")), 0);
	ck_assert_int_eq(symlink("round", below("host/sys/round")), 0);
	ck_assert_int_eq(root_open(below("host"), &root, NULL), 0);
	record = record_new(&root);
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
	record_free(record);
	ck_assert_ptr_null(root.observe);
	root_close(&root);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void add_line(void *context, struct tree *node, const char *path)
{
	static const char kinds[] = { [TREE_NAME] = '?',
				      [TREE_DIR] = 'd',
				      [TREE_FILE] = 'f',
				      [TREE_LINK] = 'l',
				      [TREE_SEALED] = 's' };

	if (node->kind != TREE_DIR || !node->count)
		strlist_addf(context, "%c %s %.*s\n", kinds[node->kind], path, (int)node->len,
			     node->data ? node->data : "");
}

static void check_tree(const char *wanted)
{
	struct strlist lines = { 0 };
	_cleanup_free_ char *text = NULL;

	tree_walk(record_tree(record), add_line, &lines);
	text = strlist_join(&lines, "");
	strlist_done(&lines);
	ck_assert_str_eq(text, wanted);
}

START_TEST(kept)
{
	struct strlist names;
	char line[64];
	int fd;

	ck_assert_int_eq(root_read_line(&root, "sys/bus/card/class", line, sizeof(line)), 0);
	fd = root_openat(&root, "sys/bus/card/config", O_RDONLY);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(root_list(&root, "sys/empty", &names), 0);
	strlist_done(&names);
	check_tree("l sys/bus/card ../devices/card\n"
		   "f sys/devices/card/class first\nsecond\n\n"
		   "f sys/devices/card/config bytes\n"
		   "d sys/empty \n");
	ck_assert_int_eq(root_list(&root, "sys/bus/card", &names), 0);
	strlist_done(&names);
	check_tree("l sys/bus/card ../devices/card\n"
		   "f sys/devices/card/class first\nsecond\n\n"
		   "f sys/devices/card/config bytes\n"
		   "? sys/devices/card/other \n"
		   "d sys/empty \n");
}
END_TEST

START_TEST(not_kept)
{
	_cleanup_free_ char *text = NULL;
	char line[64];

	ck_assert_int_lt(root_read_line(&root, "sys/bus/card/absent", line, sizeof(line)), 0);
	ck_assert_int_lt(root_readlink(&root, "sys/absent", line, sizeof(line)), 0);
	ck_assert(!root_exists(&root, "dev/kvm"));
	ck_assert_int_eq(mkdir(below("host/proc"), 0755), 0);
	ck_assert_int_eq(mkdir(below("host/proc/1"), 0755), 0);
	put_file("host/proc/1/cmdline", "secret");
	put_file("host/facts.json", "{}");
	ck_assert_int_eq(root_read(&root, "proc/1/cmdline", 64, &text, NULL), 0);
	ck_assert_int_eq(root_read_line(&root, "facts.json", line, sizeof(line)), 0);
	check_tree("");
}
END_TEST

START_TEST(written)
{
	_cleanup_root_ struct root copy = { .fd = -1 };
	struct strlist names;
	char line[64];

	ck_assert_int_eq(root_read_line(&root, "sys/bus/card/class", line, sizeof(line)), 0);
	ck_assert_int_lt(root_read_line(&root, "sys/round", line, sizeof(line)), 0);
	ck_assert_int_lt(root_read_line(&root, "sys/bus", line, sizeof(line)), 0);
	ck_assert_int_eq(root_list(&root, "sys/empty", &names), 0);
	ck_assert_int_eq(root_open(below("copy"), &copy, NULL), 0);
	ck_assert_int_eq(tree_write(record_tree(record), copy.fd), 0);
	ck_assert_int_eq(root_read_line(&copy, "sys/bus/card/class", line, sizeof(line)), 0);
	ck_assert_str_eq(line, "first");
	ck_assert_int_lt(root_read_line(&copy, "sys/round", line, sizeof(line)), 0);
	ck_assert(root_exists(&copy, "sys/round"));
	ck_assert_int_eq(root_list(&copy, "sys/empty", &names), 0);
	ck_assert_uint_eq(names.count, 0);
	/* Nothing is written over; what was written can be taken away again. */
	ck_assert_int_eq(tree_write(record_tree(record), copy.fd), -EEXIST);
	tree_remove(record_tree(record), copy.fd);
	ck_assert_int_eq(root_list(&copy, "", &names), -ENOENT);
	ck_assert_int_eq(root_list(&copy, ".", &names), 0);
	ck_assert_uint_eq(names.count, 0);
}
END_TEST

/** main() - Run the suite */
int main(void)
{
	TCase *tests = tcase_create("record");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, kept);
	tcase_add_test(tests, not_kept);
	tcase_add_test(tests, written);
	return suite_run("record", tests);
}
