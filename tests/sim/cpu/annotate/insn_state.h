/*
 * insn_state.h: machine states for test_insn_exec.c, and the memory that an
 * instruction in such a state accesses if the decoder is right.
 */
#ifndef TESTS_INSN_STATE_H
#define TESTS_INSN_STATE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"

#define MEM   4096
#define ARITH 0x8d5u /* flags c p a z s o */
#define DF    0x400u

struct state {
	uint64_t gpr[16];
	uint64_t flags, taken;
	uint8_t mem[MEM]; /* content of arena */
};

static uint8_t arena[MEM] __attribute__((aligned(64)));

static uint64_t rnd_state;

static uint64_t
rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state * 0x9e3779b97f4a7c15u;
}

/* ---- the memory an instruction should touch ------------------------- */

struct range {
	size_t off, n; /* bytes of the arena */
	bool rd, wr;
};

struct ranges {
	struct range r[4];
	int n;
};

static void
add_range(struct ranges *rs, uint64_t addr, size_t n, enum access kind)
{
	struct range *r = &rs->r[rs->n++];

	r->off = addr - (uintptr_t)arena;
	r->n = n;
	r->rd = kind != ACC_WRITE;
	r->wr = kind != ACC_READ;
	ck_assert_msg(r->off < MEM && r->off + n <= MEM, "outside the arena");
}

static uint64_t
address(const struct insn *in, const struct memacc *m, const struct state *st)
{
	const struct operand *o = m->op;
	uint64_t ea = strtoul(o->disp, NULL, 0);

	if (o->base != R_NONE)
		ea += st->gpr[o->base];
	if (o->index != R_NONE)
		ea += st->gpr[o->index] * (uint64_t)o->scale;
	if (m->bitstring) {
		int64_t bit = (int64_t)st->gpr[in->op[0].reg];
		int shift = m->size == 2 ? 4 : m->size == 4 ? 5 : 6;

		if (m->size == 4)
			bit = (int32_t)bit;
		if (m->size == 2)
			bit = (int16_t)bit;
		ea += (uint64_t)(m->size * (bit >> shift));
	}
	return ea;
}

static void
string_ranges(const struct insn *in, const struct state *st, struct ranges *rs)
{
	size_t n = (size_t)in->str_size;

	if (in->pfx & (PFX_REP | PFX_REPNZ))
		n *= st->gpr[R_CX];
	if (strchr("mlc", in->str_op) != NULL)
		add_range(rs, st->gpr[R_SI], n, ACC_READ);
	if (strchr("ms", in->str_op) != NULL)
		add_range(rs, st->gpr[R_DI], n, ACC_WRITE);
	if (strchr("ac", in->str_op) != NULL)
		add_range(rs, st->gpr[R_DI], n, ACC_READ);
}

static struct ranges
find_ranges(const struct insn *in, const struct state *st)
{
	struct ranges rs = { .n = 0 };
	int i, sp = strncmp(in->mn, "leave", 5) == 0 ? R_BP : R_SP;

	for (i = 0; i < in->nmem; i++)
		add_range(&rs, address(in, &in->mem[i], st),
		    (size_t)in->mem[i].size, in->mem[i].kind);
	if (in->impl.kind == ACC_READ)
		add_range(&rs, st->gpr[sp], 8, ACC_READ);
	if (in->impl.kind == ACC_WRITE)
		add_range(&rs, st->gpr[sp] - 8, 8, ACC_WRITE);
	if (in->cls == IC_STRING)
		string_ranges(in, st, &rs);
	return rs;
}

static const struct range *
range_at(const struct ranges *rs, size_t off, bool rd, bool wr)
{
	int i;

	for (i = 0; i < rs->n; i++) {
		const struct range *r = &rs->r[i];

		if (off >= r->off && off < r->off + r->n &&
		    ((rd && r->rd) || (wr && r->wr)))
			return r;
	}
	return NULL;
}

/* ---- random states -------------------------------------------------- */

/* Memory: random, zeros, ones or single bits. */
static void
random_memory(struct state *st)
{
	uint64_t kind = rnd() % 4;
	size_t i;

	for (i = 0; i < MEM; i++)
		st->mem[i] = kind == 0 ? (uint8_t)rnd()
		    : kind == 1        ? 0
		    : kind == 2        ? 0xff
				       : (uint8_t)(rnd() % 8 == 0 ? 0x80 : 0);
}

/* A quotient that fits: a small dividend and a divisor that is not 0. */
static void
tame_division(const struct insn *in, struct state *st)
{
	const struct operand *o = &in->op[0];
	uint64_t top = (uint64_t)1 << (8 * in->osize - 1);

	if (in->osize == 1) {
		st->gpr[R_AX] &= ~(uint64_t)0xff80;
	} else {
		st->gpr[R_AX] &= ~top;
		st->gpr[R_DX] &= ~(top | (top - 1));
	}
	if (o->type == OP_REG)
		st->gpr[o->reg] |= 1;
	else
		st->mem[find_ranges(in, st).r[0].off] |= 1;
}

/* Registers that hold addresses or numbers that must not be big. */
static void
tame_registers(const struct insn *in, struct state *st)
{
	uint64_t base = (uintptr_t)arena;
	int i;

	st->gpr[R_SP] = base + 3072 + rnd() % 16 * 8;
	if (in->cls == IC_STRING) {
		st->gpr[R_SI] = base + 1024 + rnd() % 64;
		st->gpr[R_DI] = base + 2048 + rnd() % 64;
		if (in->pfx != 0)
			st->gpr[R_CX] = rnd() % 6;
	}
	if (strncmp(in->mn, "leave", 5) == 0)
		st->gpr[R_BP] = base + 1024 + rnd() % 64;
	for (i = 0; i < in->nmem; i++) {
		const struct memacc *m = &in->mem[i];

		if (m->op->index != R_NONE)
			st->gpr[m->op->index] = rnd() % 32;
		if (m->op->base != R_SP)
			st->gpr[m->op->base] = base + 2048 + rnd() % 8 * 16;
		if (m->bitstring)
			st->gpr[in->op[0].reg] = rnd() % 8192 - 4096;
	}
	if (strncmp(in->mn, "sh", 2) == 0 && in->mn[3] == 'd')
		st->gpr[R_CX] &= ~(uint64_t)0x10; /* more than 16 of 16 bits */
	if (in->cls == IC_JCC && rnd() % 2)
		st->gpr[R_CX] = rnd() % 3;
}

static struct state
random_state(const struct insn *in)
{
	struct state st = { .taken = 0 };
	int r;

	for (r = 0; r < 16; r++) {
		st.gpr[r] = rnd();
		if (rnd() % 8 == 0)
			st.gpr[r] = st.gpr[r - (r != 0)];
	}
	if (rnd() % 8 == 0)
		st.gpr[R_BX] = 0;
	if (rnd() % 8 == 0)
		st.gpr[R_CX] = 0;
	st.flags = 0x202 | (rnd() & ARITH);
	random_memory(&st);
	tame_registers(in, &st);
	if (strncmp(in->mn, "div", 3) == 0 || strncmp(in->mn, "idiv", 4) == 0)
		tame_division(in, &st);
	return st;
}

#endif
