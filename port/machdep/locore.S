/*
 * locore.S: from one LWP to another.
 *
 * An LWP that does not run has a struct switchframe on its stack, and its pcb
 * says where.  A new LWP is given one that leads to lwp_trampoline.
 *
 * Why ci_curlwp is exchanged.  mutex_exit() gives up an adaptive mutex by an
 * instruction without LOCK, if the waiters' bit is not set; a waiter that has
 * set the bit sleeps if the owner is not running, that is, no CPU's ci_curlwp.
 * So the owner, coming back to a CPU, must not look at the bit while that store
 * to ci_curlwp is still in the store buffer:
 *
 *	owner, WRONG			waiter
 *	mov: ci_curlwp (buffered)
 *	mutex_exit: no bit
 *					sets the bit
 *					sees ci_curlwp: not the owner
 *					sleeps
 *	mtx_owner = 0: the bit is lost
 *
 * XCHG waits until all have seen it.  Entering a softint (spl.S) needs none: that
 * is a store by which the owner leaves, and stores are seen in their order.
 * kern/kern_mutex.c has all of it.
 */
#include "assym.h"
#include <machine/asm.h>
#include <machine/frameasm.h>

/*
 * struct lwp *cpu_switchto(struct lwp *old, struct lwp *new, bool returning)
 *
 * Leave old (NULL: it has ended, and nothing is kept) and go on with new.
 * Returns, in new's context, who ran before: old.  `returning': new was
 * interrupted by a softint, old, that blocks; its address space is loaded
 * still.  At IPL_SCHED; old's ci_mtx_count is -1.
 */
ENTRY(cpu_switchto)
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r15
	testq	%rdi, %rdi
	jz	1f
	movq	L_PCB(%rdi), %rax
	movq	%rsp, PCB_RSP(%rax)
	movq	%rbp, PCB_RBP(%rax)
1:	movq	L_PCB(%rsi), %rcx
	movq	PCB_RSP(%rcx), %rsp
	movq	PCB_RBP(%rcx), %rbp
	xchgq	%rsi, CPUVAR(CURLWP)
	testl	%edx, %edx
	jnz	2f
	movq	PCB_RSP0(%rcx), %rdx		/* for interrupts of user mode */
	movq	%rdx, CPUVAR(RSP0)
2:	movq	%rdi, %rax
	popq	%r15
	popq	%r13
	popq	%r12
	popq	%rbx
	ret
END(cpu_switchto)

/*
 * lwp_trampoline: the first that an LWP does.  %rax: who ran before; %rbp: the
 * LWP itself; %r12(%r13): what it is to do (cpu_lwp_fork).
 */
ENTRY(lwp_trampoline)
	movq	%rax, %rdi
	movq	%rbp, %rsi
	xorl	%ebp, %ebp
	call	lwp_startup
	movq	%r13, %rdi
	call	*%r12
	movq	%r12, %rdi
	call	lwp_returned			/* does not come back */
	ud2
END(lwp_trampoline)

	.section .note.GNU-stack, "", @progbits
