/*
 * cost_sched.c: llvm-mca's schedule of a region, corrected by the table.
 *
 * llvm-mca says when each instruction issues and completes.  Where the table
 * knows better, an instruction completes later than that, and with it all
 * that waits for it.  This pass walks the region once in program order and
 * carries that lateness along:
 *
 *	- a longer latency makes the instruction itself late;
 *	- what reads a late register is as late, less the time that its value
 *	  would have lain ready;
 *	- instructions of one row keep the row's distance (a unit that is not
 *	  pipelined, or single where the model has two);
 *	- a load gets what the region stored to the same operand no sooner
 *	  than a store forwards it (llvm-mca assumes that they never meet);
 *	- nothing issues before the instruction 32 places earlier has retired.
 *
 * Without corrections nothing is late, and the times are llvm-mca's own.
 * Instructions retire in order, two per cycle.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/xalloc.h"
#include "cpu/hook_abi.h"

#define CYC    HK_CLOCK_PER_CYC
#define ROB    HK_ROB
#define NSTORE 16 /* stores remembered */
#define NRULE  128

/* Where an access goes, as far as the text tells. */
struct place {
	int base, index, scale, size;
	uint32_t base_ver, index_ver; /* how often they were written */
	int64_t off;                  /* from the stack pointer on entry */
	const char *disp;
	char seg;
};

struct item {
	uint32_t issue, done, retire;    /* llvm-mca's */
	uint32_t issue2, done2, retire2; /* corrected */
};

struct walk {
	const struct region *r;
	const struct cost_rule *rules;
	const struct cost_rule **rule; /* of each instruction */
	struct item *it;
	int writer[R_IP + 1]; /* index of last writer, -1 none */
	uint32_t ver[R_IP + 1];
	int64_t sp_off;
	int last_of[NRULE]; /* last index for each table row */
	struct {
		struct place p;
		size_t at;
	} store[NSTORE];
	size_t nstore;
};

