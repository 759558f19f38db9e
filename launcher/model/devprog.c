// SPDX-License-Identifier: GPL-2.0-or-later
/* The program with which a control group of version 2 guards devices: evaluated here for a device, not run. */
#include "model/devprog.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* A program has at most 1,000,000 verified steps; those for devices have some hundreds. */
#define STEPS_MAX 65536
#define STACK_SIZE 512
#define KEY_MAX 8
#define CONTEXT_SIZE sizeof(struct bpf_cgroup_dev_ctx)

/** enum region - what a register points into; a scalar points nowhere */
enum region { SCALAR, CONTEXT, STACK, MAP, VALUE };

/** struct reg - a register: a number, an offset into a region (STACK: from its end), or the id of a map */
struct reg {
	enum region region;
	uint64_t n;
};

/** struct run - one evaluation */
struct run {
	const struct devprog *prog;
	struct reg reg[11];
	uint8_t context[CONTEXT_SIZE];
	uint8_t stack[STACK_SIZE];
	uint8_t value[DEVPROG_VALUE_MAX];
	size_t pc;
};

static int odd(const struct run *run, struct err *e)
{
	return err_set(
		e, ERR_UNEXPECTED, EINVAL, NULL,
		"the control group's device program has an instruction that is not understood (%zu: %02x)",
		run->pc, run->prog->insns[run->pc].code);
}

/* The bytes an access of @size at @off from what @reg points to may touch, or NULL. */
static uint8_t *reach(struct run *run, const struct reg *reg, int off, size_t size)
{
	uint64_t at = reg->n + (uint64_t)(int64_t)off;
	uint8_t *base;
	size_t limit;

	switch (reg->region) {
	case CONTEXT:
		base = run->context;
		limit = CONTEXT_SIZE;
		break;
	case STACK:
		base = run->stack;
		limit = STACK_SIZE;
		at += STACK_SIZE;
		break;
	case VALUE:
		base = run->value;
		limit = DEVPROG_VALUE_MAX;
		break;
	case SCALAR:
	case MAP:
	default:
		return NULL;
	}
	return at <= limit && size <= limit - at ? base + at : NULL;
}

static size_t access_size(const struct bpf_insn *insn)
{
	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	default:
		return 8;
	}
}

/* Short values are the low bytes of long ones on every machine that has vfio. */
static bool load(struct run *run, const struct bpf_insn *insn)
{
	size_t size = access_size(insn);
	const uint8_t *from = reach(run, &run->reg[insn->src_reg], insn->off, size);
	uint64_t n = 0;

	if (!from || BPF_MODE(insn->code) != BPF_MEM)
		return false;
	memcpy(&n, from, size);
	run->reg[insn->dst_reg] = (struct reg){ SCALAR, n };
	return true;
}

static bool store(struct run *run, const struct bpf_insn *insn, const struct reg *what)
{
	size_t size = access_size(insn);
	uint8_t *to = reach(run, &run->reg[insn->dst_reg], insn->off, size);

	/* Pointers are not kept on the stack by any known program, and the context is read only. */
	if (!to || what->region != SCALAR || run->reg[insn->dst_reg].region != STACK ||
	    BPF_MODE(insn->code) != BPF_MEM)
		return false;
	memcpy(to, &what->n, size);
	return true;
}

static bool calculate(uint8_t op, uint64_t a, uint64_t b, unsigned int bits, uint64_t *ret)
{
	switch (op) {
	case BPF_ADD:
		*ret = a + b;
		return true;
	case BPF_SUB:
		*ret = a - b;
		return true;
	case BPF_OR:
		*ret = a | b;
		return true;
	case BPF_AND:
		*ret = a & b;
		return true;
	case BPF_XOR:
		*ret = a ^ b;
		return true;
	case BPF_MOV:
		*ret = b;
		return true;
	case BPF_LSH:
		*ret = a << (b & (bits - 1));
		return true;
	case BPF_RSH:
		*ret = a >> (b & (bits - 1));
		return true;
	case BPF_NEG:
		*ret = 0 - a;
		return true;
	default:
		return false;
	}
}

