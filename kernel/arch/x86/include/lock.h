/*
 * x86/lock.h: __cpu_simple_lock, a byte that is 1 while somebody has it.
 *
 * It knows no owner, no IPL and no order; mutex(9) and KERNEL_LOCK are built
 * on it.  Whoever holds one must not be interrupted by code that wants it.
 * Any context.  The functions are in arch/amd64/amd64/lock_stubs.S.
 */
#ifndef _X86_LOCK_H_
#define _X86_LOCK_H_

#include <sys/cdefs.h>
#include <machine/types.h>

void __cpu_simple_lock_init(__cpu_simple_lock_t *);
void __cpu_simple_lock(__cpu_simple_lock_t *);    /* spins */
int __cpu_simple_lock_try(__cpu_simple_lock_t *); /* 1: it is ours */
void __cpu_simple_unlock(__cpu_simple_lock_t *);

#ifdef _KERNEL
/* A turn of a waiter's loop: the CPU is told that it is one. */
#include <machine/cpufunc.h>
#define SPINLOCK_BACKOFF_HOOK x86_pause()
#endif

#define __SIMPLELOCK_LOCKED_P(l)   (*(l) == __SIMPLELOCK_LOCKED)
#define __SIMPLELOCK_UNLOCKED_P(l) (*(l) == __SIMPLELOCK_UNLOCKED)

/* Plain stores, for locks that nobody else can see. */
static __inline void __unused
__cpu_simple_lock_set(__cpu_simple_lock_t *l)
{
	*l = __SIMPLELOCK_LOCKED;
}

static __inline void __unused
__cpu_simple_lock_clear(__cpu_simple_lock_t *l)
{
	*l = __SIMPLELOCK_UNLOCKED;
}

#endif /* _X86_LOCK_H_ */
