/*
 * torture_asm.S: instructions that a hook could disturb.
 *
 * Each case is a function that loads all registers (r14 apart) and flags from
 * torture_in, runs its snippet, and stores them to torture_out.  torture.c
 * chooses what is loaded: rdi, rsi and rbx point into memory, the rest is
 * random.  Compared with the same program without hooks, every register and
 * every flag that a hook changes is seen.
 */
#define BEGIN(name)							\
	.globl	torture_##name;						\
	.type	torture_##name, @function;				\
torture_##name:								\
	pushq	%rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r15;	\
	pushq	torture_in+128(%rip);					\
	popfq;								\
	movq	torture_in(%rip), %rax;					\
	movq	torture_in+8(%rip), %rcx;				\
	movq	torture_in+16(%rip), %rdx;				\
	movq	torture_in+24(%rip), %rbx;				\
	movq	torture_in+40(%rip), %rbp;				\
	movq	torture_in+48(%rip), %rsi;				\
	movq	torture_in+56(%rip), %rdi;				\
	movq	torture_in+64(%rip), %r8;				\
	movq	torture_in+72(%rip), %r9;				\
	movq	torture_in+80(%rip), %r10;				\
	movq	torture_in+88(%rip), %r11;				\
	movq	torture_in+96(%rip), %r12;				\
	movq	torture_in+104(%rip), %r13;				\
	movq	torture_in+120(%rip), %r15

#define END(name)							\
	pushfq;								\
	popq	torture_out+128(%rip);					\
	cld;								\
	movq	%rax, torture_out(%rip);				\
	movq	%rcx, torture_out+8(%rip);				\
	movq	%rdx, torture_out+16(%rip);				\
	movq	%rbx, torture_out+24(%rip);				\
	movq	%rbp, torture_out+40(%rip);				\
	movq	%rsi, torture_out+48(%rip);				\
	movq	%rdi, torture_out+56(%rip);				\
	movq	%r8, torture_out+64(%rip);				\
	movq	%r9, torture_out+72(%rip);				\
	movq	%r10, torture_out+80(%rip);				\
	movq	%r11, torture_out+88(%rip);				\
	movq	%r12, torture_out+96(%rip);				\
	movq	%r13, torture_out+104(%rip);				\
	movq	%r15, torture_out+120(%rip);				\
	popq	%r15; popq %r13; popq %r12; popq %rbp; popq %rbx;	\
	ret;								\
	.size	torture_##name, . - torture_##name

	.text

BEGIN(bit_strings)	/* negative and far bit numbers; carry kept */
	movslq	%ecx, %rcx
	andq	$0x3fff, %rcx
	subq	$0x2000, %rcx
	bt	%rcx, (%rsi)
	sbbq	%rax, %rax
	btsl	%ecx, 64(%rsi)
	adcq	$0, %rdx
	btrq	%rcx, (%rsi,%r8)
	rclq	$1, %r9
	btcw	%cx, 8(%rbx)
	setc	%r10b
	lock btsq %rcx, (%rdi)
	adcl	$5, %r11d
END(bit_strings)

BEGIN(carry_chain)	/* flags live across every hook */
	movq	(%rsi), %rax
	addq	%rax, (%rdi)
	movq	8(%rsi), %rax
	adcq	%rax, 8(%rdi)
	movq	16(%rsi), %rax
	adcq	16(%rdi), %rax
	movq	%rax, 16(%rdi)
	movl	$4, %ecx
1:	movq	24(%rsi,%rcx,8), %rdx
	sbbq	%rdx, 24(%rdi,%rcx,8)
	leaq	-1(%rcx), %rcx
	rclb	$1, (%rbx)
	rcrw	%cl, 2(%rbx)
	incl	4(%rbx)
	jrcxz	2f
	jmp	1b
2:	setc	%bpl
	cmovbq	(%rsi), %r12
	cmovaeq	8(%rsi), %r15
END(carry_chain)

BEGIN(loops)		/* jumps that cannot be inverted */
	movl	$5, %ecx
	xorl	%eax, %eax
1:	addq	(%rsi,%rcx,8), %rax
	loop	1b
	movl	$9, %ecx
2:	cmpb	$0, (%rdi,%rcx)
	loopne	2b
	setz	%dl
	movl	$9, %ecx
