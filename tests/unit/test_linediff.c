// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of differences: their format, and that they turn the one text into the other. */
#include "model/linediff.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/suite.h"

static const struct {
	const char *from, *to, *diff;
} rows[] = {
	{ "", "", "" },
	{ "a\nb\n", "a\nb\n", "" },
	{ "", "a\nb\n", "--- x\n+++ y\n@@ -0,0 +1,2 @@\n+a\n+b\n" },
	{ "a\n", "", "--- x\n+++ y\n@@ -1 +0,0 @@\n-a\n" },
	{ "a\nb\nc\n", "a\nB\nc\n", "--- x\n+++ y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" },
	{ "a", "a\n", "--- x\n+++ y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
	/* six lines between two changes are one hunk, seven are two */
	{ "1\n2\n3\n4\n5\n6\n7\n8\n", "x\n2\n3\n4\n5\n6\n7\ny\n",
	  "--- x\n+++ y\n@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n",
	  "--- x\n+++ y\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
	  "@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n" },
	{ "a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\ne\nX\nf\ng\nh\ni\n",
	  "--- x\n+++ y\n@@ -3,6 +3,7 @@\n c\n d\n e\n+X\n f\n g\n h\n" },
};

START_TEST(format)
{
	const char *from = rows[_i].from, *to = rows[_i].to;
	_cleanup_free_ char *diff = linediff_unified("x", from, strlen(from), "y", to, strlen(to));

	ck_assert_str_eq(diff, rows[_i].diff);
}
END_TEST

static const char *next(const char *line)
{
	return line + strcspn(line, "\n") + 1;
}

/* What patch(1) does: checks every line that is to be there. */
static char *apply(const char *from, const char *diff)
{
	struct text out = { 0 };
	size_t line = 1;

	while (*diff) {
		size_t begin, n = strcspn(diff, "\n") + 1;

		if (!strncmp(diff, "---", 3) || !strncmp(diff, "+++", 3)) {
			diff += n;
		} else if (sscanf(diff, "@@ -%zu", &begin) == 1) {
			bool insert = strstr(diff, ",0 +") && strstr(diff, ",0 +") < diff + n;

			for (; line < begin + insert; line++, from = next(from))
				text_add(&out, from, (size_t)(next(from) - from));
			diff += n;
		} else {
			if (*diff != '+') {
				ck_assert(!strncmp(from, diff + 1, n - 1));
				from = next(from);
				line++;
			}
			if (*diff != '-')
				text_add(&out, diff + 1, n - 1);
			diff += n;
		}
	}
	text_add(&out, from, strlen(from));
	return text_take(&out);
}

static char *any_text(unsigned int *seed)
{
	struct text out = { 0 };
	int lines = rand_r(seed) % 25;

	for (int i = 0; i < lines; i++)
		text_addf(&out, "%c\n", 'a' + rand_r(seed) % 5);
	return text_take(&out);
}

START_TEST(round_trip)
{
	unsigned int seed = 1;

	for (int i = 0; i < 3000; i++) {
		_cleanup_free_ char *from = any_text(&seed), *to = any_text(&seed), *got = NULL,
				    *diff = linediff_unified("x", from, strlen(from), "y", to,
							     strlen(to));

		got = apply(from, diff);
		ck_assert_str_eq(got, to);
	}
}
END_TEST

START_TEST(large)
{
	struct text from = { 0 }, to = { 0 };
	char *diff;

	for (int i = 0; i < 5000; i++) {
		text_addf(&from, "a%d\n", i);
		text_addf(&to, "b%d\n", i);
	}
	diff = linediff_unified("x", from.bytes, from.len, "y", to.bytes, to.len);
	ck_assert_ptr_nonnull(strstr(diff, "@@ -1,5000 +1,5000 @@\n-a0\n"));
	free(diff);
	text_done(&from);
	text_done(&to);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("linediff");

	tcase_add_loop_test(tests, format, 0, ARRAY_SIZE(rows));
	tcase_add_test(tests, round_trip);
	tcase_add_test(tests, large);
	return suite_run("linediff", tests);
}
