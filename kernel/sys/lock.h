/*
 * lock.h: the lowest lock, one byte that CPUs spin on; how they spin; and the
 * byte that is KERNEL_LOCK.
 */
#ifndef _SYS_LOCK_H_
#define _SYS_LOCK_H_

#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif

#include <sys/stdbool.h>
#include <machine/lock.h>

#ifdef _KERNEL

/* Given up for dead: a waiter that has looked so often, LOCKDEBUG only. */
#ifdef LOCKDEBUG
#define SPINLOCK_SPINOUT(spins) ((spins)++ > 0x0fffffff)
#else
#define SPINLOCK_SPINOUT(spins) ((void)(spins), false)
#endif

/*
 * A waiter looks less and less often, so that many of them leave the line to
 * its owner.  The pause doubles up to a bound and is never drawn by lot.
 */
#define SPINLOCK_BACKOFF_MIN 4
#define SPINLOCK_BACKOFF_MAX 128
#ifndef SPINLOCK_BACKOFF_HOOK
#define SPINLOCK_BACKOFF_HOOK __insn_barrier()
#endif
#ifndef SPINLOCK_SPIN_HOOK
#define SPINLOCK_SPIN_HOOK __insn_barrier()
#endif
#define SPINLOCK_BACKOFF(count)                        \
	do {                                           \
		int __i;                               \
		for (__i = (count); __i != 0; __i--) { \
			SPINLOCK_BACKOFF_HOOK;         \
		}                                      \
		if ((count) < SPINLOCK_BACKOFF_MAX)    \
			(count) += (count);            \
	} while (0)

extern __cpu_simple_lock_t kernel_lock[]; /* kern_lock.c */

#endif /* _KERNEL */

#endif /* _SYS_LOCK_H_ */
