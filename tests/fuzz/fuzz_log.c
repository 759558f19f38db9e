// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: logs to explain. The first line is also tried as a pattern on the rest. */
#include "decide/explain.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

static void check_line(const struct explained_line *line, const char *text, size_t size)
{
	must(line->number > 0);
	must(line->text >= text && line->text + line->len <= text + size);
	must(!memchr(line->text, '\n', line->len));
	if (line->device_known)
		must(line->device.dev < 32 && line->device.fn < 8);
}

static void try_pattern(const char *text, size_t size)
{
	const char *end = memchr(text, '\n', size);
	char *pattern = mem_zalloc(size + 1);

	if (end) {
		memcpy(pattern, text, (size_t)(end - text));
		/* Whatever it is, it is in itself. */
		must(explain_matches(pattern, pattern, strlen(pattern)));
		explain_matches(pattern, end, size - (size_t)(end - text));
	}
	free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct explained_log log;
	size_t known = 0;

	explain_log(text, size, &log);
	must(log.lines <= size);
	for (size_t i = 0; i < log.count; i++) {
		must(log.item[i].row != NULL && log.item[i].line_count > 0);
		must(log.item[i].line_count <= log.item[i].total);
		must(log.item[i].line_count <= EXPLAIN_LINES_MAX);
		known += log.item[i].total;
		for (size_t k = 0; k < log.item[i].line_count; k++)
			check_line(&log.item[i].lines[k], text, size);
	}
	must(known <= log.lines);
	explained_log_done(&log);
	try_pattern(text, size);
	return 0;
}
