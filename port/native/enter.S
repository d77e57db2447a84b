/*
 * Between the runner's stack and the image's: the runner calls
 * native_enter(), the image comes back through native_seam() for each
 * seam_call(), and native_leave() ends the image from inside such a call.
 *
 *	runner's stack				image's stack
 *	native_enter: push, save rsp  ------->	boot()
 *						  seam_call()
 *	native_call()		     <-------	  native_seam: save rsp
 *	  return		     ------->	  ret
 *	  or native_leave: load rsp, pop, ret to the caller of native_enter
 */
	.text

/* uint64_t native_enter(void (*fn)(const void *), const void *arg, sp) */
	.globl	native_enter
	.type	native_enter, @function
native_enter:
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%rsp, host_rsp(%rip)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsp
	xor	%ebp, %ebp
	call	*%rax
	xor	%edi, %edi		/* boot() returned: verdict 0 */
	/* FALLTHROUGH */

/* void native_leave(uint64_t code): native_enter() returns code */
	.globl	native_leave
	.type	native_leave, @function
native_leave:
	mov	%rdi, %rax
	mov	host_rsp(%rip), %rsp
	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size	native_enter, . - native_enter

/* The target of the image's seam_call(): native_call() on our stack. */
	.globl	native_seam
	.type	native_seam, @function
native_seam:
	mov	%rsp, image_rsp(%rip)
	mov	host_rsp(%rip), %rsp
	call	native_call
	mov	image_rsp(%rip), %rsp
	ret
	.size	native_seam, . - native_seam

	.local	host_rsp, image_rsp
	.comm	host_rsp, 8, 8
	.comm	image_rsp, 8, 8
	.section .note.GNU-stack, "", @progbits
