/*
 * thunk_stack.c: how a thunk gets from the kernel's stack to the host's and back
 * (thunk_int.h), and what a debugger hears of it.
 *
 * On the kernel's stack a thunk is a function like others; on the host's, it is what came
 * between as a signal would: frames below may then be anywhere.  There is a frame to be
 * found while C runs, and none while registers are put away or back.
 */
#include "cpu/annotate/thunk_int.h"
#include "cpu/hook_abi.h"

bool thunk_sets_df;

const int caller_saved[NSAVED] = { R_AX, R_CX, R_DX, R_SI, R_DI, R_8, R_9, R_10,
	R_11 };

void
to_host_stack(FILE *f)
{
	ins(f, "movq\t%%rsp, " AT_GS, HK_KSP);
	ins(f, "movq\t" AT_GS ", %%rsp", HK_HSP);
	ins(f, ".cfi_endproc");
	ins(f, ".cfi_startproc");
	ins(f, ".cfi_signal_frame");
	ins(f, ".cfi_undefined 16");
}

void
to_kernel_stack(FILE *f)
{
	ins(f, "movq\t" AT_GS ", %%rsp", HK_KSP);
	ins(f, ".cfi_endproc");
	ins(f, ".cfi_startproc");
}

/* DWARF's number of a register. */
static int
dwarf(int reg)
{
	static const int low[] = { 0, 2, 1, 3, 7, 6, 4, 5 };

	return reg < 8 ? low[reg] : reg;
}

void
tell_frame(FILE *f, int word, int more, int words)
{
	ins(f, ".cfi_offset 16, %d", -8 - 8 * words);
	/* DW_CFA_def_cfa_expression: DW_OP_breg7, deref, plus_uconst */
	ins(f, ".cfi_escape 0x0f, 6, 0x77, 0x%x, 0, 0x06, 0x23, %d",
	    word | 0x80, more);
}

void
tell_saved(FILE *f, int reg, int word)
{
	ins(f, ".cfi_escape 0x10, %d, 3, 0x77, 0x%x, %d", dwarf(reg),
	    (word & 0x7f) | 0x80, word >> 7);
}

void
save_regs(FILE *f, regset_t kept, int words)
{
	int word = 0;

	to_host_stack(f);
	ins(f, "pushq\t" AT_GS, HK_KSP);
	if (thunk_sets_df) {
		ins(f, "pushfq");
		ins(f, "leaq\t-8(%%rsp), %%rsp");
		ins(f, "cld");
	}
	for (int i = 0; i < NSAVED; i++)
		if ((kept & RBIT(caller_saved[i])) == 0)
			ins(f, "pushq\t%s", r8(caller_saved[i]));
	for (int i = NSAVED; i-- > 0;)
		if ((kept & RBIT(caller_saved[i])) == 0) {
			tell_saved(f, caller_saved[i], word);
			word += 8;
		} else
			ins(f, ".cfi_undefined %d", dwarf(caller_saved[i]));
	tell_frame(f, word + (thunk_sets_df ? 16 : 0), 8 + 8 * words, words);
}

void
call_c(FILE *f, int fn)
{
	ins(f, "movq\t" AT_GS ", %%rdi", HK_SELF);
	ins(f, "movq\t%%r14, " AT_GS, HK_CLOCK);
	ins(f, "call\t*" AT_GS, fn);
	ins(f, "movq\t" AT_GS ", %%r14", HK_CLOCK);
}

/* DF as it was in the flags at `off' from the stack pointer: bit 10. */
void
restore_df(FILE *f, int off)
{
	if (!thunk_sets_df)
		return;
	ins(f, "testb\t$4, %d(%%rsp)", off + 1);
	ins(f, "je\t4f");
	ins(f, "std");
	fprintf(f, "4:\n");
}

void
restore_regs(FILE *f, regset_t kept)
{
	ins(f, ".cfi_undefined 16");
	for (int i = NSAVED; i-- > 0;)
		if ((kept & RBIT(caller_saved[i])) == 0)
			ins(f, "popq\t%s", r8(caller_saved[i]));
	restore_df(f, 8);
	to_kernel_stack(f);
}
