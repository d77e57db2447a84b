/*
 * emit_flow.c: hooks at block heads, on branches and on taken edges.
 *
 * A block's head may poll (function entries and loop heads), touches the
 * instruction lines of the block at their address in the plain program, and
 * adds the block's cost to the clock.
 *
 * A conditional branch has a ring of outcomes, past and foreseen; one that
 * was not foreseen is the branch model's (C).  So an edge is one rotation and
 * one jump (hook_abi.h).  Where the code of an edge goes:
 *
 *	not taken	directly behind the jump
 *	taken, forward	at the target, if no other way leads there; else in
 *			a trampoline out of line
 *	taken, back	in line, the condition inverted: loops run straight
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/emit.h"
#include "cpu/hook_abi.h"

#define LINE_BYTES 64u

/* A new ring in the branch section; returns its label number. */
unsigned
new_bp(struct emit *e, bool taken)
{
	unsigned n = e->nbp++;

	fprintf(e->bp, ".Lrgp%u:\n", n);
	ins(e->bp, ".quad\t%d", taken ? -1 : 0);
	return n;
}

/* ---- block heads ------------------------------------------------------ */

static uint32_t
line_of(uint32_t addr)
{
	return addr & ~(LINE_BYTES - 1);
}

static uint32_t
last_line(const struct block *b)
{
	return line_of(b->plain_addr +
	    (b->plain_size > 0 ? b->plain_size - 1 : 0));
}

/* Was the block's first line the last one on every way that leads here? */
static bool
line_is_current(const struct block *b)
{
	if (b->fn_head || b->address_taken || b->npred == 0)
		return false;
	for (size_t i = 0; i < b->npred; i++) {
		const struct block *p = b->pred[i];
		enum insn_class cls = p->insns[p->ninsn - 1]->cls;

		if (cls == IC_CALL || cls == IC_ICALL || cls == IC_IJMP ||
		    last_line(p) != line_of(b->plain_addr))
			return false;
	}
	return true;
}

/* Is the line with this number where the filter says?  Flags: equal if so. */
static void
compare_line(FILE *f, unsigned number)
{
	ins(f, "cmpb\t$%u, " AT_GS, HK_L1I_TAG(number),
	    (int)(HK_L1I + number % HK_L1I_ENTRIES));
}

/*
 * Up to n lines by one comparison, as their bytes are neighbours: 4, 2 or 1.
 * Returns how many.
 */
static unsigned
compare_lines(FILE *f, unsigned number, unsigned n)
{
	unsigned at = number % HK_L1I_ENTRIES;
	uint32_t tags = 0;

	n = n >= 4 ? 4 : n >= 2 ? 2 : 1;
	if (at + n > HK_L1I_ENTRIES)
		n = 1;
	if (n == 1) {
		compare_line(f, number);
		return 1;
	}
	for (unsigned i = n; i-- > 0;)
		tags = tags << 8 | HK_L1I_TAG(number + i);
	ins(f, "cmp%c\t$%u, " AT_GS, n == 4 ? 'l' : 'w', tags,
	    (int)(HK_L1I + at));
	return n;
}

/*
 * The cold path of one comparison for n lines looks at them one by one: what
 * is fetched for an earlier line may throw out a later one.
 */
static void
cold_fetch(struct emit *e, unsigned label, unsigned number, unsigned n)
{
	side_begin(e, &e->cold, ".Lrgc", label);
	for (unsigned i = 0; i + 1 < n; i++) {
		unsigned next = e->nlabel++;

		compare_line(e->cold.f, number + i);
		ins(e->cold.f, "je\t.Lrgb%u", next);
		side_push(&e->cold, "$%u", (number + i) * LINE_BYTES);
		cold_call(e, next, "__rg_fetch");
		fprintf(e->cold.f, ".Lrgb%u:\n", next);
	}
	number += n - 1;
	if (n > 1) {
		compare_line(e->cold.f, number);
		ins(e->cold.f, "je\t.Lrgb%u", label);
	}
	side_push(&e->cold, "$%u", number * LINE_BYTES);
	cold_call(e, label, "__rg_fetch");
}

static void
emit_fetch(struct emit *e, const struct block *b)
{
	unsigned line = line_of(b->plain_addr) / LINE_BYTES;
	unsigned end = last_line(b) / LINE_BYTES + 1;

	if (b->plain_addr == 0 || b->plain_size == 0)
		return;
	if (line_is_current(b))
		line++;
	if (line == end)
		return;
	flags_open(e, e->out, b->live_in);
	while (line < end) {
		unsigned label = e->nlabel++;
		unsigned n = compare_lines(e->out, line, end - line);

		ins(e->out, "jne\t.Lrgc%u", label);
		fprintf(e->out, ".Lrgb%u:\n", label);
		cold_fetch(e, label, line, n);
		line += n;
	}
	flags_close(e, e->out, b->live_in);
}