3:	testb	$1, (%rdi,%rcx)
	loope	3b
	jrcxz	4f
	xorq	%rax, (%rbx)
4:	movl	%r8d, %ecx
	andl	$1, %ecx
	jecxz	5f
	incq	8(%rbx)
5:	nop
END(loops)

BEGIN(locked)		/* in all ways to write the prefix */
	lock
	incl	(%rdi)
	lock; addq %rax, 8(%rdi)
	lock ; xaddl %edx, 16(%rdi)
	xchgb	%cl, 24(%rdi)
	xchgq	32(%rdi), %rbp
	movq	40(%rdi), %rax
	lock cmpxchgq %r8, 40(%rdi)
	setne	%r9b
	lock/**/cmpxchgq %r10, 48(%rdi)
	adcq	$1, %r11
	movq	%rdi, %r12
	andq	$-16, %r12
	lock cmpxchg16b 64(%r12)
	sete	%r15b
	cmpxchg8b 96(%rdi)
	lock notq 104(%rdi)
	lock
	negw	112(%rdi)
END(locked)

BEGIN(high_bytes)
	movb	%ah, (%rdi)
	addb	1(%rdi), %bh
	xchgb	%dh, 2(%rdi)
	cmpb	%ch, 3(%rdi)
	setg	%al
	movzbl	%ah, %ebp
	movw	%bx, 4(%rdi)
	addw	%dx, 6(%rdi)
	adcb	%ch, 8(%rdi)
	lahf
	incw	10(%rdi)
	xorb	%dl, %ah
	sahf
	movsbw	12(%rdi), %bp
	movbel	16(%rdi), %r9d
	movbew	%r10w, 20(%rdi)
	movbeq	24(%rdi), %r11
	seto	28(%rdi)
	setbe	29(%rdi)
END(high_bytes)

BEGIN(segment)		/* the kernel's own %gs */
	rdgsbase %r12
	wrgsbase %rdi
	movb	%ah, %gs:1
	movb	%gs:2, %bh
	addq	%rax, %gs:8
	adcq	%gs:16, %rdx
	movl	$0x1234, %gs:24
	xchgq	%rcx, %gs:32
	lock incl %gs:40
	cmpxchgq %r8, %gs:48
	pushq	%gs:56
	popq	%gs:64
	btsq	%r10, %gs:72
	setc	%gs:5
	movzbl	%gs:6, %eax
	shlq	%cl, %gs:80
	imulq	$3, %gs:88, %r11
	addq	%r11, %r8	/* flags that imul leaves undefined */
	cmovcq	%gs:96, %rbp
	wrgsbase %r12
	rdgsbase %r15
END(segment)

BEGIN(strings_up)
	movl	$37, %ecx
	rep movsb
	movsq
	movl	%r8d, %ecx
	andl	$31, %ecx
	rep; stosq
	stosb
	movl	$100, %ecx
	rep
	movsl
	xorl	%ecx, %ecx
	rep stosl
	lodsq
	adcq	%rax, %rdx
	movl	$20, %ecx
	movq	torture_in+48(%rip), %rsi
	repe cmpsb
	setb	%bpl
	movl	$20, %ecx
	repne scasb
	seta	%r9b
	cmpsw
	scasl
END(strings_up)

BEGIN(strings_down)	/* misses and branches while DF is set */
	std
	movl	$23, %ecx
	rep movsb
	addq	$-1, (%rsi)
	adcq	$0, -128(%rdi)
	movl	$3, %r8d
1:	movsq
	stosl
	addq	%rax, -512(%rdi)
	decl	%r8d
	jnz	1b
	movl	$200, %ecx
	rep stosq
	lodsb
	cmpb	%al, -64(%rsi)
	je	2f
	lock incq -256(%rdi)
2:	movl	$40, %ecx
	repne scasl
	mfence
	rdtsc
	movl	$0, %eax
	movl	$0, %edx
	movq	%rbx, %r12
	cpuid
	movq	%r12, %rbx
	movl	$0, %eax
	movl	$0, %ecx
	movl	$0, %edx
	callq	torture_leaf_df
	cld
END(strings_down)

	.type	torture_leaf_df, @function
