// SPDX-License-Identifier: GPL-2.0-or-later
/* libvirt's own configuration format (qemu.conf): what it sets, and adding to a list in place. */
#include "model/qemuconf.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Lists in lists, which nothing in qemu.conf needs. */
#define DEPTH_MAX 8

/**
 * struct scan - where the reader is
 * @at, @end:	next byte, and behind the last
 * @line:	of @at
 * @file:	name, for messages
 * @e:		where a fault goes
 */
struct scan {
	const char *at, *end;
	size_t line;
	const char *file;
	struct err *e;
};

static int fault(const struct scan *s, size_t line, const char *what)
{
	_cleanup_free_ char *where = mem_printf("%s:%zu", s->file, line);

	return err_set(s->e, ERR_REFUSED, EINVAL, where, "%s", what);
}

static char peek(const struct scan *s)
{
	return s->at < s->end ? *s->at : '\0';
}

/* Skips any of these bytes. */
static void skip(struct scan *s, const char *bytes)
{
	for (; s->at < s->end && *s->at && strchr(bytes, *s->at); s->at++)
		s->line += *s->at == '\n';
}

#define BLANKS " \t"
#define BLANKS_AND_LINES " \t\r\n"

static void skip_comments(struct scan *s)
{
	for (skip(s, BLANKS_AND_LINES); peek(s) == '#'; skip(s, BLANKS_AND_LINES))
		while (s->at < s->end && *s->at != '\n')
			s->at++;
}

/* 'one', "two" or """three""", of which only the last goes over lines. */
static int take_string(struct scan *s, struct qemuconf_entry *ret)
{
	size_t line = s->line, quote = 1;
	char mark = *s->at;

	if (s->end - s->at >= 3 && !memcmp(s->at, "\"\"\"", 3))
		quote = 3;
	s->at += quote;
	ret->value = s->at;
	while ((size_t)(s->end - s->at) >= quote &&
	       memcmp(s->at, quote == 3 ? "\"\"\"" : &mark, quote) != 0) {
		if (quote == 1 && strchr("\r\n", *s->at))
			return fault(s, line, "a string does not end on its line");
		s->line += *s->at++ == '\n';
	}
	if ((size_t)(s->end - s->at) < quote)
		return fault(s, line, "a string does not end");
	ret->kind = QEMUCONF_STRING;
	ret->value_len = (size_t)(s->at - ret->value);
	s->at += quote;
	return 0;
}

static int take_value(struct scan *s, unsigned int depth, struct qemuconf_entry *ret);

static int take_list(struct scan *s, unsigned int depth, struct qemuconf_entry *ret)
{
	size_t line = s->line;

	s->at++;
	ret->kind = QEMUCONF_LIST;
	ret->value = s->at;
	for (bool first = true;; first = false) {
		struct qemuconf_entry item;
		int r;

		skip(s, BLANKS_AND_LINES);
		if (!first && peek(s) != ']') {
			if (peek(s) == '#')
				return fault(
					s, s->line,
					"a comment within a list, which libvirt does not take");
			if (peek(s) != ',')
				return fault(s, s->line, "no comma between two values of a list");
			s->at++;
			skip(s, BLANKS_AND_LINES);
		}
		if (s->at == s->end)
			return fault(s, line, "a list does not end");
		if (peek(s) == ']')
			break;
		if (peek(s) == '#')
			return fault(s, s->line,
				     "a comment within a list, which libvirt does not take");
		r = take_value(s, depth + 1, &item);
		if (r < 0)
			return r;
	}
	ret->value_len = (size_t)(s->at - ret->value);
	s->at++;
	return 0;
}

static int take_value(struct scan *s, unsigned int depth, struct qemuconf_entry *ret)
{
	char c = peek(s);

	if (depth > DEPTH_MAX)
		return fault(s, s->line, "too many lists within lists");
	if (c == '"' || c == '\'')
		return take_string(s, ret);
	if (c == '[')
		return take_list(s, depth, ret);
	ret->kind = QEMUCONF_NUMBER;
	ret->value = s->at;
	if (c == '-' || c == '+')
		s->at++;
	if (!isdigit((unsigned char)peek(s)))
		return fault(s, s->line, "a value that is neither a string, a number nor a list");
	while (isdigit((unsigned char)peek(s)))
		s->at++;
	ret->value_len = (size_t)(s->at - ret->value);
	return 0;
}

static int take_entry(struct scan *s, struct qemuconf *ret)
{
	struct qemuconf_entry entry = { .key = s->at, .line = s->line };
	int r;

	while (isalnum((unsigned char)peek(s)) || (s->at > entry.key && peek(s) == '_'))
		s->at++;
	entry.key_len = (size_t)(s->at - entry.key);
	skip(s, BLANKS);
	if (!entry.key_len || isdigit((unsigned char)*entry.key) || peek(s) != '=')
		return fault(s, s->line, "not KEY = VALUE");
	s->at++;
	skip(s, BLANKS);
	r = take_value(s, 0, &entry);
	if (r < 0)
		return r;
	skip(s, BLANKS);
	if (s->at < s->end && !strchr("#;\r\n", *s->at))
		return fault(s, s->line, "something behind a value");
	if (peek(s) == ';')
		s->at++;
	*mem_append(&ret->item, &ret->count) = entry;
	return 0;
}

