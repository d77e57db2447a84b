/*
 * hook_abi.h: the contract between annotated code and the simulator.
 *
 * Annotated code reaches the simulated CPU it runs on through the host's %gs
 * base, which points at a struct cpu_hot (cpu.h).  The annotator prints these
 * numbers into assembly, so they are plain macros; cpu.h asserts that the
 * struct agrees.  The kernel's own %gs base is a value in that struct:
 * an operand of kernel code that says %gs is rewritten to add HK_KGS.
 *
 *	%r14	the CPU's clock in units of 1/10 core cycle (HK_CLOCK_PER_CYC)
 *	%gs	struct cpu_hot; offsets below
 *
 * Included by the annotator, by the thunks it emits and by the simulator.
 */
#ifndef CPU_HOOK_ABI_H
#define CPU_HOOK_ABI_H

#define HK_CLOCK_PER_CYC	10	/* clock units in one 2.4 GHz cycle */

/* Scalars. */
#define HK_SELF		0x000	/* address of the struct itself */
#define HK_CLOCK	0x008	/* r14 while a thunk is in C */
#define HK_LIMIT	0x010	/* poll points call out when r14 >= limit */
#define HK_KSP		0x018	/* kernel's rsp while on the host stack */
#define HK_HSP		0x020	/* top of this CPU's host stack */
#define HK_KGS		0x028	/* the kernel's own %gs base */
#define HK_AVX2		0x030	/* byte: 1 = thunks may use AVX2 */
#define HK_SPILL0	0x038	/* scratch registers saved around a site */
#define HK_SPILL1	0x040
#define HK_SPILL2	0x048
#define HK_STR_DI	0x050	/* rdi/rsi/rcx before a repz/repnz scan */
#define HK_STR_SI	0x058
#define HK_STR_CX	0x060
#define HK_NFAST	0x068	/* inline and AVX2 hits (counting builds) */

/* C entry points, called by thunks on the host stack.  cpu.h has the types. */
#define HK_FN_READ	0x080	/* (cpu, ea, site, size) */
#define HK_FN_WRITE	0x088	/* (cpu, ea, site, size) */
#define HK_FN_LOCK	0x090	/* (cpu, ea, site, size) */
#define HK_FN_REP	0x098	/* (cpu, regs, site) */
#define HK_FN_POLL	0x0a0	/* (cpu) */
#define HK_FN_BRANCH	0x0a8	/* (cpu, bp offset, taken) */
#define HK_FN_IJMP	0x0b0	/* (cpu, bp offset, target) */
#define HK_FN_FETCH	0x0b8	/* (cpu, line address) */
#define HK_FN_PRIV	0x0c0	/* (cpu, regs, site) */
#define HK_FN_FENCE	0x0c8	/* (cpu, site) */
#define HK_FN_SEAM	0x0d0	/* (cpu, nr, a0, a1, a2, a3) */

/* L1D filter and tags: one 64-byte host line for each of the 64 sets. */
#define HK_L1D		0x1000
#define HK_L1D_RD	0	/* tag a read of the MRU way must match */
#define HK_L1D_WR	8	/* same for a write (line is modified) */
#define HK_L1D_TAG	16	/* 8 x u32, MRU first; 6 ways and 2 spare */

/* L1I filter: the line last fetched, one u32 (address) for each set. */
#define HK_L1I		0x2000

/* Branch state: one byte of history for each branch of the image. */
#define HK_BP		0x4000
#define HK_BP_SIZE	0x20000

#endif