static bool alu(struct run *run, const struct bpf_insn *insn)
{
	const struct reg imm = { SCALAR, (uint64_t)(int64_t)insn->imm };
	const struct reg *src = BPF_SRC(insn->code) == BPF_X ? &run->reg[insn->src_reg] : &imm;
	struct reg *dst = &run->reg[insn->dst_reg];
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	uint8_t op = BPF_OP(insn->code);

	/* Newer: sign-extending moves, signed division. */
	if (insn->off)
		return false;
	if (op == BPF_MOV && wide) {
		*dst = *src;
		return true;
	}
	/* A pointer may be moved by a number. */
	if (src->region != SCALAR ||
	    (dst->region != SCALAR && op != BPF_MOV && (!wide || (op != BPF_ADD && op != BPF_SUB))))
		return false;
	if (op == BPF_MOV)
		dst->region = SCALAR;
	if (wide)
		return calculate(op, dst->n, src->n, 64, &dst->n);
	if (!calculate(op, (uint32_t)dst->n, (uint32_t)src->n, 32, &dst->n))
		return false;
	dst->n = (uint32_t)dst->n;
	return true;
}

static bool compare(uint8_t op, uint64_t a, uint64_t b, int64_t sa, int64_t sb, bool *ret)
{
	switch (op) {
	case BPF_JA:
		*ret = true;
		return true;
	case BPF_JEQ:
		*ret = a == b;
		return true;
	case BPF_JNE:
		*ret = a != b;
		return true;
	case BPF_JGT:
		*ret = a > b;
		return true;
	case BPF_JGE:
		*ret = a >= b;
		return true;
	case BPF_JLT:
		*ret = a < b;
		return true;
	case BPF_JLE:
		*ret = a <= b;
		return true;
	case BPF_JSET:
		*ret = (a & b) != 0;
		return true;
	case BPF_JSGT:
		*ret = sa > sb;
		return true;
	case BPF_JSGE:
		*ret = sa >= sb;
		return true;
	case BPF_JSLT:
		*ret = sa < sb;
		return true;
	case BPF_JSLE:
		*ret = sa <= sb;
		return true;
	default:
		return false;
	}
}

static bool jump(struct run *run, const struct bpf_insn *insn)
{
	const struct reg imm = { SCALAR, (uint64_t)(int64_t)insn->imm };
	const struct reg *a = &run->reg[insn->dst_reg];
	const struct reg *b = BPF_SRC(insn->code) == BPF_X ? &run->reg[insn->src_reg] : &imm;
	bool wide = BPF_CLASS(insn->code) == BPF_JMP, known, taken = false;
	uint8_t op = BPF_OP(insn->code);
	/* Of pointers only whether a lookup found anything is asked: one that did is not null. */
	uint64_t x = a->region == SCALAR ? a->n : 1, y = b->n;

	if (op == BPF_JA && !wide)
		return false;
	if (op != BPF_JA && (b->region != SCALAR ||
			     (a->region != SCALAR && (y != 0 || (op != BPF_JEQ && op != BPF_JNE)))))
		return false;
	if (wide)
		known = compare(op, x, y, (int64_t)x, (int64_t)y, &taken);
	else
		known = compare(op, (uint32_t)x, (uint32_t)y, (int32_t)x, (int32_t)y, &taken);
	if (taken)
		run->pc = (size_t)((int64_t)run->pc + insn->off);
	return known;
}

/*
 * The kernel replaces the lookup in a hash map by a call of its own and two instructions that lead from the element found to
 * its value (htab_map_gen_lookup(), kernel/bpf/hashtab.c): if r0 == 0 goto +1; r0 += offset.
 */
static bool leads_to_value(const struct run *run)
{
	const struct bpf_insn *next = &run->prog->insns[run->pc + 1];

	return run->pc + 2 < run->prog->count && next[0].code == (BPF_JMP | BPF_JEQ | BPF_K) &&
	       next[0].dst_reg == 0 && next[0].imm == 0 && next[0].off == 1 &&
	       next[1].code == (BPF_ALU64 | BPF_ADD | BPF_K) && next[1].dst_reg == 0;
}

