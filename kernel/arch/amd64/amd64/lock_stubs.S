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
 */
#include <machine/asm.h>

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

	.section .note.GNU-stack, "", @progbits
