// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration that a shell reads (/etc/default/grub, mkinitcpio.conf): its assignments, and where they stand. */
#include "model/shellconf.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

/*
 * Theory of operation
 *
 * The text is read as the shell's grammar has it (POSIX.1-2017, XCU 2.3 and 2.10), as far as it takes to know
 * where words, quotes and commands end; nothing is expanded or run. What is not understood is refused with its
 * line: a file that is half understood is not changed.
 */

/**
 * struct scan - where the reader is
 * @text:	@len bytes
 * @at:		next byte
 * @line:	its line
 * @depth:	compound commands that are open
 * @parens:	subshells that are open
 * @file:	name, for messages
 * @e:		where a fault goes
 */
struct scan {
	const char *text;
	size_t len, at, line, depth, parens;
	const char *file;
	struct err *e;
};

static int __attribute__((format(printf, 3, 4)))
fault(const struct scan *s, size_t line, const char *fmt, ...)
{
	_cleanup_free_ char *what = NULL, *where = mem_printf("%s:%zu", s->file, line);
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		abort();
	va_end(ap);
	return err_set(s->e, ERR_REFUSED, EINVAL, where, "%s", what);
}

/* The byte @ahead of the next, or NUL behind the end. */
static char peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->len ? s->text[s->at + ahead] : '\0';
}

static void step(struct scan *s)
{
	s->line += s->text[s->at++] == '\n';
}

static int skip_until(struct scan *s, char end, bool escapes, const char *what)
{
	size_t line = s->line;

	while (s->at < s->len && s->text[s->at] != end) {
		if (escapes && s->text[s->at] == '\\' && s->at + 1 < s->len)
			step(s);
		step(s);
	}
	if (s->at == s->len)
		return fault(s, line, "%s does not end", what);
	step(s);
	return 0;
}

/* What a dollar or a backquote begins; *@special is set where the shell acts on it. */
static int skip_expansion(struct scan *s, bool *special)
{
	size_t line = s->line, depth = 0;
	char open, shut;

	*special = true;
	if (s->text[s->at] == '`') {
		step(s);
		return skip_until(s, '`', true, "a backquote");
	}
	step(s);
	open = peek(s, 0);
	if (open != '(' && open != '{')
		return 0;
	shut = open == '(' ? ')' : '}';
	do {
		char c = s->text[s->at];

		step(s);
		depth += c == open;
		depth -= c == shut;
		if (c == '\\' && s->at < s->len)
			step(s);
	} while (depth && s->at < s->len);
	return depth ? fault(s, line, "$%c does not end", open) : 0;
}

static int skip_double(struct scan *s)
{
	size_t line = s->line;
	bool special = false;
	int r = 0;

	step(s);
	while (r == 0 && s->at < s->len && s->text[s->at] != '"') {
		if (s->text[s->at] == '$' || s->text[s->at] == '`') {
			r = skip_expansion(s, &special);
			continue;
		}
		if (s->text[s->at] == '\\' && s->at + 1 < s->len)
			step(s);
		step(s);
	}
	if (r < 0)
		return r;
	if (s->at == s->len)
		return fault(s, line, "a double quote does not end");
	step(s);
	return 0;
}

static bool ends_word(char c)
{
	return !c || strchr(" \t\n;&|()<>", c);
}

/*
 * One word. *@pieces counts its quoted and bare pieces, *@special is set where a bare piece has more than itself
 * in it.
 */
static int skip_word(struct scan *s, size_t *pieces, bool *special)
{
	bool bare = false;
	int r = 0;

	while (r == 0 && s->at < s->len && !ends_word(s->text[s->at])) {
		char c = s->text[s->at];
		bool quote = c == '\'' || c == '"';

		*pieces += quote || !bare;
		bare = !quote;
		if (c == '"') {
			r = skip_double(s);
		} else if (c == '\'') {
			step(s);
			r = skip_until(s, '\'', false, "a single quote");
		} else if (c == '$' || c == '`') {
			r = skip_expansion(s, special);
		} else {
			*special = *special || strchr("\\*?[~", c);
			if (c == '\\' && s->at + 1 < s->len)
				step(s);
			step(s);
		}
	}
	return r;
}

/* The elements of an array, which comments may stand between. */
static int skip_array(struct scan *s)
{
	size_t line = s->line, pieces = 0;
	bool special = false;
	int r = 0;

	step(s);
	while (r == 0 && s->at < s->len && s->text[s->at] != ')') {
		if (s->text[s->at] == '#')
			while (s->at < s->len && s->text[s->at] != '\n')
				step(s);
		else if (strchr(" \t\n", s->text[s->at]))
			step(s);
		else if (ends_word(s->text[s->at]))
			return fault(s, s->line, "%c within an array", s->text[s->at]);
		else
			r = skip_word(s, &pieces, &special);
	}
	if (r < 0)
		return r;
	if (s->at == s->len)
		return fault(s, line, "an array does not end");
	step(s);
	return 0;
}

/* The length of "NAME=" or "NAME+=" here, or 0. */
static size_t assignment_at(const struct scan *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)peek(s, n)) || peek(s, n) == '_')
		n++;
	if (!n || isdigit((unsigned char)peek(s, 0)))
		return 0;
	n += peek(s, n) == '+';
	return peek(s, n) == '=' ? n + 1 : 0;
}

