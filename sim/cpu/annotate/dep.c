/*
 * dep.c: what the overlap rule needs to know of each access.
 *
 * The memory model lets a load that misses run on until its value is first
 * used, or for 32 instructions (the reorder buffer), and lets other misses
 * overlap with it unless their address depends on it.  Both questions are
 * about the code, so they are answered here, once for each site:
 *
 *	depmask  the loads of this function whose values may reach the
 *		 address: one bit for each load (numbered modulo 63, so two
 *		 loads may share a bit, which only loses overlap), and
 *		 DEP_EXTERN for values from outside, as arguments are.  Only
 *		 the last load of a chain counts: it cannot have been issued
 *		 before those that it waited for.
 *	slack	 clock units from the access to the first instruction that
 *		 reads the loaded register, over the path that comes to it
 *		 soonest.  Flags count as the value of a compare.
 *
 * Needs the issue times that cost_compute() has set.  These are out of program
 * order, and may lie behind the end of the block (its tail overlaps with the
 * next), so differences of them are signed; a use that seems to come before
 * its load comes at once.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/xalloc.h"

#define ROB_INSNS  32
#define DEP_EXTERN (UINT64_C(1) << 63)

struct regdeps {
	uint64_t m[16];
};

/* ---- loads ---------------------------------------------------------- */

static bool
reads_memory(const struct insn *in)
{
	for (int k = 0; k < in->nmem; k++)
		if (in->mem[k].kind == ACC_READ || in->mem[k].kind == ACC_RMW)
			return true;
	return false;
}

static void
number_loads(struct func *f)
{
	int n = 0;

	for (size_t i = 0; i < f->nblocks; i++) {
		struct block *b = f->blocks[i];

		for (size_t j = 0; j < b->ninsn; j++)
			b->insns[j]->loadhash = reads_memory(b->insns[j])
			    ? n++ % 63
			    : -1;
	}
}

/* ---- which loads an address comes from ------------------------------- */

static uint64_t
address_deps(const struct regdeps *d, const struct operand *o)
{
	uint64_t m = 0;

	if (o->base >= 0 && o->base < 16 && o->base != R_SP)
		m |= d->m[o->base];
	if (o->index >= 0 && o->index < 16)
		m |= d->m[o->index];
	return m;
}

static bool
is_call(const struct insn *in)
{
	return in->cls == IC_CALL || in->cls == IC_ICALL;
}

/* Registers that only address memory do not flow into the result. */
static uint64_t
value_deps(const struct regdeps *d, const struct insn *in)
{
	regset_t src = in->use & RS_GPR & ~RBIT(R_SP);
	uint64_t m = 0;

	for (int k = 0; k < in->nmem; k++) {
		const struct operand *o = in->mem[k].op;
		regset_t addr = operand_regs(o);

		for (int q = 0; q < in->nop; q++)
			if (in->op[q].type == OP_REG)
				addr &= ~RBIT(in->op[q].reg);
		src &= ~addr;
	}
	for (int r = 0; r < 16; r++)
		if (src & RBIT(r))
			m |= d->m[r];
	if (in->loadhash >= 0)
		m |= UINT64_C(1) << in->loadhash;
	return m;
}

static bool
is_move(const struct insn *in)
{
	return strncmp(in->mn, "mov", 3) == 0;
}

static void
step(struct regdeps *d, struct insn *in, bool record)
{
	uint64_t m = 0, v;

	for (int k = 0; k < in->nmem; k++)
		m |= address_deps(d, in->mem[k].op);
	if (record)
		in->depmask = m;
	if (is_move(in) && in->loadhash >= 0)
		v = UINT64_C(1) << in->loadhash; /* address only */
	else
		v = value_deps(d, in);
	if (is_call(in))
		v = DEP_EXTERN;
	for (int r = 0; r < 16; r++) {
		if (in->def & RBIT(r))
			d->m[r] = v;
		else if (in->wr & RBIT(r))
			d->m[r] |= v;
	}
	d->m[R_SP] = 0;
}

