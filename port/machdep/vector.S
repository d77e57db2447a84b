/*
 * vector.S: where interrupts come in.
 *
 * Each source has three entries (x86/intr.h):
 *
 *	Xintr_	  from the IDT.  If the level admits it: run the handlers; if not,
 *		  set the bit, tell the controllers, go away: "hold it".
 *	Xrecurse_ from Xspllower: make a frame like the CPU's, then as resume.
 *	Xresume_  from Xdoreti: use the frame of the interrupt that is ending.
 *
 * Handlers run with interrupts on, at their own level, highest first; one whose
 * level is not above what was interrupted is held after all.  The EOI comes
 * after the last: until then the local APIC delivers nothing of this vector's
 * class.  A late entry writes an EOI as well, though its interrupt had one when
 * it was held; with nothing in service that does nothing.
 *
 * A level-triggered source asks for as long as its device does.  When one is
 * held it is masked at its controller, and unmasked at the end of the entry that
 * makes up for it, which is known by IREENT_MAGIC in its frame.  An edge (MSI)
 * is just remembered.
 *
 * Timer and IPIs have no handlers to walk; their EOI comes first, so that
 * IPIs get in while the clock runs.
 *
 * Registers in a stub:
 *
 *	%r12	struct intrsource	%rbx	its level, then struct intrhand
 *	%r13	the level that was interrupted, which goes on the stack, in front
 *		of the trapframe: struct intrframe
 */
#include "assym.h"
#include <machine/asm.h>
#include <machine/frameasm.h>
#include <machine/i82489reg.h>
#include <machine/intrdefs.h>

/* clang-format off */
#define EOI							\
	movl	$0, LAPIC_VA + LAPIC_EOI

/* Call pic_hwmask or pic_hwunmask for the source's pin; interrupts are off. */
#define PIC_CALL(func)						\
	movq	IS_PIC(%r12), %rdi;				\
	movl	IS_PIN(%r12), %esi;				\
	movq	func(%rdi), %rax;				\
	call	*%rax

#define MASK_ioapic_edge
#define UNMASK_ioapic_edge
#define MASK_ioapic_level					\
	PIC_CALL(PIC_HWMASK)
/* Only what had been held is masked; %rsp points at the level. */
#define UNMASK_ioapic_level					\
	cmpq	$IREENT_MAGIC, (TF_ERR + 8)(%rsp);		\
	jne	4f;						\
	PIC_CALL(PIC_HWUNMASK);					\
4:

