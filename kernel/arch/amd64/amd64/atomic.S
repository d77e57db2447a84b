/*
 * atomic.S: atomic_ops(3) and membar_ops(3) of amd64.
 *
 * p is %rdi; d, mask, new or expected is %esi or %rsi; new of cas is %edx or
 * %rdx; the result is %eax or %rax.  Nothing here uses the stack or keeps a
 * register, and each function has one access to memory that matters.
 *
 * LOCK makes a read-modify-write one event for all CPUs: the line stays with
 * this CPU from the load to the store.  It also waits for the store buffer, so
 * all that is before it in the program has taken place for everybody when it
 * does (__HAVE_ATOMIC_AS_MEMBAR).
 *
 * Types of one width share code; the names are at the end, each also with an
 * underscore in front, as kern_mutex.c for one calls it.
 */
#include <machine/asm.h>

/*
 * add, inc, dec: the read-modify-write instruction itself.  XADD gives the old
 * value, from which the new one is worked out outside of memory.
 */

/* *p += d */
ENTRY(_atomic_add_32)
	lock
	addl	%esi, (%rdi)
	ret
END(_atomic_add_32)

/* return *p += d */
ENTRY(_atomic_add_32_nv)
	movl	%esi, %eax
	lock
	xaddl	%eax, (%rdi)
	addl	%esi, %eax
	ret
END(_atomic_add_32_nv)

/* ++*p */
ENTRY(_atomic_inc_32)
	lock
	incl	(%rdi)
	ret
END(_atomic_inc_32)

/* return ++*p */
ENTRY(_atomic_inc_32_nv)
	movl	$1, %eax
	lock
	xaddl	%eax, (%rdi)
	incl	%eax
	ret
END(_atomic_inc_32_nv)

/* --*p */
ENTRY(_atomic_dec_32)
	lock
	decl	(%rdi)
	ret
END(_atomic_dec_32)

/* return --*p */
ENTRY(_atomic_dec_32_nv)
	movl	$-1, %eax
	lock
	xaddl	%eax, (%rdi)
	decl	%eax
	ret
END(_atomic_dec_32_nv)

/* *p += d */
ENTRY(_atomic_add_64)
	lock
	addq	%rsi, (%rdi)
	ret
END(_atomic_add_64)

/* return *p += d */
ENTRY(_atomic_add_64_nv)
	movq	%rsi, %rax
	lock
	xaddq	%rax, (%rdi)
	addq	%rsi, %rax
	ret
END(_atomic_add_64_nv)

/* ++*p */
ENTRY(_atomic_inc_64)
	lock
	incq	(%rdi)
	ret
END(_atomic_inc_64)

/* return ++*p */
ENTRY(_atomic_inc_64_nv)
	movq	$1, %rax
	lock
	xaddq	%rax, (%rdi)
	incq	%rax
	ret
END(_atomic_inc_64_nv)

/* --*p */
ENTRY(_atomic_dec_64)
	lock
	decq	(%rdi)
	ret
END(_atomic_dec_64)

/* return --*p */
ENTRY(_atomic_dec_64_nv)
	movq	$-1, %rax
	lock
	xaddq	%rax, (%rdi)
	decq	%rax
	ret
END(_atomic_dec_64_nv)

/*
 * and, or: as above; but no instruction gives back what was there, so the _nv
 * work out a new value from the last one seen and store it if that is still
 * true.  A failed CMPXCHG has loaded what is there now.
 */

/* *p &= mask */
ENTRY(_atomic_and_32)
	lock
	andl	%esi, (%rdi)
	ret
END(_atomic_and_32)

/* return *p &= mask */
ENTRY(_atomic_and_32_nv)
	movl	(%rdi), %eax
1:	movl	%eax, %ecx
	andl	%esi, %ecx
	lock
	cmpxchgl	%ecx, (%rdi)
	jne	1b
	movl	%ecx, %eax
	ret
END(_atomic_and_32_nv)

/* *p |= mask */
ENTRY(_atomic_or_32)
	lock
	orl	%esi, (%rdi)
	ret
