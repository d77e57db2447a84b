/*
 * enter.S: coroutines of simulated CPUs.
 *
 *	void co_switch(void **save_sp, void *load_sp)
 *	co_begin		where a new CPU's coroutine starts
 *
 * co_switch keeps the callee-saved registers on the stack it leaves, stores
 * that stack's pointer, and goes on where `load_sp' was stored.  %gs is the
 * caller's business.
 *
 * A new coroutine finds on its stack what co_switch pops: fn in rbx, its
 * argument in rbp, the kernel stack in r12; it calls cpu_begun() first.  The clock is in r14 for as long
 * as image code runs.  When fn returns, cpu_returned(cpu) is called on the
 * host stack.
 */
#include "cpu/hook_abi.h"

	.text
	.globl	co_switch
	.type	co_switch, @function
co_switch:
	.cfi_startproc
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.cfi_endproc
	.size	co_switch, . - co_switch

	.globl	co_begin
	.type	co_begin, @function
co_begin:
	.cfi_startproc
	.cfi_undefined %rip		/* backtraces of image code end here */
	call	cpu_begun
	movq	%gs:HK_CLOCK, %r14
	movq	%r12, %rsp
	movq	%rbx, %rax
	movq	%rbp, %rdi
	xorl	%ebp, %ebp
	cld
	call	*%rax
	movq	%r14, %gs:HK_CLOCK
	movq	%gs:HK_SELF, %rdi
	movq	%gs:HK_HSP, %rsp
	call	cpu_returned
	ud2
	.cfi_endproc
	.size	co_begin, . - co_begin

	.section .note.GNU-stack,"",@progbits
