// SPDX-License-Identifier: GPL-2.0-or-later
/* Tokens for what tells one machine from another: MAC addresses, UUIDs, serial numbers, names. */
#include "model/redact.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* How values look: 'x' is a hexadecimal digit, ':' is a colon or a hyphen, the same throughout. */
static const char *const patterns[] = {
	[REDACT_MAC] = "xx:xx:xx:xx:xx:xx",
	[REDACT_UUID] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
	[REDACT_DSN] = "xx-xx-xx-xx-xx-xx-xx-xx",
};

/* The longest of them, terminated. */
#define VALUE_MAX 40

void redact_done(struct redactor *redactor)
{
	for (int kind = 0; kind < REDACT_KINDS; kind++)
		strlist_done(&redactor->met[kind]);
}

/* Number of a value among those of its kind, from 1. */
static unsigned int number_of(struct redactor *redactor, enum redact_kind kind, const char *value)
{
	struct strlist *met = &redactor->met[kind];

	for (size_t i = 0; i < met->count; i++)
		if (!strcmp(met->item[i], value))
			return (unsigned int)i + 1;
	strlist_add(met, value);
	return (unsigned int)met->count;
}

/* Of the same length as what it stands for. */
static void make_token(enum redact_kind kind, unsigned int number, char token[static VALUE_MAX])
{
	unsigned int high = number >> 8 & 0xff, low = number & 0xff;

	if (kind == REDACT_MAC)
		snprintf(token, VALUE_MAX, "02:00:00:00:%02x:%02x", high, low);
	else if (kind == REDACT_UUID)
		snprintf(token, VALUE_MAX, "00000000-0000-4000-8000-%012x", number);
	else
		snprintf(token, VALUE_MAX, "00-00-00-00-00-00-%02x-%02x", high, low);
}

static bool fits(char pattern, char c, char between)
{
	if (pattern == 'x')
		return isxdigit((unsigned char)c) != 0;
	return pattern == ':' ? c == between && (c == ':' || c == '-') : c == pattern;
}

/* Length of the pattern at the beginning of a text, where nothing goes on behind it; else 0. */
static size_t match(const char *pattern, const char *text, size_t len)
{
	size_t size = strlen(pattern);

	if (len < size)
		return 0;
	for (size_t i = 0; i < size; i++)
		if (!fits(pattern[i], text[i], text[2]))
			return 0;
	if (len == size)
		return size;
	return isalnum((unsigned char)text[size]) || text[size] == ':' || text[size] == '-' ? 0
											    : size;
}

static void replace(struct redactor *redactor, enum redact_kind kind, char *text, size_t len)
{
	char value[VALUE_MAX], token[VALUE_MAX];
	bool hyphens = kind == REDACT_MAC && text[2] == '-';

	snprintf(value, sizeof(value), "%.*s", (int)len, text);
	for (char *p = value; *p; p++)
		*p = hyphens && *p == '-' ? ':' : (char)tolower((unsigned char)*p);
	/* All zeros and all ones say that there is none. */
	if (!value[strspn(value, "0:-")] || !value[strspn(value, "f:-")])
		return;
	make_token(kind, number_of(redactor, kind, value), token);
	for (char *p = token; hyphens && *p; p++)
		*p = *p == ':' ? '-' : *p;
	memcpy(text, token, len);
}

/* Whether a value may begin at @at: "GPU-" may stand before a UUID, but a pair not before pairs. */
static bool may_begin(enum redact_kind kind, const char *begin, const char *at)
{
	if (at == begin)
		return true;
	return !isalnum((unsigned char)at[-1]) &&
	       (kind == REDACT_UUID || (at[-1] != ':' && at[-1] != '-'));
}

static size_t replace_at(struct redactor *redactor, char *begin, char *at, size_t len)
{
	for (enum redact_kind kind = REDACT_MAC; kind <= REDACT_DSN; kind++) {
		size_t size = may_begin(kind, begin, at) ? match(patterns[kind], at, len) : 0;

		if (!size)
			continue;
		replace(redactor, kind, at, size);
		return size;
	}
	return 1;
}

void redact_text(struct redactor *redactor, char *text, size_t len)
{
	for (size_t at = 0; at < len;)
		at += replace_at(redactor, text, text + at, len - at);
}

/* Words of the paths that are in every such text; a host called so keeps its name. */
static bool is_common(const char *word)
{
	static const char *const common[] = { "dev",  "mapper", "disk", "root", "boot",	  "home",
					      "host", "swap",	"data", "srv",	"mounted" };

	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (!strcmp(word, common[i]))
			return true;
	return strlen(word) < 3;
}

static bool in_word(const char *begin, const char *at, size_t len)
{
	return (at > begin && isalnum((unsigned char)at[-1])) || isalnum((unsigned char)at[len]);
}

char *redact_names(struct redactor *redactor, const char *text)
{
	size_t len = redactor->hostname ? strcspn(redactor->hostname, ".") : 0;
	_cleanup_free_ char *word = len ? mem_printf("%.*s", (int)len, redactor->hostname) : NULL;
	char *result = mem_strdup(text), *at = result;

	if (!result)
		return NULL;
	redact_text(redactor, result, strlen(result));
	while (word && !is_common(word) && (at = strstr(at, word))) {
		size_t before = (size_t)(at - result);
		char *next;

		if (in_word(result, at, len)) {
			at += len;
			continue;
		}
		next = mem_printf("%.*shost1%s", (int)before, result, at + len);
		free(result);
		result = next;
		at = result + before + strlen("host1");
	}
	return result;
}

char *redact_serial(struct redactor *redactor, const char *value)
{
	return mem_printf("serial%u", number_of(redactor, REDACT_SERIAL, value));
}

char *redact_label(struct redactor *redactor, const char *value)
{
	return mem_printf("label%u", number_of(redactor, REDACT_LABEL, value));
}

static void replace_names(struct redactor *redactor, char **text)
{
	char *result = redact_names(redactor, *text);

	free(*text);
	*text = result;
}

/* "eth0 is up with the address 192.0.2.1/24": that it has one is enough. */
static void forget_address(char *text)
{
	static const char before[] = " with the address ", after[] = " with an address";
	char *at = text ? strstr(text, before) : NULL;

	if (at)
		memcpy(at, after, sizeof(after));
}

static void redact_device(struct redactor *redactor, struct device *dev)
{
	if (dev->serial)
		redact_text(redactor, dev->serial, strlen(dev->serial));
	if (dev->recorded.serial)
		redact_text(redactor, dev->recorded.serial, strlen(dev->recorded.serial));
	for (size_t i = 0; i < dev->use_count; i++) {
		forget_address(dev->uses[i].what);
		replace_names(redactor, &dev->uses[i].what);
		replace_names(redactor, &dev->uses[i].fix);
	}
}

void redact_host(struct redactor *redactor, struct host *host)
{
	for (size_t i = 0; i < host->device_count; i++)
		redact_device(redactor, &host->devices[i]);
	for (size_t i = 0; i < host->group_count; i++)
		if (host->groups[i].holder)
			replace_names(redactor, &host->groups[i].holder->what);
}
