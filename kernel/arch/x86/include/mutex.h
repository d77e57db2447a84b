/*
 * x86/mutex.h: how a mutex lies in memory, and what is in assembly.
 *
 *	byte	0	1	2	3	4	5	6	7
 *	adaptive: owner's address | flags
 *	spin:	flags	IPL	lock	-	0	0	0	0
 *
 * arch/amd64/amd64/lock_stubs.S has mutex_enter, mutex_exit,
 * mutex_spin_enter and mutex_spin_exit, unless LOCKDEBUG wants to see every
 * operation; then kern_mutex.c has them.
 */
#ifndef _X86_MUTEX_H_
#define _X86_MUTEX_H_

#ifndef __MUTEX_PRIVATE

struct kmutex {
	uintptr_t mtx_pad[1];
};

#else

#include <machine/types.h>
#include <machine/intr.h>

struct kmutex {
	union {
		volatile uintptr_t mtxu_owner;
		struct {
			volatile uint8_t mtxs_flags;
			ipl_cookie_t mtxs_ipl;
			__cpu_simple_lock_t mtxs_lock;
			volatile uint8_t mtxs_unused;
		} s;
	} u;
};

#define mtx_owner             u.mtxu_owner
#define mtx_ipl               u.s.mtxs_ipl
#define mtx_lock              u.s.mtxs_lock

/* A lock that is a word: nothing else is to be set up or handed over. */
#define __HAVE_SIMPLE_MUTEXES 1
#ifndef LOCKDEBUG
#define __HAVE_MUTEX_STUBS      1
#define __HAVE_SPIN_MUTEX_STUBS 1
#endif

/* LOCKed, so a full barrier of itself: nothing to add when a lock moves. */
#define MUTEX_RECEIVE(mtx) /* nothing */
#define MUTEX_GIVE(mtx)    /* nothing */

#define MUTEX_CAS(p, o, n)                                             \
	(_atomic_cas_ulong((volatile unsigned long *)(p), (o), (n)) == \
	    (unsigned long)(o))

unsigned long _atomic_cas_ulong(volatile unsigned long *, unsigned long,
    unsigned long);

#endif /* __MUTEX_PRIVATE */

#endif /* _X86_MUTEX_H_ */
