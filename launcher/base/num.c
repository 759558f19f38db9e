// SPDX-License-Identifier: GPL-2.0-or-later
/* Strict readers of numbers, sizes and booleans: the whole text or nothing. */
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (isxdigit((unsigned char)c))
		return tolower((unsigned char)c) - 'a' + 10;
	return 99;
}

/* The digits at the start of @text; *end is set to what follows them, on failure too. */
static int parse_digits(const char *text, int base, uint64_t max, uint64_t *ret, const char **end)
{
	bool large = false;
	uint64_t value = 0;
	const char *p = text;

	for (; digit(*p) < base; p++) {
		large = large || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit(*p), &value) || value > max;
	}
	*end = p;
	if (p == text)
		return -EINVAL;
	if (large)
		return -ERANGE;
	*ret = value;
	return 0;
}

int num_parse(const char *text, int base, uint64_t max, uint64_t *ret)
{
	const char *end;
	uint64_t value;
	int r;

	if (base == 16 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	r = parse_digits(text, base, max, &value, &end);
	if (*end)
		return -EINVAL;
	if (r == 0)
		*ret = value;
	return r;
}

int num_parse_size(const char *text, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	uint64_t value;
	int shift, r;

	r = parse_digits(text, 10, UINT64_MAX, &value, &end);
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (*end && (!unit || end[1]))
		return -EINVAL;
	if (r < 0)
		return r;
	shift = unit ? 10 * (int)(unit - units + 1) : 0;
	if (value > UINT64_MAX >> shift)
		return -ERANGE;
	*ret = value << shift;
	return 0;
}

/* Milliseconds in the unit that @text begins with, up to @end; 0 for no unit there is. */
static uint64_t unit_ms(const char *text, const char **end)
{
	static const struct {
		const char *names;
		uint64_t ms;
	} units[] = {
		{ " ms msec ", 1 },
		{ " s sec second seconds ", 1000 },
		{ " m min minute minutes ", 60 * 1000 },
		{ " h hr hour hours ", 60 * 60 * 1000 },
	};
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	char word[16];

	*end = text + len;
	if (!len)
		return *text ? 0 : 1000;
	if (snprintf(word, sizeof(word), " %.*s ", (int)len, text) >= (int)sizeof(word))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strstr(units[i].names, word))
			return units[i].ms;
	return 0;
}

int num_parse_time(const char *text, uint64_t *ret_ms)
{
	uint64_t sum = 0;

	do {
		uint64_t value = 0, unit;
		int r = parse_digits(text, 10, UINT64_MAX, &value, &text);

		if (r == -EINVAL)
			return r;
		unit = unit_ms(text + strspn(text, " "), &text);
		if (!unit)
			return -EINVAL;
		if (r < 0 || __builtin_mul_overflow(value, unit, &value) ||
		    __builtin_add_overflow(sum, value, &sum))
			return -ERANGE;
		text += strspn(text, " ");
	} while (*text);
	*ret_ms = sum;
	return 0;
}

int num_parse_bool(const char *text, bool *ret)
{
	static const char *const words[2][3] = { { "no", "off", "false" },
						 { "yes", "on", "true" } };

	for (int value = 0; value < 2; value++)
		for (size_t i = 0; i < ARRAY_SIZE(words[value]); i++)
			if (!strcasecmp(text, words[value][i])) {
				*ret = value;
				return 0;
			}
	return -EINVAL;
}
