/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that does not fail, formatted strings, and lists of strings. */
#ifndef VMRUN_BASE_MEM_H
#define VMRUN_BASE_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Where memory runs out the process aborts. That is safe even between two changes of the host: the journal is on disk
 * before each change, and what an aborted run left is put back as after any other crash.
 */

/** mem_zalloc() - Zeroed memory of @size bytes; never NULL */
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull));

/** mem_resize() - Array @old (or NULL) resized to @count elements of @size bytes; never NULL; aborts on overflow */
void *mem_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/** mem_strdup() - Copy of @text, or NULL for NULL */
char *mem_strdup(const char *text);

/** mem_printf() - Newly allocated formatted string; never NULL */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/**
 * mem_append() - Grow an array by one zeroed element
 * @array:	pointer to the array pointer
 * @count:	its element count, incremented
 *
 * Return: pointer to the new element; pointers to older elements are no longer valid
 */
#define mem_append(array, count)                                                  \
	({                                                                        \
		*(array) = mem_resize(*(array), *(count) + 1, sizeof(**(array))); \
		__builtin_memset(&(*(array))[*(count)], 0, sizeof(**(array)));    \
		&(*(array))[(*(count))++];                                        \
	})

/** struct strlist - owned strings; all zero is the empty list */
struct strlist {
	char **item;
	size_t count;
};

/** strlist_add() - Append a copy of @text to @list */
void strlist_add(struct strlist *list, const char *text);

/** strlist_addf() - Append a formatted string to @list */
void strlist_addf(struct strlist *list, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** strlist_has() - Whether @list holds a string equal to @text */
bool strlist_has(const struct strlist *list, const char *text);

/** strlist_sort() - Sort @list in byte order */
void strlist_sort(struct strlist *list);

/** strlist_join() - All strings of @list with @between between them, newly allocated */
char *strlist_join(const struct strlist *list, const char *between);

/** strlist_done() - Release what @list owns and make it empty */
void strlist_done(struct strlist *list);

#endif
