/*
 * cost.c: what each block costs.
 *
 * A block is charged as a whole when control enters it, but a core with a
 * reorder buffer does not execute it as a whole: its first instructions
 * overlap with the blocks before it, its last ones with those behind.  So
 * its cost is the time by which it delays the blocks behind it:
 *
 *	straight code	max(throughput, latency - 8 cycles)
 *
 * where throughput is what issue slots and units allow, latency is the time
 * from an idle core until all of it has retired, and 8 cycles are half of
 * what the reorder buffer holds (32 instructions, two per cycle): so much of
 * a block's end is hidden under its successors.
 *
 *	before a serialising instruction	latency
 *
 * since that one waits for all of it; its own time is added.
 *
 *	innermost loop	the steady time of one iteration
 *
 * spread over its blocks in proportion to what they cost as straight code: a
 * chain of values that runs round the loop is seen by no single block.
 *
 * All three start from llvm-mca's schedules, corrected by cost_sched.c.
 * docs/adr/0002-block-cost.md compares this with its alternatives.
 */
#include <string.h>

#include "cpu/annotate/cost_int.h"
#include "cpu/annotate/xalloc.h"
#include "cpu/hook_abi.h"

#define CYC        HK_CLOCK_PER_CYC
#define HIDDEN_CLK (8 * CYC)
#define LOOP_INSNS 96  /* a loop is unrolled to at least so many */
#define LOOP_MAX   256 /* instructions of a way round */

struct work {
	struct unit *u;
	const struct cost_rule *rules;
	struct region *reg; /* of each block, then of each loop */
	size_t nreg;
	struct loop *loops;
	size_t nloop;
};

/* ---- regions ------------------------------------------------------- */

static bool
in_region(const struct cost_rule *r)
{
	return r == NULL || r->kind == CK_MODEL;
}

/* Append the instructions of a block that llvm-mca is asked about. */
static void
region_add(struct region *g, const struct block *b,
    const struct cost_rule *rules)
{
	for (size_t j = 0; j < b->ninsn; j++)
		if (in_region(cost_rule_of(rules, b->insns[j])))
			*XPUSH(g->in, g->n) = b->insns[j];
}

static void
loop_region(struct region *g, const struct loop *l,
    const struct cost_rule *rules)
{
	for (size_t i = 0; i < l->npath; i++)
		region_add(g, l->body[i], rules);
	if (g->n > LOOP_MAX)
		g->n = 0;
	/* A multiple of 4, so that half of it is an even number. */
	if (g->n > 0)
		g->copies = (unsigned)(LOOP_INSNS / g->n + 4) & ~3u;
}

static void
make_regions(struct work *w)
{
	const struct unit *u = w->u;

	w->loops = loops_find(u, w->rules, &w->nloop);
	w->nreg = u->nblock + w->nloop;
	w->reg = xalloc((w->nreg + 1) * sizeof(*w->reg));
	for (size_t i = 0; i < w->nreg; i++) {
		struct region *g = &w->reg[i];

		g->copies = 1;
		if (i < u->nblock)
			region_add(g, &u->blocks[i], w->rules);
		else
			loop_region(g, &w->loops[i - u->nblock], w->rules);
		region_ask(g);
	}
}

/* Regions without instructions have no question. */
static int
answer_regions(struct work *w, const struct cost_opts *o)
{
	struct region *q = xalloc((w->nreg + 1) * sizeof(*q));
	size_t n = 0;
	int err;

	for (size_t i = 0; i < w->nreg; i++)
		if (w->reg[i].n > 0)
			q[n++] = w->reg[i];
	err = cost_answer(w->u, o, q, n);
	n = 0;
	for (size_t i = 0; i < w->nreg; i++)
		if (w->reg[i].n > 0)
			w->reg[i].answer = q[n++].answer;
	return err;
}

/* ---- blocks -------------------------------------------------------- */

/* What the table alone says of a block. */
struct extra {
	uint32_t clk; /* of CK_EXTRA and CK_SERIAL instructions */
	bool serial;  /* one of the latter is among them */
	bool model;   /* CK_MODEL rows were used */
};

static struct extra
block_extra(const struct block *b, const struct cost_rule *rules)
{
	struct extra x = { 0 };

	for (size_t j = 0; j < b->ninsn; j++) {
		const struct cost_rule *r = cost_rule_of(rules, b->insns[j]);

		if (r == NULL)
			continue;
		x.model |= r->kind == CK_MODEL;
		x.serial |= r->kind == CK_SERIAL;
		if (r->kind != CK_MODEL)
			x.clk += r->lat_clk;
	}
	return x;
}

static uint32_t
straight_cost(const struct region *g, const struct sched *s, bool serial,
    const struct cost_rule *rules)
{
	uint32_t latency, thr = g->answer->thr_clk;
	uint32_t bound = sched_table_bound(g, rules);

	latency = s->retire[s->n - 1];
	if (serial)
		return latency;
	if (bound > thr)
		thr = bound;
	if (latency > thr + HIDDEN_CLK)
		return latency - HIDDEN_CLK;
	return thr;
}

/*
 * Issue times: those of the schedule, moved by the extra instructions in
 * front; an extra instruction itself issues with the one before it, a
 * serialising one when the rest is done.
 */
