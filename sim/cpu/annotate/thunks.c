/*
 * thunks.c: the call-outs of an image, printed once for each image.
 *
 * A thunk is entered by a call from a cold path, on the kernel's stack, with
 * every register the kernel's.  It leaves all of them as they were (flags
 * excepted where hooks have put them away) and does its work on the CPU's
 * host stack.  There are three kinds:
 *
 *	access	 read, write, lock.  Tries a hit in any way where the host has
 *		 AVX2; all else is C.
 *	small	 branch, fetch, fence: a C call that keeps the registers.
 *		 That of a branch leaves out what its C does not need.
 *	frame	 poll, string, privileged: C sees and may change all registers
 *		 (struct hk_regs), the instruction pointer included.
 *
 * Register arguments of the C functions are told in hook_abi.h.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/elfsyms.h"
#include "cpu/annotate/emit.h"
#include "cpu/annotate/thunk_int.h"
#include "cpu/annotate/xalloc.h"
#include "cpu/hook_abi.h"

/* ---- access thunks ----------------------------------------------------- */

/* On the kernel's stack: return address, what the call is about, address. */
#define ABOUT 8
#define EA    16

/* Scratch registers of thunks, kept in slots. */
static void
slots(FILE *f, const int *reg, int n, bool save)
{
	static const int slot[3] = { HK_T0, HK_T1, HK_T2 };

	for (int i = 0; i < n; i++) {
		if (save)
			ins(f, "movq\t%s, " AT_GS, r8(reg[i]), slot[i]);
		else
			ins(f, "movq\t" AT_GS ", %s", slot[i], r8(reg[i]));
	}
}

/* Those of the access thunks. */
enum { TAG = R_AX, SET = R_CX };
#define TAGS (HK_L1D + HK_L1D_TAG)
static const int scratch[2] = { TAG, SET };

/*
 * The address to SET.  Goes to label 1 when the access crosses the end of its
 * line, or the host has no AVX2.
 */
static void
leave_if_split(FILE *f)
{
	ins(f, "movl\t%d(%%rsp), %s", EA, r4(SET));
	ins(f, "movl\t%d(%%rsp), %s", ABOUT, r4(TAG));
	ins(f, "andl\t$%d, %s", HK_RECORD_ALIGN - 1, r4(TAG));
	ins(f, "addl\t%s, %s", r4(SET), r4(TAG));
	ins(f, "xorl\t%s, %s", r4(SET), r4(TAG));
	ins(f, "cmpl\t%s, " AT_GS, r4(TAG), HK_SPLIT);
	ins(f, "jbe\t1f");
}

/*
 * Look for the line of the address in SET: which way, to TAG.  Its set in SET
 * and ymm1, its address in xmm0.  Goes to label 3 when it is not there.
 */
static void
find_way(FILE *f)
{
	ins(f, "movl\t%s, %s", r4(SET), r4(TAG));
	ins(f, "andl\t$-64, %s", r4(TAG));
	ins(f, "vmovd\t%s, %%xmm0", r4(TAG));
	ins(f, "vpbroadcastd\t%%xmm0, %%ymm0");
	ins(f, "andl\t$0x%x, %s", HK_L1D_MASK, r4(SET));
	ins(f, "vmovdqa\t%%gs:%d(%s), %%ymm1", TAGS, r8(SET));
	ins(f, "vpslld\t$6, %%ymm1, %%ymm2"); /* their addresses */
	ins(f, "vpcmpeqd\t%%ymm0, %%ymm2, %%ymm2");
	ins(f, "vmovmskps\t%%ymm2, %s", r4(TAG));
	ins(f, "tzcntl\t%s, %s", r4(TAG), r4(TAG));
	ins(f, "jc\t3f");
}

/*
 * Set the filter of SET to the line in xmm0.  A line that is not modified lets
 * no write pass: M is the only state that loses its sign when one is added.
 */
