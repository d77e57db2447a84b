/*
 * emit_fake.c: print a unit for the fake machine (port/fake, ADR 0008).
 *
 * There is no time here.  %r14 counts the steps that the CPU has left in its
 * turn.  A step is an access to memory that another CPU could see, or a poll
 * point; in front of each stands
 *
 *	decq	%r14
 *	js	cold			the turn is over: __rg_poll
 *
 * The scheduler may give the turn to another CPU there, and an interrupt may
 * come in, so live flags are kept on the kernel's stack, as at poll points.
 *
 * An instruction that reads and writes memory without LOCK is one event for
 * its own CPU but two for the others: it is divided.
 *
 *	addl	%eax, X		decq %r14; js ..
 *				movl	X, tmp
 *				decq	%r14; js ..	no interrupts here
 *				addl	%eax, tmp
 *				movl	tmp, X
 *
 * An operand addressed through a register may be a device's.  Its address is
 * compared with the least one a device has; what is not below goes through
 * C, before and, if it writes, after the instruction.
 *
 * PAUSE takes HK_YIELD steps, which no turn has: it gives up the turn, and C
 * can see why.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/emit.h"
#include "cpu/hook_abi.h"

/* ---- steps ----------------------------------------------------------------- */

/* One step, with `live' to be kept; about: HK_STEP_*. */
static void
step(struct emit *e, regset_t live, int about)
{
	bool flags = (live & RS_FLAGS) != 0, ax = (live & RBIT(R_AX)) != 0;
	unsigned n = e->nlabel++;

	if (flags) {
		if (ax)
			ins(e->out, "pushq\t%%rax");
		ins(e->out, "lahf");
		ins(e->out, "seto\t%%al");
	}
	ins(e->out, "decq\t%%r14");
	ins(e->out, "js\t.Lrgc%u", n);
	fprintf(e->out, ".Lrgb%u:\n", n);
	if (flags) {
		ins(e->out, "addb\t$127, %%al");
		ins(e->out, "sahf");
		if (ax)
			ins(e->out, "popq\t%%rax");
	}
	side_begin(e, &e->cold, ".Lrgc", n);
	side_push(&e->cold, "$%d", about);
	cold_call(e, n, "__rg_poll");
}

void
emit_fake_head(struct emit *e, const struct block *b)
{
	if (b->nlabels > 0)
		fprintf(e->out, ".Lrgh%d:\n", b->id);
	if (b->fn_head || b->loop_head)
		step(e, b->live_in, HK_STEP_OPEN);
}

/* ---- devices ----------------------------------------------------------------- */

/*
 * May the operand be a device's?  Names are of the image's own data; the stack
 * and what has no address in a register is not, unless it is a number.
 */
static bool
may_be_device(const struct insn *in, const struct memacc *a)
{
	const struct operand *o = a->op;

	if ((in->cls != IC_PLAIN && in->cls != IC_LOCK) || a->bitstring ||
	    o->seg != 0 || o->base == R_IP || o->base == R_SP ||
	    strncmp(in->mn, "push", 4) == 0 || strncmp(in->mn, "pop", 3) == 0)
		return false;
	if (o->base != R_NONE || o->index != R_NONE)
		return true;
	return o->disp[0] >= '0' && o->disp[0] <= '9';
}

/*
 * Begin the check of an operand that may be a device's; the cold path does the
 * whole instruction.  Returns the number of its label.
 */
static unsigned
device_check(struct emit *e, const struct insn *in, const struct memacc *a)
{
	regset_t live = live_before(in), avoid = RBIT(R_14) | RBIT(R_SP);
	unsigned n = e->nlabel++;
	bool spill;
	int ea;

	if (live & RS_FLAGS)
		avoid |= RBIT(R_AX);
	ea = pick_dead(e, live, avoid | in->use);
	spill = ea == R_NONE;
	if (spill) {
		ea = pick_dead(e, 0, avoid | in->use | in->wr);
		ins(e->out, "movq\t%s, " AT_GS, reg_name(ea, 8), HK_SPILL0);
	}
	ins(e->out, "leal\t%s, %s", a->op->text, reg_name(ea, 4));
	flags_open(e, e->out, live);
	ins(e->out, "cmpl\t$0x%x, %s", HK_DEVICES, reg_name(ea, 4));
	ins(e->out, "jae\t.Lrgc%u", n);
	flags_close(e, e->out, live);
	side_begin(e, &e->cold, ".Lrgc", n);
	ins(e->cold.f, "movq\t%s, " AT_GS, reg_name(ea, 8), HK_STR_DI);
	side_push(&e->cold, "$%d", a->size | (int)a->kind << HK_DEVICE_KIND);
	side_call(&e->cold, "__rg_device");
	flags_close(e, e->cold.f, live);
	if (spill) {
		ins(e->out, "movq\t" AT_GS ", %s", HK_SPILL0, reg_name(ea, 8));
		ins(e->cold.f, "movq\t" AT_GS ", %s", HK_SPILL0,
		    reg_name(ea, 8));
	}
	ins(e->cold.f, "%s", in->text);
	if (a->kind == ACC_READ)
		ins(e->cold.f, "jmp\t.Lrgb%u", n);
	else {
		side_push(&e->cold, "$0");
		cold_call(e, n, "__rg_stored");
	}
	return n;
}

