/*
 * live.c: which registers and flags hold a value that is still needed.
 *
 * The usual backward data flow over the blocks of a unit.  Hooks borrow the
 * registers that are dead in front of an instruction, so an error here
 * corrupts the program: everything not known is live.
 *
 * At calls and returns the SysV conventions hold for the compiler's code
 * (hence -fno-ipa-ra).  Hand-written assembly, inline or a file of its own,
 * may have conventions of its own, so there everything is live at each of
 * them.  So it is at indirect jumps, but for those through a jump table of
 * the compiler's, which go where the table says.
 *
 * A call reads what could be an argument.  That is less than all of these
 * registers, as some hold nothing by then: what a call before it, or the
 * caller, left in them is garbage to the compiler's code until it writes them.
 * So a second data flow, forward, finds the registers that are garbage on every
 * way to an instruction; they are dead there, whatever seems to read them.  At
 * a function's entry these are r11, rax (how many arguments are in vector
 * registers, of which there are none) and r10, but for nested functions; behind
 * a call those that it does not keep, but for what it returns.
 *
 * A frame pointer is live to the end of its function, also where that does not
 * return and nothing reads it any more: backtraces do.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/insn_table.h"

/* Only the compiler leaves its .ident. */
static bool
is_compiled(const struct unit *u)
{
	for (size_t i = 0; i < u->nstmt; i++) {
		const struct stmt *s = &u->stmts[i];

		if (s->type == ST_DIRECTIVE &&
		    strstr(s->text, ".ident") != NULL &&
		    strstr(s->text, "\"GCC:") != NULL)
			return true;
	}
	return false;
}

static bool
has_conventions(const struct unit *u, const struct insn *in)
{
	return u->compiled && !in->by_hand;
}

/* Adjust the register sets of calls, returns and tail calls. */
static void
apply_conventions(struct unit *u)
{
	for (size_t i = 0; i < u->nblock; i++) {
		struct block *b = &u->blocks[i];
		struct insn *t = b->insns[b->ninsn - 1];

		switch (t->cls) {
		case IC_CALL:
		case IC_ICALL:
			t->use |= RBIT(R_10); /* static chain */
					      /* FALLTHROUGH */
		case IC_TAIL:
		case IC_RET:
		case IC_IJMP:
			if (!has_conventions(u, t)) {
				t->use = RS_ALL;
				t->def = 0;
				b->ntable = 0;
			}
			break;
		default:
			break;
		}
	}
}

static regset_t
live_at_end(const struct unit *u, const struct block *b)
{
	const struct insn *t = b->insns[b->ninsn - 1];
	regset_t live = 0;

	for (size_t i = 0; i < b->nsucc; i++)
		live |= b->succ[i]->live_in;
	for (size_t i = 0; i < b->ntable; i++)
		live |= b->table[i]->live_in;
	if ((b->succ_unknown && b->ntable == 0) ||
	    (t->cls == IC_JCC && b->target == NULL))
		live |= has_conventions(u, t) ? RS_GPR : RS_ALL;
	if (t->cls == IC_TAIL && b->target != NULL)
		live |= RS_GPR;
	if (t->cls == IC_PRIV && t->priv == PRIV_IRET)
		live = RS_ALL;
	if (b->fn->rbp_frame)
		live |= RBIT(R_BP);
	return live;
}

/* What is garbage at a block that control may reach from elsewhere. */
static regset_t
garbage_at_entry(const struct unit *u, const struct block *b)
{
	regset_t args = RS_ARGS & ~RBIT(R_AX);

	if (!b->fn_head || !has_conventions(u, b->insns[0]) ||
	    (b->address_taken && b->nlabels > 1))
		return 0;
	if (insn_maybe_nested(b->fn->name))
		args |= RBIT(R_10);
	return RS_CALLER_SAVED & ~args;
}

static regset_t
garbage_behind(const struct unit *u, const struct insn *in)
{
	regset_t kept = RBIT(R_AX) | RBIT(R_DX);

	if ((in->cls == IC_CALL || in->cls == IC_ICALL) &&
	    has_conventions(u, in))
		return (in->garbage & ~kept) | (RS_CALLER_SAVED & ~kept) |
		    RS_FLAGS;
	return in->garbage & ~in->wr;
}

/* From what its predecessors leave, and through the block. */
static bool
pass_garbage(const struct unit *u, struct block *b)
{
	regset_t g = RS_ALL;
	bool changed;

	if (b->fn_head || b->address_taken || b->npred == 0)
		g = garbage_at_entry(u, b);
	for (size_t i = 0; i < b->npred; i++) {
		const struct block *p = b->pred[i];

		g &= garbage_behind(u, p->insns[p->ninsn - 1]);
	}
	changed = g != b->insns[0]->garbage;
	b->insns[0]->garbage = g;
	for (size_t i = 1; i < b->ninsn; i++)
		b->insns[i]->garbage = garbage_behind(u, b->insns[i - 1]);
	return changed;
}

/*
 * Everything is garbage until a way from an entry says less; where none leads,
 * nothing is.
 */
static void
find_garbage(struct unit *u)
{
	bool changed;

	for (size_t i = 0; i < u->nblock; i++)
		for (size_t k = 0; k < u->blocks[i].ninsn; k++)
			u->blocks[i].insns[k]->garbage = RS_ALL;
	do {
		changed = false;
		for (size_t i = 0; i < u->nblock; i++)
			changed |= pass_garbage(u, &u->blocks[i]);
	} while (changed);
	for (size_t i = 0; i < u->nblock; i++)
		for (size_t k = 0; k < u->blocks[i].ninsn; k++)
			if (u->blocks[i].insns[k]->garbage & RBIT(R_SP))
				u->blocks[i].insns[k]->garbage = 0;
}

/* The set live in front of an instruction. */
regset_t
live_before(const struct insn *in)
{
	regset_t use = in->use;

	if (in->passes_flags)
		use &= ~RS_FLAGS; /* unless they are live behind it */
	if (in->cls == IC_IJMP && in->blk->ntable > 0)
		use = operand_regs(&in->op[0]); /* it calls nothing */
	return ((in->live_out & ~in->def) | use) & ~in->garbage;
}

static bool
scan_block(const struct unit *u, struct block *b)
{
	regset_t live = live_at_end(u, b);
	bool changed;

	for (size_t i = b->ninsn; i-- > 0;) {
		b->insns[i]->live_out = live;
		live = live_before(b->insns[i]);
	}
	changed = live != b->live_in;
	b->live_in = live;
	return changed;
}

/* Fill live_out of every instruction and live_in of every block. */
void
live_compute(struct unit *u)
{
	bool changed;

	u->compiled = is_compiled(u);
	apply_conventions(u);
	find_garbage(u);
	do {
		changed = false;
		for (size_t i = u->nblock; i-- > 0;)
			changed |= scan_block(u, &u->blocks[i]);
	} while (changed);
}
