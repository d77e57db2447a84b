/*
 * lock_stubs.S: the parts of locks that are shorter than C could say them.
 *
 * __cpu_simple_lock: the byte at %rdi is 1 while somebody has the lock.
 * Acquiring is a LOCKed instruction, which also keeps what follows behind it.
 * Releasing is a plain store: an amd64 lets no access that is before a store
 * in the program take place after it.
 *
 *	holder				the next one
 *	counter = counter + 1
 *	movb $0, lock	-------------->	cmpxchgb finds 0, stores 1
 *					counter = counter + 1
 *
 * mutex_enter, mutex_exit, mutex_spin_enter, mutex_spin_exit, rw_enter,
 * rw_exit, rw_tryenter: one attempt, which is all there is to do in most
 * calls.  Where it fails, the function jumps to its counterpart in
 * kern_mutex.c or kern_rwlock.c, with the arguments where they were, so that
 * those see the caller's return address.  The prologues of these two files say
 * why the attempts are right.  A kernel with LOCKDEBUG has none of these here.
 *
 * What an interrupt does to the code: it comes back with %gs, ci_ilevel,
 * ci_mtx_count and ci_curlwp as they were.  Below IPL_PREEMPT it may come back
 * on another CPU; then each of these has the same value there, too, because an
 * LWP is preempted only at IPL_NONE and with no spin mutex held.
 */
#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif
#include <machine/asm.h>

#ifndef LOCKDEBUG
#include "assym.h"
#endif

#define UNLOCKED	$0		/* <machine/types.h> */
#define LOCKED		$1

/* void __cpu_simple_lock_init(__cpu_simple_lock_t *l) */
ENTRY(__cpu_simple_lock_init)
	movb	UNLOCKED, (%rdi)
	ret
END(__cpu_simple_lock_init)

/*
 * int __cpu_simple_lock_try(__cpu_simple_lock_t *l): 1 if it was free and is
 * ours, 0 if somebody has it.
 */
ENTRY(__cpu_simple_lock_try)
	movl	LOCKED, %ecx
	xorl	%eax, %eax		/* UNLOCKED; and the upper bits of 0, 1 */
	lock
	cmpxchgb %cl, (%rdi)
	sete	%al
	ret
END(__cpu_simple_lock_try)

/*
 * void __cpu_simple_lock(__cpu_simple_lock_t *l)
 *
 * Waiters only read until they see it free: all keep a copy of the line, and
 * it moves once for each release instead of once for each turn of a waiter.
 */
ENTRY(__cpu_simple_lock)
	movl	LOCKED, %ecx
1:	xorl	%eax, %eax
	lock
	cmpxchgb %cl, (%rdi)
	jne	2f
	ret
2:	pause
	cmpb	UNLOCKED, (%rdi)
	jne	2b
	jmp	1b
END(__cpu_simple_lock)

/* void __cpu_simple_unlock(__cpu_simple_lock_t *l): pairs with both above */
ENTRY(__cpu_simple_unlock)
	movb	UNLOCKED, (%rdi)
	ret
END(__cpu_simple_unlock)

#ifndef LOCKDEBUG

/* A field of this CPU's struct cpu_info. */
#define CPUVAR(field)	%gs:CPU_INFO_##field

/*
 * void mutex_enter(kmutex_t *mtx): free, and now curlwp's; LOCKed.  The word of
 * a spin mutex is never 0 and never this.
 */
ENTRY(mutex_enter)
	movq	CPUVAR(CURLWP), %rcx
	xorl	%eax, %eax
	lock
	cmpxchgq %rcx, MTX_OWNER(%rdi)
	jne	1f
	ret
1:	jmp	_C_LABEL(mutex_vector_enter)
END(mutex_enter)

/*
 * void mutex_exit(kmutex_t *mtx): curlwp's and nobody waits, and now free.
 *
 * One instruction, so no interrupt comes between looking and storing; but not
 * LOCKed: another CPU's MUTEX_BIT_WAITERS may come between and be lost.  The
 * waiter, who looks twice, sees to that: "The release" in kern_mutex.c.
 */
ENTRY(mutex_exit)
	movq	CPUVAR(CURLWP), %rax
	xorl	%edx, %edx
	cmpxchgq %rdx, MTX_OWNER(%rdi)
	jne	1f
	ret
1:	jmp	_C_LABEL(mutex_vector_exit)
END(mutex_exit)

/*
 * void mutex_spin_enter(kmutex_t *mtx)
 *
 *	s = splraiseipl(mtx->mtx_ipl)
 *	if (ci_mtx_count-- == 0)
 *		ci_mtx_oldspl = s
 *	take the byte
 *
 * Without a branch: SUB sets the carry if the count was 0.  An interrupt after
 * any of these instructions takes and gives back spin mutexes of its own, and
 * leaves the count as it was; if that was 0 it changes ci_mtx_oldspl, which is
 * not in use then.
 */
