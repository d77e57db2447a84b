/*
 * races_entry.S: the handler of races.c's only vector.  The five words that the
 * CPU pushes end 8 below a multiple of 16; with nine registers that is 0 again.
 */
	.text
	.globl	races_entry
	.type	races_entry, @function
races_entry:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	call	races_handle
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	iretq
	.size	races_entry, . - races_entry

	.section .note.GNU-stack,"",@progbits