static uint32_t
later(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* What of `late' is left after waiting `slack' anyhow. */
static uint32_t
less(uint32_t late, uint32_t slack)
{
	return late > slack ? late - slack : 0;
}

/* ---- memory -------------------------------------------------------- */

static bool
is_number(const char *s, int64_t *v)
{
	char *end;

	*v = strtoll(s, &end, 0);
	return *end == '\0';
}

static struct place
place_of(const struct walk *w, const struct memacc *m)
{
	struct place p = { .base = R_SP,
		.index = R_NONE,
		.disp = "",
		.size = m->size,
		.off = w->sp_off };
	int64_t d;

	p.base_ver = w->ver[R_SP];
	if (m->op == NULL) /* push and pop */
		return p;
	p.seg = m->op->seg;
	p.base = m->op->base;
	p.index = m->op->index;
	p.scale = p.index == R_NONE ? 0 : m->op->scale;
	p.base_ver = p.base >= 0 ? w->ver[p.base] : 0;
	p.index_ver = p.index >= 0 ? w->ver[p.index] : 0;
	p.disp = m->op->disp;
	p.off = 0;
	if (p.base == R_SP && is_number(p.disp, &d)) {
		p.disp = "";
		p.off = w->sp_off + d;
	}
	return p;
}

static bool
same_place(const struct place *a, const struct place *b)
{
	return a->base == b->base && a->index == b->index &&
	    a->scale == b->scale && a->size == b->size &&
	    a->base_ver == b->base_ver && a->index_ver == b->index_ver &&
	    a->off == b->off && a->seg == b->seg &&
	    strcmp(a->disp, b->disp) == 0;
}

/*
 * When the value loaded from m is there at the earliest.  Arithmetic on it
 * takes a cycle more; a byte comes sooner (measured: 5 and 5.6 cycles from
 * one store through a load to the next).
 */
static uint32_t
forwarded(const struct walk *w, const struct insn *in, const struct memacc *m)
{
	struct place p = place_of(w, m);

	for (size_t k = 0; k < NSTORE && k < w->nstore; k++) {
		size_t s = (w->nstore - 1 - k) % NSTORE;
		uint32_t t = w->it[w->store[s].at].done2 + COST_FORWARD_CLK;

		if (!same_place(&p, &w->store[s].p))
			continue;
		if (p.size == 1)
			t -= 6;
		if (m->op != NULL && strncmp(in->mn, "mov", 3) != 0)
			t += CYC;
		return t;
	}
	return 0;
}

static uint32_t
loads_ready(const struct walk *w, const struct insn *in)
{
	uint32_t t = 0;

	for (int k = 0; k < in->nmem; k++)
		if (in->mem[k].kind != ACC_WRITE && !in->mem[k].bitstring)
			t = later(t, forwarded(w, in, &in->mem[k]));
	if (in->impl.kind == ACC_READ && in->cls == IC_PLAIN)
		t = later(t, forwarded(w, in, &in->impl));
	return t;
}

static void
remember(struct walk *w, const struct memacc *m, size_t i)
{
	size_t s = w->nstore++ % NSTORE;

	w->store[s].p = place_of(w, m);
	w->store[s].at = i;
}

/* Stores of instruction i, and how push and pop move the stack pointer. */
static void
note_stores(struct walk *w, const struct insn *in, size_t i)
{
	bool impl = in->impl.kind != ACC_NONE && in->cls == IC_PLAIN;

	if (impl && in->impl.kind == ACC_WRITE) {
		w->sp_off -= in->impl.size;
		remember(w, &in->impl, i);
	} else if (impl)
		w->sp_off += in->impl.size;
	for (int k = 0; k < in->nmem; k++)
		if (in->mem[k].kind == ACC_WRITE || in->mem[k].kind == ACC_RMW)
			remember(w, &in->mem[k], i);
	for (int r = 0; r <= R_IP; r++)
		if ((in->wr & RBIT(r)) != 0 && !(impl && r == R_SP))
			w->ver[r]++;
}

/* ---- lateness ------------------------------------------------------ */

static regset_t
operand_reads(const struct operand *o, bool written)
{
	if (o->type == OP_MEM)
		return operand_regs(o);
	return o->type == OP_REG && !written ? RBIT(o->reg) : 0;
}

/*
 * The registers an instruction waits for.  The stack pointer is known early
 * (it is updated apart from the load of a pop).  A move to part of a register
 * does not wait for the rest of it.
 */
static regset_t
waits_for(const struct insn *in)
{
	regset_t only = RS_ALL;

	if (in->cls == IC_PLAIN && in->nop == 2 &&
	    (strncmp(in->mn, "mov", 3) == 0 || strncmp(in->mn, "lea", 3) == 0))
		only = operand_reads(&in->op[0], false) |
		    operand_reads(&in->op[1], true);
	else if (strncmp(in->mn, "set", 3) == 0)
		only = operand_reads(&in->op[0], true) | RS_FLAGS;
	return in->use & only & ~RBIT(R_SP);
}

/* Clock units that instruction i issues later than llvm-mca has it. */
static uint32_t
lateness(const struct walk *w, const struct insn *in,
    const struct cost_rule *rule, size_t i)
{
	const struct item *x = &w->it[i], *p;
	regset_t reads = waits_for(in);
	uint32_t late = 0;

	for (int r = 0; r <= R_FLAGS; r++) {
		if ((reads & RBIT(r)) == 0 || w->writer[r] < 0)
			continue;
		p = &w->it[w->writer[r]];
		late = later(late,
		    less(p->done2 - p->done, less(x->issue, p->done)));
	}
	if (i >= ROB) {
		p = x - ROB;
		late = later(late,
		    less(p->retire2 - p->retire, less(x->issue, p->retire)));
	}
	if (rule != NULL && w->last_of[rule - w->rules] >= 0) {
		p = &w->it[w->last_of[rule - w->rules]];
		late = later(late, less(p->issue2 + rule->thr_clk, x->issue));
	}
	return late;
}

/* In order, two per cycle; a and b point at the two times before. */
static uint32_t
retire_time(uint32_t done, const uint32_t *a, const uint32_t *b)
{
	if (a != NULL)
		done = later(done, *a);
	if (b != NULL)
		done = later(done, *b + CYC);
	return done;
}

static bool
loads(const struct insn *in)
{
	for (int k = 0; k < in->nmem; k++)
		if (in->mem[k].kind != ACC_WRITE)
			return true;
	return in->impl.kind == ACC_READ;
}

static void
step(struct walk *w, size_t i)
{
	const struct insn *in = w->r->in[i % w->r->n];
	const struct cost_rule *rule = w->rule[i % w->r->n];
	const struct mca_time *t = &w->r->answer->t[i];
	struct item *x = &w->it[i];
	struct item *a = i >= 1 ? x - 1 : NULL, *b = i >= 2 ? x - 2 : NULL;
	uint32_t lat = t->lat * CYC;

	x->issue = t->issue * CYC;
	x->done = x->issue + lat;
	if (rule != NULL)
		lat = later(lat, rule->lat_clk);
	if (loads(in))
		lat += w->r->load_more;
	x->issue2 = x->issue + lateness(w, in, rule, i);
	x->done2 = later(x->issue2 + lat, loads_ready(w, in));
	x->retire = retire_time(x->done, a != NULL ? &a->retire : NULL,
	    b != NULL ? &b->retire : NULL);
	x->retire2 = retire_time(x->done2, a != NULL ? &a->retire2 : NULL,
	    b != NULL ? &b->retire2 : NULL);
	for (int r = 0; r <= R_FLAGS; r++)
		if ((in->wr & RBIT(r)) != 0)
			w->writer[r] = (int)i;
	if (rule != NULL)
		w->last_of[rule - w->rules] = (int)i;
	note_stores(w, in, i);
}

void
sched_region(struct sched *s, const struct region *r,
    const struct cost_rule *rules)
{
	struct walk w = { .r = r, .rules = rules };

	s->n = r->n * r->copies;
	s->issue = xalloc((s->n + 1) * sizeof(*s->issue));
	s->retire = xalloc((s->n + 1) * sizeof(*s->retire));
	w.rule = xalloc((r->n + 1) * sizeof(*w.rule));
	w.it = xalloc((s->n + 1) * sizeof(*w.it));
	memset(w.writer, -1, sizeof(w.writer));
	memset(w.last_of, -1, sizeof(w.last_of));
	for (size_t i = 0; i < r->n; i++)
		w.rule[i] = cost_rule_of(rules, r->in[i]);
	for (size_t i = 0; i < s->n; i++) {
		step(&w, i);
		s->issue[i] = w.it[i].issue2;
		s->retire[i] = w.it[i].retire2;
	}
}

uint32_t
sched_table_bound(const struct region *r, const struct cost_rule *rules)
{
	uint32_t busy[NRULE] = { 0 }, most = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct cost_rule *rule = cost_rule_of(rules, r->in[i]);

		if (rule == NULL)
			continue;
		busy[rule - rules] += rule->thr_clk;
		most = later(most, busy[rule - rules]);
	}
	return most;
}
