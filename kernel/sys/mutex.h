/*
 * mutex.h: mutual exclusion, mutex(9).
 *
 * The IPL given to mutex_init decides what a mutex is:
 *
 *	IPL_NONE, a soft IPL	adaptive: a waiter spins while the owner runs,
 *				else sleeps.  Threads and softints.
 *	IPL_VM and above	spin: the holder runs at that IPL, a waiter
 *				spins.  Any context at or below the IPL.
 *
 * kern/kern_mutex.c has the theory.  What is inside is for that file and for
 * the assembly beside it: __MUTEX_PRIVATE.
 */
#ifndef _SYS_MUTEX_H_
#define _SYS_MUTEX_H_

#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif

#include <sys/types.h>

struct lwp;

/*
 * MUTEX_DEFAULT and MUTEX_DRIVER: by IPL, as above; the two are of the time
 * when they were not the same.  MUTEX_SPIN and MUTEX_ADAPTIVE are for locks
 * whose kind is known; MUTEX_NODEBUG keeps LOCKDEBUG out.
 */
typedef enum kmutex_type_t {
	MUTEX_SPIN = 0,
	MUTEX_ADAPTIVE = 1,
	MUTEX_DEFAULT = 2,
	MUTEX_DRIVER = 3,
	MUTEX_NODEBUG = 4
} kmutex_type_t;

typedef struct kmutex kmutex_t;

#ifdef __MUTEX_PRIVATE

/*
 * The owner word.  Adaptive: address of the owner, an LWP, and flags below it;
 * 0 is free.  Spin: BIT_SPIN, IPL and lock byte side by side, so that a
 * compare-and-swap of 0 to curlwp fails for good.
 */
#define MUTEX_THREAD      ((uintptr_t)-16L)
#define MUTEX_BIT_SPIN    0x01
#define MUTEX_BIT_WAITERS 0x02
#ifdef LOCKDEBUG
#define MUTEX_BIT_NODEBUG 0x04 /* LOCKDEBUG looks away */
#else
#define MUTEX_BIT_NODEBUG 0x00
#endif

#define MUTEX_SPIN_IPL(mtx) ((mtx)->mtx_ipl)

/* Where the assembly goes on when its one attempt failed. */
void mutex_vector_enter(kmutex_t *);
void mutex_vector_exit(kmutex_t *);
void mutex_spin_retry(kmutex_t *);

#endif /* __MUTEX_PRIVATE */

#include <machine/mutex.h>

#ifdef _KERNEL

#include <sys/intr.h>

void mutex_init(kmutex_t *, kmutex_type_t, int);
void mutex_destroy(kmutex_t *);

void mutex_enter(kmutex_t *);
void mutex_exit(kmutex_t *);
int mutex_tryenter(kmutex_t *); /* 1: it is ours; 0 at once if it is not */

/* The same for a mutex known to be a spin one. */
void mutex_spin_enter(kmutex_t *);
void mutex_spin_exit(kmutex_t *);

/*
 * For assertions.  Of a spin mutex mutex_owned says that somebody has it, and
 * mutex_owner may not be asked.
 */
int mutex_owned(kmutex_t *);
struct lwp *mutex_owner(kmutex_t *);

/* Mutexes that several objects share: allocated, counted, a line each. */
void mutex_obj_init(void);
kmutex_t *mutex_obj_alloc(kmutex_type_t, int);
void mutex_obj_hold(kmutex_t *);
bool mutex_obj_free(kmutex_t *); /* true: that was the last reference */

#endif /* _KERNEL */

#endif /* _SYS_MUTEX_H_ */
