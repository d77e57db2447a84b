/*
 * emit_site.c: the hooks of one instruction.
 *
 * A memory operand is checked in line against the L1D filter of this CPU:
 *
 *	leal	OPERAND, ea
 *	movl	ea, tmp
 *	andl	$0xfc0, tmp		set * 64
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
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/diag.h"
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

struct scratch {
	int ea, tmp;
	int spilled[2];
	int nspilled;
};

/*
 * What a call, jump or return hands on, if anything, is back in its place by
 * the time the instruction runs, and alive; itself it reads its operands.
 */
static bool
hands_on(const struct insn *in)
{
	return in->cls == IC_CALL || in->cls == IC_ICALL ||
	    in->cls == IC_IJMP || in->cls == IC_TAIL || in->cls == IC_RET;
}

static regset_t
reads(const struct insn *in)
{
	regset_t set = 0;

	if (!hands_on(in))
		return in->use;
	for (int k = 0; k < in->nop; k++)
		set |= operand_regs(&in->op[k]);
	return set;
}

/* Registers that must hold their own value at the hook. */
static regset_t
needed(const struct insn *in)
{
	return reads(in) | (hands_on(in) ? 0 : in->wr);
}

static void
scratch_get(struct emit *e, const struct insn *in, struct scratch *s)
{
	static const int slot[2] = { HK_SPILL0, HK_SPILL1 };
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
		got[i] = pick_dead(e, live, avoid | reads(in));
		if (got[i] == R_NONE) {
			got[i] = pick_dead(e, 0, avoid | needed(in));
			ins(e->out, "movq\t%s, " AT_GS, r8(got[i]),
			    slot[s->nspilled]);
			s->spilled[s->nspilled++] = got[i];
		}
		avoid |= RBIT(got[i]);
	}
	s->tmp = got[0]; /* rax if it can be: `andl' is shorter then */
	s->ea = got[1];
}

static void
scratch_put(struct emit *e, const struct scratch *s)
{
	static const int slot[2] = { HK_SPILL0, HK_SPILL1 };

	for (int i = 0; i < s->nspilled; i++)
		ins(e->out, "movq\t" AT_GS ", %s", slot[i], r8(s->spilled[i]));
}

void
flags_open(struct emit *e, FILE *f, regset_t live)
{
	if ((live & RS_FLAGS) == 0 || e->o.brk == BREAK_FLAGS)
		return;
	if (live & RBIT(R_AX))
		ins(f, "movq\t%%rax, " AT_GS, SLOT_FLAGS);
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
		ins(f, "movq\t" AT_GS ", %%rax", SLOT_FLAGS);
}

/* ---- records --------------------------------------------------------- */

static unsigned
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
static unsigned
record(struct emit *e)
{
	ins(e->site, ".balign\t%d", HK_RECORD_ALIGN);
	fprintf(e->site, ".Lrgi%u:\n", e->nsite);
	return e->nsite++;
}

static unsigned
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
cold_call(struct emit *e, unsigned n, const char *thunk)
{
	side_call(&e->cold, thunk);
	ins(e->cold.f, "jmp\t.Lrgb%u", n);
}

/* ---- memory operands -------------------------------------------------- */