static void
set_filter(FILE *f, bool write)
{
	ins(f, "vmovd\t%%xmm0, %%gs:%d(%s)", HK_L1D + HK_L1D_RD, r8(SET));
	if (!write) {
		ins(f, "vpaddd\t__rg_one_state, %%xmm1, %%xmm1");
		ins(f, "vpsrad\t$31, %%xmm1, %%xmm1");
		ins(f, "vpor\t%%xmm1, %%xmm0, %%xmm0");
	}
	ins(f, "vmovd\t%%xmm0, %%gs:%d(%s)", HK_L1D + HK_L1D_WR, r8(SET));
}

/*
 * Find the line among all ways, move it to the front and set the filter.
 * Goes on in C when there is no hit: at label 3 when the line is not there at
 * all, at label 1 when that is not known, at 2 when it may not be used as it
 * is.
 */
static void
avx2_hit(FILE *f, bool write)
{
	leave_if_split(f);
	find_way(f);
	ins(f, "vpmovzxbd\t__rg_front(,%s,8), %%ymm2", r8(TAG));
	ins(f, "vpermd\t%%ymm1, %%ymm2, %%ymm1");
	ins(f, "vmovd\t%%xmm1, %s", r4(TAG));
	if (write) { /* E becomes M; S and I are C's */
		ins(f, "andl\t$0x%x, %s",
		    1u << 31 | HK_TAG_OWN | HK_TAG_ORDERED, r4(TAG));
		ins(f, "cmpl\t$0x%x, %s", 1u << 31, r4(TAG));
	} else
		ins(f, "testl\t$0x%x, %s", HK_TAG_ORDERED, r4(TAG));
	ins(f, "jne\t2f");
	ins(f, "vmovdqa\t%%ymm1, %%gs:%d(%s)", TAGS, r8(SET));
	if (write)
		ins(f, "orb\t$0x40, %%gs:%d(%s)", TAGS + 3, r8(SET));
	set_filter(f, write);
	ins(f, "vzeroupper");
	slots(f, scratch, 2, false);
	ins(f, "ret\t$16");
}

/*
 * What a miss will ask for comes into the host's caches meanwhile: the line's
 * data and its directory entry.  And the data of the next line, which one in
 * eight misses is followed by: hooks keep the host from seeing that far.
 */
static void
expect_miss(FILE *f)
{
	ins(f, "movl\t%d(%%rsp), %s", EA, r4(TAG));
	ins(f, "prefetcht0\t(%s)", r8(TAG));
	ins(f, "prefetcht0\t64(%s)", r8(TAG));
	ins(f, "shrl\t$6, %s", r4(TAG));
	ins(f, "movq\t" AT_GS ", %s", HK_DIR, r8(SET));
	ins(f, "prefetcht0\t(%s,%s,8)", r8(SET), r8(TAG));
}

/*
 * The access goes on in this C function: each is called from a place of its own, where the
 * host foresees it.  TAG and SET are in their slots already; with the flags, or a word
 * in their place, the others are 8 words, which align.
 */
static void
access_in_c(FILE *f, int fn)
{
	save_regs(f, RBIT(TAG) | RBIT(SET), 2);
	ins(f, "movq\t" AT_GS ", %%rdx", HK_KSP);
	ins(f, "movl\t%d(%%rdx), %%esi", EA);
	ins(f, "movl\t%d(%%rdx), %%edx", ABOUT);
	ins(f, "movl\t%%edx, %%ecx");
	ins(f, "andl\t$%d, %%ecx", HK_RECORD_ALIGN - 1);
	ins(f, "xorl\t%%ecx, %%edx");
	ins(f, "incl\t%%ecx");
	call_c(f, fn);
	restore_regs(f, RBIT(TAG) | RBIT(SET));
	slots(f, scratch, 2, false);
	ins(f, "ret\t$16");
}

