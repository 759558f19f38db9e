// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of reading a control group's device program: recorded ones, made ones, and ones that no kernel would have taken. */
#include "model/devprog.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "unit/suite.h"

#define READ_WRITE (BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)

#define INSN(c, d, s, o, i)                                                         \
	{                                                                           \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) \
	}
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MOV(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)

/** struct entry - of a map as libvirt makes it: major in the upper half of the key, minor in the lower; accesses as value */
struct entry {
	uint64_t key;
	uint32_t value;
};

static const struct entry *entries;
static size_t entry_count;

static int lookup(void *context, uint32_t map, const void *key, void *value, size_t size)
{
	uint64_t wanted;

	(void)context;
	ck_assert_uint_ge(size, sizeof(uint32_t));
	if (map != 7)
		return -EBADF;
	memcpy(&wanted, key, sizeof(wanted));
	for (size_t i = 0; i < entry_count; i++)
		if (entries[i].key == wanted) {
			memcpy(value, &entries[i].value, sizeof(entries[i].value));
			return 1;
		}
	return 0;
}

static int evaluate(const struct bpf_insn *insns, size_t count, const struct devquery *query,
		    bool *ret)
{
	const struct devprog prog = { insns, count, lookup, NULL };
	struct err e = { 0 };
	int r = devprog_allows(&prog, query, ret, &e);

	ck_assert((r == 0) == (e.kind == ERR_NONE));
	return r;
}

static bool allows(const struct bpf_insn *insns, size_t count, bool block, uint32_t major_number,
		   uint32_t minor_number)
{
	const struct devquery query = { block, READ_WRITE, major_number, minor_number };
	bool allowed;

	ck_assert_int_eq(evaluate(insns, count, &query, &allowed), 0);
	return allowed;
}

/*
 * As libvirt 9.0 attaches them, recorded from a guest on kernel 6.1: looks the device up in its map, then any minor of its major, then
 * any device. The lookups are those the kernel put in.
 */
static const struct bpf_insn libvirt_insns[] = {
	INSN(0xbf, 6, 1, 0, 0),	     INSN(0x61, 1, 6, 8, 0),	  INSN(0x61, 2, 6, 4, 0),
	INSN(0x67, 2, 0, 0, 32),     INSN(0x4f, 2, 1, 0, 0),	  INSN(0x7b, 10, 2, -8, 0),
	INSN(0xbf, 2, 10, 0, 0),     INSN(0x07, 2, 0, 0, -8),	  INSN(0x18, 1, 1, 0, 7),
	INSN(0x00, 0, 0, 0, 0),	     INSN(0x85, 0, 0, 0, 201840), INSN(0x15, 0, 0, 1, 0),
	INSN(0x07, 0, 0, 0, 56),     INSN(0xbf, 1, 0, 0, 0),	  INSN(0x15, 1, 0, 5, 0),
	INSN(0xb7, 0, 0, 0, 1),	     INSN(0x61, 2, 6, 0, 0),	  INSN(0x61, 1, 1, 0, 0),
	INSN(0x5f, 1, 2, 0, 0),	     INSN(0x1d, 1, 2, 56, 0),	  INSN(0x61, 1, 6, 4, 0),
	INSN(0x67, 1, 0, 0, 32),     INSN(0x18, 2, 0, 0, -1),	  INSN(0x00, 0, 0, 0, 0),
	INSN(0x4f, 1, 2, 0, 0),	     INSN(0x7b, 10, 1, -8, 0),	  INSN(0xbf, 2, 10, 0, 0),
	INSN(0x07, 2, 0, 0, -8),     INSN(0x18, 1, 1, 0, 7),	  INSN(0x00, 0, 0, 0, 0),
	INSN(0x85, 0, 0, 0, 201840), INSN(0x15, 0, 0, 1, 0),	  INSN(0x07, 0, 0, 0, 56),
	INSN(0xbf, 1, 0, 0, 0),	     INSN(0x15, 1, 0, 5, 0),	  INSN(0xb7, 0, 0, 0, 1),
	INSN(0x61, 2, 6, 0, 0),	     INSN(0x61, 1, 1, 0, 0),	  INSN(0x5f, 1, 2, 0, 0),
	INSN(0x1d, 1, 2, 36, 0),     INSN(0x61, 1, 6, 8, 0),	  INSN(0x18, 2, 0, 0, 0),
	INSN(0x00, 0, 0, 0, -1),     INSN(0x4f, 1, 2, 0, 0),	  INSN(0x7b, 10, 1, -8, 0),
	INSN(0xbf, 2, 10, 0, 0),     INSN(0x07, 2, 0, 0, -8),	  INSN(0x18, 1, 1, 0, 7),
	INSN(0x00, 0, 0, 0, 0),	     INSN(0x85, 0, 0, 0, 201840), INSN(0x15, 0, 0, 1, 0),
	INSN(0x07, 0, 0, 0, 56),     INSN(0xbf, 1, 0, 0, 0),	  INSN(0x15, 1, 0, 5, 0),
	INSN(0xb7, 0, 0, 0, 1),	     INSN(0x61, 2, 6, 0, 0),	  INSN(0x61, 1, 1, 0, 0),
	INSN(0x5f, 1, 2, 0, 0),	     INSN(0x1d, 1, 2, 17, 0),	  INSN(0xb7, 1, 0, 0, -1),
	INSN(0x7b, 10, 1, -8, 0),    INSN(0xbf, 2, 10, 0, 0),	  INSN(0x07, 2, 0, 0, -8),
	INSN(0x18, 1, 1, 0, 7),	     INSN(0x00, 0, 0, 0, 0),	  INSN(0x85, 0, 0, 0, 201840),
	INSN(0x15, 0, 0, 1, 0),	     INSN(0x07, 0, 0, 0, 56),	  INSN(0xbf, 1, 0, 0, 0),
	INSN(0x15, 1, 0, 5, 0),	     INSN(0xb7, 0, 0, 0, 1),	  INSN(0x61, 2, 6, 0, 0),
	INSN(0x61, 1, 1, 0, 0),	     INSN(0x5f, 1, 2, 0, 0),	  INSN(0x1d, 1, 2, 1, 0),
	INSN(0xb7, 0, 0, 0, 0),	     INSN(0x95, 0, 0, 0, 0),
};

