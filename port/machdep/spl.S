/*
 * spl.S: spl(9), what is held meanwhile, and softints.
 *
 * The level is a word in memory, ci_ilevel; no hardware is told of it.  An
 * interrupt that comes and is not above the level sets its bit in ci_ipending
 * and goes away (vector.S).  Whoever lowers the level looks at these bits:
 *
 *	spllower(new)		a level is given back	Xspllower
 *	end of an interrupt	the same		Xdoreti
 *
 * Both are one loop: with interrupts off, the highest bit of
 * ci_ipending & ci_iunmask[new] is cleared and its source called; when there
 * is none left the level becomes `new'.  The bits of softints are above those
 * of devices: a softint comes before a device that was held.
 *
 *	who calls		is called at		to come back it
 *	Xspllower		is_recurse		jumps to %r13, or makes a
 *							frame for IRETQ to %r13
 *	Xdoreti			is_resume		jumps to %r13, or to Xdoreti
 *							again, with the same frame
 *
 * While the loop runs %rbx is the level it goes down to, and %r13 its head.
 * What it calls keeps %rbx, %rbp, %r12, %r13 and %r15, and comes back with
 * interrupts off.
 *
 * Lowering must not lose an interrupt that comes between looking and storing:
 *
 *	spllower(0)			interrupt
 *	ci_ipending & unmask: none
 *					ci_ilevel is high: sets its bit
 *	ci_ilevel = 0
 *	... and it waits for the next one
 *
 * So the level is stored by a compare-and-swap of level and bits together.
 * No LOCK: both are this CPU's own.
 *
 * Softints.  Xsoftintr runs one on the stack of the LWP that is there for
 * it, and does it without a switch: ci_curlwp becomes that LWP, the LWP that
 * was interrupted stays as it is, in the middle, and goes on when the softint
 * returns.  If the softint blocks, mi_switch() goes back to the interrupted LWP
 * through cpu_switchto(), and finds there the frame that Xsoftintr has
 * left, which leads to softintr_ret.  From then on the softint's LWP is an
 * ordinary one, that will end in lwp_exit_switchaway().
 *
 * ci_curlwp is stored by a MOV on entry and by an XCHG on return, as in
 * cpu_switchto (locore.S says why).
 */
#include "assym.h"
#include <machine/asm.h>
#include <machine/frameasm.h>
#include <machine/intrdefs.h>

/*
 * int splraise(int s): the level is at least s from now on; returns what it
 * was.  This CPU may change only if the level was IPL_NONE, and then it is
 * IPL_NONE wherever we are.
 */
ENTRY(splraise)
	movl	CPUVAR(ILEVEL), %eax
	cmpl	%edi, %eax
	cmoval	%eax, %edi
	movl	%edi, CPUVAR(ILEVEL)
	ret
END(splraise)

/* void spllower(int s): the level is s, if it is not below that already. */
ENTRY(spllower)
	cmpl	%edi, CPUVAR(ILEVEL)
	jbe	3f
	movl	%edi, %edi
	movl	%edi, %ecx			/* new level ... */
	movq	%rbx, %r8
1:	movq	CPUVAR(ISTATE), %rax		/* bits | level << 32 */
	testl	%eax, CPUVAR(IUNMASK)(,%rdi,4)
	jnz	2f
	movl	%eax, %ebx			/* ... and the bits as they are */
	movq	%rax, %rdx
	shrq	$32, %rdx
	cmpxchg8b CPUVAR(ISTATE)
	jnz	1b
	movq	%r8, %rbx
3:	ret
2:	movq	%r8, %rbx
	jmp	Xspllower
END(spllower)

/* void Xspllower(int s): lower to s, and make up for what was held. */
ENTRY(Xspllower)
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rbx
	pushq	%r13
	movl	%edi, %ebx
	leaq	.Lspllower_loop(%rip), %r13
.Lspllower_loop:
	cli
	movl	CPUVAR(IUNMASK)(,%rbx,4), %eax
	andl	CPUVAR(IPENDING), %eax
	jz	1f
	bsrl	%eax, %eax
	btrl	%eax, CPUVAR(IPENDING)
	movq	CPUVAR(ISOURCES)(,%rax,8), %rax
	movq	IS_RECURSE(%rax), %rcx
	jmp	*%rcx
