/*
 * x86/rwlock.h: a reader/writer lock is one word (<sys/rwlock.h>).
 *
 * arch/amd64/amd64/lock_stubs.S has rw_enter, rw_exit and rw_tryenter, unless
 * LOCKDEBUG wants to see every operation; then kern_rwlock.c has them.
 */
#ifndef _X86_RWLOCK_H_
#define _X86_RWLOCK_H_

struct krwlock {
	volatile uintptr_t rw_owner;
};

#if defined(__RWLOCK_PRIVATE) && !defined(LOCKDEBUG)
#define __HAVE_RW_STUBS 1
#endif

#endif /* _X86_RWLOCK_H_ */
