/*
 * machine/frameasm.h: for assembly: this CPU's fields, and struct trapframe.
 *
 * After "assym.h".  The build reserves %r14: nothing here names it.
 */
#ifndef _AMD64_FRAMEASM_H_
#define _AMD64_FRAMEASM_H_

/* A field of this CPU's cpu_info: CPUVAR(ILEVEL). */
#define CPUVAR(off) % gs : CPU_INFO_##off

#define T_ASTFLT 4 /* "trap number" of an interrupt */

/*
 * The CPU has pushed ss, rsp, rflags, cs and rip.  Complete the trapframe.
 * INTRENTRY_NUM makes the first two words, which a stub that is entered again
 * makes too, behind a frame that looks like the CPU's.
 */
/* clang-format off */
#define INTRENTRY_NUM						\
	pushq	$0;						\
	pushq	$T_ASTFLT

#define INTRENTRY						\
	subq	$TF_REGSIZE, %rsp;				\
	movq	%rdi, TF_RDI(%rsp);				\
	movq	%rsi, TF_RSI(%rsp);				\
	movq	%rdx, TF_RDX(%rsp);				\
	movq	%rcx, TF_RCX(%rsp);				\
	movq	%r8, TF_R8(%rsp);				\
	movq	%r9, TF_R9(%rsp);				\
	movq	%r10, TF_R10(%rsp);				\
	movq	%r11, TF_R11(%rsp);				\
	movq	%r12, TF_R12(%rsp);				\
	movq	%r13, TF_R13(%rsp);				\
	movq	%r15, TF_R15(%rsp);				\
	movq	%rbp, TF_RBP(%rsp);				\
	movq	%rbx, TF_RBX(%rsp);				\
	movq	%rax, TF_RAX(%rsp);				\
	cld

#define INTRFASTEXIT						\
	movq	TF_RDI(%rsp), %rdi;				\
	movq	TF_RSI(%rsp), %rsi;				\
	movq	TF_RDX(%rsp), %rdx;				\
	movq	TF_RCX(%rsp), %rcx;				\
	movq	TF_R8(%rsp), %r8;				\
	movq	TF_R9(%rsp), %r9;				\
	movq	TF_R10(%rsp), %r10;				\
	movq	TF_R11(%rsp), %r11;				\
	movq	TF_R12(%rsp), %r12;				\
	movq	TF_R13(%rsp), %r13;				\
	movq	TF_R15(%rsp), %r15;				\
	movq	TF_RBP(%rsp), %rbp;				\
	movq	TF_RBX(%rsp), %rbx;				\
	movq	TF_RAX(%rsp), %rax;				\
	addq	$(TF_REGSIZE + 16), %rsp;			\
	iretq

/*
 * What the CPU pushes, for a stub that is entered from Xspllower: the way out,
 * an IRETQ, leads to the address in %r13 with the stack as it is now.  Uses
 * %r10, as a function may.
 */
#define INTR_RECURSE_HWFRAME					\
	movq	%rsp, %r10;					\
	pushq	$KERNEL_SS;					\
	pushq	%r10;						\
	pushfq;							\
	pushq	$KERNEL_CS;					\
	pushq	%r13
/* clang-format on */

#define KERNEL_CS 0x08 /* GSEL(GCODE_SEL, SEL_KPL) */
#define KERNEL_SS 0x10

#endif /* _AMD64_FRAMEASM_H_ */
