/*
 * facility.h: the six facilities of Table 1 behind one pair of functions, for
 * programs that are the same for several of them.
 */
#ifndef TABLE1_FACILITY_H
#define TABLE1_FACILITY_H

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>

#include <table1.h>

struct facility {
	void (*f_enter)(void);
	void (*f_exit)(void);
	bool f_holds_asleep; /* others wait while its holder sleeps */
};

extern const struct facility f_kernel_lock, f_spl, f_spin, f_adaptive, f_rwlock,
    f_adaptive2, f_rwlock2, f_spin2;

/* The locks, fresh; cv and event for whoever needs something to wait for. */
extern kmutex_t t1_spin_mutex, t1_mutex, t1_event_mutex;
extern krwlock_t t1_rw;
void facility_init(void);

/* ---- exclusion: a count that is lost when two are in the section ---------- */

/* Read, dawdle, write one more.  Any context. */
void t1_count(void);

/* The same, and while it dawdles the device interrupts. */
void t1_count_raising(int ipl);

/* Observes if not n were counted since facility_init(). */
void t1_counted(uint64_t n);

/* Both players count inside f; the count must be exact. */
void t1_exclusive(const struct facility *f);

/* One counts inside, the other does not enter: counts get lost. */
void t1_not_exclusive(const struct facility *f);

/* ---- waiting for one another ---------------------------------------------- */

/* Sleep until the other has called t1_event_signal() once more. */
void t1_event_wait(void);
void t1_event_signal(void);

/*
 * The holder of f sleeps for a tick now and then; counts stay exact.  And: it
 * waits for an event of one who waits for f: nobody goes on.
 */
void t1_sleeps(const struct facility *f);
void t1_sleeps_for_event(const struct facility *f);

/* ---- what may be called inside --------------------------------------------- */

/*
 * One is inside `outer' and enters `inner', which the other holds, asleep now
 * and then where that is possible.
 */
void t1_call(const struct facility *outer, const struct facility *inner);

/* ---- softints --------------------------------------------------------------- */

/*
 * A softint of CPU 0 counts inside f, and so do the LWP it interrupts and one
 * on CPU 1.
 */
void t1_softint(const struct facility *f);

/* An interrupt at IPL_VM of CPU 0 counts inside f, and so do the LWP it
 * interrupts and one on CPU 1. */
void t1_hw_interrupt(const struct facility *f);

#endif /* TABLE1_FACILITY_H */
