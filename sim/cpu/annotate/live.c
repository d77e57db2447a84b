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
 * A frame pointer is live to the end of its function, also where that does not
 * return and nothing reads it any more: backtraces do.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"

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

/* The set live in front of an instruction. */
regset_t
live_before(const struct insn *in)
{
	regset_t use = in->use;

	if (in->passes_flags)
		use &= ~RS_FLAGS; /* unless they are live behind it */
	if (in->cls == IC_IJMP && in->blk->ntable > 0)
		use = operand_regs(&in->op[0]); /* it calls nothing */
	return (in->live_out & ~in->def) | use;
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
	do {
		changed = false;
		for (size_t i = u->nblock; i-- > 0;)
			changed |= scan_block(u, &u->blocks[i]);
	} while (changed);
}