END(_atomic_or_32)

/* return *p |= mask */
ENTRY(_atomic_or_32_nv)
	movl	(%rdi), %eax
1:	movl	%eax, %ecx
	orl	%esi, %ecx
	lock
	cmpxchgl	%ecx, (%rdi)
	jne	1b
	movl	%ecx, %eax
	ret
END(_atomic_or_32_nv)

/* *p &= mask */
ENTRY(_atomic_and_64)
	lock
	andq	%rsi, (%rdi)
	ret
END(_atomic_and_64)

/* return *p &= mask */
ENTRY(_atomic_and_64_nv)
	movq	(%rdi), %rax
1:	movq	%rax, %rcx
	andq	%rsi, %rcx
	lock
	cmpxchgq	%rcx, (%rdi)
	jne	1b
	movq	%rcx, %rax
	ret
END(_atomic_and_64_nv)

/* *p |= mask */
ENTRY(_atomic_or_64)
	lock
	orq	%rsi, (%rdi)
	ret
END(_atomic_or_64)

/* return *p |= mask */
ENTRY(_atomic_or_64_nv)
	movq	(%rdi), %rax
1:	movq	%rax, %rcx
	orq	%rsi, %rcx
	lock
	cmpxchgq	%rcx, (%rdi)
	jne	1b
	movq	%rcx, %rax
	ret
END(_atomic_or_64_nv)

/*
 * swap, cas.  XCHG with memory is locked without a prefix.
 */

/* old = *p; *p = new; return old */
ENTRY(_atomic_swap_32)
	movl	%esi, %eax
	xchgl	%eax, (%rdi)
	ret
END(_atomic_swap_32)

/* old = *p; if (old == expected) *p = new; return old */
ENTRY(_atomic_cas_32)
	movl	%esi, %eax
	lock
	cmpxchgl	%edx, (%rdi)
	ret
END(_atomic_cas_32)

/* the same, for one CPU: an interrupt cannot divide an instruction */
ENTRY(_atomic_cas_32_ni)
	movl	%esi, %eax
	cmpxchgl	%edx, (%rdi)
	ret
END(_atomic_cas_32_ni)

/* old = *p; *p = new; return old */
ENTRY(_atomic_swap_64)
	movq	%rsi, %rax
	xchgq	%rax, (%rdi)
	ret
END(_atomic_swap_64)

/* old = *p; if (old == expected) *p = new; return old */
ENTRY(_atomic_cas_64)
	movq	%rsi, %rax
	lock
	cmpxchgq	%rdx, (%rdi)
	ret
END(_atomic_cas_64)

/* the same, for one CPU: an interrupt cannot divide an instruction */
ENTRY(_atomic_cas_64_ni)
	movq	%rsi, %rax
	cmpxchgq	%rdx, (%rdi)
	ret
END(_atomic_cas_64_ni)

/*
 * Barriers.  An amd64 keeps all accesses to ordinary memory in their order but
 * one pair: a load may overtake an older store to another place, which waits
 * in the store buffer.
 *
 *	CPU 0			CPU 1
 *	flag0 = 1		flag1 = 1
 *	read flag1: 0		read flag0: 0	both stores are still waiting
 *
 * enter and sync promise that this does not happen and wait for the buffer.
 * (NetBSD of January 2015 has LFENCE for enter.  Behind a LOCKed instruction,
 * where it is used, that is enough, and 5 cycles less; but it is not what
 * membar_ops(3) says.)
 * consumer waits for the loads before it, which orders RDTSC and memory that
 * is not write-back too; the others have nothing to do: to be a call that the
 * compiler cannot look into is enough.
 */
ENTRY(_membar_sync)
	mfence
	ret
END(_membar_sync)
ENTRY(_membar_consumer)
	lfence
	ret
END(_membar_consumer)
ENTRY(_membar_producer)
	ret
END(_membar_producer)

/* One function, its names for all types. */
#define NAME(x, f)	STRONG_ALIAS(_##x, f); STRONG_ALIAS(x, f)
#define SHORT(x)	STRONG_ALIAS(x, _##x)

