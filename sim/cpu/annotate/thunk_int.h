/*
 * thunk_int.h: what thunks.c needs of the two stacks (thunk_stack.c).
 */
#ifndef ANNOTATE_THUNK_INT_H
#define ANNOTATE_THUNK_INT_H

#include "cpu/annotate/emit.h"

/* Something in the image sets DF: C wants it clear. */
extern bool thunk_sets_df;

extern const int caller_saved[];
#define NSAVED 9

static inline const char *
r8(int r)
{
	return reg_name(r, 8);
}

static inline const char *
r4(int r)
{
	return reg_name(r, 4);
}

/* The stack pointer changes: to the CPU's host stack, and back. */
void to_host_stack(FILE *);
void to_kernel_stack(FILE *);
/*
 * On the host stack: from here on the word at `word' from the stack pointer tells of the
 * kernel's: it will be `more' behind that when the thunk has returned and taken `words'
 * words with it.
 */
void tell_frame(FILE *, int word, int more, int words);
/* A register is at `word' from the stack pointer. */
void tell_saved(FILE *, int reg, int word);

/*
 * To the host stack with the caller-saved registers but those in `kept': with the kernel's
 * stack pointer, which is for debuggers, 10 words, which align; and flags are two more.
 * The thunk is told so many `words'.
 */
void save_regs(FILE *, regset_t kept, int words);
void restore_regs(FILE *, regset_t kept);
/* Call the C function of this slot for the CPU. */
void call_c(FILE *, int fn);
/* Set DF if the flags at `off' from the stack pointer have it. */
void restore_df(FILE *, int off);

#endif
