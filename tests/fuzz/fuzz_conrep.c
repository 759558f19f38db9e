// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: conrep's saved files, read and changed. */
#include "model/conrep.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition)
{
	if (!condition)
		abort();
}

/* What is the same from the beginning, and from the end, are all but the slot's own section. */
static void check_change(const struct conrep *before, const struct conrep *after)
{
	size_t head = 0, tail = 0, shorter = before->len < after->len ? before->len : after->len;

	while (head < shorter && before->text[head] == after->text[head])
		head++;
	while (tail < shorter - head &&
	       before->text[before->len - tail - 1] == after->text[after->len - tail - 1])
		tail++;
	must(!memchr(before->text + head, '<', before->len - tail - head));
	must(after->len - tail - head < 100);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conrep file, changed;
	struct err e = { 0 };
	int r = conrep_parse((const char *)data, size, &file, &e);

	must(r == 0 || r == -EINVAL || r == -EFBIG);
	must((r < 0) == (e.message[0] != '\0'));
	if (r < 0)
		return 0;
	must(file.len == size && !memcmp(file.text, data, size));
	must(conrep_parse(file.text, file.len, &changed, NULL) == 0);
	for (unsigned int slot = 1; slot <= CONREP_SLOT_MAX; slot += 5) {
		struct conrep before;

		must(conrep_parse(changed.text, changed.len, &before, NULL) == 0);
		if (conrep_exclude(&changed, slot, NULL) == 0) {
			must(changed.state[slot] == CONREP_EXCLUDED);
			must(changed.len == strlen(changed.text));
			check_change(&before, &changed);
		}
		conrep_done(&before);
	}
	conrep_done(&changed);
	conrep_done(&file);
	return 0;
}
