// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's log, for host check: what the kernel says about its own command line. */
#include <string.h>

#include "base/cleanup.h"
#include "model/redact.h"
#include "survey/hostfacts_parts.h"
#include "survey/klog.h"

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

/*
 * intel_iommu_setup() and parse_amd_iommu_options(): "DMAR: Unknown option - 'sm_foo'", the quotes
 * in some kernels only.
 */
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
		/* A capture may hold the banner alone (klog_compose()): that is no whole log. */
		if (strstr(line, "Linux version ") && !strstr(line, "(the rest was left out)"))
			says->complete = true;
		unknown_parameters(line, says);
		unknown_option(line, says);
	}
}

void hostfacts_log(const struct root *root, struct hostfacts *facts)
{
	_cleanup_free_ char *text = NULL;

	if (root->live)
		text = klog_read();
	else if (root_read(root, "dmesg", HOSTFACTS_LOG_MAX, &text, NULL) < 0)
		text = NULL;
	if (text)
		hostfacts_parse_log(text, &facts->says);
}

/* A parameter meant for a program of the host may hold anything. */
static void add_parameter(const char *word, bool values, struct strlist *ret)
{
	_cleanup_free_ char *bears = redact_cmdline(word);
	bool whole = values || bears[0] != '\n';

	strlist_addf(ret, "%.*s", whole ? (int)strlen(word) : (int)strcspn(word, "="), word);
}

char *hostfacts_compose_log(const struct klog *klog, const struct kernel_says *says, bool values)
{
	_cleanup_free_ char *known = klog_compose(klog), *words = NULL, *options = NULL;
	struct strlist list = { 0 };

	if (!known)
		return NULL;
	for (size_t i = 0; i < says->unknown_parameters.count; i++)
		add_parameter(says->unknown_parameters.item[i], values, &list);
	words = strlist_join(&list, " ");
	strlist_done(&list);
	for (size_t i = 0; i < says->unknown_options.count; i++) {
		const char *option = says->unknown_options.item[i], *equals = strchr(option, '=');

		strlist_addf(&list, "%sUnknown option - '%s'\n",
			     !strncmp(option, "intel", strlen("intel")) ? "DMAR: " : "AMD-Vi: ",
			     equals ? equals + 1 : option);
	}
	options = strlist_join(&list, "");
	strlist_done(&list);
	return mem_printf("%s%s%s%s%s%s",
			  says->complete ? "Linux version (what bears on devices)\n" : "", known,
			  words[0] ? "Unknown kernel command line parameters \"" : "", words,
			  words[0] ? "\", will be passed to user space.\n" : "", options);
}