1:	movl	%ebx, CPUVAR(ILEVEL)
	sti
	popq	%r13
	popq	%rbx
	popq	%rbp
	ret
END(Xspllower)

/*
 * Xdoreti: the end of an interrupt.  On the stack are the level that it
 * interrupted and a trapframe.  What it has set off runs here already, still on
 * this stack, but no more as an interrupt: ci_idepth falls first.
 */
ENTRY(Xdoreti)
	popq	%rbx
	decl	CPUVAR(IDEPTH)
	leaq	.Ldoreti_loop(%rip), %r13
.Ldoreti_loop:
	cli
	movl	CPUVAR(IUNMASK)(,%rbx,4), %eax
	andl	CPUVAR(IPENDING), %eax
	jz	1f
	bsrl	%eax, %eax
	btrl	%eax, CPUVAR(IPENDING)
	movq	CPUVAR(ISOURCES)(,%rax,8), %rax
	movq	IS_RESUME(%rax), %rcx
	jmp	*%rcx
1:	movl	%ebx, CPUVAR(ILEVEL)
	INTRFASTEXIT
END(Xdoreti)

/*
 * Xsoftintr: run the softint of the source in %rax on its LWP's stack; both
 * is_recurse and is_resume.  Interrupts are off.
 *
 * The frame is a struct switchframe: softintr_ret is where cpu_switchto() comes
 * back to if the softint blocks, and is thrown away if it does not.
 */
ENTRY(Xsoftintr)
	pushq	$softintr_ret
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r15
	movl	$IPL_HIGH, CPUVAR(ILEVEL)
	movq	CPUVAR(CURLWP), %r15		/* who is interrupted */
	movq	IS_LWP(%rax), %rdi
	movq	L_PCB(%rdi), %rdx
	movq	L_PCB(%r15), %rcx
	movq	%rdi, CPUVAR(CURLWP)
	movq	%rsp, PCB_RSP(%rcx)
	movq	%rbp, PCB_RBP(%rcx)
	movq	PCB_RSP0(%rdx), %rsp
	sti
	movq	%r15, %rdi
	movl	IS_MAXLEVEL(%rax), %esi
	call	softint_dispatch
	cli
	movq	L_PCB(%r15), %rcx
	movq	PCB_RSP(%rcx), %rsp
	xchgq	%r15, CPUVAR(CURLWP)		/* as in cpu_switchto */
	popq	%r15
	popq	%r13
	popq	%r12
	popq	%rbx
	addq	$8, %rsp			/* softintr_ret */
	jmp	*%r13
END(Xsoftintr)

/*
 * softintr_ret: a softint has blocked, and cpu_switchto() is back at what it
 * had interrupted.  %rax is the softint's LWP.  Its mi_switch() has counted
 * ci_mtx_count down and will not be here to count it up, nor to say that its
 * stack is now free to run on.
 */
ENTRY(softintr_ret)
	incl	CPUVAR(MTX_COUNT)
	movl	$0, L_CTXSWTCH(%rax)
	cli
	jmp	*%r13
END(softintr_ret)

/* void softint_trigger(uintptr_t machdep): set the softint's bit. */
ENTRY(softint_trigger)
	orl	%edi, CPUVAR(IPENDING)
	ret
END(softint_trigger)

/*
 * Preemption is a softint that has no LWP: bit SIR_PREEMPT, level IPL_PREEMPT.
 * kpreempt() switches away, if it may, from here.
 */
ENTRY(Xrecurse_preempt)
	movl	$IPL_PREEMPT, CPUVAR(ILEVEL)
	sti
	xorl	%edi, %edi
	call	kpreempt
	cli
	jmp	*%r13
END(Xrecurse_preempt)

ENTRY(Xresume_preempt)
	movl	$IPL_PREEMPT, CPUVAR(ILEVEL)
	sti
	movq	TF_RIP(%rsp), %rdi
	call	kpreempt
	cli
	jmp	*%r13
END(Xresume_preempt)

	.section .note.GNU-stack, "", @progbits
