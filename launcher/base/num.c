// SPDX-License-Identifier: GPL-2.0-or-later
/* Strict readers of numbers, sizes and booleans: the whole text or nothing. */
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
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