/* First half of the address: leaves the flags alone. */
static void
address_begin(FILE *f, const struct insn *in, const struct memacc *a,
    const struct scratch *s)
{
	const struct operand *bit = &in->op[0];

	if (a->op->seg == 'g' && a->op->base == R_NONE &&
	    a->op->index == R_NONE) {
		ins(f, "movq\t" AT_GS ", %s", HK_KGS, r8(s->ea));
		ins(f, "leaq\t%s(%s), %s", a->op->disp, r8(s->ea), r8(s->ea));
	} else if (a->op->seg == 'g') {
		ins(f, "leaq\t%s, %s", a->op->inner, r8(s->ea));
		ins(f, "movq\t" AT_GS ", %s", HK_KGS, r8(s->tmp));
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

static void
filter_check(struct emit *e, const struct scratch *s, enum access kind,
    int size, unsigned n)
{
	int tag = HK_L1D + (kind == ACC_READ ? HK_L1D_RD : HK_L1D_WR);

	ins(e->out, "movl\t%s, %s", r4(s->ea), r4(s->tmp));
	ins(e->out, "andl\t$0x%x, %s", HK_L1D_MASK, r4(s->tmp));
	ins(e->out, "xorl\t%%gs:%d(%s), %s", tag, r8(s->tmp), r4(s->ea));
	ins(e->out, "cmpl\t$%d, %s", 64 - size, r4(s->ea));
	ins(e->out, "ja\t.Lrgc%u", n);
	side_begin(e, &e->cold, ".Lrgc", n);
	ins(e->cold.f, "xorl\t%%gs:%d(%s), %s", tag, r8(s->tmp), r4(s->ea));
}

/*
 * Hook one access.  With keep_ea the register s->ea holds the full address
 * afterwards.  The caller returns the scratch registers.
 */
static void
hook_access(struct emit *e, struct insn *in, const struct memacc *a,
    const struct scratch *s, bool keep_ea)
{
	bool lock = in->cls == IC_LOCK;
	unsigned n = e->nlabel++;
	regset_t live = live_before(in);
	const char *thunk = lock  ? "__rg_l"
	    : a->kind == ACC_READ ? "__rg_r"
				  : "__rg_w";

	address_begin(e->out, in, a, s);
	flags_open(e, e->out, live);
	address_end(e->out, a, s);
	if (lock) {
		ins(e->out, "jmp\t.Lrgc%u", n);
		side_begin(e, &e->cold, ".Lrgc", n);
	} else {
		filter_check(e, s, a->kind, a->size, n);
		if (keep_ea)
			ins(e->out, "xorl\t%%gs:%d(%s), %s",
			    HK_L1D +
				(a->kind == ACC_READ ? HK_L1D_RD : HK_L1D_WR),
			    r8(s->tmp), r4(s->ea));
	}
	side_push(&e->cold, "%s", r8(s->ea));
	side_push(&e->cold, "$.Lrgi%u + %d",
	    record_site(e, in, lock ? ACC_RMW : a->kind, 0), a->size - 1);
	cold_call(e, n, thunk);
	fprintf(e->out, ".Lrgb%u:\n", n);
	flags_close(e, e->out, live);
}

/*
 * ---- the instruction itself -------------------------------------------
 *
 * What only others notice is not printed: all CPUs are one thread of the host.  PAUSE
 * takes that 75 ns, a fence waits for all that hooks have loaded, LOCK for their stores.
 */

static void
print_prefixes(FILE *f, const struct insn *in)
{
	fputc('\t', f);
	if (in->pfx & PFX_REP)
		fputs("rep ", f);
	if (in->pfx & PFX_REPNZ)
		fputs("repnz ", f);
	if (in->pfx & PFX_NOTRACK)
		fputs("notrack ", f);
	fprintf(f, "%s\t", in->mn);
}

/* Print the instruction with operand `gs', if any, replaced by (ea). */
static void
print_replaced(FILE *f, const struct insn *in, const struct operand *gs, int ea)
{
	print_prefixes(f, in);
	for (int k = 0; k < in->nop; k++) {
		const struct operand *o = &in->op[k];

		fprintf(f, "%s%s", k > 0 ? ", " : "", o->indirect ? "*" : "");
		if (o == gs)
			fprintf(f, "(%s)", r8(ea));
		else
			fputs(o->text, f);
	}
	fputc('\n', f);
}

static bool
wants_hook(const struct emit *e, const struct insn *in, const struct memacc *a)
{
	const struct func *fn = in->blk->fn;

	if (a->op->seg == 'g')
		return true;
	if (e->o.count)
		return false;
	return e->o.stack || fn->frame_escapes || in->cls == IC_LOCK ||
	    !operand_on_stack(a->op, fn->rbp_frame);
}

static bool
is_transfer(const struct insn *in)
{
	return in->cls == IC_IJMP || in->cls == IC_ICALL;
}

/* An operand relative to the kernel's %gs base: address it explicitly. */
void
emit_gs_insn(struct emit *e, struct insn *in, const struct memacc *a)
{
	struct memacc operand = *a;
	struct scratch s;

	if (is_transfer(in)) {
		e->errors += diag_error(e->u->path, in->sline, in->loc,
		    "jump through a %%gs operand in '%s'; load it into a "
		    "register first",
		    in->text);
		return;
	}
	scratch_get(e, in, &s);
	operand.bitstring = false; /* the instruction adds that itself */
	if (!e->o.count)
		hook_access(e, in, a, &s, !a->bitstring);
	if (e->o.count || a->bitstring)
		address_begin(e->out, in, &operand, &s);
	print_replaced(e->out, in, a->op, s.ea);
	scratch_put(e, &s);
}

/* Stack accesses that have no operand, for the comparison with cachegrind. */
static void
hook_implicit(struct emit *e, struct insn *in)
{
	static const struct operand push = { .type = OP_MEM,
		.text = "-8(%rsp)",
		.inner = "-8(%rsp)",
		.base = R_SP,
		.index = R_NONE };
	static const struct operand pop = { .type = OP_MEM,
		.text = "(%rsp)",
		.inner = "(%rsp)",
		.base = R_SP,
		.index = R_NONE };
	static const struct operand leave = { .type = OP_MEM,
		.text = "(%rbp)",
		.inner = "(%rbp)",
		.base = R_BP,
		.index = R_NONE };
	struct memacc a = in->impl;
	struct scratch s;

	if (!e->o.stack || e->o.count || a.kind == ACC_NONE)
		return;
	a.op = a.kind == ACC_WRITE             ? &push
	    : strncmp(in->mn, "leave", 5) == 0 ? &leave
					       : &pop;
	scratch_get(e, in, &s);
	hook_access(e, in, &a, &s, false);
	scratch_put(e, &s);
}

/* ---- instructions that go through a call-out --------------------------- */

static void
emit_callout(struct emit *e, const char *thunk, unsigned site)
{
	unsigned n = e->nlabel++;

	ins(e->out, "jmp\t.Lrgc%u", n);
	fprintf(e->out, ".Lrgb%u:\n", n);
	side_begin(e, &e->cold, ".Lrgc", n);
	side_push(&e->cold, "$.Lrgi%u", site);
	cold_call(e, n, thunk);
}

static void
emit_string(struct emit *e, struct insn *in)
{
	bool scan = in->str_op == 'a' || in->str_op == 'c';

	if (e->o.count) {
		ins(e->out, "%s", in->text);
		return;
	}
	if (scan) {
		ins(e->out, "movq\t%%rdi, " AT_GS, HK_STR_DI);
		ins(e->out, "movq\t%%rsi, " AT_GS, HK_STR_SI);
		ins(e->out, "movq\t%%rcx, " AT_GS, HK_STR_CX);
		ins(e->out, "%s", in->text);
	}
	emit_callout(e, "__rg_rep", record_site(e, in, ACC_RMW, 0));
	ins(e->site, ".byte\t'%c', %d, %u, %d", in->str_op, in->str_size,
	    in->pfx & (PFX_REP | PFX_REPNZ), scan);
	ins(e->site, ".long\t0");
	if (!scan)
		ins(e->out, "%s", in->text);
}

void
emit_priv(struct emit *e, struct insn *in)
{
	const struct operand *address = NULL;
	unsigned reg = 0xff;
	long long imm = 0;

	for (int k = 0; k < in->nop; k++) {
		const struct operand *o = &in->op[k];

		if (o->type == OP_MEM)
			address = o;
		if (o->type == OP_IMM || o->type == OP_CR)
			imm = o->imm;
		if (o->type == OP_REG && (reg == 0xff || o->reg == R_DX))
			reg = (unsigned)o->reg;
	}
	if (address != NULL) { /* of LIDT, INVLPG: not accessed here */
		struct memacc a = { .op = address };
		struct scratch s;

		scratch_get(e, in, &s);
		address_begin(e->out, in, &a, &s);
		ins(e->out, "movq\t%s, " AT_GS, r8(s.ea), HK_STR_DI);
		scratch_put(e, &s);
	}
	emit_callout(e, "__rg_priv", record(e));
	ins(e->site, ".value\t%u", in->priv);
	ins(e->site, ".byte\t%u, %d", reg, in->osize);
	ins(e->site, ".long\t%lld", imm);
	ins(e->site, ".value\t%u, 0, 0, 0", clamp16(in->after));
}

static void
emit_fence(struct emit *e, struct insn *in)
{
	regset_t live = live_before(in);

	if (e->o.count)
		return;
	flags_open(e, e->out, live);
	emit_callout(e, "__rg_fence",
	    record_site(e, in, ACC_READ,
		(in->mn[0] != 's' ? HK_SITE_LFENCE : 0) |
		    (in->mn[0] != 'l' ? HK_SITE_SFENCE : 0)));
	flags_close(e, e->out, live);
}

/* Hooks in front of an ordinary instruction, then the instruction. */
static void
emit_ordinary(struct emit *e, struct insn *in)
{
	for (int k = 0; k < in->nmem; k++) {
		struct scratch s;

		if (!wants_hook(e, in, &in->mem[k]))
			continue;
		if (in->mem[k].op->seg == 'g') {
			emit_gs_insn(e, in, &in->mem[k]);
			return;
		}
		scratch_get(e, in, &s);
		hook_access(e, in, &in->mem[k], &s, false);
		scratch_put(e, &s);
	}
	e->sets_df |= strcmp(in->mn, "std") == 0;
	hook_implicit(e, in);
	if (is_transfer(in) && !e->o.count)
		emit_indirect_target(e, in);
	if (in->cls == IC_JCC && !is_long_jcc(in))
		emit_short(e, in);
	else if (in->cls == IC_JCC && !e->o.count)
		emit_jcc(e, in);
	else if (in->cls == IC_LOCK)
		print_replaced(e->out, in, NULL, R_NONE);
	else if (in->cls != IC_PAUSE)
		ins(e->out, "%s", in->text);
}

/* Print one instruction with its hooks. */
void
emit_insn(struct emit *e, struct insn *in)
{
	if (e->o.fake) {
		emit_fake_insn(e, in);
		return;
	}
	switch (in->cls) {
	case IC_STRING:
		emit_string(e, in);
		break;
	case IC_PRIV:
		emit_priv(e, in);
		break;
	case IC_FENCE:
		emit_fence(e, in);
		break;
	default:
		emit_ordinary(e, in);
		break;
	}
}
