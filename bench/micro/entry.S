/*
 * entry.S: the interrupt handler of the microbenchmarks.
 *
 * Notes the TSC at its first instruction and in front of its last, counts,
 * and tells the local APIC that it is done.
 */
#define LAPIC_EOI	0x7ee000b0	/* SEAM_IO_VA: 0xfee000b0 */

	.text
	.globl	micro_intr
	.type	micro_intr, @function
micro_intr:
	pushq	%rax
	pushq	%rdx
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, micro_entered
	incq	micro_count
	movl	$LAPIC_EOI, %eax
	movl	$0, (%rax)
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	%rax, micro_left
	popq	%rdx
	popq	%rax
	iretq
	.size	micro_intr, . - micro_intr

	.section .note.GNU-stack,"",@progbits
