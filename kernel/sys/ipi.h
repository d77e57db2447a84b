/*
 * ipi.h: have a function called by other CPUs, at once, in their interrupt
 * context (IPL_HIGH).
 *
 * Asynchronous: ipi_register a function once, ipi_trigger it often; triggers
 * that have not been served yet merge.  Synchronous: fill in an ipi_msg_t,
 * send it by ipi_unicast, ipi_multicast or ipi_broadcast, and do not touch it
 * until ipi_wait has returned.  kern/subr_ipi.c says the rest.
 */
#ifndef _SYS_IPI_H_
#define _SYS_IPI_H_

#ifdef _KERNEL

#include <sys/types.h>
#include <sys/kcpuset.h>

/* Identifiers: bits of a CPU's ci_ipipend.  The first is that of messages. */
#define IPI_MAXREG     32
#define IPI_BITW_SHIFT 5    /* identifier >> this: the word */
#define IPI_BITW_MASK  0x1f /* identifier & this: the bit in it */
#define IPI_BITWORDS   (IPI_MAXREG >> IPI_BITW_SHIFT)

struct cpu_info;

typedef void (*ipi_func_t)(void *);

typedef struct {
	/* The caller's. */
	ipi_func_t func;
	void *arg;

	/* subr_ipi.c's: CPUs that have not called func yet. */
	volatile u_int _pending;
} ipi_msg_t;

void ipi_sysinit(void);
void ipi_cpu_handler(void);
void cpu_ipi(struct cpu_info *); /* machine dependent: send the interrupt */

u_int ipi_register(ipi_func_t, void *);
void ipi_unregister(u_int);
void ipi_trigger(u_int, struct cpu_info *);

void ipi_unicast(ipi_msg_t *, struct cpu_info *);
void ipi_multicast(ipi_msg_t *, const kcpuset_t *);
void ipi_broadcast(ipi_msg_t *);
void ipi_wait(ipi_msg_t *);

#endif /* _KERNEL */

#endif /* _SYS_IPI_H_ */
