/*
 * condvar.h: wait until what a mutex protects has changed, condvar(9).
 *
 * The waiter holds the mutex, and holds it again on return; the wait itself
 * does not.  A wake-up is a hint: look again, in a loop.
 */
#ifndef _SYS_CONDVAR_H_
#define _SYS_CONDVAR_H_

#include <sys/mutex.h>

/* A queue of sleepers (two pointers) and the name that ps shows. */
typedef struct kcondvar {
	void *cv_opaque[3];
} kcondvar_t;

#ifdef _KERNEL

void cv_init(kcondvar_t *, const char *);
void cv_destroy(kcondvar_t *);

/* Thread; a softint only where nothing else will do.  Ticks: 0 is for ever. */
void cv_wait(kcondvar_t *, kmutex_t *);
int cv_wait_sig(kcondvar_t *, kmutex_t *);       /* 0, EINTR, ERESTART */
int cv_timedwait(kcondvar_t *, kmutex_t *, int); /* 0, EWOULDBLOCK */
int cv_timedwait_sig(kcondvar_t *, kmutex_t *, int);

/* With the mutex held; hard interrupts too, if it is a spin one. */
void cv_signal(kcondvar_t *);
void cv_broadcast(kcondvar_t *);

bool cv_has_waiters(kcondvar_t *);
bool cv_is_valid(kcondvar_t *);

/* Awoken once a second. */
extern kcondvar_t lbolt;

#endif /* _KERNEL */

#endif /* _SYS_CONDVAR_H_ */