/*
 * In front of the labels of a block that indirect branches may lead to: its
 * address in the plain program, which is what the predictor knows it by.  It
 * is the operand of a nop, as code may run into the block.
 */
void
emit_place(struct emit *e, const struct block *b)
{
	if (!e->o.count && (b->fn_head || b->address_taken))
		ins(e->out, "{disp32} nopl\t%u(%%rax,%%rax)", b->plain_addr);
}

/*
 * A poll may end in an interrupt, which may come back to this code on
 * another path of the same CPU: live flags are kept on the stack here, not
 * in a spill slot.
 */
static void
emit_poll(struct emit *e, const struct block *b)
{
	bool flags = (b->live_in & RS_FLAGS) != 0;
	unsigned n = e->nlabel++;

	if (flags) {
		ins(e->out, "pushq\t%%rax");
		ins(e->out, "lahf");
		ins(e->out, "seto\t%%al");
	}
	ins(e->out, "cmpq\t" AT_GS ", %%r14", HK_LIMIT);
	ins(e->out, "jae\t.Lrgc%u", n);
	fprintf(e->out, ".Lrgb%u:\n", n);
	if (flags) {
		ins(e->out, "addb\t$127, %%al");
		ins(e->out, "sahf");
		ins(e->out, "popq\t%%rax");
	}
	side_begin(e, &e->cold, ".Lrgc", n);
	side_push(&e->cold, "$0");
	cold_call(e, n, "__rg_poll");
}

/* Turn the ring of a branch and look what it foresaw (hook_abi.h, HK_BP). */
static void
edge_check(struct emit *e, FILE *f, unsigned bp, bool taken, regset_t live)
{
	unsigned n = e->nlabel++;

	flags_open(e, f, live);
	ins(f, "rolq\t%%gs:.Lrgp%u(%%rip)", bp);
	ins(f, "%s\t.Lrgc%u", taken ? "jnc" : "jc", n);
	fprintf(f, ".Lrgb%u:\n", n);
	flags_close(e, f, live);
	side_begin(e, &e->cold, ".Lrgc", n);
	side_push(&e->cold, "$.Lrgp%u", bp);
	cold_call(e, n, taken ? "__rg_taken" : "__rg_nottaken");
}

/* --insns: a block's instructions, or nops in front of one, are executed. */
static void
emit_insns(struct emit *e, size_t n, regset_t live)
{
	if (!e->o.insns || n == 0)
		return;
	flags_open(e, e->out, live);
	ins(e->out, "addq\t$%zu, " AT_GS, n, HK_INSNS);
	flags_close(e, e->out, live);
}

/* Print what stands in front of a block's first instruction. */
void
emit_head(struct emit *e, struct block *b)
{
	uint32_t cost = e->o.count ? (uint32_t)b->ninsn : b->cost;

	if (e->o.fake) {
		emit_fake_head(e, b);
		return;
	}
	if (b->nlabels > 0)
		fprintf(e->out, ".Lrgh%d:\n", b->id);
	if (!e->o.count) {
		if (b->edge_bp > 0)
			edge_check(e, e->out, b->edge_bp - 1, true, b->live_in);
		if (b->fn_head || b->loop_head)
			emit_poll(e, b);
		emit_fetch(e, b);
	}
	emit_insns(e, b->ninsn, b->live_in);
	if (e->o.brk == BREAK_COST)
		cost++;
	if (cost == 0)
		return;
	if (e->o.count || b->cost_l1d == 0) {
		ins(e->out, "leaq\t%u(%%r14), %%r14", cost);
		return;
	}
	/* The cost is the last four bytes; the loader may change it. */
	ins(e->out, "{disp32} leaq\t%u(%%r14), %%r14", cost);
	fprintf(e->out, ".Lrgd%d:\n", b->id);
	ins(e->out, ".pushsection .rangeley.l1d,\"\",@progbits");
	ins(e->out, ".long\t.Lrgd%d - 4, %u", b->id, b->cost_l1d);
	ins(e->out, ".popsection");
}