static void
set_issue(struct block *b, const struct sched *s, const struct cost_rule *rules,
    uint32_t rest)
{
	uint32_t extra = 0, t = 0;
	size_t k = 0;

	for (size_t j = 0; j < b->ninsn; j++) {
		const struct cost_rule *r = cost_rule_of(rules, b->insns[j]);

		if (in_region(r))
			t = s->issue[k++];
		else if (r->kind == CK_SERIAL)
			t = rest;
		b->insns[j]->issue = t + extra;
		if (!in_region(r))
			extra += r->lat_clk;
	}
}

static void
cost_block(struct block *b, const struct region *g,
    const struct cost_rule *rules)
{
	struct extra x = block_extra(b, rules);
	struct sched s = { 0 };
	uint32_t rest = 0;

	if (g->n > 0) {
		sched_region(&s, g, rules);
		rest = straight_cost(g, &s, x.serial, rules);
	}
	b->cost = rest + x.clk;
	b->cost_src = g->n == 0    ? "table"
	    : x.clk > 0 || x.model ? "mca+table"
				   : "mca";
	set_issue(b, &s, rules, rest);
}

/* ---- loops --------------------------------------------------------- */

/* Clock units of an iteration in the steady state. */
static uint32_t
loop_time(const struct region *g, const struct cost_rule *rules)
{
	struct sched s;
	size_t n = g->n * g->copies;
	uint32_t over = g->copies / 2, t;

	sched_region(&s, g, rules);
	t = s.retire[n - 1] - s.retire[n / 2 - 1];
	return (t + over / 2) / over;
}

/* part/whole of t, rounded */
static uint32_t
share(uint32_t t, uint32_t part, uint32_t whole)
{
	return (uint32_t)(((uint64_t)t * part * 2 + whole) /
	    ((uint64_t)whole * 2));
}

/*
 * Spread an iteration over the way round, so that the parts add up to it;
 * blocks beside that way are stretched as much.
 */
static void
cost_loop(const struct loop *l, const struct region *g,
    const struct cost_rule *rules)
{
	uint32_t t, sum = 0, before = 0, upto = 0;

	if (g->n == 0)
		return;
	t = loop_time(g, rules);
	for (size_t i = 0; i < l->npath; i++)
		sum += l->body[i]->cost;
	for (size_t i = 0; i < l->nbody; i++) {
		struct block *b = l->body[i];

		b->cost_src = strcmp(b->cost_src, "mca") == 0
		    ? "mca loop"
		    : "mca+table loop";
		if (i >= l->npath)
			b->cost = share(t, b->cost, sum);
	}
	for (size_t i = 0; i < l->npath; i++) {
		struct block *b = l->body[i];

		upto += b->cost;
		b->cost = share(t, upto, sum) - share(t, before, sum);
		before = upto;
	}
}

static void
set_after(const struct block *b)
{
	for (size_t j = 0; j < b->ninsn; j++) {
		struct insn *in = b->insns[j];

		in->after = in->issue < b->cost ? b->cost - in->issue : 0;
	}
}

/* All blocks, if loads that hit the L1D took load_more longer. */
static void
price(struct work *w, uint32_t load_more)
{
	struct unit *u = w->u;

	for (size_t i = 0; i < w->nreg; i++)
		w->reg[i].load_more = load_more;
	for (size_t i = 0; i < u->nblock; i++)
		cost_block(&u->blocks[i], &w->reg[i], w->rules);
	for (size_t i = 0; i < w->nloop; i++)
		cost_loop(&w->loops[i], &w->reg[u->nblock + i], w->rules);
}

int
cost_compute(struct unit *u, const struct cost_opts *o)
{
	struct work w = { .u = u };
	int err;

	w.rules = o->rules != NULL ? o->rules : cost_rules;
	make_regions(&w);
	err = answer_regions(&w, o);
	if (err != 0)
		return err;
	price(&w, CYC);
	for (size_t i = 0; i < u->nblock; i++)
		u->blocks[i].cost_l1d = u->blocks[i].cost;
	price(&w, 0);
	for (size_t i = 0; i < u->nblock; i++) {
		struct block *b = &u->blocks[i];

		b->cost_l1d = b->cost_l1d > b->cost ? b->cost_l1d - b->cost : 0;
		set_after(b);
	}
	return 0;
}

/* ---- telling ------------------------------------------------------- */

static void
explain_insn(FILE *f, const struct insn *in)
{
	const struct cost_rule *r = cost_rule_of(cost_rules, in);
	static const char *const kinds[] = { "latency", "extra", "alone" };

	fprintf(f, "  %5u.%u %5u.%u  %s", in->issue / CYC, in->issue % CYC,
	    in->after / CYC, in->after % CYC, in->text);
	if (r == NULL) {
		fprintf(f, "\n");
		return;
	}
	if (r->lat_clk > 0 || r->kind != CK_MODEL)
		fprintf(f, "  # %s %u.%u", kinds[r->kind], r->lat_clk / CYC,
		    r->lat_clk % CYC);
	if (r->thr_clk > 0)
		fprintf(f, "  # one per %u.%u", r->thr_clk / CYC,
		    r->thr_clk % CYC);
	fprintf(f, "  # %s\n", r->source);
}

void
cost_explain(FILE *f, const struct block *b)
{
	const struct insn *in = b->insns[0];

	fprintf(f, "%s block %d", b->fn != NULL ? b->fn->name : "?", b->id);
	if (in->loc.file != NULL)
		fprintf(f, " (%s:%u)", in->loc.file, in->loc.line);
	fprintf(f, ": %u.%u cycles, %s\n    issue   after\n", b->cost / CYC,
	    b->cost % CYC, b->cost_src);
	for (size_t j = 0; j < b->ninsn; j++)
		explain_insn(f, b->insns[j]);
}
