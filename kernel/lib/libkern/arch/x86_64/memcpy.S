/*
 * memcpy.S: copy memory.
 *
 * Eight bytes and more go by rep movsq; its start is dear (tens of cycles on
 * Silvermont), so the bytes that do not fill eight are not copied by another
 * rep: the last eight bytes are taken before, and stored after, whatever of
 * them the words have copied already.
 *
 *	n = 21	rep movsq: 0..15, then the last eight: 13..20
 *
 * memmove's areas may overlap.  Forwards is right if the destination is not
 * inside the source; else it goes backwards, word by word.
 *
 * Any context.
 */
#include <machine/asm.h>

/* void *memcpy(void *dst, const void *src, size_t n) */
ENTRY(memcpy)
	movq	%rdi, %rax
	cmpq	$8, %rdx
	jb	2f
	movq	-8(%rsi,%rdx), %r8	/* the last eight */
	leaq	-8(%rdi,%rdx), %r9
	movq	%rdx, %rcx
	shrq	$3, %rcx
	rep
	movsq
	movq	%r8, (%r9)
	ret

2:	testq	%rdx, %rdx
	je	4f
3:	movb	(%rsi), %cl
	incq	%rsi
	movb	%cl, (%rdi)
	incq	%rdi
	decq	%rdx
	jne	3b
4:	ret
END(memcpy)

/* void *memmove(void *dst, const void *src, size_t n) */
ENTRY(memmove)
	movq	%rdi, %rcx
	subq	%rsi, %rcx		/* dst - src, modulo 2^64: */
	cmpq	%rdx, %rcx		/* below n if dst is inside src */
	jae	memcpy
	movq	%rdi, %rax
1:	cmpq	$8, %rdx
	jb	2f
	subq	$8, %rdx
	movq	(%rsi,%rdx), %rcx
	movq	%rcx, (%rdi,%rdx)
	jmp	1b
2:	testq	%rdx, %rdx
	je	4f
3:	movb	-1(%rsi,%rdx), %cl
	movb	%cl, -1(%rdi,%rdx)
	decq	%rdx
	jne	3b
4:	ret
END(memmove)

	.section .note.GNU-stack, "", @progbits
