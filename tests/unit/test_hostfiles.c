// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of files that can be put back: a run is ended before each change of the disk, and the next one brings the tree to
 * one of its two good states.
 */
#include "act/hostfiles.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/fakekernel.h"
#include "unit/suite.h"

/** struct tree - a root, and the change before which its run ends (0: it does not) */
struct tree {
	char dir[64];
	struct root root;
	size_t turn, steps;
	bool ended;
};

static int count_step(void *context, const char *operation, const char *path)
{
	struct tree *tree = context;

	(void)operation;
	(void)path;
	tree->steps++;
	tree->ended = tree->ended || tree->steps == tree->turn;
	return tree->ended ? -EINTR : 0;
}

static void put(const struct tree *tree, const char *path, const char *text, mode_t mode)
{
	_cleanup_free_ char *full = mem_printf("%s/%s", tree->dir, path);
	FILE *file = fopen(full, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	ck_assert_int_eq(chmod(full, mode), 0);
}

static void make_folder(const struct tree *tree, const char *path)
{
	_cleanup_free_ char *full = mem_printf("%s/%s", tree->dir, path);

	ck_assert_int_eq(mkdir(full, 0755), 0);
}

static void tree_open(struct tree *tree)
{
	static const char *const folders[] = { "etc", "etc/default", "var", "var/lib" };

	*tree = (struct tree){ .dir = "/dev/shm/vmrun-hostfiles.XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(tree->dir));
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		make_folder(tree, folders[i]);
	put(tree, "etc/default/grub", "A=1\n", 0640);
	put(tree, "etc/other", "other\n", 0600);
	ck_assert_int_eq(root_open(tree->dir, &tree->root, NULL), 0);
	ck_assert_int_eq(symlinkat("grub", tree->root.fd, "etc/default/link"), 0);
}

static void tree_close(struct tree *tree)
{
	root_close(&tree->root);
	fake_remove(tree->dir);
}

static struct strlist listing;

static int list_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	_cleanup_free_ char *text = NULL;
	char target[64] = "";
	FILE *file;

	(void)where;
	if (type == FTW_SL && readlink(path, target, sizeof(target) - 1) < 0)
		ck_abort();
	if (type == FTW_F) {
		text = mem_zalloc((size_t)st->st_size + 1);
		file = fopen(path, "r");
		ck_assert_ptr_nonnull(file);
		ck_assert_uint_eq(fread(text, 1, (size_t)st->st_size, file), (size_t)st->st_size);
		fclose(file);
	}
	strlist_addf(&listing, "%s %o %u:%u %s%s", path + strlen("/dev/shm/vmrun-hostfiles.XXXXXX"),
		     st->st_mode, st->st_uid, st->st_gid, target, text ? text : "");
	return 0;
}

/* All of the tree, or of all but what is kept in it: names, modes, owners, links, bytes. */
static char *state_of(const struct tree *tree, bool kept)
{
	struct text out = { 0 };

	ck_assert_int_eq(nftw(tree->dir, list_one, 8, FTW_PHYS), 0);
	strlist_sort(&listing);
	for (size_t i = 0; i < listing.count; i++)
		if (kept || !strstr(listing.item[i], "/var/lib/vmrun"))
			text_addf(&out, "%s\n", listing.item[i]);
	strlist_done(&listing);
	return text_take(&out);
}

static const struct hostfile_want first[] = {
	{ "etc/default/grub", "A=1\nB=2\n", 8, 0644 },
	{ "etc/dracut.conf.d/vmrun.conf", "x\n", 2, 0644 },
	{ "etc/a/b/hook", "#!/bin/sh\n", 10, 0755 },
	{ "etc/other", "other\n", 6, 0644 },
};

/* Another run wants one file otherwise, one not any more, and a new one. */
static const struct hostfile_want second[] = {
	{ "etc/default/grub", "A=1\nB=3\n", 8, 0644 },
	{ "etc/a/b/hook", "#!/bin/sh\n", 10, 0755 },
	{ "etc/new", "n", 1, 0600 },
};

enum goal { FIRST, SECOND, UNDO };

static int run_to(struct tree *tree, enum goal goal, size_t turn)
{
	struct strlist parameters = { 0 };
	struct hostfiles run = { .step = count_step, .context = tree };
	struct err e = { 0 };
	int r;

	tree->turn = turn;
	tree->steps = 0;
	tree->ended = false;
	strlist_add(&parameters, "intel_iommu=on");
	r = hostfiles_open(&tree->root, true, &run, &e);
	if (r == 0) {
		r = goal == UNDO ? hostfiles_undo(&run, &e)
				 : hostfiles_apply(&run, goal == FIRST ? first : second,
						   goal == FIRST ? ARRAY_SIZE(first)
								 : ARRAY_SIZE(second),
						   &parameters, &e);
		if (r == 0)
			r = hostfiles_finish(&run, &e);
		hostfiles_close(&run);
	}
	strlist_done(&parameters);
	ck_assert_msg(r == 0 || tree->ended, "%s: %s", e.subject, e.message);
	return r;
}

static void file_is(const struct tree *tree, const char *path, const char *text, mode_t mode)
{
	_cleanup_free_ char *got = NULL, *full = mem_printf("%s/%s", tree->dir, path);
	struct stat st;

	ck_assert_int_eq(root_read(&tree->root, path, 4096, &got, NULL), 0);
	ck_assert_str_eq(got, text);
	ck_assert_int_eq(stat(full, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, mode);
}

START_TEST(there_and_back)
{
	_cleanup_free_ char *before = NULL, *after = NULL, *again = NULL, *end = NULL;
	struct tree tree;

	tree_open(&tree);
	before = state_of(&tree, true);
	run_to(&tree, FIRST, 0);
	file_is(&tree, "etc/default/grub", "A=1\nB=2\n", 0640);
	file_is(&tree, "etc/a/b/hook", "#!/bin/sh\n", 0755);
	after = state_of(&tree, true);
	run_to(&tree, FIRST, 0);
	again = state_of(&tree, true);
	ck_assert_str_eq(again, after);
	run_to(&tree, SECOND, 0);
	file_is(&tree, "etc/default/grub", "A=1\nB=3\n", 0640);
	ck_assert(!root_exists(&tree.root, "etc/dracut.conf.d/vmrun.conf"));
	run_to(&tree, UNDO, 0);
	end = state_of(&tree, true);
	ck_assert_str_eq(end, before);
	run_to(&tree, UNDO, 0);
	tree_close(&tree);
}
END_TEST

/* From @begin, a run to @goal is ended before its change number 1, 2, …; each next run does as it says. */
static size_t interrupt(enum goal begin, enum goal goal)
{
	_cleanup_free_ char *before = NULL, *wanted = NULL;
	struct tree tree;
	size_t turn;

	tree_open(&tree);
	before = state_of(&tree, true);
	run_to(&tree, begin, 0);
	run_to(&tree, goal, 0);
	wanted = state_of(&tree, false);
	tree_close(&tree);
	for (turn = 1;; turn++) {
		for (int back = 0; back < 2; back++) {
			_cleanup_free_ char *got = NULL;
			bool ended;

			tree_open(&tree);
			run_to(&tree, begin, 0);
			run_to(&tree, goal, turn);
			ended = tree.ended;
			run_to(&tree, back ? UNDO : goal, 0);
			got = state_of(&tree, back);
			ck_assert_msg(!strcmp(got, back ? before : wanted),
				      "ended before change %zu, then %s:\n%s", turn,
				      back ? "undone" : "run again", got);
			tree_close(&tree);
			if (!ended)
				return turn - 1;
		}
	}
}

START_TEST(interrupted)
{
	static const enum goal runs[][2] = { { UNDO, FIRST },
					     { FIRST, FIRST },
					     { FIRST, SECOND },
					     { FIRST, UNDO },
					     { SECOND, UNDO } };
	size_t points = 0;

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		points += interrupt(runs[i][0], runs[i][1]);
	printf("# ended at %zu points\n", points);
	ck_assert_uint_gt(points, 100);
}
END_TEST

START_TEST(by_hand)
{
	struct tree tree;

	tree_open(&tree);
	run_to(&tree, FIRST, 0);
	put(&tree, "etc/default/grub", "A=1\nB=2\nC=mine\n", 0640);
	run_to(&tree, UNDO, 0);
	file_is(&tree, "etc/default/grub", "A=1\nB=2\nC=mine\n", 0640);
	ck_assert(!root_exists(&tree.root, "etc/a"));
	/* what it was is still known, and once the change is taken out it goes back */
	put(&tree, "etc/default/grub", "A=1\nB=2\n", 0640);
	run_to(&tree, UNDO, 0);
	file_is(&tree, "etc/default/grub", "A=1\n", 0640);
	ck_assert(!root_exists(&tree.root, "var/lib/vmrun"));
	tree_close(&tree);
}
END_TEST

START_TEST(links_and_strangers)
{
	static const struct hostfile_want want[] = { { "etc/default/link", "x", 1, 0644 } };
	struct strlist none = { 0 };
	struct hostfiles run = { 0 };
	struct hostfiles other = { 0 };
	struct err e = { 0 };
	struct tree tree;

	tree_open(&tree);
	ck_assert_int_eq(hostfiles_open(&tree.root, true, &run, &e), 0);
	ck_assert_int_eq(hostfiles_apply(&run, want, 1, &none, &e), -ELOOP);
	ck_assert_int_eq(e.kind, ERR_REFUSED);
	ck_assert_str_eq(e.subject, "/etc/default/link");
	ck_assert_int_eq(hostfiles_open(&tree.root, true, &other, &e), -EAGAIN);
	ck_assert_int_eq(e.kind, ERR_BUSY);
	hostfiles_close(&run);
	tree_close(&tree);
}
END_TEST

START_TEST(damaged_manifest)
{
	static const char *const texts[] = {
		"",
		"{}",
		"{\"schema\":\"vmrun.host-manifest/1\"}",
		"{\"schema\":\"vmrun.host-manifest/1\",\"state\":\"applied\",\"next\":1,\"files\":[{\"path\":\"/etc/x\"}]}",
		"{\"schema\":\"vmrun.host-manifest/1\",\"state\":\"applied\",\"next\":1,\"files\":[{\"path\":\"a/../../x\"}]}",
		("{\"schema\":\"vmrun.host-manifest/1\",\"state\":\"applied\",\"next\":1,\"files\":[{\"path\":\"a\","
		 "\"former\":{\"copy\":\"../x\",\"mode\":1,\"uid\":0,\"gid\":0}}]}"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct hostmanifest manifest = { 0 };
		struct err e = { 0 };

		ck_assert_int_eq(hostmanifest_parse(texts[i], strlen(texts[i]), &manifest, &e),
				 -EINVAL);
		ck_assert_str_ne(e.message, "");
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("hostfiles");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, there_and_back);
	tcase_add_test(tests, interrupted);
	tcase_add_test(tests, by_hand);
	tcase_add_test(tests, links_and_strangers);
	tcase_add_test(tests, damaged_manifest);
	return suite_run("hostfiles", tests);
}
