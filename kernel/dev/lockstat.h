/*
 * lockstat.h: where the locks report how long they were waited for.
 *
 * A kernel without the lockstat pseudo-device (NLOCKSTAT 0) has none of it: the
 * macros are empty.  With it, a function declares what it measures by FLAG,
 * TIMER and COUNTER, asks once by ENTER whether anybody listens, and hands the
 * result to EVENT before EXIT.
 */
#ifndef _SYS_LOCKSTAT_H_
#define _SYS_LOCKSTAT_H_

#include <sys/types.h>

#ifndef NLOCKSTAT
#define NLOCKSTAT 0
#endif

/* An event: what was done while waiting, for what kind of lock. */
#define LB_EVENT_MASK 0x000000ffUL
#define LB_SPIN       0x00000001UL
#define LB_SLEEP1     0x00000002UL
#define LB_SLEEP2     0x00000003UL
#define LB_NEVENT     0x00000003UL

#define LB_LOCK_MASK      0x0000ff00UL
#define LB_LOCK_SHIFT     8
#define LB_ADAPTIVE_MUTEX 0x00000100UL
#define LB_SPIN_MUTEX     0x00000200UL
#define LB_RWLOCK         0x00000300UL
#define LB_NOPREEMPT      0x00000400UL
#define LB_KERNEL_LOCK    0x00000500UL
#define LB_MISC           0x00000600UL
#define LB_NLOCK          0x00000006UL

#if defined(_KERNEL) && NLOCKSTAT > 0

#include <sys/systm.h>
#include <machine/cpu_counter.h>

#define LOCKSTAT_FLAG(name)    u_int name
#define LOCKSTAT_TIMER(name)   uint64_t name = 0
#define LOCKSTAT_COUNTER(name) uint64_t name = 0
#define LOCKSTAT_ENTER(name)   ((name) = lockstat_enabled)
#define LOCKSTAT_EXIT(name)    ((void)(name))
#define LOCKSTAT_START_TIMER(flag, name)                   \
	do {                                               \
		if (__predict_false(flag))                 \
			(name) -= (uint64_t)cpu_counter(); \
	} while (0)
#define LOCKSTAT_STOP_TIMER(flag, name)                    \
	do {                                               \
		if (__predict_false(flag))                 \
			(name) += (uint64_t)cpu_counter(); \
	} while (0)
#define LOCKSTAT_COUNT(name, inc) ((name) += (inc))
#define LOCKSTAT_EVENT_RA(flag, lock, type, count, time, ra)            \
	do {                                                            \
		if (__predict_false(flag))                              \
			lockstat_event((uintptr_t)(lock), (ra), (type), \
			    (count), (time));                           \
	} while (0)
#define LOCKSTAT_EVENT(flag, lock, type, count, time)    \
	LOCKSTAT_EVENT_RA(flag, lock, type, count, time, \
	    (uintptr_t)__builtin_return_address(0))

extern volatile u_int lockstat_enabled;
void lockstat_event(uintptr_t, uintptr_t, u_int, u_int, uint64_t);

#else

#define LOCKSTAT_FLAG(name)                                  /* nothing */
#define LOCKSTAT_TIMER(name)                                 /* nothing */
#define LOCKSTAT_COUNTER(name)                               /* nothing */
#define LOCKSTAT_ENTER(name)                                 /* nothing */
#define LOCKSTAT_EXIT(name)                                  /* nothing */
#define LOCKSTAT_START_TIMER(flag, name)                     /* nothing */
#define LOCKSTAT_STOP_TIMER(flag, name)                      /* nothing */
#define LOCKSTAT_COUNT(name, inc)                            /* nothing */
#define LOCKSTAT_EVENT(flag, lock, type, count, time)        /* nothing */
#define LOCKSTAT_EVENT_RA(flag, lock, type, count, time, ra) /* nothing */

#endif

#endif /* _SYS_LOCKSTAT_H_ */