static bool
join(struct regdeps *into, const struct regdeps *from)
{
	bool changed = false;

	for (int r = 0; r < 16; r++) {
		uint64_t m = into->m[r] | from->m[r];

		changed |= m != into->m[r];
		into->m[r] = m;
	}
	return changed;
}

static void
flow_deps(struct unit *u)
{
	struct regdeps *in = xalloc((u->nblock + 1) * sizeof(*in));
	bool changed;

	for (size_t i = 0; i < u->nblock; i++)
		if (u->blocks[i].fn_head || u->blocks[i].address_taken)
			for (int r = 0; r < 16; r++)
				in[i].m[r] = r == R_SP ? 0 : DEP_EXTERN;
	do {
		changed = false;
		for (size_t i = 0; i < u->nblock; i++) {
			struct block *b = &u->blocks[i];
			struct regdeps d = in[i];

			for (size_t j = 0; j < b->ninsn; j++)
				step(&d, b->insns[j], true);
			for (size_t k = 0; k < b->nsucc; k++)
				changed |= join(&in[b->succ[k]->id], &d);
		}
	} while (changed);
}

/* ---- first use -------------------------------------------------------- */

struct search {
	regset_t val;  /* still holds the loaded value */
	int64_t best;  /* clock units of the soonest use so far */
	unsigned fuel; /* bounds the walk over paths */
};

/*
 * Walk from instruction j of block b, `left' instructions and `t' clock
 * units away from the load, until the value is used or the window ends.
 */
static void
find_use(struct search *s, const struct block *b, size_t j, regset_t val,
    unsigned left, int64_t t)
{
	int64_t start = j < b->ninsn ? b->insns[j]->issue : b->cost;

	if (s->fuel == 0)
		return;
	s->fuel--;
	for (; j < b->ninsn; j++) {
		const struct insn *in = b->insns[j];
		int64_t here = t + (in->issue - start);

		if ((in->use & val) != 0 || left == 0 || val == 0) {
			if (val != 0 && here < s->best)
				s->best = here;
			return;
		}
		val &= ~in->def;
		left--;
	}
	t += b->cost - start;
	if (b->nsucc == 0 || b->succ_unknown) {
		if (t < s->best)
			s->best = t;
		return;
	}
	for (size_t k = 0; k < b->nsucc; k++)
		find_use(s, b->succ[k], 0, val, left, t);
}

/* Clock units until 32 instructions have gone by on the straight path. */
static int64_t
window_end(const struct block *b, size_t j)
{
	int64_t t = 0;
	int64_t start = b->insns[j]->issue;
	unsigned left = ROB_INSNS;

	for (;;) {
		size_t n = b->ninsn - j;

		if (n > left)
			return t + b->insns[j + left]->issue - start;
		t += b->cost - start;
		left -= n;
		b = b->fall != NULL ? b->fall : b->target;
		if (b == NULL || left == 0)
			return t;
		j = 0;
		start = 0;
	}
}

static void
slack_of(struct block *b, size_t j)
{
	struct insn *in = b->insns[j];
	struct search s = { .best = window_end(b, j), .fuel = 64 };
	int64_t step0 = (int64_t)(j + 1 < b->ninsn ? b->insns[j + 1]->issue
						   : b->cost) -
	    in->issue;

	if (in->loadhash < 0)
		return;
	find_use(&s, b, j + 1, in->wr & ~RBIT(R_SP), ROB_INSNS, step0);
	in->slack = s.best > 0 ? (uint32_t)s.best : 0;
}

/* Fill loadhash, depmask and slack of every instruction. */
void
dep_compute(struct unit *u)
{
	for (size_t i = 0; i < u->nfunc; i++)
		number_loads(&u->funcs[i]);
	flow_deps(u);
	for (size_t i = 0; i < u->nblock; i++)
		for (size_t j = 0; j < u->blocks[i].ninsn; j++)
			slack_of(&u->blocks[i], j);
}
