/*
 * memcmp.S: compare memory, words first.
 *
 * Any context.
 */
#include <machine/asm.h>

/*
 * int memcmp(const void *a, const void *b, size_t n): negative, 0, positive as
 * the first byte that differs is less or more in a, unsigned.
 */
ENTRY(memcmp)
	movq	%rdx, %rcx
	shrq	$3, %rcx
	je	1f			/* rep with 0 leaves the flags */
	repe
	cmpsq
	jne	3f
1:	movq	%rdx, %rcx
	andq	$7, %rcx
	je	2f
	repe
	cmpsb
	jne	4f
2:	xorl	%eax, %eax
	ret

	/* The word before differs: which byte? */
3:	movl	$8, %ecx
	subq	%rcx, %rsi
	subq	%rcx, %rdi
	repe
	cmpsb
4:	movzbl	-1(%rdi), %eax
	movzbl	-1(%rsi), %edx
	subl	%edx, %eax
	ret
END(memcmp)

	.section .note.GNU-stack, "", @progbits
