/*
 * enter.S: coroutines of the fake machine's CPUs; the same as
 * sim/cpu/enter.S, whose calls lead into the simulator.
 *
 *	fake_switch(void **save_sp, void *load_sp)
 *	fake_begin	where a new one starts: fn in rbx, its argument in rbp,
 *			the kernel stack in r12
 */
#include "cpu/hook_abi.h"

	.text
	.globl	fake_switch
	.type	fake_switch, @function
fake_switch:
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
	.size	fake_switch, . - fake_switch

	.globl	fake_begin
	.type	fake_begin, @function
fake_begin:
	.cfi_startproc
	.cfi_undefined %rip		/* backtraces of image code end here */
	call	fake_begun
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
	call	fake_returned
	ud2
	.cfi_endproc
	.size	fake_begin, . - fake_begin

	.section .note.GNU-stack,"",@progbits