torture_leaf_df:	/* called with DF set; keeps every register */
	pushfq
	incl	(%rbx)
	popfq
	ret
	.size	torture_leaf_df, . - torture_leaf_df

BEGIN(stack)
	pushq	(%rsi)
	pushq	8(%rsi)
	pushq	$-5
	popq	(%rdi)
	popq	8(%rdi)
	xchgq	%rax, (%rsp)
	popq	%rdx
	pushq	%rbp
	movq	%rsp, %rbp
	subq	$64, %rsp
	movq	%rax, -8(%rbp)
	leaq	-24(%rbp), %r8
	movq	%rdx, (%r8)
	adcq	-24(%rbp), %rdx
	movq	-8(%rbp), %rcx
	leave
	pushfq
	popq	%r9
	andl	$0xcd5, %r9d
	pushq	%r9
	movzwl	(%rsp), %r10d
	popq	%r11
	movl	$0, %r8d
END(stack)

BEGIN(calls)		/* own conventions: nothing is dead */
	stc
	call	torture_keeps
	adcq	%rax, %rcx
	call	.Ltorture_local
	adcq	%r8, %r9
	leaq	torture_keeps(%rip), %r10
	call	*%r10
	rclq	$1, %r11
	movq	%r10, (%rdi)
	call	*(%rdi)
	setc	%dl
	movq	$.Ltorture_local, 8(%rdi)
	movl	$1, %r12d
	call	*(%rdi,%r12,8)
	leaq	1f(%rip), %r10
	xorl	%r8d, %r8d
	jmp	*%r10
	ud2
1:	incl	%r8d
	cmpl	$3, %r8d
	je	2f
	jmp	*%r10
2:	movq	$0, (%rdi)
	movq	$0, 8(%rdi)
	xorl	%r10d, %r10d
END(calls)

	.globl	torture_keeps
	.type	torture_keeps, @function
torture_keeps:		/* keeps all registers and flags */
	pushfq
	incq	16(%rdi)
	popfq
	ret
	.size	torture_keeps, . - torture_keeps

	.type	.Ltorture_local, @function
	nop
.Ltorture_local:
	jc	1f
	movb	%dh, 24(%rdi)
	stc
	ret
1:	movb	%bh, 25(%rdi)
	clc
	ret

BEGIN(table)		/* jmp *table, flags live */
	movl	%r8d, %eax
	andl	$3, %eax
	addq	%r9, %r10
	jmp	*torture_jumps(,%rax,8)
.Lt0:	adcq	(%rsi), %r11
	jmp	.Lt4
.Lt1:	sbbq	(%rsi), %r11
	jmp	.Lt4
.Lt2:	setc	(%rdi)
	jmp	.Lt4
.Lt3:	cmovcq	(%rbx), %rbp
.Lt4:	nop
END(table)

BEGIN(misc)
	popcntq	(%rsi), %rax
	crc32q	8(%rsi), %r8
	crc32b	%dl, %r9d
	crc32w	16(%rsi), %r10d
	shldq	$7, %rdx, (%rdi)
	shrdl	%cl, %r11d, 8(%rdi)
	rorq	%cl, 16(%rdi)
	sarb	24(%rdi)
	bswapl	%ebp
	bsfq	32(%rsi), %r12
	cmovzq	%r8, %r12
	mulq	(%rsi)
	imulw	(%rsi)
	movl	$0, %edx
	movl	$7, %ecx
	divl	%ecx
	movl	torture_word(%rip), %r15d
	addl	$3, torture_word(%rip)
	cmpl	$0x7fffffff, torture_word+4(%rip)
	sbbl	%ebx, torture_word+8(%rip)
	movabsq	$0x1122334455667788, %rbx
	movq	%rbx, torture_word+16
	prefetcht0 (%rsi)
	nopw	0(%rax,%rax,1)
	rep; nop
	cwtl
	cqto
	lfence
	sfence
	mfence
END(misc)

	.data
	.balign	8
	.globl	torture_word
torture_word:
	.quad	1, 2, 3, 4
	.section .rodata
	.balign	8
torture_jumps:
	.quad	.Lt0, .Lt1, .Lt2, .Lt3
	.section .note.GNU-stack,"",@progbits