int qemuconf_scan(const char *text, size_t len, const char *file, struct qemuconf *ret,
		  struct err *e)
{
	struct scan s = { .at = text, .end = text + len, .line = 1, .file = file, .e = e };
	struct qemuconf conf = { 0 };
	int r = 0;

	for (skip_comments(&s); r == 0 && s.at < s.end; skip_comments(&s))
		r = take_entry(&s, &conf);
	if (r < 0) {
		qemuconf_done(&conf);
		return r;
	}
	*ret = conf;
	return 0;
}

const struct qemuconf_entry *qemuconf_find(const struct qemuconf *conf, const char *key)
{
	for (size_t i = 0; i < conf->count; i++)
		if (conf->item[i].key_len == strlen(key) &&
		    !memcmp(conf->item[i].key, key, conf->item[i].key_len))
			return &conf->item[i];
	return NULL;
}

/* The strings of a list; *@last is behind the last of them. */
static bool list_strings(const struct qemuconf_entry *entry, struct strlist *ret, const char **last)
{
	struct scan s = { .at = entry->value, .end = entry->value + entry->value_len, .file = "" };
	struct qemuconf_entry item;

	*last = NULL;
	for (skip(&s, " \t\r\n,"); s.at < s.end; skip(&s, " \t\r\n,")) {
		if (take_value(&s, 0, &item) < 0 || item.kind != QEMUCONF_STRING)
			return false;
		strlist_addf(ret, "%.*s", (int)item.value_len, item.value);
		*last = s.at;
	}
	return true;
}

bool qemuconf_strings(const struct qemuconf_entry *entry, struct strlist *ret)
{
	struct strlist list = { 0 };
	const char *last;

	if (entry->kind != QEMUCONF_LIST || !list_strings(entry, &list, &last)) {
		strlist_done(&list);
		return false;
	}
	*ret = list;
	return true;
}

/* The white space a line begins with. */
static size_t indent_of(const char *text, const char *at, const char **ret)
{
	while (at > text && at[-1] != '\n')
		at--;
	*ret = at;
	return strspn(at, BLANKS);
}

/* A new list at the end of the file, four to a line. */
static void add_fresh(const char *key, const struct strlist *list, struct text *out)
{
	text_addf(out, "%s%s = [", out->len && out->bytes[out->len - 1] != '\n' ? "\n" : "", key);
	for (size_t i = 0; i < list->count; i++)
		text_addf(out, "%s%s\"%s\"", i ? "," : "", i % 4 ? " " : "\n    ", list->item[i]);
	text_addf(out, "\n]\n");
}

/* What is missing, behind the last entry of the list: on its line, or on one of its own. */
static void add_missing(const char *text, size_t len, const struct qemuconf_entry *entry,
			const char *last, const struct strlist *missing, struct text *out)
{
	const char *lines = memchr(entry->value, '\n', entry->value_len);
	const char *at = last ? last : entry->value, *line;
	size_t indent = indent_of(text, at, &line);
	bool crlf = lines && lines > entry->value && lines[-1] == '\r';

	text_add(out, text, (size_t)(at - text));
	for (size_t i = 0; i < missing->count; i++) {
		text_addf(out, "%s", last || i ? "," : "");
		if (lines && !i) {
			text_addf(out, "%s", crlf ? "\r\n" : "\n");
			text_add(out, last ? line : "    ", last ? indent : 4);
		} else {
			text_addf(out, " ");
		}
		text_addf(out, "\"%s\"", missing->item[i]);
	}
	text_add(out, at, (size_t)(text + len - at));
}

int qemuconf_add(const char *text, size_t len, const char *file, const char *key,
		 const struct strlist *wanted, const struct strlist *fresh, char **ret,
		 struct err *e)
{
	_cleanup_qemuconf_ struct qemuconf conf = { 0 };
	struct strlist list = { 0 }, missing = { 0 };
	const struct qemuconf_entry *entry;
	const char *last = NULL;
	struct text out = { 0 };
	int r = qemuconf_scan(text, len, file, &conf, e);

	if (r < 0)
		return r;
	entry = qemuconf_find(&conf, key);
	if (entry && (entry->kind != QEMUCONF_LIST || !list_strings(entry, &list, &last))) {
		_cleanup_free_ char *where = mem_printf("%s:%zu", file, entry->line);

		strlist_done(&list);
		return err_set(e, ERR_REFUSED, EINVAL, where, "%s is no list of strings", key);
	}
	for (size_t i = 0; !entry && i < fresh->count; i++)
		strlist_add(&missing, fresh->item[i]);
	for (size_t i = 0; i < wanted->count; i++)
		if (!strlist_has(&list, wanted->item[i]) && !strlist_has(&missing, wanted->item[i]))
			strlist_add(&missing, wanted->item[i]);
	if (entry && missing.count) {
		add_missing(text, len, entry, last, &missing, &out);
	} else {
		text_add(&out, text, len);
		if (!entry && wanted->count)
			add_fresh(key, &missing, &out);
	}
	strlist_done(&list);
	strlist_done(&missing);
	*ret = text_take(&out);
	return 0;
}

void qemuconf_done(struct qemuconf *conf)
{
	free(conf->item);
	*conf = (struct qemuconf){ 0 };
}
