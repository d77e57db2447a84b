/*
 * memset.S: fill memory.
 *
 * The last eight bytes are stored first, then words by rep stosq, as far as
 * they are whole; below 64 bytes a loop is faster than rep's start.
 *
 * Any context.
 */
#include <machine/asm.h>

/* void *memset(void *dst, int c, size_t n) */
ENTRY(memset)
	movq	%rdi, %r9		/* the result */
	movzbl	%sil, %eax
	movabsq	$0x0101010101010101, %rcx
	imulq	%rcx, %rax		/* c in all eight bytes */
	cmpq	$8, %rdx
	jb	3f
	movq	%rax, -8(%rdi,%rdx)
	movq	%rdx, %rcx
	shrq	$3, %rcx
	cmpq	$64, %rdx
	jb	2f
	rep
	stosq
	movq	%r9, %rax
	ret

2:	movq	%rax, (%rdi)
	addq	$8, %rdi
	decq	%rcx
	jne	2b
	movq	%r9, %rax
	ret

3:	testq	%rdx, %rdx
	je	5f
4:	movb	%al, (%rdi)
	incq	%rdi
	decq	%rdx
	jne	4b
5:	movq	%r9, %rax
	ret
END(memset)

	.section .note.GNU-stack, "", @progbits
