// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: JSON documents, as facts.json, journals and pool records are read. */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * LLVMFuzzerTestOneInput() - What is read is an object, and reads the same again once it has
 * been written
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_json_ struct json *value = NULL, *again = NULL;
	_cleanup_free_ char *text = NULL, *second = NULL;
	struct err e = { 0 };
	int64_t number;

	if (json_parse((const char *)data, size, &value, &e) < 0) {
		if (value || !e.message[0])
			abort();
		return 0;
	}
	json_get_str(value, "a");
	json_get_bool(value, "a");
	json_get_int(value, "a", &number);
	if (json_at(value, 0) || json_count(json_get(value, "a")) > size)
		abort();
	text = json_text(value);
	if (json_parse(text, strlen(text), &again, &e) < 0)
		abort();
	second = json_text(again);
	if (strcmp(text, second))
		abort();
	return 0;
}
