/*
 * intr.h: softint(9), and what machines say of interrupts.
 *
 * kern/kern_softint.c has the theory of softints, machine/intr.h that of
 * interrupts.
 */
#ifndef _SYS_INTR_H_
#define _SYS_INTR_H_

#ifdef _KERNEL

#include <sys/types.h>

struct cpu_info;
struct lwp;

/* For everybody. */
void *softint_establish(u_int, void (*)(void *), void *);
void softint_disestablish(void *);
void softint_schedule(void *);
void softint_schedule_cpu(void *, struct cpu_info *);

/* For the machine-independent kernel. */
void softint_init(struct cpu_info *);
struct lwp *softint_picklwp(void);
void softint_overlay(void);
void softint_block(struct lwp *);

/* Between it and the machine. */
void softint_init_md(struct lwp *, u_int, uintptr_t *);
void softint_trigger(uintptr_t);
void softint_dispatch(struct lwp *, int);

/* Flags of softint_establish(): a level, and ... */
#define SOFTINT_BIO    0x0000
#define SOFTINT_CLOCK  0x0001
#define SOFTINT_SERIAL 0x0002
#define SOFTINT_NET    0x0003
#define SOFTINT_MPSAFE 0x0100 /* does not want the big lock */
#define SOFTINT_RCPU   0x0200 /* softint_schedule_cpu() will be called */

/* For kern_softint.c alone. */
#define SOFTINT_PENDING 0x1000
#define SOFTINT_ACTIVE  0x2000

#define SOFTINT_COUNT   0x0004
#define SOFTINT_LVLMASK 0x00ff
#define SOFTINT_IMPMASK 0xf000

extern u_int softint_timing;

#include <machine/intr.h>

/* Names by what one is protecting oneself from. */
#define IPL_BIO       IPL_VM
#define IPL_NET       IPL_VM
#define IPL_TTY       IPL_VM
#define IPL_AUDIO     IPL_SCHED
#define IPL_CLOCK     IPL_SCHED
#define IPL_STATCLOCK IPL_SCHED
#define IPL_SERIAL    IPL_HIGH

#endif /* _KERNEL */

#endif /* _SYS_INTR_H_ */