/* One of the access thunks; r w l. */
static void
access_thunk(FILE *f, const char *name, char kind)
{
	bool write = kind == 'w';

	fprintf(f, "\t.p2align 4\n%s:\n", name);
	slots(f, scratch, 2, true);
	if (kind == 'l') {
		access_in_c(f, HK_FN_LOCK);
		return;
	}
	avx2_hit(f, write);
	fprintf(f, "3:\n");
	ins(f, "vzeroupper");
	expect_miss(f);
	access_in_c(f, write ? HK_FN_WMISS : HK_FN_RMISS);
	fprintf(f, "2:\n");
	ins(f, "vzeroupper");
	access_in_c(f, write ? HK_FN_WHELD : HK_FN_RHELD);
	fprintf(f, "1:\n");
	access_in_c(f, write ? HK_FN_WRITE : HK_FN_READ);
}

/* ---- small thunks ------------------------------------------------------- */

/* On the host stack: what the call is about. */
static void
about_to(FILE *f, int reg)
{
	ins(f, "movq\t" AT_GS ", %s", HK_KSP, r8(reg));
	ins(f, "movl\t%d(%s), %s", ABOUT, r8(reg), r4(reg));
}

/*
 * hk_branch() calls nothing and has no string instruction, so DF may be as it is.  In place of
 * the flags is a word that keeps the stack aligned.
 */
static void
branch_thunk(FILE *f, const char *name, bool taken)
{
	fprintf(f, "\t.p2align 4\n%s:\n", name);
	to_host_stack(f);
	ins(f, "leaq\t-8(%%rsp), %%rsp");
	for (int i = 0; i < NSAVED; i++)
		ins(f, "pushq\t%s", r8(caller_saved[i]));
	about_to(f, R_SI);
	ins(f, "movl\t$%d, %%edx", taken);
	call_c(f, HK_FN_BRANCH);
	for (int i = NSAVED; i-- > 0;)
		ins(f, "popq\t%s", r8(caller_saved[i]));
	to_kernel_stack(f);
	ins(f, "ret\t$8");
}

/*
 * An indirect branch whose target the predictor knows needs no C: the same
 * as hk_ijmp(), which sees only those that are mispredicted.  The target's
 * place in the plain program stands in front of it.
 */
static void
ijmp_thunk(FILE *f, const char *name, int reg)
{
	static const int cand[] = { R_AX, R_CX, R_DX, R_SI };
	int s[3], bp, i, recent;

	for (int n = 0, k = 0; n < 3; k++)
		if (cand[k] != reg)
			s[n++] = cand[k];
	bp = s[0];
	i = s[1];
	recent = s[2];
	fprintf(f, "\t.p2align 4\n%s:\n", name);
	slots(f, s, 3, true);
	ins(f, "movl\t%d(%%rsp), %s", ABOUT, r4(bp));
	ins(f, "movl\t" AT_GS ", %s", HK_TARGETS, r4(recent));
	ins(f, "movl\t%s, %s", r4(recent), r4(i));
	ins(f, "xorl\t%s, %s", r4(bp), r4(i));
	ins(f, "imull\t$%d, %s, %s", (int)HK_PATH_MIX, r4(i), r4(i));
	ins(f, "shrl\t$%d, %s", HK_PATH_INDEX, r4(i));
	ins(f, "cmpl\t%s, %%gs:%d(,%s,8)", r4(bp), HK_PATH + 4, r8(i));
	ins(f, "jne\t1f");
	ins(f, "movl\t-4(%s), %s", r8(reg), r4(bp));
	ins(f, "cmpl\t%s, %%gs:%d(,%s,8)", r4(bp), HK_PATH, r8(i));
	ins(f, "jne\t1f");
	ins(f, "imull\t$%d, %s, %s", (int)HK_PATH_MIX, r4(bp), r4(i));
	ins(f, "shrl\t$%d, %s", HK_PATH_TARGET, r4(i));
	ins(f, "shll\t$8, %s", r4(recent));
	ins(f, "xorl\t%s, %s", r4(i), r4(recent));
	ins(f, "movl\t%s, " AT_GS, r4(recent), HK_TARGETS);
	slots(f, s, 3, false);
	ins(f, "ret\t$8");
	fprintf(f, "1:\n");
	slots(f, s, 3, false);
	save_regs(f, 0, 1);
	ins(f, "movl\t-4(%s), %%edx", r8(reg));
	about_to(f, R_SI);
	call_c(f, HK_FN_IJMP);
	restore_regs(f, 0);
	ins(f, "ret\t$8");
}