#define INTRSTUB(kind, num)					\
ENTRY(Xrecurse_##kind##num)					\
	INTR_RECURSE_HWFRAME;					\
	INTRENTRY_NUM;						\
	INTRENTRY;						\
ENTRY(Xresume_##kind##num)					\
	movq	$IREENT_MAGIC, TF_ERR(%rsp);			\
	movl	%ebx, %r13d;					\
	movq	CPUVAR(ISOURCES) + (num) * 8, %r12;		\
	movl	IS_MAXLEVEL(%r12), %ebx;			\
	jmp	1f;						\
ENTRY(Xintr_##kind##num)					\
	INTRENTRY_NUM;						\
	INTRENTRY;						\
	movq	CPUVAR(ISOURCES) + (num) * 8, %r12;		\
	testq	%r12, %r12;					\
	jz	9f;		/* nobody's */			\
	movl	IS_MAXLEVEL(%r12), %ebx;			\
	movl	CPUVAR(ILEVEL), %r13d;				\
	cmpl	%ebx, %r13d;					\
	jae	8f;						\
1:	incq	CPUVAR(NINTR);					\
	incq	IS_EVCNT(%r12);					\
	pushq	%r13;						\
	movl	%ebx, CPUVAR(ILEVEL);				\
	incl	CPUVAR(IDEPTH);					\
	sti;							\
	movq	IS_HANDLERS(%r12), %rbx;			\
2:	movl	IH_LEVEL(%rbx), %ecx;				\
	cmpl	%r13d, %ecx;					\
	jbe	7f;						\
	movl	%ecx, CPUVAR(ILEVEL);				\
	movq	IH_ARG(%rbx), %rdi;				\
	movq	%rsp, %rsi;					\
	movq	IH_FUN(%rbx), %rax;				\
	call	*%rax;						\
	movq	IH_NEXT(%rbx), %rbx;				\
	testq	%rbx, %rbx;					\
	jnz	2b;						\
	cli;							\
	UNMASK_##kind;						\
	EOI;							\
	sti;							\
	jmp	Xdoreti;					\
7:	cli;			/* the rest is held */		\
	orl	$(1 << (num)), CPUVAR(IPENDING);		\
	MASK_##kind;						\
	EOI;							\
	sti;							\
	jmp	Xdoreti;					\
8:	orl	$(1 << (num)), CPUVAR(IPENDING);		\
	MASK_##kind;						\
9:	EOI;							\
	INTRFASTEXIT;						\
END(Xintr_##kind##num);

#define STUBS(kind)						\
INTRSTUB(kind, 0)					\
INTRSTUB(kind, 1)					\
INTRSTUB(kind, 2)					\
INTRSTUB(kind, 3)					\
INTRSTUB(kind, 4)					\
INTRSTUB(kind, 5)					\
INTRSTUB(kind, 6)					\
INTRSTUB(kind, 7)					\
INTRSTUB(kind, 8)					\
INTRSTUB(kind, 9)					\
INTRSTUB(kind, 10)					\
INTRSTUB(kind, 11)					\
INTRSTUB(kind, 12)					\
INTRSTUB(kind, 13)					\
INTRSTUB(kind, 14)					\
INTRSTUB(kind, 15)					\
INTRSTUB(kind, 16)					\
INTRSTUB(kind, 17)					\
INTRSTUB(kind, 18)					\
INTRSTUB(kind, 19)					\
INTRSTUB(kind, 20)					\
INTRSTUB(kind, 21)					\
INTRSTUB(kind, 22)					\
INTRSTUB(kind, 23)					\
INTRSTUB(kind, 24)
STUBS(ioapic_edge)
STUBS(ioapic_level)

/*
 * The CPU's own: one function at one level, which is `own'.  The function gets
 * 0 and the intrframe.
 */
#define OWNSTUB(name, bit, own, func)				\
ENTRY(Xrecurse_##name)						\
	INTR_RECURSE_HWFRAME;					\
	INTRENTRY_NUM;						\
	INTRENTRY;						\
ENTRY(Xresume_##name)						\
	jmp	1f;						\
ENTRY(Xintr_##name)						\
	INTRENTRY_NUM;						\
	INTRENTRY;						\
	EOI;							\
	movl	CPUVAR(ILEVEL), %ebx;				\
	cmpl	$(own), %ebx;					\
	jae	2f;						\
1:	pushq	%rbx;						\
	movl	$(own), CPUVAR(ILEVEL);				\
	incl	CPUVAR(IDEPTH);					\
	sti;							\
	xorl	%edi, %edi;					\
	movq	%rsp, %rsi;					\
	call	func;						\
	jmp	Xdoreti;					\
2:	orl	$(1 << (bit)), CPUVAR(IPENDING);		\
	INTRFASTEXIT;						\
END(Xintr_##name);

OWNSTUB(lapic_ltimer, LIR_TIMER, IPL_SCHED, lapic_clockintr)
OWNSTUB(lapic_ipi, LIR_IPI, IPL_HIGH, x86_ipi_handler)

/* The local APIC's way to say that it was nothing: no EOI. */
ENTRY(Xintrspurious)
	iretq
END(Xintrspurious)

/* A vector nobody has established, or no more: a message under way then. */
ENTRY(Xintr_stray)
	INTRENTRY_NUM
	INTRENTRY
	EOI
	movq	%rsp, %rdi
	call	intr_stray
	INTRFASTEXIT
END(Xintr_stray)

#define STUBENTRY(kind, num)					\
	.quad	Xintr_##kind##num, Xrecurse_##kind##num;	\
	.quad	Xresume_##kind##num
#define STUBTABLE(kind)						\
	STUBENTRY(kind, 0); STUBENTRY(kind, 1);			\
	STUBENTRY(kind, 2); STUBENTRY(kind, 3);			\
	STUBENTRY(kind, 4); STUBENTRY(kind, 5);			\
	STUBENTRY(kind, 6); STUBENTRY(kind, 7);			\
	STUBENTRY(kind, 8); STUBENTRY(kind, 9);			\
	STUBENTRY(kind, 10); STUBENTRY(kind, 11);		\
	STUBENTRY(kind, 12); STUBENTRY(kind, 13);		\
	STUBENTRY(kind, 14); STUBENTRY(kind, 15);		\
	STUBENTRY(kind, 16); STUBENTRY(kind, 17);		\
	STUBENTRY(kind, 18); STUBENTRY(kind, 19);		\
	STUBENTRY(kind, 20); STUBENTRY(kind, 21);		\
	STUBENTRY(kind, 22); STUBENTRY(kind, 23);		\
	STUBENTRY(kind, 24)

	.section .rodata, "a", @progbits
	.p2align 3
	.globl	ioapic_edge_stubs, ioapic_level_stubs
	.type	ioapic_edge_stubs, @object
	.type	ioapic_level_stubs, @object
ioapic_edge_stubs:
	STUBTABLE(ioapic_edge)
	.size	ioapic_edge_stubs, . - ioapic_edge_stubs
ioapic_level_stubs:
	STUBTABLE(ioapic_level)
	.size	ioapic_level_stubs, . - ioapic_level_stubs
/* clang-format on */

	.section .note.GNU-stack, "", @progbits