/* Of the same guest: null, full, zero, urandom, random, ptmx, and all of /dev/pts. */
static const struct entry libvirt_entries[] = {
	{ 0x0000000100000003, 0x60002 }, { 0x0000000100000005, 0x60002 },
	{ 0x0000000100000007, 0x60002 }, { 0x0000000100000008, 0x60002 },
	{ 0x0000000100000009, 0x60002 }, { 0x0000000500000002, 0x60002 },
	{ 0x00000088ffffffff, 0x60002 },
};

START_TEST(recorded)
{
	static const struct {
		bool block;
		uint32_t major_number, minor_number;
		bool allowed;
	} cases[] = {
		{ false, 1, 3, true },	    { false, 1, 9, true },  { false, 136, 0, true },
		{ false, 136, 4711, true }, { false, 1, 1, false }, { false, 1, 4, false },
		{ true, 1, 3, false },	    { true, 8, 0, false },  { false, 10, 196, false },
		{ false, 0x88, ~0U, true },
	};
	const struct devquery make = { false, BPF_DEVCG_ACC_MKNOD, 1, 3 },
			      look = { false, BPF_DEVCG_ACC_READ, 1, 3 };
	bool allowed;

	entries = libvirt_entries;
	entry_count = ARRAY_SIZE(libvirt_entries);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(allows(libvirt_insns, ARRAY_SIZE(libvirt_insns), cases[i].block,
				     cases[i].major_number,
				     cases[i].minor_number) == cases[i].allowed,
			      "case %zu", i);
	ck_assert_int_eq(evaluate(libvirt_insns, ARRAY_SIZE(libvirt_insns), &make, &allowed), 0);
	ck_assert(!allowed);
	ck_assert_int_eq(evaluate(libvirt_insns, ARRAY_SIZE(libvirt_insns), &look, &allowed), 0);
	ck_assert(allowed);
}
END_TEST

/* As systemd writes them (DevicePolicy=closed, DeviceAllow=/dev/null rw): types and numbers compared one after the other. */
START_TEST(comparisons)
{
	static const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_W | BPF_MEM, 2, 1, 0, 0),
		INSN(BPF_ALU | BPF_AND | BPF_K, 2, 0, 0, 0xffff),
		INSN(BPF_LDX | BPF_W | BPF_MEM, 3, 1, 0, 0),
		INSN(BPF_ALU | BPF_RSH | BPF_K, 3, 0, 0, 16),
		INSN(BPF_LDX | BPF_W | BPF_MEM, 4, 1, 4, 0),
		INSN(BPF_LDX | BPF_W | BPF_MEM, 5, 1, 8, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 7, BPF_DEVCG_DEV_CHAR),
		INSN(BPF_ALU | BPF_MOV | BPF_X, 1, 3, 0, 0),
		INSN(BPF_ALU | BPF_AND | BPF_K, 1, 0, 0, READ_WRITE),
		INSN(BPF_JMP | BPF_JNE | BPF_X, 1, 3, 4, 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 4, 0, 3, 1),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 5, 0, 2, 3),
		MOV(0, 1),
		INSN(BPF_JMP | BPF_JA, 0, 0, 1, 0),
		MOV(0, 0),
		EXIT,
	};
	const struct devquery make = { false, BPF_DEVCG_ACC_MKNOD, 1, 3 };
	bool allowed;

	ck_assert(allows(insns, ARRAY_SIZE(insns), false, 1, 3));
	ck_assert(!allows(insns, ARRAY_SIZE(insns), true, 1, 3));
	ck_assert(!allows(insns, ARRAY_SIZE(insns), false, 1, 1));
	ck_assert_int_eq(evaluate(insns, ARRAY_SIZE(insns), &make, &allowed), 0);
	ck_assert(!allowed);
}
END_TEST

