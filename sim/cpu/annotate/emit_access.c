/*
 * emit_access.c: the hook of one memory access, and what it is made of.
 *
 * A memory operand is checked in line against the L1D filter of this CPU:
 *
 *	leal	OPERAND, ea
 *	movl	ea, tmp
 *	shrl	$3, tmp
 *	andl	$0x1f8, tmp		set * 8
 *	xorl	%gs:TAG(tmp), ea	offset in the line if the tag matches
 *	cmpl	$64 - size, ea
 *	ja	cold			other line, or across its end
 *
 * One comparison thus finds both a miss and a line split.  The cold path
 * restores ea and calls a thunk with the address of the site's record
 * (hook_abi.h).  All simulated addresses are below 4 GB, so 32 bits do.
 *
 * ea and tmp are registers that are dead here; if there are none, live ones
 * are parked in the CPU's spill slots, not on the stack, so that rsp-relative
 * operands and the unwinder's view stay true.  Live flags are kept in rax.
 */
#include <stdarg.h>
#include <string.h>

#include "cpu/annotate/emit.h"
#include "cpu/hook_abi.h"

#define SLOT_FLAGS HK_SPILL2 /* rax while it holds the flags */

void
ins(FILE *f, const char *fmt, ...)
{
	va_list ap;

	fputc('\t', f);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fputc('\n', f);
}

static const char *
r8(int r)
{
	return reg_name(r, 8);
}

static const char *
r4(int r)
{
	return reg_name(r, 4);
}

/* ---- scratch registers ---------------------------------------------- */

static const int pick_order[] = { R_AX, R_CX, R_DX, R_SI, R_DI, R_8, R_9, R_10,
	R_11, R_BX, R_BP, R_12, R_13, R_15 };
#define NPICK ((int)(sizeof(pick_order) / sizeof(pick_order[0])))

/* A register that is not in `live' nor in `avoid', or R_NONE. */
int
pick_dead(const struct emit *e, regset_t live, regset_t avoid)
{
	if (e->o.brk == BREAK_LIVENESS)
		live = 0;
	for (int i = 0; i < NPICK; i++)
		if (((live | avoid) & RBIT(pick_order[i])) == 0)
			return pick_order[i];
	return R_NONE;
}

/*
 * Registers that must hold their own value at the hook.  What a call, jump or
 * return hands on is back in its place by then.
 */
static regset_t
needed(const struct insn *in)
{
	regset_t set = 0;

	if (in->cls != IC_CALL && in->cls != IC_ICALL && in->cls != IC_IJMP &&
	    in->cls != IC_TAIL && in->cls != IC_RET)
		return in->use | in->wr;
	for (int k = 0; k < in->nop; k++)
		set |= operand_regs(&in->op[k]);
	return set;
}

void
scratch_pick(const struct emit *e, const struct insn *in, struct scratch *s)
{
	regset_t live = live_before(in);
	regset_t avoid = RBIT(R_14) | RBIT(R_SP);
	int got[2];

	/* %ah and its like do not go with a register that needs REX. */
	for (int k = 0; k < in->nop; k++)
		if (in->op[k].high)
			avoid |= RS_GPR & ~(RBIT(R_8) - 1);
	s->nspilled = 0;
	if (live & RS_FLAGS)
		avoid |= RBIT(R_AX);
	for (int i = 0; i < 2; i++) {
		got[i] = pick_dead(e, live, avoid | in->use);
		if (got[i] == R_NONE) {
			got[i] = pick_dead(e, 0, avoid | needed(in));
			s->spilled[s->nspilled++] = got[i];
		}
		avoid |= RBIT(got[i]);
	}
	s->tmp = got[0]; /* rax if it can be: `andl' is shorter then */
	s->ea = got[1];
}

/* Where scratch registers that are in use are parked. */
static const int slot[2] = { HK_SPILL0, HK_SPILL1 };

void
scratch_save(struct emit *e, const struct scratch *s)
{
	for (int i = 0; i < s->nspilled; i++)
		ins(e->out, "movq\t%s, %%gs:%d", r8(s->spilled[i]), slot[i]);
}

void
scratch_get(struct emit *e, const struct insn *in, struct scratch *s)
{
	scratch_pick(e, in, s);
	scratch_save(e, s);
}

void
scratch_put(struct emit *e, const struct scratch *s)
{
	for (int i = 0; i < s->nspilled; i++)
		ins(e->out, "movq\t%%gs:%d, %s", slot[i], r8(s->spilled[i]));
}

void
flags_open(struct emit *e, FILE *f, regset_t live)
{
	if ((live & RS_FLAGS) == 0 || e->o.brk == BREAK_FLAGS)
		return;
	if (live & RBIT(R_AX))
		ins(f, "movq\t%%rax, %%gs:%d", SLOT_FLAGS);
	ins(f, "lahf");
	ins(f, "seto\t%%al");
}

void
flags_close(struct emit *e, FILE *f, regset_t live)
{
	if ((live & RS_FLAGS) == 0 || e->o.brk == BREAK_FLAGS)
		return;
	ins(f, "addb\t$127, %%al");
	ins(f, "sahf");
	if (live & RBIT(R_AX))
		ins(f, "movq\t%%gs:%d, %%rax", SLOT_FLAGS);
}

/* ---- records --------------------------------------------------------- */

unsigned
clamp16(uint32_t v)
{
	return v > 0xffff ? 0xffff : v;
}

