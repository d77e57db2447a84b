/*
 * enter.S: from the host's stack to a kernel stack and back.
 *
 *	int cpu_enter_asm(cpu, fn, arg, ksp)
 *	void cpu_leave(cpu, code)
 *
 * cpu_enter_asm keeps the host's callee-saved registers on the host's stack,
 * whose pointer goes into the CPU; the clock moves into r14 for as long as
 * image code runs.  cpu_leave, called on any stack, drops that stack and
 * returns from cpu_enter_asm with the code; the clock stays as it is in the
 * CPU, since call-outs keep it there.
 */
#include "cpu/hook_abi.h"

	.text
	.globl	cpu_enter_asm
	.type	cpu_enter_asm, @function
cpu_enter_asm:
	.cfi_startproc
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, HK_HOST_SP(%rdi)
	movq	HK_CLOCK(%rdi), %r14
	movq	%rcx, %rsp
	.cfi_undefined %rip		/* backtraces of image code end here */
	movq	%rsi, %rax
	movq	%rdx, %rdi
	xorl	%ebp, %ebp
	call	*%rax
	movq	%r14, %gs:HK_CLOCK
	movq	%gs:HK_SELF, %rdi
	xorl	%esi, %esi
	jmp	cpu_leave
	.cfi_endproc
	.size	cpu_enter_asm, . - cpu_enter_asm

	.globl	cpu_leave
	.type	cpu_leave, @function
cpu_leave:
	movq	HK_HOST_SP(%rdi), %rsp
	movl	%esi, %eax
	cld
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.size	cpu_leave, . - cpu_leave

	.section .note.GNU-stack,"",@progbits
