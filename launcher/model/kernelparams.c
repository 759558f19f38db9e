// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel command line as words, changed without touching the words that do not matter. */
#include "model/kernelparams.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Bytes of white space at @at: 0, 1, or 2 for a line that goes on in the next. */
static size_t blank_at(const char *text, size_t len, size_t at)
{
	if (at + 1 < len && text[at] == '\\' && text[at + 1] == '\n')
		return 2;
	return at < len && strchr(" \t\r\n", text[at]) && text[at] ? 1 : 0;
}

static size_t skip_blanks(const char *text, size_t len, size_t at)
{
	size_t n;

	while ((n = blank_at(text, len, at)))
		at += n;
	return at;
}

static size_t word_end(const char *text, size_t len, size_t at)
{
	bool quoted = false;

	for (; at < len && (quoted || !blank_at(text, len, at)); at++)
		if (text[at] == '"')
			quoted = !quoted;
	return at;
}

/* Whether a word is "NAME=…": the kernel takes dashes for underscores. */
static bool names(const char *word, size_t len, const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (i >= len ||
		    (word[i] != name[i] && !(strchr("-_", word[i]) && strchr("-_", name[i]))))
			return false;
	return i < len && word[i] == '=';
}

static bool among(const char *const *list, const char *item, size_t len)
{
	for (; list && *list; list++)
		if (strlen(*list) == len && !memcmp(*list, item, len))
			return true;
	return false;
}

/* "NAME=A,B" without what contradicts into @ret; *@found where the wanted value is there. */
static void edit_word(const char *word, size_t len, const struct kernel_param *param, bool *found,
		      struct text *ret)
{
	size_t at = strlen(param->name) + 1;
	bool first = true;

	text_add(ret, word, at);
	for (size_t end; at <= len; at = end + 1) {
		const char *comma = memchr(word + at, ',', len - at);

		end = comma ? (size_t)(comma - word) : len;
		if (param->item && strlen(param->item) == end - at &&
		    !memcmp(word + at, param->item, end - at))
			*found = true;
		else if (among(param->against, word + at, end - at))
			continue;
		if (!first)
			text_add(ret, ",", 1);
		text_add(ret, word + at, end - at);
		first = false;
	}
	if (first)
		text_done(ret);
}

/* A text with one parameter put right. */
static char *edit_one(const char *text, size_t len, const struct kernel_param *param)
{
	struct text ret = { 0 };
	bool found = !param->item;
	size_t at = 0;

	while (at < len) {
		size_t begin = skip_blanks(text, len, at), end = word_end(text, len, begin);
		struct text word = { 0 };

		if (!names(text + begin, end - begin, param->name)) {
			text_add(&ret, text + at, end - at);
			at = end;
			continue;
		}
		edit_word(text + begin, end - begin, param, &found, &word);
		/* A word that goes takes the white space before it along, or else that behind it. */
		if (word.len) {
			text_add(&ret, text + at, begin - at);
			text_add(&ret, word.bytes, word.len);
		} else if (begin == at) {
			end = skip_blanks(text, len, end);
		}
		text_done(&word);
		at = end;
	}
	if (!found)
		text_addf(&ret, "%s%s=%s",
			  ret.len && !blank_at(ret.bytes, ret.len, ret.len - 1) ? " " : "",
			  param->name, param->item);
	return text_take(&ret);
}

char *kernelparams_edit(const char *text, size_t len, const struct kernel_param *params,
			size_t count)
{
	struct text whole = { 0 };
	char *ret;

	text_add(&whole, text, len);
	ret = text_take(&whole);
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *before = ret;

		ret = edit_one(before, strlen(before), &params[i]);
	}
	return ret;
}

bool kernelparams_whole(const char *text, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i < len; i++)
		quoted = quoted != (text[i] == '"');
	return !quoted;
}

bool kernelparams_has(const char *text, const char *name, const char *item)
{
	size_t len = strlen(text), end;

	for (size_t at = skip_blanks(text, len, 0); at < len; at = skip_blanks(text, len, end)) {
		const struct kernel_param param = { name, item, NULL };
		struct text word = { 0 };
		bool found = !item;

		end = word_end(text, len, at);
		if (!names(text + at, end - at, name))
			continue;
		edit_word(text + at, end - at, &param, &found, &word);
		text_done(&word);
		if (found)
			return true;
	}
	return false;
}