static uint16_t
function_number(const struct emit *e, const struct block *b)
{
	uint32_t h = 2166136261u;

	for (const char *p = e->u->name; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	for (const char *p = b->fn->name; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return (uint16_t)(h ^ (h >> 16));
}

/* Begin a record; returns its label. */
unsigned
record(struct emit *e)
{
	ins(e->site, ".balign\t%d", HK_RECORD_ALIGN);
	fprintf(e->site, ".Lrgi%u:\n", e->nsite);
	return e->nsite++;
}

unsigned
record_site(struct emit *e, const struct insn *in, enum access kind,
    unsigned flags)
{
	unsigned n = record(e);
	unsigned load = kind == ACC_WRITE || in->loadhash < 0
	    ? HK_NOLOAD
	    : (unsigned)in->loadhash;

	ins(e->site, ".value\t%u, %u", clamp16(in->after), clamp16(in->slack));
	ins(e->site, ".byte\t%u, %u", load,
	    flags | (kind == ACC_RMW ? HK_SITE_RMW : 0));
	ins(e->site, ".value\t%u", function_number(e, in->blk));
	ins(e->site, ".quad\t0x%llx", (unsigned long long)in->depmask);
	return n;
}

void
cold_call(FILE *f, unsigned n, const char *thunk, const char *about, ...)
{
	va_list ap;

	fputs("\tpushq\t$", f);
	va_start(ap, about);
	vfprintf(f, about, ap);
	va_end(ap);
	fputc('\n', f);
	ins(f, "call\t%s", thunk);
	ins(f, "jmp\t.Lrgb%u", n);
}

/* ---- memory operands -------------------------------------------------- */

/* First half of the address: leaves the flags alone. */
void
address_begin(FILE *f, const struct insn *in, const struct memacc *a,
    const struct scratch *s)
{
	const struct operand *bit = &in->op[0];

	if (a->op->seg == 'g') {
		ins(f, "leaq\t%s, %s", a->op->inner, r8(s->ea));
		ins(f, "movq\t%%gs:%d, %s", HK_KGS, r8(s->tmp));
		ins(f, "leaq\t(%s,%s), %s", r8(s->ea), r8(s->tmp), r8(s->ea));
	} else {
		ins(f, "leal\t%s, %s", a->op->text, r4(s->ea));
	}
	if (!a->bitstring)
		return;
	if (a->size == 8)
		ins(f, "movq\t%s, %s", r8(bit->reg), r8(s->tmp));
	else
		ins(f, "movs%cq\t%s, %s", a->size == 4 ? 'l' : 'w',
		    reg_name(bit->reg, a->size), r8(s->tmp));
}

/* Second half: may change the flags. */
static void
address_end(FILE *f, const struct memacc *a, const struct scratch *s)
{
	if (!a->bitstring)
		return;
	ins(f, "sarq\t$3, %s", r8(s->tmp));
	ins(f, "andq\t$-%d, %s", a->size, r8(s->tmp));
	ins(f, "leal\t(%s,%s), %s", r8(s->ea), r8(s->tmp), r4(s->ea));
}

/* The filter's entry for a kind of access. */
static int
tag_of(enum access kind)
{
	return HK_L1D + (kind == ACC_READ ? HK_L1D_RD : HK_L1D_WR);
}

void
filter_check(FILE *f, const struct scratch *s, enum access kind, int room)
{
	ins(f, "movl\t%s, %s", r4(s->ea), r4(s->tmp));
	ins(f, "shrl\t$%d, %s", HK_L1D_SHIFT, r4(s->tmp));
	ins(f, "andl\t$0x%x, %s", HK_L1D_MASK, r4(s->tmp));
	filter_undo(f, s, kind);
	ins(f, "cmpl\t$%d, %s", room, r4(s->ea));
}

void
filter_undo(FILE *f, const struct scratch *s, enum access kind)
{
	ins(f, "xorl\t%%gs:%d(%s), %s", tag_of(kind), r8(s->tmp), r4(s->ea));
}

void
cold_access(struct emit *e, const struct insn *in, const struct memacc *a,
    const struct scratch *s, unsigned n)
{
	bool lock = in->cls == IC_LOCK;
	const char *thunk = lock  ? "__rg_l"
	    : a->kind == ACC_READ ? "__rg_r"
				  : "__rg_w";

	ins(e->cold, "pushq\t%s", r8(s->ea));
	cold_call(e->cold, n, thunk, ".Lrgi%u + %d",
	    record_site(e, in, lock ? ACC_RMW : a->kind, 0), a->size - 1);
}

void
hook_access(struct emit *e, struct insn *in, const struct memacc *a,
    const struct scratch *s, bool keep_ea)
{
	unsigned n = e->nlabel++;
	regset_t live = live_before(in);

	address_begin(e->out, in, a, s);
	flags_open(e, e->out, live);
	address_end(e->out, a, s);
	if (in->cls == IC_LOCK) {
		ins(e->out, "jmp\t.Lrgc%u", n);
		fprintf(e->cold, ".Lrgc%u:\n", n);
	} else {
		filter_check(e->out, s, a->kind, 64 - a->size);
		ins(e->out, "ja\t.Lrgc%u", n);
		fprintf(e->cold, ".Lrgc%u:\n", n);
		filter_undo(e->cold, s, a->kind);
		if (keep_ea)
			filter_undo(e->out, s, a->kind);
	}
	cold_access(e, in, a, s, n);
	fprintf(e->out, ".Lrgb%u:\n", n);
	flags_close(e, e->out, live);
}