/* Alignment nops between a block and the next are executed, too. */
void
emit_after(struct emit *e, struct block *b)
{
	const struct block *next = b->fall;

	if (next != NULL)
		emit_insns(e, next->nnop, next->live_in);
	if (next != NULL && next->nnop > 0 && !e->o.fake)
		ins(e->out, "leaq\t%u(%%r14), %%r14",
		    e->o.count ? next->nnop
			       : next->nnop * (HK_CLOCK_PER_CYC / 2));
}

/* ---- branches ---------------------------------------------------------- */

static const char *const inverse[][2] = { { "o", "no" }, { "b", "ae" },
	{ "c", "nc" }, { "nae", "nb" }, { "e", "ne" }, { "z", "nz" },
	{ "be", "a" }, { "na", "nbe" }, { "s", "ns" }, { "p", "np" },
	{ "pe", "po" }, { "l", "ge" }, { "nge", "nl" }, { "le", "g" },
	{ "ng", "nle" } };

/* The opposite condition of "jcc", or NULL (loop, jrcxz). */
static const char *
invert(const char *mn)
{
	if (mn[0] != 'j')
		return NULL;
	for (size_t i = 0; i < sizeof(inverse) / sizeof(inverse[0]); i++) {
		if (strcmp(mn + 1, inverse[i][0]) == 0)
			return inverse[i][1];
		if (strcmp(mn + 1, inverse[i][1]) == 0)
			return inverse[i][0];
	}
	return NULL;
}

static void
jump_to_target(FILE *f, const char *jump, const struct insn *in)
{
	if (in->blk->target != NULL)
		ins(f, "%s\t.Lrgh%d", jump, in->blk->target->id);
	else
		ins(f, "%s\t%s", jump, in->op[0].text);
}

/*
 * The taken edge of a branch that goes to in's target: the ring of one that was
 * foreseen jumps there itself.
 */
static void
take_edge(struct emit *e, struct side *s, const struct insn *in, unsigned bp)
{
	FILE *f = s != NULL ? s->f : e->out;
	const struct block *t = in->blk->target;
	regset_t live = t != NULL ? t->live_in : RS_ALL;

	if ((live & RS_FLAGS) != 0) {
		edge_check(e, f, bp, true, live);
		jump_to_target(f, "jmp", in);
		return;
	}
	ins(f, "rolq\t%%gs:.Lrgp%u(%%rip)", bp);
	jump_to_target(f, "jc", in);
	if (s == NULL) {
		s = &e->cold;
		ins(f, "jmp\t.Lrgc%u", e->nlabel);
		side_begin(e, s, ".Lrgc", e->nlabel++);
	}
	side_push(s, "$.Lrgp%u", bp);
	side_call(s, "__rg_taken");
	jump_to_target(s->f, "jmp", in);
}

static bool
only_way(const struct block *from, const struct block *to)
{
	return to != NULL && to->id > from->id && to->npred == 1 &&
	    from->fall != to && !to->address_taken && !to->fn_head;
}

/*
 * loop and jrcxz have no opposite and reach 128 bytes only: the code of both
 * edges stands right behind them.
 */
void
emit_short(struct emit *e, struct insn *in)
{
	struct block *b = in->blk, *t = b->target;
	unsigned n = e->nlabel++, bp = 0;

	ins(e->out, "%s\t.Lrgs%u", in->mn, n);
	ins(e->out, "jmp\t.Lrgn%u", n);
	fprintf(e->out, ".Lrgs%u:\n", n);
	if (!e->o.count) {
		bp = new_bp(e, t != NULL && t->id <= b->id);
		take_edge(e, NULL, in, bp);
	} else
		jump_to_target(e->out, "jmp", in);
	fprintf(e->out, ".Lrgn%u:\n", n);
	if (!e->o.count && b->fall != NULL)
		edge_check(e, e->out, bp, false, b->fall->live_in);
}

/* Has the branch an opposite (and so a form that reaches everything)? */
bool
is_long_jcc(const struct insn *in)
{
	return in->cls == IC_JCC && invert(in->mn) != NULL;
}

/* Print a conditional branch with its hooks on both edges. */
void
emit_jcc(struct emit *e, struct insn *in)
{
	struct block *b = in->blk;
	struct block *t = b->target;
	bool back = t != NULL && t->id <= b->id;
	unsigned bp = new_bp(e, back);
	const char *inv = invert(in->mn);
	unsigned n = e->nlabel++;

	if (only_way(b, t)) {
		t->edge_bp = bp + 1;
		ins(e->out, "%s\t.Lrgh%d", in->mn, t->id);
	} else if (back) {
		ins(e->out, "j%s\t.Lrgn%u", inv, n);
		take_edge(e, NULL, in, bp);
		fprintf(e->out, ".Lrgn%u:\n", n);
	} else {
		ins(e->out, "%s\t.Lrge%u", in->mn, n);
		side_begin(e, &e->edge, ".Lrge", n);
		take_edge(e, &e->edge, in, bp);
	}
	if (b->fall != NULL)
		edge_check(e, e->out, bp, false, b->fall->live_in);
}

