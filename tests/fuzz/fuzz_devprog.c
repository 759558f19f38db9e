// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target: a control group's device program and device list. */
#include "model/devprog.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A map whose contents depend on the key, so that both ways out of a lookup are taken. */
static int lookup(void *context, uint32_t map, const void *key, void *value, size_t room)
{
	const unsigned char *bytes = key;

	(void)context;
	memset(value, bytes[0], room);
	return (bytes[0] ^ map) & 1 ? 1 : bytes[1] == 0xff ? -22 : 0;
}

/** LLVMFuzzerTestOneInput() - The answer is one, and the same each time; or there is an error with its reason */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct devquery query = { false, BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE, 1, 3 };
	size_t count = size / sizeof(struct bpf_insn);
	_cleanup_free_ struct bpf_insn *insns = mem_zalloc(size + 1);
	_cleanup_free_ char *text = mem_zalloc(size + 1);
	const struct devprog prog = { insns, count, lookup, NULL };
	bool first = false, second = false;
	struct err e = { 0 };
	int r;

	memcpy(insns, data, count * sizeof(*insns));
	memcpy(text, data, size);
	r = devprog_allows(&prog, &query, &first, &e);
	if ((r == 0) == (e.message[0] != '\0'))
		abort();
	if (devprog_allows(&prog, &query, &second, NULL) != r || first != second)
		abort();
	(void)devlist_allows(text, &query);
	return 0;
}
