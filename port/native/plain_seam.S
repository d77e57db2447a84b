/*
 * seam_call() of a plain image: a jump through the word that the native
 * runner puts at SEAM_PLAIN_VA.  The annotated image has a thunk instead; a
 * word in the image itself would move its data.
 */
#define SEAM_PLAIN_VA	0x1f000000	/* port/seam.h */

	.text
	.globl	seam_call
	.type	seam_call, @function
seam_call:
	.cfi_startproc
	jmp	*SEAM_PLAIN_VA
	.cfi_endproc
	.size	seam_call, . - seam_call
