// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON written as it becomes known: for documents too large to be held as values first. */
#include "base/json_out.h"

#include <inttypes.h>
#include <string.h>

#include "base/str.h"

static void flush(struct json_out *out)
{
	fwrite_unlocked(out->text, 1, out->used, out->file);
	out->used = 0;
}

static void put(struct json_out *out, const char *text, size_t len)
{
	if (len > sizeof(out->text) - out->used)
		flush(out);
	if (len > sizeof(out->text)) {
		fwrite_unlocked(text, 1, len, out->file);
		return;
	}
	memcpy(out->text + out->used, text, len);
	out->used += len;
}

static void put_char(struct json_out *out, char c)
{
	if (out->used == sizeof(out->text))
		flush(out);
	out->text[out->used++] = c;
}

static void put_text(struct json_out *out, const char *text)
{
	put(out, text, strlen(text));
}

static void new_line(struct json_out *out)
{
	static const char line[] = "\n                ";
	size_t indent = 2 * (size_t)out->depth, most = sizeof(line) - 2;

	put(out, line, 1 + (indent < most ? indent : most));
	for (size_t i = most; i < indent; i++)
		put_char(out, ' ');
}

/* What stands before a value: a comma after the one before it, its place, its name. */
static void begin_value(struct json_out *out, const char *key)
{
	if (out->filled)
		put_char(out, ',');
	if (out->depth)
		new_line(out);
	out->filled = true;
	if (!key)
		return;
	put_char(out, '"');
	put_text(out, key);
	put(out, "\": ", 3);
}

static void begin(struct json_out *out, const char *key, char mark)
{
	begin_value(out, key);
	put_char(out, mark);
	out->depth++;
	out->filled = false;
}

static void end(struct json_out *out, char mark)
{
	out->depth--;
	new_line(out);
	put_char(out, mark);
	out->filled = true;
	if (out->depth)
		return;
	put_char(out, '\n');
	flush(out);
}

void json_out_object(struct json_out *out, const char *key)
{
	begin(out, key, '{');
}

void json_out_array(struct json_out *out, const char *key)
{
	begin(out, key, '[');
}

void json_out_object_end(struct json_out *out)
{
	end(out, '}');
}

void json_out_array_end(struct json_out *out)
{
	end(out, ']');
}

/* A character that does not stand for itself in a string (RFC 8259, 7). */
static void put_escaped(struct json_out *out, char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *at = strchr(plain, c);

	if (at) {
		put_char(out, '\\');
		put_char(out, letters[at - plain]);
	} else {
		char code[7];

		snprintf(code, sizeof(code), "\\u%04x", (unsigned char)c);
		put_text(out, code);
	}
}

static void put_string(struct json_out *out, const char *text)
{
	const char *run = text;
	uint32_t code;

	put_char(out, '"');
	while (*text) {
		unsigned char c = (unsigned char)*text;
		size_t n;

		if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
			text++;
			continue;
		}
		n = c < 0x80 ? 1 : str_utf8(text, strlen(text), &code);

		if (c >= 0x80 && n) {
			text += n;
			continue;
		}
		put(out, run, (size_t)(text - run));
		if (n)
			put_escaped(out, *text);
		else
			put_char(out, '?');
		run = ++text;
	}
	put(out, run, (size_t)(text - run));
	put_char(out, '"');
}

void json_out_str(struct json_out *out, const char *key, const char *text)
{
	begin_value(out, key);
	if (text)
		put_string(out, text);
	else
		put(out, "null", 4);
}

void json_out_int(struct json_out *out, const char *key, int64_t number)
{
	char text[24];

	begin_value(out, key);
	snprintf(text, sizeof(text), "%" PRId64, number);
	put_text(out, text);
}

void json_out_hex(struct json_out *out, const char *key, uint64_t number, int digits)
{
	static const char hex[] = "0123456789abcdef";
	char text[2 + 16];
	int at = sizeof(text);

	begin_value(out, key);
	do
		text[--at] = hex[number & 0xf];
	while ((number >>= 4) || (int)sizeof(text) - at < digits);
	put(out, "\"0x", 3);
	put(out, text + at, sizeof(text) - (size_t)at);
	put_char(out, '"');
}

void json_out_bool(struct json_out *out, const char *key, bool value)
{
	begin_value(out, key);
	put_text(out, value ? "true" : "false");
}

void json_out_list(struct json_out *out, const char *key, const struct strlist *list)
{
	json_out_array(out, key);
	for (size_t i = 0; i < list->count; i++)
		json_out_str(out, NULL, list->item[i]);
	json_out_array_end(out);
}
