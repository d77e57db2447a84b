/*
 * machine/types.h: types of amd64, and what it has to offer.
 */
#ifndef _X86_64_TYPES_H_
#define _X86_64_TYPES_H_

#include <sys/cdefs.h>

/* What setjmp(9) keeps. */
typedef struct label_t {
	long val[8];
} label_t;

typedef unsigned long paddr_t; /* a physical address ... */
typedef unsigned long psize_t; /* ... and a number of bytes of them */
typedef unsigned long vaddr_t; /* a virtual address ... */
typedef unsigned long vsize_t; /* ... and a number of bytes of them */
#define PRIxPADDR "lx"
#define PRIxPSIZE "lx"
#define PRIuPSIZE "lu"
#define PRIxVADDR "lx"
#define PRIxVSIZE "lx"
#define PRIuVSIZE "lu"

typedef long int register_t;
typedef int register32_t;
#define PRIxREGISTER   "lx"
#define PRIxREGISTER32 "x"

typedef long int __register_t;

typedef unsigned char __cpu_simple_lock_nv_t;
typedef volatile __cpu_simple_lock_nv_t __cpu_simple_lock_t;
#define __SIMPLELOCK_LOCKED   1
#define __SIMPLELOCK_UNLOCKED 0

/*
 * An atomic operation orders all of memory around it, so a membar that
 * stands beside one need not be compiled.
 */
#define __HAVE_ATOMIC_AS_MEMBAR

/* Loads and stores of any size may be at any address. */
#define __NO_STRICT_ALIGNMENT

#define __HAVE_NEW_STYLE_BUS_H
#define __HAVE_CPU_COUNTER
#define __HAVE_CPU_DATA_FIRST /* ci_data is at the front of cpu_info */
#define __HAVE_MD_CPU_OFFLINE
#define __HAVE_ATOMIC64_OPS
#define __HAVE_TIMECOUNTER
#define __HAVE_CPU_LWP_SETPRIVATE
#define __HAVE_DIRECT_MAP 1

/* Softints borrow the context they interrupt; preemption of the kernel. */
#define __HAVE_FAST_SOFTINTS
#define __HAVE_PREEMPTION 1

#endif /* _X86_64_TYPES_H_ */
