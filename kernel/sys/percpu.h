/*
 * percpu.h: an object that every CPU has a copy of.
 *
 * percpu_getref gives this CPU's copy and holds the LWP there until
 * percpu_putref.  Beyond that a pointer may go stale: when the CPUs' arenas
 * grow, all copies move.  percpu_alloc gives zeros; it and percpu_free sleep.
 * kern/subr_percpu.c says the rest.
 */
#ifndef _SYS_PERCPU_H_
#define _SYS_PERCPU_H_

#include <sys/percpu_types.h>

#ifdef _KERNEL

struct cpu_info;

void percpu_init(void);
void percpu_init_cpu(struct cpu_info *);

percpu_t *percpu_alloc(size_t);
void percpu_free(percpu_t *, size_t);

void *percpu_getref(percpu_t *);
void percpu_putref(percpu_t *);

/* (copy, arg, its CPU), for one CPU after the other. */
typedef void (*percpu_callback_t)(void *, void *, struct cpu_info *);
void percpu_foreach(percpu_t *, percpu_callback_t, void *);

/* Other CPUs' copies stay where they are between enter and exit. */
void percpu_traverse_enter(void);
void percpu_traverse_exit(void);
void *percpu_getptr_remote(percpu_t *, struct cpu_info *);

#endif /* _KERNEL */

#endif /* _SYS_PERCPU_H_ */
