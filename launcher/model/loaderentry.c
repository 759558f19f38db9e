// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of boot loaders (UAPI Group, Boot Loader Specification, type 1) and /etc/kernel/cmdline: the kernel
 * parameters in them.
 */
#include "model/loaderentry.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

/**
 * struct part - a piece of a file that holds parameters
 * @at, @len:	where
 */
struct part {
	const char *at;
	size_t len;
};

struct parts {
	struct part *item;
	size_t count;
};

static void parts_done(struct parts *parts)
{
	free(parts->item);
}

static int fault(const char *file, size_t line, const char *what, struct err *e)
{
	_cleanup_free_ char *where = mem_printf("%s:%zu", file, line);

	return err_set(e, ERR_REFUSED, EINVAL, where, "%s", what);
}

static int refuse_nul(const char *text, size_t len, const char *file, struct err *e)
{
	size_t line = 1;

	for (size_t i = 0; i < len; i++) {
		if (!text[i])
			return fault(file, line, "a NUL byte", e);
		line += text[i] == '\n';
	}
	return 0;
}

/* A quote that ends on another line, or never, is not understood. */
static int refuse_open(const char *text, const struct parts *parts, const char *file, struct err *e)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct part *part = &parts->item[i];
		size_t line = 1;

		for (const char *at = text; at < part->at; at++)
			line += *at == '\n';
		if (!kernelparams_whole(part->at, part->len))
			return fault(file, line, "a double quote does not end on its line", e);
	}
	return 0;
}

/* The length of a line, without white space at its end. */
static size_t line_len(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));
	size_t len = (size_t)((newline ? newline : end) - line);

	while (len && strchr(" \t\r", line[len - 1]))
		len--;
	return len;
}

static const char *next_line(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

/* Parameters are words of all parts; what is missing goes to the last. */
static char *edit_parts(const char *text, size_t len, const struct parts *parts,
			const struct kernel_param *params, size_t count)
{
	_cleanup_free_ struct kernel_param *only = mem_zalloc((count + 1) * sizeof(*only));
	const char *done = text;
	struct text out = { 0 };

	for (size_t i = 0; i < count; i++) {
		only[i] = params[i];
		for (size_t k = 0; k + 1 < parts->count; k++) {
			_cleanup_free_ char *words =
				mem_printf("%.*s", (int)parts->item[k].len, parts->item[k].at);

			if (only[i].item && kernelparams_has(words, only[i].name, only[i].item))
				only[i].item = NULL;
		}
	}
	for (size_t k = 0; k < parts->count; k++) {
		const struct part *part = &parts->item[k];
		_cleanup_free_ struct kernel_param *drop = mem_zalloc((count + 1) * sizeof(*drop));
		_cleanup_free_ char *edited = NULL;

		for (size_t i = 0; i < count; i++) {
			drop[i] = only[i];
			if (k + 1 < parts->count)
				drop[i].item = NULL;
		}
		edited = kernelparams_edit(part->at, part->len, drop, count);
		text_add(&out, done, (size_t)(part->at - done));
		text_add(&out, edited, strlen(edited));
		done = part->at + part->len;
	}
	text_add(&out, done, (size_t)(text + len - done));
	return text_take(&out);
}

/* What stands behind the key of a line, or NULL for another key. */
static const char *value_of(const char *line, size_t len, const char *key)
{
	size_t n = strlen(key);

	if (len < n || memcmp(line, key, n) != 0 || (len > n && !strchr(" \t", line[n])))
		return NULL;
	while (n < len && strchr(" \t", line[n]))
		n++;
	return line + n;
}

static bool is_kernel(const char *line, size_t len)
{
	static const char *const keys[] = { "linux", "efi", "uki" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (value_of(line, len, keys[i]))
			return true;
	return false;
}

int loaderentry_edit(const char *text, size_t len, const char *file,
		     const struct kernel_param *params, size_t count, char **ret, struct err *e)
{
	_cleanup_(parts_done) struct parts parts = { 0 };
	const char *end = text + len;
	bool kernel = false;
	int r = refuse_nul(text, len, file, e);

	if (r < 0)
		return r;
	for (const char *line = text; line < end; line = next_line(line, end)) {
		size_t n = line_len(line, end);
		const char *value = value_of(line, n, "options");

		kernel = kernel || is_kernel(line, n);
		/* "options" alone has nothing behind which to add. */
		if (value && value > line + strlen("options"))
			*mem_append(&parts.item, &parts.count) =
				(struct part){ value, (size_t)(line + n - value) };
	}
	if (!kernel)
		return fault(file, 1, "no line \"linux\": not an entry of a kernel", e);
	if (!parts.count) {
		_cleanup_free_ char *words = kernelparams_edit("", 0, params, count);
		struct text out = { 0 };

		text_add(&out, text, len);
		if (*words)
			text_addf(&out, "%soptions %s\n", text[len - 1] == '\n' ? "" : "\n", words);
		*ret = text_take(&out);
		return 0;
	}
	r = refuse_open(text, &parts, file, e);
	if (r == 0)
		*ret = edit_parts(text, len, &parts, params, count);
	return r;
}

int kernelcmdline_edit(const char *text, size_t len, const char *file,
		       const struct kernel_param *params, size_t count, char **ret, struct err *e)
{
	_cleanup_(parts_done) struct parts parts = { 0 };
	const char *end = text + len;
	int r = refuse_nul(text, len, file, e);

	if (r < 0)
		return r;
	for (const char *line = text; line < end; line = next_line(line, end)) {
		size_t n = line_len(line, end);

		if (n && *line != '#')
			*mem_append(&parts.item, &parts.count) = (struct part){ line, n };
	}
	if (!parts.count) {
		_cleanup_free_ char *words = kernelparams_edit("", 0, params, count);
		struct text out = { 0 };

		text_add(&out, text, len);
		if (*words)
			text_addf(&out, "%s%s\n", len && text[len - 1] != '\n' ? "\n" : "", words);
		*ret = text_take(&out);
		return 0;
	}
	r = refuse_open(text, &parts, file, e);
	if (r == 0)
		*ret = edit_parts(text, len, &parts, params, count);
	return r;
}
