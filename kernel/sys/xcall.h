/*
 * xcall.h: have a function called by other CPUs, in their thread context.
 *
 * Low priority (flags 0): a bound LWP of each CPU, "xcall/N", makes the call;
 * the function may sleep.  High priority (XC_HIGHPRI): a serial softint makes
 * it, so the function must not sleep, but no busy LWP can hold it up.
 *
 * xc_broadcast and xc_unicast return a ticket and may sleep before they do:
 * thread context only.  xc_wait(ticket) returns when all of the CPUs are
 * through.  kern/subr_xcall.c says the rest.
 */
#ifndef _SYS_XCALL_H_
#define _SYS_XCALL_H_

#ifdef _KERNEL

#include <sys/types.h>

typedef void (*xcfunc_t)(void *, void *);

struct cpu_info;

#define XC_HIGHPRI 0x01 /* by softint, not by thread */

void xc_init_cpu(struct cpu_info *);

/*
 * Machine dependent: send the IPI whose handler calls xc_ipi_handler, to one
 * CPU or, given NULL, to all but the caller's.
 */
void xc_send_ipi(struct cpu_info *);
void xc_ipi_handler(void);

void xc__highpri_intr(void *);

uint64_t xc_broadcast(u_int, xcfunc_t, void *, void *);
uint64_t xc_unicast(u_int, xcfunc_t, void *, void *, struct cpu_info *);
void xc_wait(uint64_t);

#endif /* _KERNEL */

#endif /* _SYS_XCALL_H_ */
