/*
 * crew.h: LWPs for test programs, each bound to a CPU.
 */
#ifndef PROG_CREW_H
#define PROG_CREW_H

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/lwp.h>

/*
 * An LWP on CPU `cpu' that calls fn(arg); MPSAFE, of priority pri (PRI_NONE:
 * that of kernel threads).  crew_join waits until fn has returned; unlike
 * kthread_join, also while others join.  Thread context; both may sleep.
 */
struct crew *crew_start(u_int cpu, pri_t pri, void (*fn)(void *), void *arg);
void crew_join(struct crew *);

/* One on every CPU, all with the same arg; waits for them. */
void crew_all(void (*fn)(void *), void *arg);

/*
 * The main part of a test, on CPU 0.  For the program to return: 0, or 2 if a part was
 * wanted that it does not have.
 */
int crew_main(void (*fn)(void));
int crew_main_at(u_int cpu, pri_t pri, void (*fn)(void));

/*
 * A part of a test begins.  Boot property parts=1: print its name, to see where
 * one hangs; part=NAME: that one only.  False: not wanted.
 */
bool crew_part(const char *name);

/*
 * Which error is there: tests/kernel/crosscall_bugs.sh builds a kernel that has
 * them all.  Boot property bug=N; crew_main sets it.
 */
extern volatile int crew_bug;

/* Whose CPU one is on: 0 .. ncpu - 1. */
u_int crew_cpu(void);

/*
 * Until *flag is at least n: sleeping, or spinning.  False: it is not after
 * `ticks' ticks.
 */
bool crew_await(volatile u_int *flag, u_int n, int ticks);
bool crew_spin(volatile u_int *flag, u_int n, int ticks);

/* Spins for so long. */
void crew_delay(uint64_t us);

/* Microseconds since boot, of the CPU's own counter. */
uint64_t crew_us(void);

/* Sleeps until a tick has just begun. */
void crew_tick(void);

/* The event counter of that name; ends the run if there is none. */
uint64_t crew_evcnt(const char *group, const char *name);

#endif /* PROG_CREW_H */