START_TEST(not_understood)
{
	static const struct {
		struct bpf_insn insns[4];
		size_t count;
		int result;
	} cases[] = {
		{ { EXIT }, 0, -EINVAL },				/* nothing at all */
		{ { MOV(0, 1) }, 1, -EINVAL },				/* no end */
		{ { INSN(BPF_JMP | BPF_JA, 0, 0, -1, 0) }, 1, -ELOOP }, /* for ever */
		{ { INSN(BPF_JMP | BPF_JA, 0, 0, 30000, 0), EXIT }, 2, -EINVAL },  /* out of it */
		{ { INSN(BPF_JMP | BPF_JA, 0, 0, -30000, 0), EXIT }, 2, -EINVAL }, /* before it */
		{ { INSN(BPF_LDX | BPF_W | BPF_MEM, 0, 1, 12, 0), EXIT },
		  2,
		  -EINVAL }, /* behind the context */
		{ { INSN(BPF_LDX | BPF_W | BPF_MEM, 0, 1, -1, 0), EXIT },
		  2,
		  -EINVAL }, /* before it */
		{ { INSN(BPF_LDX | BPF_DW | BPF_MEM, 0, 10, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* above the stack */
		{ { INSN(BPF_LDX | BPF_DW | BPF_MEM, 0, 10, -513, 0), EXIT },
		  2,
		  -EINVAL }, /* below it */
		{ { INSN(BPF_LDX | BPF_W | BPF_MEM, 0, 0, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* through a number */
		{ { INSN(BPF_ST | BPF_W | BPF_MEM, 1, 0, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* into the context */
		{ { INSN(BPF_STX | BPF_DW | BPF_MEM, 10, 1, -8, 0), EXIT },
		  2,
		  -EINVAL }, /* a pointer on the stack */
		{ { INSN(BPF_ALU64 | BPF_MUL | BPF_K, 0, 0, 0, 3), EXIT }, 2, -EINVAL },
		{ { INSN(BPF_ALU64 | BPF_ADD | BPF_X, 0, 1, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* a pointer added */
		{ { INSN(BPF_LD | BPF_IMM | BPF_DW, 0, 0, 0, 1) }, 1, -EINVAL }, /* cut in half */
		{ { INSN(BPF_LD | BPF_IMM | BPF_DW, 0, 2, 0, 1), { 0 }, EXIT },
		  3,
		  -EINVAL },							/* a map's value */
		{ { INSN(BPF_JMP | BPF_CALL, 0, 0, 0, 5), EXIT }, 2, -EINVAL }, /* not a lookup */
		{ { INSN(BPF_ALU64 | BPF_MOV | BPF_X, 0, 1, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* a pointer for an answer */
		{ { INSN(BPF_ALU64 | BPF_MOV | BPF_K, 11, 0, 0, 0), EXIT },
		  2,
		  -EINVAL }, /* no such register */
		{ { INSN(0xff, 0, 0, 0, 0), EXIT }, 2, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct devquery query = { false, READ_WRITE, 1, 3 };
		bool allowed;
		int r = evaluate(cases[i].insns, cases[i].count, &query, &allowed);

		ck_assert_msg(r == cases[i].result, "case %zu: %d", i, r);
	}
}
END_TEST

START_TEST(lists)
{
	static const char text[] =
		"c 1:3 rwm\nc 10:196 rw\nb *:* m\nc 136:* rwm\nodd\nc 5 rwm\nc 7:8\n";
	static const struct {
		struct devquery query;
		bool allowed;
	} cases[] = {
		{ { false, READ_WRITE, 1, 3 }, true },
		{ { false, READ_WRITE, 1, 1 }, false },
		{ { true, READ_WRITE, 1, 3 }, false },
		{ { false, READ_WRITE, 10, 196 }, true },
		{ { false, BPF_DEVCG_ACC_MKNOD, 10, 196 }, false },
		{ { false, READ_WRITE, 136, 77 }, true },
		{ { true, BPF_DEVCG_ACC_MKNOD, 8, 0 }, true },
		{ { true, READ_WRITE, 8, 0 }, false },
		{ { false, READ_WRITE, 7, 8 }, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(devlist_allows(text, &cases[i].query) == cases[i].allowed, "case %zu",
			      i);
	ck_assert(devlist_allows("a *:* rwm\n", &cases[1].query));
	ck_assert(!devlist_allows("", &cases[0].query));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("devprog");

	tcase_add_test(tests, recorded);
	tcase_add_test(tests, comparisons);
	tcase_add_test(tests, not_understood);
	tcase_add_test(tests, lists);
	return suite_run("devprog", tests);
}
