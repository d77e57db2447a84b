/*
 * ipl.h: of the image that tests port/machdep's interrupts without a scheduler.
 *
 * double.c stands for the machine-independent kernel: as little of it as spl.S,
 * vector.S, locore.S, intr.c, lapic.c and ipi.c call.  There are no threads;
 * each CPU has one LWP and one for each level of softints.
 */
#ifndef TEST_IPL_H
#define TEST_IPL_H

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/lwp.h>

#define NCPU    8
#define MOST_EV 64

/* Who can interrupt. */
enum source {
	S_PREEMPT,
	S_CLOCK,
	S_BIO,
	S_NET,
	S_SERIAL,
	S_VM, /* device, edge, two of the same level */
	S_VM2,
	S_VM_LEVEL, /* device, level-triggered */
	S_SCHED,
	S_TIMER, /* the local APIC's clock */
	S_HIGH,
	S_IPI,
	NSOURCE
};

struct event {
	enum source ev_source;
	int ev_ilevel, ev_idepth;
	bool ev_intr_p;
	struct lwp *ev_curlwp;
};

/* What has run on CPU 0, in its order. */
extern struct event events[MOST_EV];
extern volatile int nevents;

/* Called by the source's handler, after its event has been noted. */
extern void (*on_event[NSOURCE])(enum source);

/* In a softint: it blocks.  Returns when softint_wakeup() is called. */
void softint_blocks(enum source);
void softint_wakeup(enum source);
struct lwp *softint_lwp(enum source);

int level_of(enum source);
const char *name_of(enum source);

/* Ask, and wait until the handler has run or the CPU holds it. */
void ask(enum source);
void ask_async(enum source); /* does not wait */
void settle(void);
void forget(void); /* nevents = 0 */

void start_cpus(void);
extern volatile u_int cpu_phase[NCPU];
extern volatile u_int cpu_events[NCPU];
extern struct cpu_info cpu_infos_test[NCPU];
extern u_int ncpu_test;

void check(bool, const char *, long, long);
#define CHECK_EQ(a, b)                                     \
	do {                                               \
		const long a_ = (long)(a), b_ = (long)(b); \
                                                           \
		check(a_ == b_, #a " is " #b, a_, b_);     \
	} while (0)
#define CHECK(e) check((e), #e, 0, 0)
extern const char *check_where;
extern u_int checks, failures;
void die(const char *) __dead;

#endif /* TEST_IPL_H */
