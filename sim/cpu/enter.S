/*
 * enter.S: coroutines of simulated CPUs.
 *
 * co.h says what co_switch does.  A new coroutine begins at co_begin with what
 * co_prepare laid out: fn in rbx, its argument in rbp, its stack in r12, and in
 * r15, which fn keeps as any function does, what to call when it has returned.
 * The clock is in r14 for as long as image code runs.
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
	call	co_begun
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
	call	*%r15
	ud2
	.cfi_endproc
	.size	co_begin, . - co_begin

	.section .note.GNU-stack,"",@progbits
