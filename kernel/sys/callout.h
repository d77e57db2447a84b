/*
 * callout.h: call a function so many ticks from now, callout(9).
 *
 * It is called by a softint (SOFTINT_CLOCK) on the CPU that the callout is
 * bound to, with kernel_lock held unless CALLOUT_MPSAFE.  kern/kern_timeout.c
 * has the theory.
 */
#ifndef _SYS_CALLOUT_H_
#define _SYS_CALLOUT_H_

#include <sys/types.h>

typedef struct callout {
	void *_c_store[10];
} callout_t;

/* Set by callout_init or internal. */
#define CALLOUT_BOUND    0x0001 /* to its CPU, for good */
#define CALLOUT_PENDING  0x0002 /* in the wheel */
#define CALLOUT_FIRED    0x0004 /* its function has been, or is being called */
#define CALLOUT_INVOKING 0x0008 /* .. and callout_ack has not been */
#define CALLOUT_MPSAFE   0x0100 /* does not want kernel_lock */
#define CALLOUT_FLAGMASK 0xff00

#ifdef _CALLOUT_PRIVATE

/* Links that a list of callouts and its head have in common. */
struct callout_circq {
	union {
		struct callout_impl *elem;
		struct callout_circq *list;
	} cq_next;
	union {
		struct callout_impl *elem;
		struct callout_circq *list;
	} cq_prev;
};
#define cq_next_e cq_next.elem
#define cq_prev_e cq_prev.elem
#define cq_next_l cq_next.list
#define cq_prev_l cq_prev.list

struct callout_cpu;

/* Locked by c_cpu->cc_lock; c_cpu itself is followed by callout_lock(). */
typedef struct callout_impl {
	struct callout_circq c_list; /* where it is, while CALLOUT_PENDING */
	void (*c_func)(void *);
	void *c_arg;
	struct callout_cpu *volatile c_cpu;
	int c_time; /* tick at which it is due */
	u_int c_flags;
	u_int c_magic;
} callout_impl_t;
#define CALLOUT_MAGIC 0x11deeba1

#endif /* _CALLOUT_PRIVATE */

#ifdef _KERNEL

struct cpu_info;

void callout_startup(void);
void callout_init_cpu(struct cpu_info *);
void callout_hardclock(void);

void callout_init(callout_t *, u_int);
void callout_destroy(callout_t *);
void callout_setfunc(callout_t *, void (*)(void *), void *);
void callout_reset(callout_t *, int, void (*)(void *), void *);
void callout_schedule(callout_t *, int);
bool callout_stop(callout_t *);
bool callout_halt(callout_t *, void *);
bool callout_pending(callout_t *);
bool callout_expired(callout_t *);
bool callout_active(callout_t *);
bool callout_invoking(callout_t *);
void callout_ack(callout_t *);

#endif /* _KERNEL */

#endif /* !_SYS_CALLOUT_H_ */