/*
 * Is the target in `reg' the one that is foreseen?  Then the last targets are
 * hashed anew, and that is all; else call-out n.  It does the same as the
 * thunk (thunks.c, ijmp_thunk()), which is for places without two dead
 * registers, or with flags to keep.
 */
static void
target_check(struct emit *e, const struct insn *in, unsigned n, unsigned bp,
    int reg)
{
	regset_t live = live_before(in);
	regset_t avoid = RBIT(R_14) | RBIT(R_SP) | RBIT(reg);
	int a = pick_dead(e, live, avoid);
	int b = a == R_NONE ? a : pick_dead(e, live, avoid | RBIT(a));
	const char *a4, *b4, *a8;

	if (b == R_NONE || (live & RS_FLAGS) != 0) {
		ins(e->out, "jmp\t.Lrgc%u", n);
		return;
	}
	a4 = reg_name(a, 4);
	b4 = reg_name(b, 4);
	a8 = reg_name(a, 8);
	ins(e->out, "movl\t$.Lrgp%u, %s", bp, a4);
	ins(e->out, "xorl\t" AT_GS ", %s", HK_TARGETS, a4);
	ins(e->out, "imull\t$%d, %s, %s", (int)HK_PATH_MIX, a4, a4);
	ins(e->out, "shrl\t$%d, %s", HK_PATH_INDEX, a4);
	ins(e->out, "cmpl\t$.Lrgp%u, %%gs:%d(,%s,8)", bp, HK_PATH + 4, a8);
	ins(e->out, "jne\t.Lrgc%u", n);
	ins(e->out, "movl\t-4(%s), %s", reg_name(reg, 8), b4);
	ins(e->out, "cmpl\t%s, %%gs:%d(,%s,8)", b4, HK_PATH, a8);
	ins(e->out, "jne\t.Lrgc%u", n);
	ins(e->out, "imull\t$%d, %s, %s", (int)HK_PATH_MIX, b4, b4);
	ins(e->out, "shrl\t$%d, %s", HK_PATH_TARGET, b4);
	ins(e->out, "movl\t" AT_GS ", %s", HK_TARGETS, a4);
	ins(e->out, "shll\t$8, %s", a4);
	ins(e->out, "xorl\t%s, %s", b4, a4);
	ins(e->out, "movl\t%s, " AT_GS, a4, HK_TARGETS);
}

/*
 * In front of an indirect jump or call: show its target to the predictor.
 */
void
emit_indirect_target(struct emit *e, struct insn *in)
{
	const struct operand *o = &in->op[0];
	regset_t live = live_before(in);
	regset_t avoid = RBIT(R_14) | RBIT(R_SP) | RBIT(R_AX);
	unsigned n = e->nlabel++;
	unsigned bp = new_bp(e, false);
	bool copy = o->type != OP_REG || (o->reg == R_AX && (live & RS_FLAGS));
	int reg = copy ? pick_dead(e, live, avoid | operand_regs(o)) : o->reg;
	bool spill = reg == R_NONE;
	char thunk[32];

	if (spill) {
		reg = pick_dead(e, 0, avoid | operand_regs(o));
		ins(e->out, "movq\t%s, " AT_GS, reg_name(reg, 8), HK_SPILL0);
	}
	if (copy)
		ins(e->out, "movl\t%s, %s",
		    o->type == OP_REG ? reg_name(o->reg, 4) : o->text,
		    reg_name(reg, 4));
	flags_open(e, e->out, live);
	target_check(e, in, n, bp, reg);
	fprintf(e->out, ".Lrgb%u:\n", n);
	flags_close(e, e->out, live);
	if (spill)
		ins(e->out, "movq\t" AT_GS ", %s", HK_SPILL0, reg_name(reg, 8));
	side_begin(e, &e->cold, ".Lrgc", n);
	snprintf(thunk, sizeof(thunk), "__rg_ijmp_%s", reg_name(reg, 8) + 1);
	side_push(&e->cold, "$.Lrgp%u", bp);
	cold_call(e, n, thunk);
}
