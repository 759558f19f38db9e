/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel command line as words, changed without touching the words that do not matter. */
#ifndef VMRUN_MODEL_KERNELPARAMS_H
#define VMRUN_MODEL_KERNELPARAMS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct kernel_param - what a command line is to say of one parameter
 * @name:	the parameter ("intel_iommu")
 * @item:	what has to be among its values, which a comma separates; NULL for nothing
 * @against:	values that contradict it and go, ended by NULL; or NULL
 */
struct kernel_param {
	const char *name;
	const char *item;
	const char *const *against;
};

/**
 * kernelparams_edit() - A command line that says what is wanted
 * @text:	@len bytes of words between white space; a backslash and a newline are white space,
 *		and within double quotes there is none (Documentation/admin-guide/kernel-parameters.rst)
 * @len:	number of bytes
 * @params:	@count parameters
 * @count:	number of @params
 *
 * Words stay as and where they are; one that says nothing any more goes, and what is missing is
 * put at the end.
 *
 * Return: the new text, the same where nothing is to be done; free()
 */
char *kernelparams_edit(const char *text, size_t len, const struct kernel_param *params,
			size_t count);

/** kernelparams_whole() - Whether every double quote ends; behind one that does not nothing can be added */
bool kernelparams_whole(const char *text, size_t len);

/** kernelparams_has() - Whether a command line has @item (NULL: anything) among the values of @name */
bool kernelparams_has(const char *text, const char *name, const char *item);

#endif