/* ---- instructions that are divided --------------------------------------------- */

/* CMPXCHG stores in any case, if only what it found: so does hardware. */
static const char *const divided[] = { "add", "sub", "and", "or", "xor", "adc",
	"sbb", "inc", "dec", "neg", "not", "cmpxchg", "xadd" };

static bool
is_divided(const struct insn *in, const struct memacc *a)
{
	size_t n;

	if (in->cls != IC_PLAIN || a->kind != ACC_RMW || a->bitstring ||
	    &in->op[in->nop - 1] != a->op)
		return false;
	for (int k = 0; k < in->nop; k++)
		if (in->op[k].high)
			return false;
	for (size_t i = 0; i < sizeof(divided) / sizeof(divided[0]); i++) {
		n = strlen(divided[i]);
		if (strncmp(in->mn, divided[i], n) == 0 &&
		    strlen(in->mn) <= n + 1)
			return true;
	}
	return false;
}

static char
suffix(int size)
{
	return size == 8 ? 'q' : size == 4 ? 'l' : size == 2 ? 'w' : 'b';
}

static void
divide(struct emit *e, const struct insn *in, const struct memacc *a)
{
	regset_t live = live_before(in);
	regset_t avoid = RBIT(R_14) | RBIT(R_SP) | RBIT(R_AX) | in->use;
	int tmp = pick_dead(e, live, avoid);
	bool spill = tmp == R_NONE;

	if (spill) { /* no interrupt comes before it is back */
		tmp = pick_dead(e, 0, avoid | in->wr);
		ins(e->out, "movq\t%s, " AT_GS, reg_name(tmp, 8), HK_SPILL0);
	}
	ins(e->out, "mov%c\t%s, %s", suffix(a->size), a->op->text,
	    reg_name(tmp, a->size));
	step(e, live, HK_STEP_SHUT);
	fprintf(e->out, "\t%s\t", in->mn);
	for (int k = 0; k + 1 < in->nop; k++)
		fprintf(e->out, "%s, ", in->op[k].text);
	fprintf(e->out, "%s\n", reg_name(tmp, a->size));
	ins(e->out, "mov%c\t%s, %s", suffix(a->size), reg_name(tmp, a->size),
	    a->op->text);
	if (spill)
		ins(e->out, "movq\t" AT_GS ", %s", HK_SPILL0, reg_name(tmp, 8));
}

/* ---- the instruction -------------------------------------------------------------- */

/* May another CPU see this access? */
static bool
is_shared(const struct emit *e, const struct insn *in, const struct memacc *a)
{
	const struct func *fn = in->blk->fn;

	return e->o.stack || a->op->seg == 'g' || fn->frame_escapes ||
	    in->cls == IC_LOCK || !operand_on_stack(a->op, fn->rbp_frame);
}

static const struct memacc *
shared_access(const struct emit *e, const struct insn *in)
{
	for (int k = 0; k < in->nmem; k++)
		if (is_shared(e, in, &in->mem[k]))
			return &in->mem[k];
	return NULL;
}

static void
print(struct emit *e, struct insn *in)
{
	if (in->cls == IC_JCC && !is_long_jcc(in))
		emit_short(e, in);
	else
		ins(e->out, "%s", in->text);
}

static void
emit_access(struct emit *e, struct insn *in, const struct memacc *a)
{
	bool device = may_be_device(in, a);
	unsigned n = 0;

	step(e, live_before(in), HK_STEP_OPEN);
	if (a->op->seg == 'g') {
		emit_gs_insn(e, in, a);
		return;
	}
	if (device)
		n = device_check(e, in, a);
	if (is_divided(in, a))
		divide(e, in, a);
	else
		print(e, in);
	if (device)
		fprintf(e->out, ".Lrgb%u:\n", n);
}

void
emit_fake_insn(struct emit *e, struct insn *in)
{
	const struct memacc *a;

	e->sets_df |= strcmp(in->mn, "std") == 0;
	switch (in->cls) {
	case IC_PRIV:
		emit_priv(e, in);
		break;
	case IC_PAUSE:
		ins(e->out, "leaq\t-%d(%%r14), %%r14", HK_YIELD);
		break;
	case IC_STRING:
		step(e, live_before(in), HK_STEP_OPEN);
		ins(e->out, "%s", in->text);
		break;
	default:
		a = shared_access(e, in);
		if (a != NULL)
			emit_access(e, in, a);
		else
			print(e, in);
		break;
	}
}
