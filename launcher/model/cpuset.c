// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of processors, as people and the kernel write them: "0-3,8". */
#include "model/cpuset.h"

#include <ctype.h>
#include <errno.h>

/* A number at *@text, which is moved behind it. */
static int read_number(const char **text, unsigned int *ret)
{
	unsigned int number = 0;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	for (; isdigit((unsigned char)**text); (*text)++) {
		number = number * 10 + (unsigned int)(**text - '0');
		if (number >= CPUSET_MAX)
			return -ERANGE;
	}
	*ret = number;
	return 0;
}

int cpuset_parse(const char *text, struct cpuset *ret)
{
	struct cpuset set = { 0 };

	for (;;) {
		unsigned int first, last;
		int r = read_number(&text, &first);

		last = first;
		if (r == 0 && *text == '-') {
			text++;
			r = read_number(&text, &last);
		}
		if (r < 0)
			return r;
		if (last < first)
			return -EINVAL;
		for (unsigned int cpu = first; cpu <= last; cpu++)
			set.bits[cpu / 64] |= UINT64_C(1) << (cpu % 64);
		if (!*text)
			break;
		if (*text++ != ',')
			return -EINVAL;
	}
	*ret = set;
	return 0;
}

size_t cpuset_count(const struct cpuset *set)
{
	size_t count = 0;

	for (size_t i = 0; i < CPUSET_MAX / 64; i++)
		count += (size_t)__builtin_popcountll(set->bits[i]);
	return count;
}

bool cpuset_within(const struct cpuset *part, const struct cpuset *whole)
{
	for (size_t i = 0; i < CPUSET_MAX / 64; i++)
		if (part->bits[i] & ~whole->bits[i])
			return false;
	return true;
}
