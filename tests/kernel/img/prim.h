/*
 * prim.h: what the tests of the kernel's primitives share.
 *
 * The same image runs natively, where there is one CPU, and on the machine
 * with eight.  Roles take turns on one CPU, or have a CPU each.
 */
#ifndef PRIM_H
#define PRIM_H

#include <seam.h>

#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/lock.h>
#include <sys/pcq.h>

#define NROLE 8

/* ok, or a failure of `what', which is printed.  CPU 0 only. */
void check(bool ok, const char *what);

/* Checks made by others: n of `what', bad of them failures. */
void checked(const char *what, uint64_t n, uint64_t bad);

/*
 * step(role, arg) again and again, for all roles below n, until each has
 * returned false.  With a CPU for each, they meet first.
 */
void roles(unsigned n, bool (*step)(unsigned role, void *arg), void *arg);

/* Up to 63 turns of a loop, from the role's seed. */
void role_delay(unsigned role);
uint64_t role_random(unsigned role);

void edge_tests(void);
void race_tests(void);
void ring_tests(void);
void ring_race_tests(void);

/* double.c */
void heap_init(uint64_t va, uint64_t bytes);
extern size_t kmem_live;     /* bytes allocated and not freed */
extern unsigned kmem_errors; /* wrong sizes, overruns */
extern bool kmem_exhausted;  /* let KM_NOSLEEP fail */
extern unsigned asserts;     /* failed KASSERTs */

#endif
