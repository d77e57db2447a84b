/*
 * rwlock.h: many readers or one writer, rwlock(9).
 *
 * Threads and softints.  Waiters sleep, but for those who find a writer running
 * on another CPU.  kern/kern_rwlock.c has the theory; what is inside is for
 * that file and for the assembly beside it: __RWLOCK_PRIVATE.
 */
#ifndef _SYS_RWLOCK_H_
#define _SYS_RWLOCK_H_

#ifdef _KERNEL_OPT
#include "opt_lockdebug.h"
#endif

#include <sys/types.h>

typedef enum krw_t { RW_READER = 0, RW_WRITER = 1 } krw_t;

typedef struct krwlock krwlock_t;

#ifdef __RWLOCK_PRIVATE

/*
 * The owner word: flags, and above them the number of readers or, with
 * WRITE_LOCKED, the address of the writer, an LWP.
 */
#define RW_HAS_WAITERS  0x01UL /* somebody sleeps: rw_vector_exit wakes */
#define RW_WRITE_WANTED 0x02UL /* a writer does: no new readers */
#define RW_WRITE_LOCKED 0x04UL
#ifdef LOCKDEBUG
#define RW_NODEBUG 0x08UL /* LOCKDEBUG looks away */
#else
#define RW_NODEBUG 0x00UL
#endif

#define RW_READ_COUNT_SHIFT 4
#define RW_READ_INCR        (1UL << RW_READ_COUNT_SHIFT)
#define RW_THREAD           ((uintptr_t)-RW_READ_INCR)
#define RW_OWNER(rw)        ((rw)->rw_owner & RW_THREAD)
#define RW_COUNT(rw)        ((rw)->rw_owner & RW_THREAD)
#define RW_FLAGS(rw)        ((rw)->rw_owner & ~RW_THREAD)

/* Where the assembly goes on when its attempt failed. */
void rw_vector_enter(krwlock_t *, const krw_t);
void rw_vector_exit(krwlock_t *);
int rw_vector_tryenter(krwlock_t *, const krw_t);

#endif /* __RWLOCK_PRIVATE */

#include <machine/rwlock.h>

#ifdef _KERNEL

void rw_init(krwlock_t *);
void rw_destroy(krwlock_t *);

void rw_enter(krwlock_t *, const krw_t);
void rw_exit(krwlock_t *);
int rw_tryenter(krwlock_t *, const krw_t); /* 1: it is ours */

int rw_tryupgrade(krwlock_t *); /* reader to writer; 0: still a reader */
void rw_downgrade(krwlock_t *); /* writer to reader, never without */

/* For assertions.  A reader lock knows no owner: held by somebody. */
int rw_read_held(krwlock_t *);
int rw_write_held(krwlock_t *);
int rw_lock_held(krwlock_t *);

/* Locks that several objects share: allocated, counted, a line each. */
void rw_obj_init(void);
krwlock_t *rw_obj_alloc(void);
void rw_obj_hold(krwlock_t *);
bool rw_obj_free(krwlock_t *); /* true: that was the last reference */

#endif /* _KERNEL */

#endif /* _SYS_RWLOCK_H_ */
