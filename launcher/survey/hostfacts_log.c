// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's log, for host check: what the kernel says about its own command line. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "survey/hostfacts_parts.h"

/* A record of /dev/kmsg is read whole or not at all (Documentation/ABI/testing/dev-kmsg); none is longer. */
#define RECORD_MAX 8192

/* Text between @before and @after in @line, newly allocated, or NULL. */
static char *between(const char *line, const char *before, const char *after)
{
	const char *at = strstr(line, before), *end;

	if (!at)
		return NULL;
	at += strlen(before);
	end = strstr(at, after);
	return mem_printf("%.*s", (int)(end ? (size_t)(end - at) : strlen(at)), at);
}

/* init/main.c, print_unknown_bootoptions(), since 5.14. */
static void unknown_parameters(const char *line, struct kernel_says *says)
{
	_cleanup_free_ char *list =
		between(line, "Unknown kernel command line parameters \"", "\", will be passed");
	char *save = NULL;

	if (!list)
		return;
	for (char *word = strtok_r(list, " ", &save); word; word = strtok_r(NULL, " ", &save))
		strlist_add(&says->unknown_parameters, word);
}

/* intel_iommu_setup() and parse_amd_iommu_options(): "DMAR: Unknown option - 'sm_foo'", the quotes in some kernels only. */
static void unknown_option(const char *line, struct kernel_says *says)
{
	static const struct {
		const char *prefix, *parameter;
	} drivers[] = { { "DMAR: ", "intel_iommu" }, { "AMD-Vi: ", "amd_iommu" } };

	for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
		_cleanup_free_ char *prefix = mem_printf("%sUnknown option - ", drivers[i].prefix);
		_cleanup_free_ char *rest = between(line, prefix, "\n");
		const char *option = rest ? rest + strspn(rest, "'") : NULL;

		if (option)
			strlist_addf(&says->unknown_options, "%s=%.*s", drivers[i].parameter,
				     (int)strcspn(option, "' "), option);
	}
}

void hostfacts_parse_log(const char *text, struct kernel_says *says)
{
	_cleanup_free_ char *copy = mem_strdup(text);
	char *save = NULL;

	says->readable = true;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, "Linux version "))
			says->complete = true;
		if (strstr(line, "PCIe ACS overrides enabled"))
			says->acs_override = true;
		unknown_parameters(line, says);
		unknown_option(line, says);
	}
}

/* All records there are; of a captured host the file that holds them. */
static char *read_records(const struct root *root)
{
	_cleanup_close_ int fd = root_openat(root, "dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ char *text = NULL;
	size_t size = 0, used = 0;

	if (fd < 0)
		return NULL;
	while (used < HOSTFACTS_LOG_MAX) {
		ssize_t n;

		if (size - used < RECORD_MAX + 1) {
			size = size ? 2 * size : 64 * RECORD_MAX;
			text = mem_resize(text, size, 1);
		}
		n = read(fd, text + used, RECORD_MAX);
		/* EPIPE: the record was overwritten meanwhile, the next is read instead. */
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	if (!used)
		return NULL;
	text[used] = '\0';
	return take_ptr(text);
}

void hostfacts_log(const struct root *root, struct hostfacts *facts)
{
	_cleanup_free_ char *text = read_records(root);

	if (text)
		hostfacts_parse_log(text, &facts->says);
}