SHORT(atomic_add_32)
NAME(atomic_add_int, _atomic_add_32)
SHORT(atomic_add_64)
NAME(atomic_add_long, _atomic_add_64)
NAME(atomic_add_ptr, _atomic_add_64)
SHORT(atomic_add_32_nv)
NAME(atomic_add_int_nv, _atomic_add_32_nv)
SHORT(atomic_add_64_nv)
NAME(atomic_add_long_nv, _atomic_add_64_nv)
NAME(atomic_add_ptr_nv, _atomic_add_64_nv)
SHORT(atomic_inc_32)
NAME(atomic_inc_uint, _atomic_inc_32)
SHORT(atomic_inc_64)
NAME(atomic_inc_ulong, _atomic_inc_64)
NAME(atomic_inc_ptr, _atomic_inc_64)
SHORT(atomic_inc_32_nv)
NAME(atomic_inc_uint_nv, _atomic_inc_32_nv)
SHORT(atomic_inc_64_nv)
NAME(atomic_inc_ulong_nv, _atomic_inc_64_nv)
NAME(atomic_inc_ptr_nv, _atomic_inc_64_nv)
SHORT(atomic_dec_32)
NAME(atomic_dec_uint, _atomic_dec_32)
SHORT(atomic_dec_64)
NAME(atomic_dec_ulong, _atomic_dec_64)
NAME(atomic_dec_ptr, _atomic_dec_64)
SHORT(atomic_dec_32_nv)
NAME(atomic_dec_uint_nv, _atomic_dec_32_nv)
SHORT(atomic_dec_64_nv)
NAME(atomic_dec_ulong_nv, _atomic_dec_64_nv)
NAME(atomic_dec_ptr_nv, _atomic_dec_64_nv)
SHORT(atomic_and_32)
NAME(atomic_and_uint, _atomic_and_32)
SHORT(atomic_and_64)
NAME(atomic_and_ulong, _atomic_and_64)
NAME(atomic_and_ptr, _atomic_and_64)
SHORT(atomic_and_32_nv)
NAME(atomic_and_uint_nv, _atomic_and_32_nv)
SHORT(atomic_and_64_nv)
NAME(atomic_and_ulong_nv, _atomic_and_64_nv)
NAME(atomic_and_ptr_nv, _atomic_and_64_nv)
SHORT(atomic_or_32)
NAME(atomic_or_uint, _atomic_or_32)
SHORT(atomic_or_64)
NAME(atomic_or_ulong, _atomic_or_64)
NAME(atomic_or_ptr, _atomic_or_64)
SHORT(atomic_or_32_nv)
NAME(atomic_or_uint_nv, _atomic_or_32_nv)
SHORT(atomic_or_64_nv)
NAME(atomic_or_ulong_nv, _atomic_or_64_nv)
NAME(atomic_or_ptr_nv, _atomic_or_64_nv)
SHORT(atomic_swap_32)
NAME(atomic_swap_uint, _atomic_swap_32)
SHORT(atomic_swap_64)
NAME(atomic_swap_ulong, _atomic_swap_64)
NAME(atomic_swap_ptr, _atomic_swap_64)
SHORT(atomic_cas_32)
NAME(atomic_cas_uint, _atomic_cas_32)
SHORT(atomic_cas_64)
NAME(atomic_cas_ulong, _atomic_cas_64)
NAME(atomic_cas_ptr, _atomic_cas_64)
SHORT(atomic_cas_32_ni)
NAME(atomic_cas_uint_ni, _atomic_cas_32_ni)
SHORT(atomic_cas_64_ni)
NAME(atomic_cas_ulong_ni, _atomic_cas_64_ni)
NAME(atomic_cas_ptr_ni, _atomic_cas_64_ni)
SHORT(membar_sync)
SHORT(membar_consumer)
SHORT(membar_producer)
NAME(membar_enter, _membar_sync)
NAME(membar_exit, _membar_producer)

	.section .note.GNU-stack, "", @progbits
