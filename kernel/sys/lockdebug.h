/*
 * lockdebug.h: report on a lock that is used wrongly, and, with LOCKDEBUG,
 * notice it.
 *
 * Each kind of lock describes itself by a lockops_t.  lockdebug_abort is there
 * in every kernel; the rest follows each lock from LOCKDEBUG_ALLOC to
 * LOCKDEBUG_FREE and costs a lot.  `dodebug' is what LOCKDEBUG_ALLOC returned,
 * kept in the lock.
 */
#ifndef _SYS_LOCKDEBUG_H_
#define _SYS_LOCKDEBUG_H_

#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif

#include <sys/types.h>

#define LOCKOPS_SLEEP 0 /* lo_type: a waiter sleeps */
#define LOCKOPS_SPIN  1 /* it spins */
#define LOCKOPS_CV    2 /* a condition variable */

typedef struct lockops {
	const char *lo_name;
	int lo_type;
	void (*lo_dump)(volatile void *); /* what is inside, in words */
} lockops_t;

/* Lock, its ops, function, what is wrong.  Panics, but for the second time. */
#define LOCKDEBUG_ABORT(l, o, f, m) lockdebug_abort(l, o, f, m)

void lockdebug_abort(volatile void *, lockops_t *, const char *, const char *);
void lockdebug_lock_print(void *, void (*)(const char *, ...));

#ifdef LOCKDEBUG

/* `where' is the caller's address, `shared' counts readers apart. */
bool lockdebug_alloc(volatile void *, lockops_t *, uintptr_t where);
void lockdebug_free(volatile void *);
void lockdebug_wantlock(volatile void *, uintptr_t where, int shared);
void lockdebug_locked(volatile void *, void *cvlock, uintptr_t where,
    int shared);
void lockdebug_unlocked(volatile void *, uintptr_t where, int shared);
void lockdebug_barrier(volatile void *, int slplocks);
void lockdebug_mem_check(const char *, void *, size_t);
void lockdebug_wakeup(volatile void *, uintptr_t where);

#define LOCKDEBUG_ALLOC(lock, ops, addr) lockdebug_alloc(lock, ops, addr)
#define LOCKDEBUG_FREE(dodebug, lock)         \
	do {                                  \
		if (dodebug)                  \
			lockdebug_free(lock); \
	} while (0)
/* Some revisions of the callers have one argument more, of no meaning here. */
#define LOCKDEBUG_WANTLOCK(dodebug, lock, where, s, ...)    \
	do {                                                \
		if (dodebug)                                \
			lockdebug_wantlock(lock, where, s); \
	} while (0)
#define LOCKDEBUG_LOCKED(dodebug, lock, al, where, s)         \
	do {                                                  \
		if (dodebug)                                  \
			lockdebug_locked(lock, al, where, s); \
	} while (0)
#define LOCKDEBUG_UNLOCKED(dodebug, lock, where, s)         \
	do {                                                \
		if (dodebug)                                \
			lockdebug_unlocked(lock, where, s); \
	} while (0)
#define LOCKDEBUG_WAKEUP(dodebug, lock, where)         \
	do {                                           \
		if (dodebug)                           \
			lockdebug_wakeup(lock, where); \
	} while (0)
#define LOCKDEBUG_BARRIER(lock, slp)  lockdebug_barrier(lock, slp)
#define LOCKDEBUG_MEM_CHECK(base, sz) lockdebug_mem_check(__func__, base, sz)

#else

#define LOCKDEBUG_ALLOC(lock, ops, addr)                 false
#define LOCKDEBUG_FREE(dodebug, lock)                    /* nothing */
#define LOCKDEBUG_WANTLOCK(dodebug, lock, where, s, ...) /* nothing */
#define LOCKDEBUG_LOCKED(dodebug, lock, al, where, s)    /* nothing */
#define LOCKDEBUG_UNLOCKED(dodebug, lock, where, s)      /* nothing */
#define LOCKDEBUG_WAKEUP(dodebug, lock, where)           /* nothing */
#define LOCKDEBUG_BARRIER(lock, slp)                     /* nothing */
#define LOCKDEBUG_MEM_CHECK(base, sz)                    /* nothing */

#endif

#endif /* _SYS_LOCKDEBUG_H_ */
