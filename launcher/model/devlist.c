// SPDX-License-Identifier: GPL-2.0-or-later
/* The list with which a control group of version 1 guards devices. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"
#include "model/devprog.h"

static bool number_fits(const char *text, uint32_t number)
{
	uint64_t n;

	return !strcmp(text, "*") || (num_parse(text, 10, UINT32_MAX, &n) == 0 && n == number);
}

/* "c 10:196 rwm" */
static bool line_allows(char *line, const struct devquery *query)
{
	char *save = NULL, *type = strtok_r(line, " ", &save),
	     *numbers = strtok_r(NULL, " ", &save), *access = strtok_r(NULL, " ", &save),
	     *colon = numbers ? strchr(numbers, ':') : NULL;

	if (!access || !colon || (strcmp(type, "a") && strcmp(type, query->block ? "b" : "c")))
		return false;
	*colon = '\0';
	return number_fits(numbers, query->major_number) &&
	       number_fits(colon + 1, query->minor_number) &&
	       (!(query->access & BPF_DEVCG_ACC_READ) || strchr(access, 'r')) &&
	       (!(query->access & BPF_DEVCG_ACC_WRITE) || strchr(access, 'w')) &&
	       (!(query->access & BPF_DEVCG_ACC_MKNOD) || strchr(access, 'm'));
}

bool devlist_allows(const char *text, const struct devquery *query)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (line_allows(line, query))
			return true;
	return false;
}