static void
site_thunk(FILE *f, const char *name, int fn)
{
	fprintf(f, "\t.p2align 4\n%s:\n", name);
	save_regs(f, 0, 1);
	about_to(f, R_SI);
	call_c(f, fn);
	restore_regs(f, 0);
	ins(f, "ret\t$8");
}

/*
 * seam_call(nr, a0, a1, a2, a3): an ordinary function to the kernel, so only
 * the stack changes; the arguments move up by one for the CPU.
 */
static void
seam_thunk(FILE *f, const char *name)
{
	fprintf(f, "\t.p2align 4\n\t.globl %s\n\t.type %s, @function\n%s:\n",
	    name, name, name);
	to_host_stack(f);
	ins(f, "movq\t%%r8, %%r9");
	ins(f, "movq\t%%rcx, %%r8");
	ins(f, "movq\t%%rdx, %%rcx");
	ins(f, "movq\t%%rsi, %%rdx");
	ins(f, "movq\t%%rdi, %%rsi");
	ins(f, "pushq\t" AT_GS, HK_KSP);
	ins(f, "leaq\t-8(%%rsp), %%rsp");
	tell_frame(f, 8, 8, 0);
	call_c(f, HK_FN_SEAM);
	to_kernel_stack(f);
	ins(f, "ret");
	ins(f, ".size\t%s, .-%s", name, name);
}

/* ---- frame thunks -------------------------------------------------------- */

#define REGS_RFLAGS 128
#define REGS_RIP    136

/*
 * Build a struct hk_regs on the host stack, call C, load all of it again; at a poll
 * the flags are nobody's.  The way back is a return, from below the stack that C
 * leaves, though C may have changed where to: a jump would leave the host's stack of
 * return addresses one too deep, and all returns behind it be foreseen wrongly.
 */
static void
frame_thunk(FILE *f, const char *name, int fn)
{
	const bool flags = fn != HK_FN_POLL;

	fprintf(f, "\t.p2align 4\n%s:\n", name);
	to_host_stack(f);
	ins(f, "leaq\t-8(%%rsp), %%rsp");
	ins(f, flags || thunk_sets_df ? "pushfq" : "pushq\t$0");
	for (int r = R_15; r >= R_AX; r--)
		ins(f, "pushq\t%s", r8(r));
	if (thunk_sets_df)
		ins(f, "cld");
	ins(f, "movq\t" AT_GS ", %%rax", HK_KSP);
	ins(f, "movq\t(%%rax), %%rcx");
	ins(f, "movq\t%%rcx, %d(%%rsp)", REGS_RIP);
	ins(f, "movl\t%d(%%rax), %%edx", ABOUT);
	ins(f, "addq\t$16, %%rax");
	ins(f, "movq\t%%rax, %d(%%rsp)", 8 * R_SP);
	ins(f, "movq\t%%rsp, %%rsi");
	tell_frame(f, 8 * R_SP, 0, 1);
	for (int r = R_AX; r <= R_15; r++)
		if (r != R_SP)
			tell_saved(f, r, 8 * r);
	call_c(f, fn);
	ins(f, ".cfi_undefined 16");
	ins(f, "movq\t%d(%%rsp), %%rax", REGS_RIP);
	ins(f, "movq\t%d(%%rsp), %%rcx", 8 * R_SP);
	ins(f, "leaq\t-16(%%rcx), %%rcx");
	ins(f, "movq\t%%rax, (%%rcx)");
	ins(f, "movq\t%%rcx, %d(%%rsp)", 8 * R_SP);
	if (!flags)
		restore_df(f, REGS_RFLAGS);
	for (int r = R_AX; r <= R_15; r++) {
		if (r == R_SP)
			ins(f, "popq\t" AT_GS, HK_KSP);
		else if (r == R_14)
			ins(f, "leaq\t8(%%rsp), %%rsp");
		else
			ins(f, "popq\t%s", r8(r));
	}
	if (flags)
		ins(f, "popfq");
	to_kernel_stack(f);
	ins(f, "ret\t$8");
}

