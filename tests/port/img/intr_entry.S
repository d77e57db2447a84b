/*
 * intr_entry.S: the handlers of intr.h's vectors.
 *
 * The five words that the CPU pushes end 8 below a multiple of 16; with the
 * number and nine registers that is 8 again.
 */
	.text
	.globl	intr_low
	.type	intr_low, @function
intr_low:
	pushq	$0
	jmp	intr_common
	.size	intr_low, . - intr_low

	.globl	intr_mid
	.type	intr_mid, @function
intr_mid:
	pushq	$1
	jmp	intr_common
	.size	intr_mid, . - intr_mid

	.globl	intr_mid2
	.type	intr_mid2, @function
intr_mid2:
	pushq	$2
	jmp	intr_common
	.size	intr_mid2, . - intr_mid2

	.globl	intr_high
	.type	intr_high, @function
intr_high:
	pushq	$3
	jmp	intr_common
	.size	intr_high, . - intr_high

	.globl	intr_done
	.type	intr_done, @function
intr_done:
	pushq	$4
	jmp	intr_common
	.size	intr_done, . - intr_done

	.globl	intr_common
	.type	intr_common, @function
intr_common:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	movq	72(%rsp), %rdi
	subq	$8, %rsp
	call	intr_handle
	addq	$8, %rsp
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	addq	$8, %rsp
	iretq
	.size	intr_common, . - intr_common

	.section .note.GNU-stack,"",@progbits
