/*
 * atomic.h: operations on memory that no other CPU can come between, and
 * barriers.
 *
 * One call, one operation on *p; those with _nv return the new value, swap
 * and cas the old one.  cas stores `new' if *p was `old', that is, if it
 * returns `old'.  On amd64 each also orders all accesses before it and after
 * it, but for the _ni: they are atomic against interrupts of their own CPU
 * alone.  Any context.
 */
#ifndef _SYS_ATOMIC_H_
#define _SYS_ATOMIC_H_

#include <sys/cdefs.h>
#include <sys/types.h>

__BEGIN_DECLS
/* *p += d */
void atomic_add_32(volatile uint32_t *, int32_t);
void atomic_add_int(volatile unsigned int *, int);
void atomic_add_long(volatile unsigned long *, long);
void atomic_add_ptr(volatile void *, ssize_t);
void atomic_add_64(volatile uint64_t *, int64_t);
uint32_t atomic_add_32_nv(volatile uint32_t *, int32_t);
unsigned int atomic_add_int_nv(volatile unsigned int *, int);
unsigned long atomic_add_long_nv(volatile unsigned long *, long);
void *atomic_add_ptr_nv(volatile void *, ssize_t);
uint64_t atomic_add_64_nv(volatile uint64_t *, int64_t);

/* *p &= mask */
void atomic_and_32(volatile uint32_t *, uint32_t);
void atomic_and_uint(volatile unsigned int *, unsigned int);
void atomic_and_ulong(volatile unsigned long *, unsigned long);
void atomic_and_64(volatile uint64_t *, uint64_t);
uint32_t atomic_and_32_nv(volatile uint32_t *, uint32_t);
unsigned int atomic_and_uint_nv(volatile unsigned int *, unsigned int);
unsigned long atomic_and_ulong_nv(volatile unsigned long *, unsigned long);
uint64_t atomic_and_64_nv(volatile uint64_t *, uint64_t);

/* *p |= mask */
void atomic_or_32(volatile uint32_t *, uint32_t);
void atomic_or_uint(volatile unsigned int *, unsigned int);
void atomic_or_ulong(volatile unsigned long *, unsigned long);
void atomic_or_64(volatile uint64_t *, uint64_t);
uint32_t atomic_or_32_nv(volatile uint32_t *, uint32_t);
unsigned int atomic_or_uint_nv(volatile unsigned int *, unsigned int);
unsigned long atomic_or_ulong_nv(volatile unsigned long *, unsigned long);
uint64_t atomic_or_64_nv(volatile uint64_t *, uint64_t);

/* if (*p == old) *p = new */
uint32_t atomic_cas_32(volatile uint32_t *, uint32_t, uint32_t);
unsigned int atomic_cas_uint(volatile unsigned int *, unsigned int,
    unsigned int);
unsigned long atomic_cas_ulong(volatile unsigned long *, unsigned long,
    unsigned long);
void *atomic_cas_ptr(volatile void *, void *, void *);
uint64_t atomic_cas_64(volatile uint64_t *, uint64_t, uint64_t);
uint32_t atomic_cas_32_ni(volatile uint32_t *, uint32_t, uint32_t);
unsigned int atomic_cas_uint_ni(volatile unsigned int *, unsigned int,
    unsigned int);
unsigned long atomic_cas_ulong_ni(volatile unsigned long *, unsigned long,
    unsigned long);
void *atomic_cas_ptr_ni(volatile void *, void *, void *);
uint64_t atomic_cas_64_ni(volatile uint64_t *, uint64_t, uint64_t);

/* *p = new */
uint32_t atomic_swap_32(volatile uint32_t *, uint32_t);
unsigned int atomic_swap_uint(volatile unsigned int *, unsigned int);
unsigned long atomic_swap_ulong(volatile unsigned long *, unsigned long);
void *atomic_swap_ptr(volatile void *, void *);
uint64_t atomic_swap_64(volatile uint64_t *, uint64_t);

/* *p -= 1 */
void atomic_dec_32(volatile uint32_t *);
void atomic_dec_uint(volatile unsigned int *);
void atomic_dec_ulong(volatile unsigned long *);
void atomic_dec_ptr(volatile void *);
void atomic_dec_64(volatile uint64_t *);
uint32_t atomic_dec_32_nv(volatile uint32_t *);
unsigned int atomic_dec_uint_nv(volatile unsigned int *);
unsigned long atomic_dec_ulong_nv(volatile unsigned long *);
void *atomic_dec_ptr_nv(volatile void *);
uint64_t atomic_dec_64_nv(volatile uint64_t *);

/* *p += 1 */
void atomic_inc_32(volatile uint32_t *);
void atomic_inc_uint(volatile unsigned int *);
void atomic_inc_ulong(volatile unsigned long *);
void atomic_inc_ptr(volatile void *);
void atomic_inc_64(volatile uint64_t *);
uint32_t atomic_inc_32_nv(volatile uint32_t *);
unsigned int atomic_inc_uint_nv(volatile unsigned int *);
unsigned long atomic_inc_ulong_nv(volatile unsigned long *);
void *atomic_inc_ptr_nv(volatile void *);
uint64_t atomic_inc_64_nv(volatile uint64_t *);

/*
 * What is before the barrier, and what after it, takes place in this order
 * for all CPUs:
 *
 *		before			after
 *	enter	stores			loads, stores	having taken a lock
 *	exit	loads, stores		stores		about to give it back
 *	producer  stores		stores		item, then flag
 *	consumer  loads			loads		flag, then item
 *	sync	loads, stores		loads, stores
 *	datadep_consumer  a load	loads from where it points
 *
 * The last orders nothing that amd64 would not; machines that need it say so by
 * __HAVE_MEMBAR_DATADEP_CONSUMER, and define a function.
 */
void membar_enter(void);
void membar_exit(void);
void membar_producer(void);
void membar_consumer(void);
void membar_sync(void);
#ifdef __HAVE_MEMBAR_DATADEP_CONSUMER
void membar_datadep_consumer(void);
#else
#define membar_datadep_consumer() ((void)0)
#endif
__END_DECLS

#endif /* _SYS_ATOMIC_H_ */
