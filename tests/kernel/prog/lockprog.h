/*
 * lockprog.h: what the programs about locks share.
 *
 * A director, on the last CPU, starts LWPs on the others and looks at what they
 * do.  It never waits for ever: a lock that is broken leaves them hanging, and
 * that is then a finding.
 */
#ifndef PROG_LOCKPROG_H
#define PROG_LOCKPROG_H

#include <sys/param.h>
#include <sys/lwp.h>
#include <sys/proc.h>

/* Ticks that nothing here takes. */
#define STALLED 10

/* fn as the director; returns when it has.  The program's result: 0. */
int direct(void (*fn)(void));

/* An LWP on that CPU that calls fn(arg) and is gone when it returns. */
lwp_t *lwp_start(u_int cpu, pri_t pri, void (*fn)(void *), void *arg);

/* l sleeps, for obj; false, and a failed check, if it does not by then. */
bool asleep_for(lwp_t *l, const volatile void *obj, const char *what);

/* *flag becomes at least n; the same. */
bool comes_to(volatile u_int *flag, u_int n, const char *what);

/* The priority that counts, and is it lent? */
pri_t prio_of(lwp_t *l);
bool borrows(lwp_t *l);

/* For the LWPs: spin until *flag is at least n. */
void spin_until(volatile u_int *flag, u_int n);

#endif /* PROG_LOCKPROG_H */