/* ---- what an image needs -------------------------------------------------- */

static int
reg_by_name(const char *s)
{
	for (int r = R_AX; r <= R_15; r++)
		if (strcmp(reg_name(r, 8) + 1, s) == 0)
			return r;
	return R_NONE;
}

static bool
print_thunk(FILE *f, const char *name)
{
	if (strcmp(name, "__rg_taken") == 0)
		branch_thunk(f, name, true);
	else if (strcmp(name, "__rg_nottaken") == 0)
		branch_thunk(f, name, false);
	else if (strncmp(name, "__rg_ijmp_", 10) == 0 &&
	    reg_by_name(name + 10) != R_NONE)
		ijmp_thunk(f, name, reg_by_name(name + 10));
	else if (strcmp(name, "__rg_r") == 0 || strcmp(name, "__rg_w") == 0 ||
	    strcmp(name, "__rg_l") == 0)
		access_thunk(f, name, name[5]);
	else if (strcmp(name, "__rg_fetch") == 0)
		site_thunk(f, name, HK_FN_FETCH);
	else if (strcmp(name, "__rg_fence") == 0)
		site_thunk(f, name, HK_FN_FENCE);
	else if (strcmp(name, "__rg_poll") == 0)
		frame_thunk(f, name, HK_FN_POLL);
	else if (strcmp(name, "__rg_rep") == 0)
		frame_thunk(f, name, HK_FN_REP);
	else if (strcmp(name, "__rg_device") == 0)
		site_thunk(f, name, HK_FN_READ);
	else if (strcmp(name, "__rg_stored") == 0)
		frame_thunk(f, name, HK_FN_WRITE);
	else if (strcmp(name, "__rg_priv") == 0)
		frame_thunk(f, name, HK_FN_PRIV);
	else if (strcmp(name, "seam_call") == 0)
		seam_thunk(f, name);
	else
		return false;
	return true;
}

/* Permutations that move lane i to the front; the number of a state. */
static void
tables(FILE *f)
{
	fprintf(f, "\t.p2align 6\n__rg_front:\n");
	for (int i = 0; i < 8; i++) {
		fprintf(f, "\t.byte\t%d", i);
		for (int k = 0; k < 8; k++)
			if (k != i)
				fprintf(f, ", %d", k);
		fputc('\n', f);
	}
	fprintf(f, "__rg_one_state:\n");
	ins(f, ".long\t%d, 0, 0, 0", 1 << HK_TAG_STATE);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Print what all thunks have in common. */
static void
begin(FILE *f)
{
	fprintf(f, "\t.section .text.rgthunk,\"ax\",@progbits\n");
	if (thunk_sets_df)
		ins(f, ".globl " EMIT_SETS_DF "\n\t.set\t" EMIT_SETS_DF ", 0");
	tables(f);
}

int
emit_thunks(const char *const *objs, int nobj, FILE *f)
{
	const char **names = NULL;
	size_t n = 0;
	int err = 0;

	for (int i = 0; i < nobj; i++)
		err += elfsyms_undefined(objs[i], &names, &n);
	if (n > 0)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		thunk_sets_df |= strcmp(names[i], EMIT_SETS_DF) == 0;
	begin(f);
	for (size_t i = 0; i < n; i++) {
		if ((i > 0 && strcmp(names[i], names[i - 1]) == 0) ||
		    strcmp(names[i], EMIT_SETS_DF) == 0)
			continue;
		if (strncmp(names[i], "__rg_", 5) == 0)
			fprintf(f, "\t.globl %s\n", names[i]);
		else if (strcmp(names[i], "seam_call") != 0)
			continue;
		ins(f, ".cfi_startproc");
		if (!print_thunk(f, names[i]))
			err += diag_error("thunks", 0, (struct loc){ 0 },
			    "no thunk is known for '%s'; was the object made "
			    "by another annotator?",
			    names[i]);
		ins(f, ".cfi_endproc");
	}
	fprintf(f, "\t.section .note.GNU-stack,\"\",@progbits\n");
	return err;
}