ENTRY(mutex_spin_enter)
	movl	CPUVAR(ILEVEL), %edx		/* s */
	movzbl	MTX_IPL(%rdi), %ecx
	cmpl	%edx, %ecx
	cmovbl	%edx, %ecx			/* never lowered */
	movl	%ecx, CPUVAR(ILEVEL)
	movl	$1, %eax
	subl	%eax, CPUVAR(MTX_COUNT)
	cmovncl	CPUVAR(MTX_OLDSPL), %edx	/* not the outermost: keep */
	movl	%edx, CPUVAR(MTX_OLDSPL)
	xchgb	%al, MTX_LOCK(%rdi)		/* LOCKed, as XCHG always is */
	testb	%al, %al
	jne	1f
	ret
1:	jmp	_C_LABEL(mutex_spin_retry)
END(mutex_spin_enter)

/*
 * void mutex_spin_exit(kmutex_t *mtx)
 *
 *	give the byte back
 *	if (++ci_mtx_count == 0)
 *		splx(ci_mtx_oldspl)
 *
 * With DIAGNOSTIC the byte must have been 1: compared, but not LOCKed, for
 * nobody else stores to the byte of a mutex that is held.  ci_mtx_oldspl is
 * read before the count goes up, because from then on it is any interrupt's.
 *
 * Lowering: with interrupts off, or one could become pending between the look
 * at ci_ipending and the store of the level, and would stay there.  Xspllower
 * wants it like that, and the level in %edi.
 */
ENTRY(mutex_spin_exit)
	movq	CPUVAR(SELF), %r8
#ifdef DIAGNOSTIC
	movl	LOCKED, %eax
	xorl	%ecx, %ecx			/* UNLOCKED */
	cmpxchgb %cl, MTX_LOCK(%rdi)
	jne	2f
#else
	movb	UNLOCKED, MTX_LOCK(%rdi)
#endif
	movl	CPU_INFO_MTX_OLDSPL(%r8), %edi
	incl	CPU_INFO_MTX_COUNT(%r8)
	jne	1f				/* an outer one is held */
	cmpl	CPU_INFO_ILEVEL(%r8), %edi
	jae	1f
	movl	CPU_INFO_IUNMASK(%r8, %rdi, 4), %esi
	cli
	testl	CPU_INFO_IPENDING(%r8), %esi
	jne	3f
	movl	%edi, CPU_INFO_ILEVEL(%r8)
	sti
1:	ret
#ifdef DIAGNOSTIC
2:	jmp	_C_LABEL(mutex_vector_exit)	/* says what is wrong */
#endif
3:	jmp	_C_LABEL(Xspllower)
END(mutex_spin_exit)

/*
 * void rw_enter(krwlock_t *rw, krw_t op)
 *
 * Reader: one more, unless a writer has it or wants it.  Writer: free, and now
 * curlwp's.  Both LOCKed.
 */
ENTRY(rw_enter)
	cmpl	$RW_READER, %esi
	jne	2f
	movq	RW_OWNER(%rdi), %rax
1:	testb	$(RW_WRITE_LOCKED|RW_WRITE_WANTED), %al
	jne	3f
	leaq	RW_READ_INCR(%rax), %rdx
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)
	jne	1b				/* %rax is what it is now */
	ret
2:	movq	CPUVAR(CURLWP), %rdx
	xorl	%eax, %eax
	orq	$RW_WRITE_LOCKED, %rdx
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)
	jne	3f
	ret
3:	jmp	_C_LABEL(rw_vector_enter)
END(rw_enter)

/*
 * void rw_exit(krwlock_t *rw)
 *
 * Reader: one less, unless somebody waits.  Writer: curlwp's and nobody waits,
 * and now free.  Both LOCKed: a waiter sets its bit once and does not look
 * again.
 */
ENTRY(rw_exit)
	movq	RW_OWNER(%rdi), %rax
	testb	$RW_WRITE_LOCKED, %al
	jne	2f
1:	testb	$RW_HAS_WAITERS, %al
	jne	3f
	cmpq	$RW_READ_INCR, %rax
	jb	3f				/* nobody's */
	leaq	-RW_READ_INCR(%rax), %rdx
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)
	jne	1b
	ret
2:	leaq	-RW_WRITE_LOCKED(%rax), %rdx
	subq	CPUVAR(CURLWP), %rdx
	jne	3f				/* another's, or waiters */
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)		/* %rdx is 0 */
	jne	3f
	ret
3:	jmp	_C_LABEL(rw_vector_exit)
END(rw_exit)

/*
 * int rw_tryenter(krwlock_t *rw, krw_t op): as rw_enter; 1, or 0 where that
 * would have to wait.
 */
ENTRY(rw_tryenter)
	cmpl	$RW_READER, %esi
	jne	2f
	movq	RW_OWNER(%rdi), %rax
1:	testb	$(RW_WRITE_LOCKED|RW_WRITE_WANTED), %al
	jne	3f
	leaq	RW_READ_INCR(%rax), %rdx
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)
	jne	1b
	movl	$1, %eax
	ret
2:	movq	CPUVAR(CURLWP), %rdx
	xorl	%eax, %eax
	orq	$RW_WRITE_LOCKED, %rdx
	lock
	cmpxchgq %rdx, RW_OWNER(%rdi)
	jne	3f
	movl	$1, %eax
	ret
3:	xorl	%eax, %eax
	ret
END(rw_tryenter)

#endif /* LOCKDEBUG */

	.section .note.GNU-stack, "", @progbits
