// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: files of the persisted pool, which root reads at every start of the host. */
#include "model/persist.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/persist_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Four quotes per rule and value, one line per rule: nothing in a file can end one or begin another. */
static void check_rules(const struct persist *persist)
{
	_cleanup_free_ char *text = persist_rules_text(persist, 1, false);
	size_t quotes = 0, lines = 0;

	for (const char *at = text; at && *at; at++) {
		quotes += *at == '"';
		lines += *at == '\n';
		if (*at == '\n' && quotes % 2)
			abort();
	}
	if (text && lines != 12)
		abort();
}

/** LLVMFuzzerTestOneInput() - A file that is taken is whole, and reads the same again once it has been written */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL, *second = NULL, *name = mem_zalloc(size + 1);
	struct persist persist = { 0 }, again = { 0 };
	struct err e = { 0 };

	if (size)
		memcpy(name, data, size);
	if (persist_parse((const char *)data, size, "file", &persist, &e) < 0) {
		if (persist.path || persist.file || !e.message[0])
			abort();
		return 0;
	}
	if (!persist_path_ok(persist.path) || !persist.identity.known)
		abort();
	check_rules(&persist);
	text = persist_text(&persist, name);
	if (persist_parse(text, strlen(text), "file", &again, &e) < 0)
		abort();
	second = persist_text(&again, name);
	if (strcmp(text, second))
		abort();
	persist_done(&persist);
	persist_done(&again);
	return 0;
}
