/*
 * emit_site.c: one instruction with its hooks.
 *
 * What a hook of an access looks like is in emit_access.c, and in emit_merge.c
 * where one check answers for several.
 */
#include <string.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/emit.h"
#include "cpu/hook_abi.h"

static const char *
r8(int r)
{
	return reg_name(r, 8);
}

/* ---- the instruction itself ------------------------------------------- */

static void
print_prefixes(FILE *f, const struct insn *in)
{
	fputc('\t', f);
	if (in->pfx & PFX_LOCK)
		fputs("lock ", f);
	if (in->pfx & PFX_REP)
		fputs("rep ", f);
	if (in->pfx & PFX_REPNZ)
		fputs("repnz ", f);
	if (in->pfx & PFX_NOTRACK)
		fputs("notrack ", f);
	fprintf(f, "%s\t", in->mn);
}

/* Print the instruction with operand `gs' replaced by (ea). */
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
	fprintf(e->cold, ".Lrgc%u:\n", n);
	cold_call(e->cold, n, thunk, ".Lrgi%u", site);
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
		ins(e->out, "movq\t%%rdi, %%gs:%d", HK_STR_DI);
		ins(e->out, "movq\t%%rsi, %%gs:%d", HK_STR_SI);
		ins(e->out, "movq\t%%rcx, %%gs:%d", HK_STR_CX);
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
		ins(e->out, "movq\t%s, %%gs:%d", r8(s.ea), HK_STR_DI);
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

	if (!e->o.count) {
		flags_open(e, e->out, live);
		emit_callout(e, "__rg_fence",
		    record_site(e, in, ACC_READ,
			(in->mn[0] != 's' ? HK_SITE_LFENCE : 0) |
			    (in->mn[0] != 'l' ? HK_SITE_SFENCE : 0)));
		flags_close(e, e->out, live);
	}
	ins(e->out, "%s", in->text);
}

/* Hooks in front of an ordinary instruction, then the instruction. */
static void
emit_ordinary(struct emit *e, struct insn *in)
{
	if (in->merge != NULL) {
		emit_merged(e, in);
		return;
	}
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
	else
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
