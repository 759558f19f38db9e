// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of memory: arrays that grow, formatted strings, lists of strings, and giving up when there is none. */
#include "base/mem.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "unit/suite.h"

START_TEST(grown)
{
	struct {
		int a, b;
	} *array = NULL;
	size_t count = 0;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(mem_append(&array, &count)->b, 0);
		array[i].a = array[i].b = i;
	}
	ck_assert_uint_eq(count, 1000);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(array[i].a + array[i].b, 2 * i);
	free(array);
}
END_TEST

START_TEST(of_size_zero)
{
	_cleanup_free_ void *p = mem_zalloc(0), *q = mem_resize(NULL, 0, 8);

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(q);
	ck_assert_ptr_null(mem_strdup(NULL));
}
END_TEST

/* ASan has its own opinion of such a call, and ends the process in its own way. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

#ifndef SANITIZED
START_TEST(overflow)
{
	free(mem_resize(NULL, SIZE_MAX / 2, 4));
}
END_TEST
#endif

START_TEST(formatted)
{
	_cleanup_free_ char *text = mem_printf("%s:%02x", "0000", 5), *empty = mem_printf("%s", "");

	ck_assert_str_eq(text, "0000:05");
	ck_assert_str_eq(empty, "");
}
END_TEST

START_TEST(list)
{
	struct strlist words = { 0 };
	char word[] = "beta";
	char *text;

	strlist_sort(&words);
	text = strlist_join(&words, ", ");
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert(!strlist_has(&words, ""));

	strlist_add(&words, word);
	word[0] = 'x'; /* the list has a copy */
	strlist_addf(&words, "%s-%d", "alpha", 1);
	strlist_add(&words, "Gamma");
	strlist_add(&words, "");
	ck_assert(strlist_has(&words, "beta"));
	ck_assert(strlist_has(&words, ""));
	ck_assert(!strlist_has(&words, "bet"));
	text = strlist_join(&words, ", ");
	ck_assert_str_eq(text, "beta, alpha-1, Gamma, ");
	free(text);
	strlist_sort(&words);
	text = strlist_join(&words, "");
	ck_assert_str_eq(text, "Gammaalpha-1beta");
	free(text);

	strlist_done(&words);
	ck_assert_uint_eq(words.count, 0);
	ck_assert_ptr_null(words.item);
	strlist_done(&words);
}
END_TEST

START_TEST(handed_over)
{
	_cleanup_free_ char *mine = mem_strdup("text");
	_cleanup_close_ int fd = 1;
	char *yours = take_ptr(mine);

	ck_assert_ptr_null(mine);
	ck_assert_str_eq(yours, "text");
	free(yours);
	ck_assert_int_eq(take_fd(fd), 1);
	ck_assert_int_eq(fd, -1);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mem");
	tcase_add_test(tests, grown);
	tcase_add_test(tests, of_size_zero);
#ifndef SANITIZED
	tcase_add_test_raise_signal(tests, overflow, SIGABRT);
#endif
	tcase_add_test(tests, formatted);
	tcase_add_test(tests, list);
	tcase_add_test(tests, handed_over);
	return suite_run("mem", tests);
}
