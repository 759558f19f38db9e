/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of processors, as people and the kernel write them: "0-3,8". */
#ifndef VMRUN_MODEL_CPUSET_H
#define VMRUN_MODEL_CPUSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Processors are numbered below this, more than any kernel is built for. */
#define CPUSET_MAX 8192

/** struct cpuset - which processors; all zero is none */
struct cpuset {
	uint64_t bits[CPUSET_MAX / 64];
};

/**
 * cpuset_parse() - Read a set
 * @text:	numbers and ranges with commas between them (the kernel's "list" format, Documentation/admin-guide/cputopology.rst)
 * @ret:	the set; untouched on failure
 *
 * Return: 0; -EINVAL for anything else, and for the empty set; -ERANGE for a number that is too large
 */
int cpuset_parse(const char *text, struct cpuset *ret);

/** cpuset_has() - Whether @cpu is in @set */
static inline bool cpuset_has(const struct cpuset *set, unsigned int cpu)
{
	return cpu < CPUSET_MAX && (set->bits[cpu / 64] >> (cpu % 64) & 1) != 0;
}

/** cpuset_count() - How many there are */
size_t cpuset_count(const struct cpuset *set);

/** cpuset_within() - Whether every processor of @part is in @whole */
bool cpuset_within(const struct cpuset *part, const struct cpuset *whole);

#endif