static int take_assignment(struct scan *s, size_t head, struct shellconf *ret)
{
	struct shellconf_item item = { .name = s->text + s->at,
				       .line = s->line,
				       .nested = s->depth || s->parens,
				       .append = s->text[s->at + head - 2] == '+' };
	size_t pieces = 0, begin;
	bool special = false;
	char first;
	int r;

	item.name_len = head - 1 - item.append;
	s->at += head;
	begin = s->at;
	first = peek(s, 0);
	r = first == '(' ? skip_array(s) : skip_word(s, &pieces, &special);
	if (r < 0)
		return r;
	if (first == '(' && ends_word(peek(s, 0)))
		item.kind = SHELLCONF_ARRAY;
	else if (pieces == 1 && first == '"')
		item.kind = SHELLCONF_DOUBLE;
	else if (pieces == 1 && first == '\'')
		item.kind = SHELLCONF_SINGLE;
	else if (pieces > 1 || special || first == '(')
		item.kind = SHELLCONF_OTHER;
	item.value = s->text + begin;
	item.value_len = s->at - begin;
	if (item.kind == SHELLCONF_ARRAY || item.kind == SHELLCONF_DOUBLE ||
	    item.kind == SHELLCONF_SINGLE) {
		item.value++;
		item.value_len -= 2;
	}
	*mem_append(&ret->item, &ret->count) = item;
	return 0;
}

static bool is_word(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !memcmp(*list, word, len))
			return true;
	return false;
}

/* The words of one command: assignments at its beginning, then anything. */
static int take_command(struct scan *s, struct shellconf *ret)
{
	static const char *const opening[] = { "if",	"case",	  "for", "while",
					       "until", "select", "{",	 NULL };
	static const char *const closing[] = { "fi", "esac", "done", "}", NULL };
	static const char *const between[] = { "then", "do", "else", "elif", "!", NULL };
	static const char *const prefix[] = { "export", "readonly", NULL };
	size_t first = ret->count, pieces = 0;
	bool leading = true, exported = false, special = false;
	int r = 0;

	while (r == 0 && !ends_word(peek(s, 0)) && peek(s, 0) != '#') {
		const char *word = s->text + s->at;
		size_t head = leading ? assignment_at(s) : 0, len;

		if (head) {
			r = take_assignment(s, head, ret);
		} else {
			r = skip_word(s, &pieces, &special);
			len = (size_t)(s->text + s->at - word);
			if (leading && is_word(word, len, between))
				return r;
			s->depth += leading && is_word(word, len, opening);
			s->depth -= leading && s->depth && is_word(word, len, closing);
			exported = exported || (leading && is_word(word, len, prefix));
			leading = exported;
			for (size_t i = first; !exported && i < ret->count; i++)
				ret->item[i].passing = true;
		}
		while (r == 0 && (strchr(" \t", peek(s, 0)) ? peek(s, 0) : 0))
			step(s);
	}
	return r;
}

static int refuse_bytes(const struct scan *s)
{
	size_t line = 1;

	for (size_t i = 0; i < s->len; i++) {
		if (!s->text[i])
			return fault(s, line, "a NUL byte");
		if (s->text[i] == '\r' && (i + 1 == s->len || s->text[i + 1] == '\n'))
			return fault(
				s, line,
				"a carriage return at the end, which the shell takes as part of a value");
		line += s->text[i] == '\n';
	}
	return 0;
}

int shellconf_scan(const char *text, size_t len, const char *file, struct shellconf *ret,
		   struct err *e)
{
	struct scan s = { .text = text, .len = len, .line = 1, .file = file, .e = e };
	struct shellconf conf = { 0 };
	int r = refuse_bytes(&s);

	while (r == 0 && s.at < len) {
		char c = text[s.at];

		if (c == '#') {
			while (s.at < len && text[s.at] != '\n')
				step(&s);
		} else if (c == '\\' && peek(&s, 1) == '\n') {
			step(&s);
			step(&s);
		} else if (c == '<' && peek(&s, 1) == '<') {
			r = fault(&s, s.line, "a here-document");
		} else if (ends_word(c)) {
			/* "()" follows a function's name; the ")" of a case's pattern opens nothing. */
			s.parens += c == '(' && peek(&s, 1) != ')';
			s.parens -= c == ')' && s.parens && text[s.at - 1] != '(';
			step(&s);
		} else {
			r = take_command(&s, &conf);
		}
	}
	if (r < 0) {
		shellconf_done(&conf);
		return r;
	}
	*ret = conf;
	return 0;
}

const struct shellconf_item *shellconf_last(const struct shellconf *conf, const char *name)
{
	for (size_t i = conf->count; i-- > 0;)
		if (strlen(name) == conf->item[i].name_len &&
		    !memcmp(name, conf->item[i].name, conf->item[i].name_len))
			return &conf->item[i];
	return NULL;
}

int shellconf_plain(const struct shellconf_item *item, const char *file, struct err *e)
{
	struct scan s = { .file = file, .e = e };

	if (item->nested)
		return fault(
			&s, item->line,
			"%.*s is set within a condition, loop or function, so whether it holds is not known",
			(int)item->name_len, item->name);
	if (item->passing)
		return fault(&s, item->line, "%.*s is set for one command only",
			     (int)item->name_len, item->name);
	if (item->kind == SHELLCONF_OTHER)
		return fault(
			&s, item->line,
			"the value of %.*s is put together by the shell, not one text in quotes",
			(int)item->name_len, item->name);
	return 0;
}

void shellconf_done(struct shellconf *conf)
{
	free(conf->item);
	*conf = (struct shellconf){ 0 };
}