/* The only helper such programs call finds a value in a map; r1 is the map, r2 points to the key. */
static int call(struct run *run, struct err *e)
{
	const uint8_t *key = reach(run, &run->reg[2], 0, 1);
	uint8_t copy[KEY_MAX] = { 0 };
	size_t room;
	int r;

	if (run->reg[1].region != MAP || run->reg[2].region != STACK || !key || !run->prog->lookup)
		return odd(run, e);
	room = (size_t)(run->stack + STACK_SIZE - key);
	memcpy(copy, key, room < KEY_MAX ? room : KEY_MAX);
	memset(run->value, 0, sizeof(run->value));
	r = run->prog->lookup(run->prog->context, (uint32_t)run->reg[1].n, copy, run->value,
			      sizeof(run->value));
	if (r < 0)
		return err_sys(e, -r, NULL,
			       "cannot look into the map of the control group's device program");
	if (leads_to_value(run))
		run->pc += 2;
	run->reg[0] = (struct reg){ r ? VALUE : SCALAR, 0 };
	return 0;
}

static bool load_wide(struct run *run, const struct bpf_insn *insn)
{
	struct reg *dst = &run->reg[insn->dst_reg];

	if (insn->code != (BPF_LD | BPF_IMM | BPF_DW) || run->pc + 1 >= run->prog->count ||
	    insn->src_reg > BPF_PSEUDO_MAP_FD)
		return false;
	run->pc++;
	if (insn->src_reg == BPF_PSEUDO_MAP_FD)
		*dst = (struct reg){ MAP, (uint32_t)insn->imm };
	else
		*dst = (struct reg){ SCALAR,
				     (uint32_t)insn->imm | (uint64_t)(uint32_t)insn[1].imm << 32 };
	return true;
}

/* One instruction other than exit and call. */
static bool step(struct run *run, const struct bpf_insn *insn)
{
	const struct reg imm = { SCALAR, (uint64_t)(int64_t)insn->imm };

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return load_wide(run, insn);
	case BPF_LDX:
		return load(run, insn);
	case BPF_ST:
		return store(run, insn, &imm);
	case BPF_STX:
		return store(run, insn, &run->reg[insn->src_reg]);
	case BPF_ALU:
	case BPF_ALU64:
		return alu(run, insn);
	default:
		return jump(run, insn);
	}
}

int devprog_allows(const struct devprog *prog, const struct devquery *query, bool *ret,
		   struct err *e)
{
	const struct bpf_cgroup_dev_ctx context = {
		.access_type = query->access << 16 |
			       (query->block ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
		.major = query->major_number,
		.minor = query->minor_number,
	};
	struct run run = { .prog = prog };

	memcpy(run.context, &context, sizeof(context));
	run.reg[1] = (struct reg){ CONTEXT, 0 };
	run.reg[10] = (struct reg){ STACK, 0 };
	for (size_t steps = 0; steps < STEPS_MAX; steps++, run.pc++) {
		const struct bpf_insn *insn;
		int r = 0;

		if (run.pc >= prog->count)
			return err_set(e, ERR_UNEXPECTED, EINVAL, NULL,
				       "the control group's device program has no end");
		insn = &prog->insns[run.pc];
		if (insn->dst_reg > 10 || insn->src_reg > 10)
			return odd(&run, e);
		if (insn->code == (BPF_JMP | BPF_EXIT) && run.reg[0].region == SCALAR) {
			*ret = (run.reg[0].n & 1) != 0;
			return 0;
		}
		if (insn->code == (BPF_JMP | BPF_CALL))
			r = call(&run, e);
		else if (!step(&run, insn))
			r = odd(&run, e);
		if (r < 0)
			return r;
	}
	return err_set(e, ERR_UNEXPECTED, ELOOP, NULL,
		       "the control group's device program does not come to its end");
}
