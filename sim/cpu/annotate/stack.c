/*
 * stack.c: which functions let the address of their frame escape.
 *
 * An operand on the stack carries no hook: a function's own frame is in its
 * L1D for all practical purposes.  That holds only as long as nobody else
 * reaches the frame through a pointer, so a function that copies rsp (or
 * its frame pointer) into another register has all its stack operands
 * hooked.  A part that the compiler split off (name.cold) shares the frame
 * of its function.
 */
#include <string.h>

#include "cpu/annotate/annotate.h"

static bool
is_frame_setup(const struct insn *in)
{
	return strncmp(in->mn, "mov", 3) == 0 && in->nop == 2 &&
	    in->op[0].type == OP_REG && in->op[0].reg == R_SP &&
	    in->op[1].type == OP_REG && in->op[1].reg == R_BP;
}

static bool
is_lea(const struct insn *in)
{
	return strncmp(in->mn, "lea", 3) == 0 && in->mn[3] != 'v';
}

/* Does the instruction copy a frame address to where others can see it? */
static bool
leaks_frame(const struct insn *in, bool rbp_frame)
{
	for (int k = 0; k < in->nop; k++) {
		const struct operand *o = &in->op[k];
		bool frame_reg = o->type == OP_REG && o->size == 8 &&
		    (o->reg == R_SP || (rbp_frame && o->reg == R_BP));
		bool last = k == in->nop - 1;

		if (is_lea(in) && o->type == OP_MEM &&
		    operand_on_stack(o, rbp_frame) && in->op[1].reg != R_SP)
			return true;
		if (!frame_reg || (last && in->nop > 1) || is_frame_setup(in))
			continue;
		if (in->nop == 1) /* push %rbp saves the caller's */
			return o->reg == R_SP;
		if (in->op[1].type == OP_REG &&
		    (in->op[1].reg == R_SP || in->op[1].reg == R_BP))
			continue;
		return true;
	}
	return false;
}

/* Is this memory operand in the function's own frame? */
bool
operand_on_stack(const struct operand *o, bool rbp_frame)
{
	return o->type == OP_MEM && o->seg == 0 &&
	    (o->base == R_SP || (rbp_frame && o->base == R_BP));
}

static void
scan_func(struct func *f)
{
	for (size_t i = 0; i < f->nblocks; i++)
		for (size_t j = 0; j < f->blocks[i]->ninsn; j++)
			f->rbp_frame |= is_frame_setup(f->blocks[i]->insns[j]);
	for (size_t i = 0; i < f->nblocks; i++)
		for (size_t j = 0; j < f->blocks[i]->ninsn; j++)
			f->frame_escapes |= leaks_frame(f->blocks[i]->insns[j],
			    f->rbp_frame);
}

static void
join_cold(struct unit *u, struct func *cold)
{
	size_t n = strlen(cold->name);

	if (n < 6 || strcmp(cold->name + n - 5, ".cold") != 0)
		return;
	for (size_t i = 0; i < u->nfunc; i++) {
		struct func *f = &u->funcs[i];

		if (strlen(f->name) != n - 5 ||
		    strncmp(f->name, cold->name, n - 5) != 0)
			continue;
		f->rbp_frame |= cold->rbp_frame;
		f->frame_escapes |= cold->frame_escapes;
		cold->rbp_frame = f->rbp_frame;
		cold->frame_escapes = f->frame_escapes;
	}
}

/* Fill rbp_frame and frame_escapes of every function. */
void
stack_analyse(struct unit *u)
{
	for (size_t i = 0; i < u->nfunc; i++)
		scan_func(&u->funcs[i]);
	for (size_t i = 0; i < u->nfunc; i++)
		join_cold(u, &u->funcs[i]);
}
